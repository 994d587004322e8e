"""Estimate the flow of a whole clip."""

from typing import Any

import cv2
import numpy as np

from mffcnn_core.arrays import Flow, Frames, check_frames
from mffcnn_core.errors import ParameterError
from mffcnn_core.flow._solvers import make_solver

_SMALLEST = 16


def estimate_flow(frames: Frames, *, method: str = "farneback", **options: Any) -> Flow:
    """Estimate the optical flow between neighbouring frames.

    The content at ``(x, y)`` in frame t is found at ``(x + d_x, y + d_y)`` in frame t + 1.

    Paper: Sec. 3.2 and 3.4. Book: ch. 3.

    Parameters
    ----------
    frames : ndarray of uint8, shape (n, H, W, 3)
        RGB, n >= 2, H and W >= 16.
    method : {"farneback", "dis"}
        A key of :data:`~mffcnn_core.flow.SOLVERS`.
    **options
        The method's own, e.g. ``winsize=21`` (Farnebäck) or ``preset="fast"`` (DIS); see
        the docstring of ``SOLVERS[method]``.

    Returns
    -------
    ndarray of float32, shape (n - 1, H, W, 2)
        In px/frame; ``[..., 0]`` is x to the right, ``[..., 1]`` is y down.

    Raises
    ------
    ParameterError
        If the frames are too few or too small, or the method or an option is unknown.

    Notes
    -----
    Departures from the paper:

    (I) The paper names no flow method.  Farnebäck's is the default; it and DIS are in the
    plain OpenCV wheel.
    (II) Flow stays a float in px/frame: nothing is rounded to 8 bits between here and the
    networks.
    """
    check_frames(frames, at_least=2)
    if min(frames.shape[1:3]) < _SMALLEST:
        raise ParameterError(
            f"frames: expected a height and width of at least {_SMALLEST} pixels, got "
            f"{frames.shape[1]} x {frames.shape[2]}. Flow needs texture to follow; enlarge them."
        )
    solve = make_solver(method, **options)
    flow = np.empty((len(frames) - 1, *frames.shape[1:3], 2), np.float32)
    grey = cv2.cvtColor(frames[0], cv2.COLOR_RGB2GRAY)
    for t in range(len(flow)):
        following = cv2.cvtColor(frames[t + 1], cv2.COLOR_RGB2GRAY)
        flow[t] = solve(grey, following)
        grey = following
    return flow
