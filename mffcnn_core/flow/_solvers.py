"""The flow methods on offer: each is a function of its options that returns a solver.

A solver maps two grey images to the flow from the first to the second.  A new method is
one function here with the decorator ``@_method("name")``; its options are its keyword
arguments, and :func:`make_solver` checks them.
"""

import inspect
from collections.abc import Callable
from typing import Any

import cv2
import numpy as np

from mffcnn_core.errors import ParameterError
from mffcnn_core.settings import did_you_mean

Solver = Callable[[np.ndarray, np.ndarray], np.ndarray]

SOLVERS: dict[str, Callable[..., Solver]] = {}
"""Method name -> the function that makes its solver; its docstring explains the options."""

DIS_PRESETS = {
    "ultrafast": cv2.DISOPTICAL_FLOW_PRESET_ULTRAFAST,
    "fast": cv2.DISOPTICAL_FLOW_PRESET_FAST,
    "medium": cv2.DISOPTICAL_FLOW_PRESET_MEDIUM,
}


def _method(name: str) -> Callable[[Callable[..., Solver]], Callable[..., Solver]]:
    def register(make: Callable[..., Solver]) -> Callable[..., Solver]:
        SOLVERS[name] = make
        return make

    return register


@_method("farneback")
def farneback(
    *,
    pyr_scale: float = 0.5,
    levels: int = 3,
    winsize: int = 15,
    iterations: int = 3,
    poly_n: int = 5,
    poly_sigma: float = 1.2,
) -> Solver:
    """Dense flow by polynomial expansion (Farnebäck 2003).

    Parameters
    ----------
    pyr_scale : float
        Size of a pyramid level relative to the one below, in (0, 1).
    levels : int
        Pyramid levels, 1 to 50; more follow larger motion.
    winsize : int
        Averaging window in pixels, 1 to 1000; larger is smoother and less sensitive to noise.
    iterations : int
        Per level, 1 to 1000.
    poly_n : int
        Neighbourhood of the polynomial, 5 or 7 pixels.
    poly_sigma : float
        Its Gaussian weight in pixels: 1.1-1.2 for 5, 1.5 for 7.

    Notes
    -----
    The solution is ill-conditioned in the corners of the picture: two equal frames give
    up to 0.2 px there, and less than 0.001 px elsewhere.
    """
    # upper bounds: settings may come from somebody else's file, and a picture ends
    for name, value, low, high in (
        ("pyr_scale", pyr_scale, 0.01, 0.99),
        ("levels", levels, 1, 50),
        ("winsize", winsize, 1, 1000),
        ("iterations", iterations, 1, 1000),
        ("poly_n", poly_n, 3, 15),
        ("poly_sigma", poly_sigma, 0.01, 15),
    ):
        if not low <= value <= high:
            raise ParameterError(f"{name}: expected {low} to {high}, got {value!r}.")

    def solve(image: np.ndarray, following: np.ndarray) -> np.ndarray:
        return cv2.calcOpticalFlowFarneback(
            image,
            following,
            None,
            pyr_scale=pyr_scale,
            levels=levels,
            winsize=winsize,
            iterations=iterations,
            poly_n=poly_n,
            poly_sigma=poly_sigma,
            flags=0,
        )

    return solve


@_method("dis")
def dis(*, preset: str = "medium", finest_scale: int | None = None) -> Solver:
    """Dense inverse search (Kroeger et al. 2016): fast, and sharper at borders of motion.

    Parameters
    ----------
    preset : {"medium", "fast", "ultrafast"}
        OpenCV's sets of options.
    finest_scale : int, optional
        Finest pyramid level that is solved (0 = full resolution); the preset's if None.
    """
    if preset not in DIS_PRESETS:
        raise ParameterError(
            f"preset: expected one of {', '.join(DIS_PRESETS)}, got {preset!r}. "
            f"{did_you_mean(str(preset), list(DIS_PRESETS))}"
        )
    solver = cv2.DISOpticalFlow.create(DIS_PRESETS[preset])
    if finest_scale is not None:
        solver.setFinestScale(finest_scale)

    def solve(image: np.ndarray, following: np.ndarray) -> np.ndarray:
        return solver.calc(image, following, None)

    return solve


def make_solver(method: str, **options: Any) -> Solver:
    """Return the solver of a method, or say which name or option is unknown.

    Parameters
    ----------
    method : str
        A key of :data:`SOLVERS`.
    **options
        The method's own keyword arguments.

    Raises
    ------
    ParameterError
        If the method or an option is not known.
    """
    if method not in SOLVERS:
        raise ParameterError(
            f"method: expected a flow method, got {method!r}. "
            f"{did_you_mean(str(method), list(SOLVERS))}"
        )
    known = list(inspect.signature(SOLVERS[method]).parameters)
    for name in options:
        if name not in known:
            raise ParameterError(
                f"method {method!r}: expected known options, got {name!r}. "
                f"{did_you_mean(name, known)}"
            )
    return SOLVERS[method](**options)
