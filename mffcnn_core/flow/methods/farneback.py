"""Farnebäck's polynomial expansion."""

from collections.abc import Callable

import cv2
import numpy as np

from mffcnn_core.errors import ParameterError


def farneback(
    *,
    pyr_scale: float = 0.5,
    levels: int = 3,
    winsize: int = 15,
    iterations: int = 3,
    poly_n: int = 5,
    poly_sigma: float = 1.2,
) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
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


OFFER = farneback
