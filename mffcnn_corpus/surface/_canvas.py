"""The canvas on which skin, features and hair are painted, in chart coordinates."""

import dataclasses
from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from mffcnn_corpus._functions import Array, monotone, smooth_noise
from mffcnn_corpus.surface._grid import PATCH_HEIGHT, PATCHES, S_RANGE, T_RANGE, texture_chart

PAINT_RESOLUTION = 200
"""Texture px per head unit while painting; a head keeps what its image size can show."""

SUBPIXEL_BITS = 4


@dataclasses.dataclass
class Canvas:
    """The texture under work.

    Attributes
    ----------
    s, t : ndarray, shape (h, w)
        Chart coordinates of the pixels.
    albedo : ndarray, shape (h, w, 3)
        sRGB colour without light, 0 to 1.
    rng : numpy.random.Generator
        Source of all small irregularities of this person.
    """

    s: Array
    t: Array
    albedo: Array
    rng: np.random.Generator

    @classmethod
    def blank(cls, color: Sequence[float], rng: np.random.Generator) -> "Canvas":
        """Return a canvas of one colour."""
        s, t = texture_chart(PAINT_RESOLUTION)
        return cls(s, t, np.ones((*s.shape, 3), np.float32) * np.float32(color), rng)

    def noise(self, cells: int, octaves: int = 1) -> Array:
        """Return smooth noise over the canvas, ``cells`` across its width."""
        return smooth_noise(self.rng, self.s.shape, cells=cells, octaves=octaves)

    def mix(self, color: npt.ArrayLike, alpha: Array) -> None:
        """Lay a colour (or an image) over the albedo with a soft mask."""
        alpha = np.clip(alpha, 0, 1).astype(np.float32)[..., None]
        self.albedo += alpha * (np.asarray(color, np.float32) - self.albedo)

    def shade(self, factor: Array) -> None:
        """Multiply the albedo by a grey map."""
        self.albedo *= np.asarray(factor, np.float32)[..., None]

    def strokes(self, starts: Array, ends: Array, *, width: float) -> Array:
        """Return a mask of straight strokes between chart points of shape (n, 2)."""
        image = np.zeros(self.s.shape, np.float32)
        scale = PAINT_RESOLUTION * 2**SUBPIXEL_BITS
        corner = np.array([S_RANGE[0], T_RANGE[1]])
        for start, end in zip(starts, ends, strict=True):
            pixel = [((point - corner) * (scale, -scale)).round() for point in (start, end)]
            cv2.line(
                image,
                *(tuple(int(v) for v in p) for p in pixel),
                1.0,
                max(1, round(width * PAINT_RESOLUTION)),
                cv2.LINE_AA,
                SUBPIXEL_BITS,
            )
        return image

    def crease(self, points: Sequence[tuple[float, float]], *, width: float) -> Array:
        """Return a soft line through chart points on both sides of the face, thin at its ends."""
        q = np.linspace(0, 1, 60, dtype=np.float32)
        knots = np.linspace(0, 1, len(points))
        s, t = (monotone(knots, values, q) for values in zip(*points, strict=True))
        total = np.zeros(self.s.shape, np.float32)
        weight = np.sin(np.pi * np.clip(q, 0.02, 0.98)) ** 0.7
        for x, y, w in zip(s, t, weight, strict=True):
            for side in (-1, 1):
                box = self.box((side * x, y), 4 * width)
                distance = (self.s[box] - side * x) ** 2 + (self.t[box] - y) ** 2
                total[box] = np.maximum(total[box], w * np.exp(-distance / width**2))
        return total

    def box(self, center: tuple[float, float], reach: float) -> tuple[slice, slice]:
        """Return the pixels within ``reach`` of a chart point."""
        column = (center[0] - S_RANGE[0]) * PAINT_RESOLUTION
        row = (T_RANGE[1] - center[1]) * PAINT_RESOLUTION
        r = reach * PAINT_RESOLUTION
        return (
            slice(max(0, int(row - r)), max(0, int(row + r) + 2)),
            slice(max(0, int(column - r)), max(0, int(column + r) + 2)),
        )

    def patch(self, name: str) -> tuple[tuple[slice, slice], Array, Array]:
        """Return a patch's pixels and their u (left to right) and v (down), 0 to 1."""
        _, _, left, width = PATCHES[name]
        top = T_RANGE[1] - T_RANGE[0]
        rows = slice(round(top * PAINT_RESOLUTION), None)
        columns = slice(
            round((left - 0.1) * PAINT_RESOLUTION), round((left + width + 0.1) * PAINT_RESOLUTION)
        )
        u = (self.s[rows, columns] - S_RANGE[0] - left) / width
        v = (T_RANGE[0] - self.t[rows, columns] - 0.05) / (PATCH_HEIGHT - 0.1)
        return (rows, columns), u, v
