"""What is made of flow directly: the flow image, the warped frame, the end-point error."""

import cv2
import numpy as np
import numpy.typing as npt

from mffcnn_core.arrays import Flow, check_flow
from mffcnn_core.errors import ParameterError


def flow_image(flow: Flow) -> npt.NDArray[np.float32]:
    """Add the magnitude of the flow as its third channel.

    ``d_z = sqrt(d_x^2 + d_y^2)``

    Paper: Sec. 3.2, Eq. (1). Book: ch. 3.

    Parameters
    ----------
    flow : ndarray of float32, shape (n - 1, H, W, 2), px/frame

    Returns
    -------
    ndarray of float32, shape (n - 1, H, W, 3)
        ``d_x, d_y, d_z`` in px/frame.

    Notes
    -----
    Departures from the paper: (I) it gives the third channel to the input of the spatial
    network DCNN_s; only the temporal stream sees flow, so it is meant for that one.

    Examples
    --------
    >>> flow_image(np.full((1, 1, 1, 2), [3, 4], np.float32))[0, 0, 0].tolist()
    [3.0, 4.0, 5.0]
    """
    check_flow(flow)
    return np.concatenate([flow, np.hypot(flow[..., :1], flow[..., 1:])], axis=-1)


def warp(frame_next: np.ndarray, flow: np.ndarray) -> np.ndarray:
    """Predict frame t from frame t + 1 and the flow between them.

    ``frame_t(x, y) = frame_next(x + d_x, y + d_y)``, bilinear, the border repeated outwards.

    Parameters
    ----------
    frame_next : ndarray, shape (H, W) or (H, W, 3)
    flow : ndarray of float, shape (H, W, 2)
        From frame t to frame t + 1, in px/frame.

    Returns
    -------
    ndarray
        Shape and dtype of ``frame_next``.

    Raises
    ------
    ParameterError
        If the sizes differ.
    """
    if flow.shape != (*frame_next.shape[:2], 2):
        raise ParameterError(
            f"flow: expected shape {(*frame_next.shape[:2], 2)} to warp a frame of shape "
            f"{frame_next.shape}, got {flow.shape}. Pass one frame and its own flow."
        )
    y, x = np.mgrid[: flow.shape[0], : flow.shape[1]].astype(np.float32)
    return cv2.remap(
        frame_next,
        x + flow[..., 0].astype(np.float32),
        y + flow[..., 1].astype(np.float32),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )


def end_point_error(
    flow: np.ndarray, truth: np.ndarray, mask: npt.NDArray[np.bool_] | None = None
) -> float:
    """Return the mean distance between two flow fields.

    Parameters
    ----------
    flow, truth : ndarray of float, shape (..., H, W, 2)
        In px/frame.
    mask : ndarray of bool, shape (..., H, W), optional
        True where the error counts, e.g. where the surface is seen in both frames.

    Returns
    -------
    float
        In px/frame.

    Raises
    ------
    ParameterError
        If shapes differ or the mask leaves nothing.

    Examples
    --------
    >>> end_point_error(np.zeros((4, 4, 2)), np.full((4, 4, 2), [3, 4]))
    5.0
    """
    if flow.shape != truth.shape or flow.shape[-1:] != (2,):
        raise ParameterError(
            f"truth: expected the flow's shape (..., H, W, 2), got {truth.shape} for a flow "
            f"of shape {flow.shape}."
        )
    error = np.linalg.norm(np.asarray(flow, np.float64) - truth, axis=-1)
    if mask is not None:
        if mask.shape != error.shape:
            raise ParameterError(
                f"mask: expected shape {error.shape}, got {mask.shape}. One value per pixel."
            )
        error = error[mask]
    if not error.size:
        raise ParameterError(
            "mask: expected at least one pixel to compare, got none. Check the visible area."
        )
    return float(error.mean())
