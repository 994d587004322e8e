"""Estimate the flow of a clip, whole or pair by pair."""

from collections.abc import Iterable, Iterator
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from mffcnn_core.arrays import Flow, Frames, check_frames
from mffcnn_core.errors import ParameterError
from mffcnn_core.flow._solvers import FlowSolver, make_solver

_SMALLEST = 16


def iter_flow(
    frames: Iterable[npt.NDArray[np.uint8]], *, method: str = "farneback", **options: Any
) -> Iterator[npt.NDArray[np.float32]]:
    """Yield the flow from each frame to the next, in constant memory.

    Parameters
    ----------
    frames : iterable of ndarray of uint8, shape (H, W, 3)
        RGB, H and W >= 16; read once, one frame ahead of the flow.
    method, **options
        As for :func:`estimate_flow`.

    Yields
    ------
    ndarray of float32, shape (H, W, 2)
        In px/frame; one fewer than there are frames.

    Raises
    ------
    ParameterError
        If a frame is too small, or the method or an option is unknown.
    """
    return _pairwise(frames, make_solver(method, **options))  # a wrong name fails at once


def _pairwise(
    frames: Iterable[npt.NDArray[np.uint8]], solve: FlowSolver
) -> Iterator[npt.NDArray[np.float32]]:
    grey = None
    for frame in frames:
        check_frames(frame[None])
        if min(frame.shape[:2]) < _SMALLEST:
            raise ParameterError(
                f"frames: expected a height and width of at least {_SMALLEST} pixels, got "
                f"{frame.shape[0]} x {frame.shape[1]}. Flow needs texture to follow; enlarge them."
            )
        following = cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY)
        if grey is not None:
            yield solve(grey, following)
        grey = following


def estimate_flow(frames: Frames, *, method: str = "farneback", **options: Any) -> Flow:
    """Estimate the optical flow between neighbouring frames.

    The content at ``(x, y)`` in frame t is found at ``(x + d_x, y + d_y)`` in frame t + 1.

    Paper: Sec. 3.2 and 3.4. Book: ch. 3.

    Parameters
    ----------
    frames : ndarray of uint8, shape (n, H, W, 3)
        RGB, n >= 2, H and W >= 16.
    method : {"farneback", "dis"}
        A key of :data:`~mffcnn_core.flow.METHODS`.
    **options
        The method's own, e.g. ``winsize=21`` (Farnebäck) or ``preset="fast"`` (DIS); see
        the docstring of ``METHODS[method]``.

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
    flow = np.empty((len(frames) - 1, *frames.shape[1:3], 2), np.float32)
    for t, field in enumerate(iter_flow(frames, method=method, **options)):
        flow[t] = field
    return flow
