"""The vertex grid of a head and the texture that belongs to it: face, ears and neck in one.

One rectangular grid holds the face chart (upper rows) and, below it, three small
patches: the left ear, the neck and the right ear.  A ring of guard vertices around each
patch lets normals be taken by differences over the whole grid at once.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from mffcnn_corpus._functions import Array

S_RANGE = (-1.6, 1.6)
T_RANGE = (-1.18, 1.35)
PATCH_ROWS = 20
PATCH_HEIGHT = 0.70
"""Height of the patches' strip in the texture, in head units."""

PATCHES = {  # name: (first column, columns, left edge in the texture, width there)
    "ear_left": (0, 13, 0.05, 0.34),
    "neck": (14, 40, 0.60, 1.60),
    "ear_right": (55, 13, 2.50, 0.34),
}
NECK = "neck"

FINER_AT = ((0.13, 0.20), (-0.60, 0.26))
"""Heights t (centre, reach) of eyes and mouth, where rows lie closer."""


class Grid(NamedTuple):
    """Vertex grid, rows from the crown down, columns from the image's left to right.

    Attributes
    ----------
    s, t : ndarray, shape (face_rows, columns)
        Chart coordinates of the face's vertices.
    face_rows : int
    drawn : ndarray of bool, shape (rows - 1, columns - 1)
        Cells that have a surface.
    texture_xy : ndarray, shape (rows, columns, 2)
        Place in the texture in head units, from its upper left corner.
    """

    s: Array
    t: Array
    face_rows: int
    drawn: npt.NDArray[np.bool_]
    texture_xy: Array

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of the whole grid."""
        return self.texture_xy.shape[0], self.texture_xy.shape[1]

    def patch(self, name: str) -> tuple[slice, slice]:
        """Return the rows and columns of a patch, guard ring included."""
        first, columns, _, _ = PATCHES[name]
        return slice(self.face_rows, None), slice(first, first + columns)


def texture_shape(resolution: float) -> tuple[int, int]:
    """Return height and width in px of a texture of ``resolution`` px per head unit."""
    height = T_RANGE[1] - T_RANGE[0] + PATCH_HEIGHT
    return round(height * resolution), round((S_RANGE[1] - S_RANGE[0]) * resolution)


def texture_chart(resolution: float) -> tuple[Array, Array]:
    """Return s and t at every texture pixel; the patches' strip lies below T_RANGE."""
    height, width = texture_shape(resolution)
    s = S_RANGE[0] + (np.arange(width, dtype=np.float32) + 0.5) / resolution
    t = T_RANGE[1] - (np.arange(height, dtype=np.float32) + 0.5) / resolution
    return np.meshgrid(s, t)


def patch_coordinates(rows: int, columns: int) -> tuple[Array, Array]:
    """Return u (left to right) and v (downwards), 0 to 1 inside, beyond in the guard ring."""
    u = (np.arange(columns, dtype=np.float32) - 1) / (columns - 3)
    v = (np.arange(rows, dtype=np.float32) - 1) / (rows - 3)
    return np.meshgrid(u, v)


def _lines(low: float, high: float, density: npt.NDArray, step: float) -> Array:
    """Return lines from low to high whose spacing is ``step / density``."""
    place = np.linspace(low, high, len(density))
    mean = (density[1:] + density[:-1]) / 2
    count = np.concatenate([[0], np.cumsum(mean) * (place[1] - place[0])]) / step
    n = max(2, int(np.ceil(count[-1])))
    return np.interp(np.linspace(0, count[-1], n + 1), count, place).astype(np.float32)


def make_grid(step: float) -> Grid:
    """Return the vertex grid with lines about ``step`` head units apart."""
    t = np.linspace(*T_RANGE, 500)
    density = 1 + sum(np.exp(-(((t - at) / reach) ** 4)) for at, reach in FINER_AT)
    t_lines = _lines(*T_RANGE, density, step)[::-1]
    s = np.linspace(*S_RANGE, 500)
    s_lines = _lines(*S_RANGE, np.clip(1.35 * np.cos(0.95 * s), 0.45, None), step)
    s_grid, t_grid = np.meshgrid(s_lines, t_lines)
    face_rows, columns = s_grid.shape

    rows = face_rows + PATCH_ROWS
    drawn = np.zeros((rows - 1, columns - 1), bool)
    drawn[: face_rows - 1] = True
    texture_xy = np.zeros((rows, columns, 2), np.float32)
    texture_xy[:face_rows, :, 0] = s_grid - S_RANGE[0]
    texture_xy[:face_rows, :, 1] = T_RANGE[1] - t_grid
    for first, patch_columns, left, width in PATCHES.values():
        u, v = patch_coordinates(PATCH_ROWS, patch_columns)
        block = texture_xy[face_rows:, first : first + patch_columns]
        block[..., 0] = left + u * width
        block[..., 1] = T_RANGE[1] - T_RANGE[0] + 0.05 + v * (PATCH_HEIGHT - 0.1)
        drawn[face_rows + 1 : -1, first + 1 : first + patch_columns - 2] = True
    return Grid(s_grid, t_grid, face_rows, drawn, texture_xy)
