"""Small functions of which the synthetic faces are made: steps, bumps, noise, strokes."""

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt
from scipy.interpolate import PchipInterpolator

Array = npt.NDArray[np.float32]


def smoothstep(x: npt.ArrayLike) -> npt.NDArray:
    """Return 0 below 0, 1 above 1, and ``3 x^2 - 2 x^3`` in between."""
    x = np.clip(x, 0, 1)
    return x * x * (3 - 2 * x)


def per_color(values: Array) -> Array:
    """Return one value per pixel, shape (h, w), as three equal ones, shape (h, w, 3).

    It is what ``values[..., None]`` stands for in a product, but numpy is slow where the last
    axis of what it spreads is that short.
    """
    return cv2.merge([values] * 3)


def inside(distance: npt.ArrayLike, width: float) -> npt.NDArray:
    """Return a soft step from outside (0) to inside (1) across ``distance = 0``."""
    return smoothstep(np.asarray(distance) / width + 0.5)


def bump(
    s: Array,
    t: Array,
    center: tuple[float, float],
    width: tuple[float, float],
    *,
    below: float | None = None,
) -> Array:
    """Return ``exp(-(ds / ws)^2 - (dt / wt)^2)``, with another ``wt`` below the centre."""
    vertical = width[1] if below is None else np.where(t > center[1], width[1], below)
    return np.exp(-(((s - center[0]) / width[0]) ** 2) - ((t - center[1]) / vertical) ** 2)


def monotone(knots: Sequence[float], values: Sequence[float], x: Array) -> Array:
    """Interpolate smoothly, without overshoot; constant beyond the outer knots."""
    clipped = np.clip(x, knots[0], knots[-1])
    return PchipInterpolator(knots, values)(clipped).astype(np.float32)


def smooth_noise(
    rng: np.random.Generator, shape: tuple[int, int], *, cells: int, octaves: int = 1
) -> Array:
    """Return noise of unit deviation whose coarsest octave has ``cells`` across the width."""
    height, width = shape
    total = np.zeros(shape, np.float32)
    for octave in range(octaves):
        n = cells * 2**octave
        coarse = rng.standard_normal((max(2, n * height // width) + 2, n + 2), np.float32)
        total += 0.55**octave * cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    return total / total.std()


def fibres(
    rng: np.random.Generator, shape: tuple[int, int], *, width: float, length: float
) -> Array:
    """Return noise of unit deviation drawn out vertically into fibres (sizes in px)."""
    noise = rng.standard_normal(shape, np.float32)
    noise = cv2.GaussianBlur(noise, (0, 0), sigmaX=width, sigmaY=length)
    return noise / noise.std()
