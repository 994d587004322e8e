"""Ordered optical-flow maps: the images that the temporal network sees."""

from typing import Literal

import numpy as np
import numpy.typing as npt

from mffcnn_core.arrays import check_flow
from mffcnn_core.pooling._cost import DEFAULT_C, CostScale
from mffcnn_core.pooling._rank import Solver, pool_fields, rank_pool_windows
from mffcnn_core.pooling._smoothing import Smoothing
from mffcnn_core.settings import check_at_least, check_choice

Normalisation = Literal["channel", "joint", "signed"]
ThirdChannel = Literal["magnitude", "ranked_magnitude", "zero"]
NORMALISATIONS: tuple[Normalisation, ...] = ("channel", "joint", "signed")
THIRD_CHANNELS: tuple[ThirdChannel, ...] = ("magnitude", "ranked_magnitude", "zero")


def windows(n_flows: int, *, window: int = 28, stride: int | None = None) -> list[slice]:
    """Return the windows of a flow sequence.

    Paper: Sec. 3.4 ("in unit of w frames ... with an interval of w/2").

    Parameters
    ----------
    n_flows : int
        Number of flow fields, >= 1.
    window : int
        w, in flow fields, >= 1.
    stride : int, optional
        ``max(1, w // 2)`` by default.

    Returns
    -------
    list of slice
        At least one.

    Raises
    ------
    ParameterError
        If a number is below 1.

    Notes
    -----
    Departures from the paper, which leaves the ends open: (I) fewer than w fields give one
    window with all of them; (II) when at least w/2 fields remain behind the last full
    window, a last window is added flush to the end, overlapping more than the others.

    Examples
    --------
    >>> len(windows(147))
    9
    >>> windows(20)
    [slice(0, 20, None)]
    """
    stride = max(1, window // 2) if stride is None else stride
    for name, value in (("n_flows", n_flows), ("window", window), ("stride", stride)):
        check_at_least(name, value, 1)
    if n_flows <= window:
        return [slice(0, n_flows)]
    starts = list(range(0, n_flows - window + 1, stride))
    left = n_flows - (starts[-1] + window)
    if left and 2 * left >= window:
        starts.append(n_flows - window)
    return [slice(start, start + window) for start in starts]


def min_max(
    image: npt.NDArray, *, normalisation: Normalisation = "channel"
) -> npt.NDArray[np.float32]:
    """Scale maps to [0, 255] by their own minimum and maximum.

    Paper: Sec. 3.4 ("transformed into the range [0, 255] ... using the minimum-maximum
    normalization").

    Parameters
    ----------
    image : ndarray, shape (..., H, W, K)
    normalisation : {"channel", "joint", "signed"}
        Each channel by its own range; all channels by the common one; or each channel by its
        largest magnitude about mid-grey, ``127.5 (1 + G / max |G|)``, which is no min-max.

    Returns
    -------
    ndarray of float32, same shape
        A constant channel (or image) becomes zeros; with ``"signed"`` zeros become mid-grey.

    Notes
    -----
    Departures from the paper: (I) it does not say whether channels are scaled apart; per
    channel is the default.  Either way "no motion" moves off mid-grey, by an amount that
    differs from clip to clip; (II) ``"signed"`` keeps it there, and with it the sign.

    Examples
    --------
    >>> min_max(np.array([[[-1.0, 5.0]], [[1.0, 5.0]]]))[..., 0].ravel()
    array([  0., 255.], dtype=float32)
    """
    check_choice("normalisation", normalisation, NORMALISATIONS)
    axes = (-3, -2, -1) if normalisation == "joint" else (-3, -2)
    image = np.asarray(image, dtype=np.float32)
    if normalisation == "signed":
        most = np.abs(image).max(axis=axes, keepdims=True)
        return 127.5 * (1 + image / np.where(most > 0, most, 1))
    low = image.min(axis=axes, keepdims=True)
    span = image.max(axis=axes, keepdims=True) - low
    return np.where(span > 0, 255 * (image - low) / np.where(span > 0, span, 1), 0)


def ordered_flow_maps(
    flow: npt.NDArray[np.float32],
    *,
    window: int = 28,
    stride: int | None = None,
    solver: Solver = "exact",
    smoothing: Smoothing = "weighted",
    C: float = DEFAULT_C,
    C_scale: CostScale = "relative",
    normalisation: Normalisation = "channel",
    third: ThirdChannel = "magnitude",
) -> npt.NDArray[np.float32]:
    """Turn the flow of a clip into ordered optical-flow maps, one per window.

    Paper: Sec. 3.4, Eqs. (3)-(8).  Book: ch. 4.

    Parameters
    ----------
    flow : ndarray of float32, shape (n - 1, H, W, 2), px/frame
    window, stride
        See :func:`windows`; the paper's w is 28.
    solver, smoothing, C, C_scale
        See :func:`rank_pool`.
    normalisation : {"channel", "joint", "signed"}
        Of the first two channels, see :func:`min_max`; the third has its own range.
    third : {"magnitude", "ranked_magnitude", "zero"}
        Third channel, which VGG-16 needs: ``sqrt(Gx^2 + Gy^2)``; the rank-pooled sequence of
        flow magnitudes (Eq. 1); or zeros.

    Returns
    -------
    ndarray of float32, shape (number of windows, H, W, 3)
        Gx, Gy and the third channel, each in [0, 255].

    Raises
    ------
    ParameterError
        If the flow is not valid, a number is out of range or an option is unknown.

    Notes
    -----
    Departures from the paper: (I) the third channel of the map is not described; (II) the
    raw float flow is pooled, without an 8-bit image in between.
    """
    check_choice("normalisation", normalisation, NORMALISATIONS)
    check_choice("third", third, THIRD_CHANNELS)
    spans = windows(len(check_flow(flow)), window=window, stride=stride)
    options = {"solver": solver, "smoothing": smoothing, "C": C, "C_scale": C_scale}
    pooled = rank_pool_windows(flow, spans, **options)
    if third == "magnitude":
        extra = np.hypot(pooled[..., 0], pooled[..., 1])
    elif third == "ranked_magnitude":
        magnitude = np.hypot(flow[..., 0], flow[..., 1]).reshape(len(flow), -1)
        extra = pool_fields(magnitude, spans, **options).reshape(pooled.shape[:-1])
    else:
        extra = np.zeros(pooled.shape[:-1], np.float32)
    maps = min_max(pooled, normalisation=normalisation)
    return np.concatenate([maps, min_max(extra[..., None])], axis=-1)
