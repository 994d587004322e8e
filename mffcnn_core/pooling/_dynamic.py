"""Dynamic images: rank pooling of the frames themselves, without any flow."""

import numpy as np
import numpy.typing as npt

from mffcnn_core.arrays import Frames, check_frames
from mffcnn_core.pooling._cost import DEFAULT_C, CostScale
from mffcnn_core.pooling._maps import Normalisation, min_max, windows
from mffcnn_core.pooling._rank import Solver, pool_fields
from mffcnn_core.pooling._smoothing import Smoothing


def dynamic_images(
    frames: Frames,
    *,
    window: int = 28,
    stride: int | None = None,
    solver: Solver = "exact",
    smoothing: Smoothing = "weighted",
    C: float = DEFAULT_C,
    C_scale: CostScale = "relative",
    normalisation: Normalisation = "channel",
) -> npt.NDArray[np.float32]:
    """Turn the frames of a clip into dynamic images, one per window.

    What :func:`ordered_flow_maps` does to flow is done to RGB: the image G orders the frames
    in time, ``<G, frame_i> < <G, frame_j>`` for i < j.  The paper does not use it; ordered
    flow comes from it.

    Parameters
    ----------
    frames : ndarray of uint8, shape (n, H, W, 3)
    window, stride
        See :func:`windows`; here in frames.
    solver, smoothing, C, C_scale
        See :func:`rank_pool`.
    normalisation : {"channel", "joint", "signed"}
        See :func:`min_max`.

    Returns
    -------
    ndarray of float32, shape (number of windows, H, W, 3)
        In [0, 255]; zeros where nothing changes.

    Raises
    ------
    ParameterError
        If the frames are not valid, a number is out of range or an option is unknown.

    Notes
    -----
    Departures from Bilen et al.: (I) the exact problem in place of its closed form, and
    Eq. (3) in place of the running mean, so that nothing but the fields differs from ordered
    flow.  (II) Frames are measured from the first one of the clip.  Coefficients that sum to 0
    do not see it (``exact``, ``approximate``), and a clip that stands still gives zeros rather
    than scaled rounding errors; ``svr``, which has no bias, does see it.

    References
    ----------
    Bilen, Fernando, Gavves, Vedaldi, Gould, "Dynamic Image Networks for Action Recognition",
    CVPR 2016.

    Examples
    --------
    >>> still = np.full((9, 4, 4, 3), 77, np.uint8)
    >>> dynamic_images(still).any()
    np.False_
    """
    frames = check_frames(frames)
    fields = (frames.astype(np.float32) - frames[0]).reshape(len(frames), -1)
    spans = windows(len(frames), window=window, stride=stride)
    pooled = pool_fields(fields, spans, solver=solver, smoothing=smoothing, C=C, C_scale=C_scale)
    return min_max(pooled.reshape(len(spans), *frames.shape[1:]), normalisation=normalisation)
