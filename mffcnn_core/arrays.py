"""What counts as a valid video, image or flow array: one check for each.

Conventions of the whole library:

* frames are RGB, ``uint8``, shape ``(n, H, W, 3)``;
* flow is ``float32``, shape ``(n - 1, H, W, 2)``, in px/frame, ``[..., 0]`` x to the
  right, ``[..., 1]`` y down.
"""

import numpy as np
import numpy.typing as npt

from mffcnn_core.errors import ParameterError

Frames = npt.NDArray[np.uint8]
Flow = npt.NDArray[np.float32]


def _describe(array: object) -> str:
    if isinstance(array, np.ndarray):
        return f"{array.dtype} array of shape {array.shape}"
    return f"{type(array).__name__}"


def check_frames(frames: object, *, name: str = "frames", at_least: int = 1) -> Frames:
    """Return ``frames`` if it is a valid stack of RGB frames.

    Parameters
    ----------
    frames : ndarray of uint8, shape (n, H, W, 3)
    name : str
        What the error message calls it.
    at_least : int
        Smallest number of frames that the caller can work with.

    Raises
    ------
    ParameterError
        If type, shape, dtype or length differ from the above.
    """
    if (
        not isinstance(frames, np.ndarray)
        or frames.ndim != 4
        or frames.shape[-1] != 3
        or frames.dtype != np.uint8
    ):
        raise ParameterError(
            f"{name}: expected uint8 RGB frames of shape (n, H, W, 3), got {_describe(frames)}. "
            "Load them with mffcnn_core.video.load_video."
        )
    if len(frames) < at_least or 0 in frames.shape:
        raise ParameterError(
            f"{name}: expected at least {at_least} non-empty frame(s), "
            f"got shape {frames.shape}. The clip is too short or empty."
        )
    return frames


def check_flow(flow: object, *, name: str = "flow") -> Flow:
    """Return ``flow`` if it is a valid optical-flow sequence.

    Parameters
    ----------
    flow : ndarray of float32, shape (n - 1, H, W, 2), px/frame

    Raises
    ------
    ParameterError
        If type, shape or dtype differ, or if a value is not finite.
    """
    if (
        not isinstance(flow, np.ndarray)
        or flow.ndim != 4
        or flow.shape[-1] != 2
        or flow.dtype != np.float32
    ):
        raise ParameterError(
            f"{name}: expected float32 flow of shape (n - 1, H, W, 2), got {_describe(flow)}. "
            "Estimate it with mffcnn_core.flow.estimate_flow."
        )
    if not np.isfinite(flow).all():
        raise ParameterError(
            f"{name}: expected finite values, got NaN or infinity. "
            "Mask unknown flow before you pass it on."
        )
    return flow
