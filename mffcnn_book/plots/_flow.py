"""Optical flow as colours and as arrows."""

import cv2
import matplotlib.pyplot as plt
import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke

from mffcnn_core.errors import ParameterError


def _one_field(flow: npt.NDArray) -> npt.NDArray[np.float32]:
    if not isinstance(flow, np.ndarray) or flow.ndim != 3 or flow.shape[-1] != 2:
        shape = getattr(flow, "shape", type(flow).__name__)
        raise ParameterError(
            f"flow: expected one field of shape (H, W, 2), got {shape}. "
            "Pick one time step, e.g. flow[10]."
        )
    return flow.astype(np.float32)


def flow_to_rgb(flow: npt.NDArray, *, limit: float | None = None) -> npt.NDArray[np.uint8]:
    """Colour-code a flow field: hue is the direction, saturation the speed, white is rest.

    Parameters
    ----------
    flow : ndarray, shape (H, W, 2), px/frame
    limit : float, optional
        Speed (px/frame) at full saturation; the 99th percentile of the field by default.
        Give it when two fields are to be compared by eye.

    Returns
    -------
    ndarray of uint8, shape (H, W, 3)

    References
    ----------
    .. [1] S. Baker et al., "A database and evaluation methodology for optical flow",
       IJCV 92, 2011 (the custom of hue for direction and saturation for speed).

    Examples
    --------
    >>> flow_to_rgb(np.zeros((1, 1, 2), np.float32), limit=1.0)[0, 0].tolist()
    [255, 255, 255]
    """
    flow = _one_field(flow)
    speed = np.hypot(flow[..., 0], flow[..., 1])
    if limit is None:
        limit = max(float(np.percentile(speed, 99)), 1e-6)
    elif limit <= 0:
        raise ParameterError(f"limit: expected a speed > 0 px/frame, got {limit}.")
    angle = np.degrees(np.arctan2(flow[..., 1], flow[..., 0])) % 360
    hsv = np.dstack([angle, np.clip(speed / limit, 0, 1), np.ones_like(speed)])
    return np.round(255 * cv2.cvtColor(hsv.astype(np.float32), cv2.COLOR_HSV2RGB)).astype(np.uint8)


def plot_flow_image(
    flow: npt.NDArray, *, limit: float | None = None, title: str = "", ax: Axes | None = None
) -> Axes:
    """Plot a colour-coded flow field; see :func:`flow_to_rgb`."""
    ax = ax or plt.gca()
    ax.imshow(flow_to_rgb(flow, limit=limit))
    ax.set_title(title, fontsize=9)
    ax.set_axis_off()
    return ax


def plot_flow_wheel(*, limit: float, ax: Axes | None = None) -> Axes:
    """Plot the legend of the colour code: which colour means which direction and speed.

    Parameters
    ----------
    limit : float
        Speed at the rim, px/frame.
    """
    ax = ax or plt.gca()
    y, x = np.mgrid[-1:1:201j, -1:1:201j].astype(np.float32)
    wheel = flow_to_rgb(np.dstack([x, y]), limit=1.0).astype(float) / 255
    alpha = (np.hypot(x, y) <= 1).astype(float)
    ax.imshow(np.dstack([wheel, alpha]), extent=(-1, 1, 1, -1))
    for text, place in {
        "right": (1.08, 0, "left", "center"),
        "left": (-1.08, 0, "right", "center"),
        "down": (0, 1.1, "center", "top"),
        "up": (0, -1.1, "center", "bottom"),
    }.items():
        ax.text(place[0], place[1], text, ha=place[2], va=place[3], fontsize=9)
    ax.set(xlim=(-1.5, 1.5), ylim=(1.5, -1.5), aspect="equal")
    ax.set_title(f"rim: {limit:.1f} px/frame", fontsize=9)
    ax.set_axis_off()
    return ax


def plot_flow_arrows(
    image: npt.NDArray[np.uint8],
    flow: npt.NDArray,
    *,
    step: int = 8,
    title: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Plot flow as arrows over the frame it starts from.

    Parameters
    ----------
    image : ndarray of uint8, shape (H, W, 3)
    flow : ndarray, shape (H, W, 2), px/frame
    step : int
        Distance between arrows, px.

    Notes
    -----
    The fastest arrows (but for one in a hundred) are half as long again as ``step``, whatever
    the speed; those of less than 15 % of it are left out, or they would be dots.
    """
    ax = ax or plt.gca()
    flow = _one_field(flow)
    y, x = np.mgrid[step // 2 : flow.shape[0] : step, step // 2 : flow.shape[1] : step]
    u, v = flow[y, x, 0], flow[y, x, 1]
    speed = np.hypot(u, v)
    fast = max(float(np.percentile(speed, 99)), 1e-6)
    seen = speed > 0.15 * fast
    ax.imshow(image)
    ax.quiver(
        x[seen], y[seen], u[seen], v[seen], angles="xy", scale_units="xy",
        scale=fast / (1.5 * step), color="#ffd400", width=0.005, minlength=0,
        path_effects=[withStroke(linewidth=1.5, foreground="black")],  # seen on any ground
    )  # fmt: skip
    ax.set_title(title, fontsize=9)
    ax.set_axis_off()
    return ax
