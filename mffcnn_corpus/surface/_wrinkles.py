"""Wrinkles that action units draw, and that age leaves behind at rest.

A wrinkle map is the logarithm of a shade: 0 leaves the skin as it is.
"""

import numpy as np
import numpy.typing as npt

from mffcnn_corpus._functions import Array, bump, smoothstep
from mffcnn_corpus.person._action_units import UNIT_INDEX
from mffcnn_corpus.person._identity import Identity
from mffcnn_corpus.surface._canvas import PAINT_RESOLUTION, Canvas

DRIVERS: dict[str, dict[int, float]] = {
    "forehead": {1: 0.8, 2: 0.8},
    "glabella": {4: 1.0},
    "nasolabial": {12: 0.85, 10: 0.9, 9: 1.0, 6: 0.5},
    "crows_feet": {6: 1.0},
    "nose": {9: 1.0},
    "chin": {17: 1.0},
    "dimples": {12: 0.6, 20: 0.5},
    "marionette": {15: 1.0},
}
"""Map -> action units that deepen it and how much; the strongest counts."""

SETTLED = {"forehead": 0.30, "glabella": 0.22, "nasolabial": 0.55, "crows_feet": 0.30}
"""Depth that a map keeps at rest on the oldest face."""


def wrinkle_depths(units: Array, age: float) -> Array:
    """Return the depth of every map, in the order of ``DRIVERS``.

    Parameters
    ----------
    units : ndarray, shape (17,)
        Action units times the person's strengths.
    age : float
        0 to 1.
    """
    depths = [
        max(
            SETTLED.get(name, 0) * max(0.0, age - 0.25) / 0.75,
            *(weight * min(float(units[UNIT_INDEX[u]]), 1.3) for u, weight in drivers.items()),
        )
        for name, drivers in DRIVERS.items()
    ]
    depths[0] *= 1 - 0.4 * min(1.0, float(units[UNIT_INDEX[4]]))  # a frown smooths the forehead
    return np.array(depths, np.float32)


def _shift(image: Array, down: float = 0.0, right: float = 0.0) -> Array:
    rows, columns = round(down * PAINT_RESOLUTION), round(right * PAINT_RESOLUTION)
    return np.roll(image, (rows, columns), axis=(0, 1))


def _forehead(canvas: Canvas, identity: Identity) -> Array:
    s, t = canvas.s, canvas.t
    lines = np.zeros_like(s)
    first = identity.brow_level + 0.15
    for k in range(4):
        wave = 0.012 * np.sin(5 * s + 2 * k) + 0.02 * np.exp(-((s / 0.1) ** 2))
        reach = np.exp(-((np.abs(s) / (0.40 + 0.05 * (k % 2))) ** 4))
        line = np.exp(-(((t - first - 0.085 * k - wave) / 0.012) ** 2))
        lines += line * reach * (0.7 + 0.3 * (k % 2))
    return -0.40 * (lines - 0.45 * _shift(lines, down=0.022))


def _glabella(canvas: Canvas, identity: Identity) -> Array:
    up = canvas.t - identity.brow_level
    furrow = np.exp(-(((np.abs(canvas.s) - 0.055 - 0.03 * up) / 0.014) ** 2))
    furrow *= np.exp(-(((up - 0.02) / 0.10) ** 2))
    return -0.55 * furrow - 0.14 * bump(canvas.s, up, (0, 0), (0.12, 0.10))


def _nasolabial(canvas: Canvas, identity: Identity) -> Array:
    mouth, nose = identity.mouth_level, identity.nose_shift
    fold = canvas.crease(
        [
            (0.160 * identity.nose_width, -0.25 + nose),
            (0.225 * identity.nose_width, -0.34 + nose),
            (identity.mouth_width + 0.03, mouth + 0.13),
            (identity.mouth_width + 0.085, mouth - 0.01),
        ],
        width=0.022,
    )
    cheek = _shift(fold, right=0.045) * (canvas.s > 0) + _shift(fold, right=-0.045) * (canvas.s < 0)
    return -0.50 * fold + 0.16 * cheek


def _crows_feet(canvas: Canvas, identity: Identity) -> Array:
    side = np.abs(canvas.s)
    x = side - (identity.eye_distance + identity.eye_width + 0.03)
    y = canvas.t - identity.eye_level + 0.01
    lines = np.zeros_like(side)
    for angle in (-0.35, 0.05, 0.42):
        along = x * np.cos(angle) + y * np.sin(angle)
        off = y * np.cos(angle) - x * np.sin(angle)
        lines += (
            np.exp(-((off / 0.009) ** 2))
            * smoothstep(along / 0.03)
            * smoothstep((0.15 - along) / 0.08)
        )
    below = side - identity.eye_distance
    bag = np.exp(-(((y + 0.085 + 0.3 * below**2) / 0.014) ** 2)) * np.exp(-((below / 0.13) ** 4))
    return -0.32 * lines - 0.24 * bag


def _nose(canvas: Canvas, identity: Identity) -> Array:
    side = np.abs(canvas.s)
    lines = sum(
        np.exp(-(((canvas.t - 0.10 + 0.05 * k + 0.5 * side) / 0.011) ** 2)) for k in range(3)
    )
    return -0.42 * lines * np.exp(-(((side - 0.06) / 0.06) ** 2))


def _chin(canvas: Canvas, identity: Identity) -> Array:
    pits = np.clip(canvas.noise(60), -0.2, 2) * bump(canvas.s, canvas.t, (0, -0.80), (0.13, 0.07))
    fold = bump(canvas.s, canvas.t, (0, identity.mouth_level - 0.14), (0.16, 0.03))
    return -0.20 * pits - 0.26 * fold


def _dimples(canvas: Canvas, identity: Identity) -> Array:
    wide, mouth = identity.mouth_width, identity.mouth_level
    points = [(wide + 0.09, mouth + 0.10), (wide + 0.12, mouth + 0.02), (wide + 0.09, mouth - 0.06)]
    return -0.35 * canvas.crease(points, width=0.016)


def _marionette(canvas: Canvas, identity: Identity) -> Array:
    wide, mouth = identity.mouth_width, identity.mouth_level
    points = [(wide + 0.03, mouth - 0.02), (wide + 0.05, mouth - 0.10), (wide + 0.02, mouth - 0.18)]
    return -0.40 * canvas.crease(points, width=0.016)


def wrinkle_maps(canvas: Canvas, identity: Identity) -> npt.NDArray[np.float32]:
    """Return the maps of a person, shape (len(DRIVERS), h, w), in the order of ``DRIVERS``."""
    paint = {
        "forehead": _forehead,
        "glabella": _glabella,
        "nasolabial": _nasolabial,
        "crows_feet": _crows_feet,
        "nose": _nose,
        "chin": _chin,
        "dimples": _dimples,
        "marionette": _marionette,
    }
    depth = 0.65 + 0.65 * identity.age
    return np.stack([depth * paint[name](canvas, identity) for name in DRIVERS]).astype(np.float32)
