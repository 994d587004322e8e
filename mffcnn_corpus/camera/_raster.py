"""A z-buffer for a grid of small triangles, in whole-array operations.

The picture holds, per pixel, where on the vertex grid it lies; everything else (colour,
normals, motion) is then looked up there with :func:`cv2.remap`.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from mffcnn_corpus._functions import Array

BOX_SIZES = (2, 4, 8, 16, 64)
"""Triangles are grouped by the size of their bounding box in px; larger ones are dropped."""

MARGIN = 2
"""Free pixels around the surface in its window, where edges can be softened."""

SMALLEST_AREA = 1e-6  # twice the area in px^2 of a triangle worth drawing
EDGE = 1e-4  # a pixel this far outside still belongs, so that no seam opens


class Raster(NamedTuple):
    """Part of the image that the surface covers.

    Attributes
    ----------
    x, y : int
        Upper left corner of the part in the image.
    row, column : ndarray of float32, shape (h, w)
        Place on the vertex grid; 0 outside of the surface.
    depth : ndarray of float32, shape (h, w)
        Room z, larger is nearer; -inf outside of the surface.
    """

    x: int
    y: int
    row: Array
    column: Array
    depth: Array

    @property
    def covered(self) -> npt.NDArray[np.bool_]:
        """Where the surface is."""
        return np.isfinite(self.depth)

    @property
    def window(self) -> tuple[slice, slice]:
        """Slices of the image that this part fills."""
        height, width = self.depth.shape
        return slice(self.y, self.y + height), slice(self.x, self.x + width)


def grid_triangles(drawn: npt.NDArray[np.bool_]) -> npt.NDArray[np.int32]:
    """Return two triangles of vertex numbers, shape (3, n), per drawn cell of the grid."""
    rows, columns = drawn.shape
    index = np.arange((rows + 1) * (columns + 1), dtype=np.int32).reshape(rows + 1, columns + 1)
    a, b, c, d = (
        part[drawn] for part in (index[:-1, :-1], index[:-1, 1:], index[1:, :-1], index[1:, 1:])
    )
    return np.concatenate([np.stack([a, b, c]), np.stack([d, c, b])], axis=1)


def rasterise(
    x: Array, y: Array, z: Array, triangles: npt.NDArray[np.int32], size: tuple[int, int]
) -> Raster | None:
    """Return what is seen of the triangles, or None if they lie outside of the image.

    Parameters
    ----------
    x, y, z : ndarray of float32, shape (rows, columns)
        Image coordinates in px and room depth of the vertices.
    triangles : ndarray of int32, shape (3, n)
        Clockwise as seen (in an image with y down); the others face away.
    size : tuple of int
        Image width and height in px.
    """
    columns = x.shape[1]
    corners_x, corners_y = x.ravel()[triangles], y.ravel()[triangles]
    area = (corners_x[1] - corners_x[0]) * (corners_y[2] - corners_y[0])
    area -= (corners_x[2] - corners_x[0]) * (corners_y[1] - corners_y[0])
    facing = np.flatnonzero(area > SMALLEST_AREA)
    corners_x, corners_y = (np.take(one, facing, axis=1) for one in (corners_x, corners_y))
    x0, x1 = _span(corners_x, size[0])
    y0, y1 = _span(corners_y, size[1])
    seen = np.flatnonzero((x1 >= x0) & (y1 >= y0))
    if not len(seen):
        return None
    left, w = _window(x0[seen], x1[seen], size[0])
    top, h = _window(y0[seen], y1[seen], size[1])
    extent = np.maximum(x1 - x0, y1 - y0)[seen] + 1

    parts, smaller = [], 0
    for box in BOX_SIZES:
        chosen = seen[(extent > smaller) & (extent <= box)]
        smaller = box
        if len(chosen):
            which, at_x, at_y, w1, w2 = _pixels(
                np.take(corners_x, chosen, axis=1),
                np.take(corners_y, chosen, axis=1),
                area[facing[chosen]],
                (x0[chosen], y0[chosen]),
                box,
            )
            fits = np.flatnonzero((at_x < left + w) & (at_y < top + h))
            place = (at_y - top) * w + (at_x - left)
            parts.append([part[fits] for part in (place, facing[chosen[which]], w1, w2)])
    place, triangle, w1, w2 = (np.concatenate(part) for part in zip(*parts, strict=True))

    vertices = np.take(triangles, triangle, axis=1)
    weights = np.stack([1 - w1 - w2, w1, w2])
    nearness = (z.ravel()[vertices] * weights).sum(0)
    depth = np.full(h * w, -np.inf, np.float32)
    np.maximum.at(depth, place, nearness)
    front = np.flatnonzero(nearness == depth[place])
    place = place[front]
    vertices, weights = (np.take(one, front, axis=1) for one in (vertices, weights))
    row, column = np.zeros(h * w, np.float32), np.zeros(h * w, np.float32)
    vertex_rows, vertex_columns = np.divmod(vertices, columns)
    row[place] = (vertex_rows * weights).sum(0)
    column[place] = (vertex_columns * weights).sum(0)
    return Raster(left, top, row.reshape(h, w), column.reshape(h, w), depth.reshape(h, w))


def _window(first: npt.NDArray, last: npt.NDArray, length: int) -> tuple[int, int]:
    """Return start and length of what all spans cover, and a margin within the image."""
    low = max(0, int(first.min()) - MARGIN)
    return low, min(length, int(last.max()) + 1 + MARGIN) - low


def _span(corners: Array, length: int) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    """Return the first and last pixel that triangles with these corners can cover."""
    low = np.minimum(np.minimum(corners[0], corners[1]), corners[2])
    high = np.maximum(np.maximum(corners[0], corners[1]), corners[2])
    first = np.maximum(np.ceil(low), 0).astype(np.int32)
    return first, np.minimum(np.floor(high), length - 1).astype(np.int32)


def _pixels(
    corners_x: Array,
    corners_y: Array,
    area: Array,
    first: tuple[npt.NDArray, npt.NDArray],
    box: int,
) -> tuple[npt.NDArray, ...]:
    """Return triangle number, x, y and two barycentric weights of all pixels in triangles."""
    offset_y, offset_x = np.divmod(np.arange(box * box, dtype=np.int32), box)
    dx = (first[0] - corners_x[0]).astype(np.float32)[:, None] + offset_x.astype(np.float32)
    dy = (first[1] - corners_y[0]).astype(np.float32)[:, None] + offset_y.astype(np.float32)
    (edge_x, other_x), (edge_y, other_y) = (
        ((corners[1] - corners[0]) / area, (corners[2] - corners[0]) / area)
        for corners in (corners_x, corners_y)
    )
    w1 = dx * other_y[:, None] - dy * other_x[:, None]
    w2 = dy * edge_x[:, None] - dx * edge_y[:, None]
    hit = np.flatnonzero((w1 >= -EDGE) & (w2 >= -EDGE) & (w1 + w2 <= 1 + EDGE))
    which, pixel = np.divmod(hit, box * box)
    return (
        which,
        first[0][which] + offset_x[pixel],
        first[1][which] + offset_y[pixel],
        w1.ravel()[hit],
        w2.ravel()[hit],
    )
