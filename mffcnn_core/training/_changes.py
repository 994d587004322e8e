"""Crops, shifts and mirror images of a whole batch at once, on whatever device it is."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from mffcnn_core.augment import Crop
from mffcnn_core.devices import sent
from mffcnn_core.features import Stack

Indices = npt.NDArray[np.int64]
Shares = npt.NDArray[np.float32]


def changed_rows(
    stack: Stack,
    numbers: Indices,
    device: torch.device,
    *,
    crops: Sequence[Crop] | None,
    moves: Indices,
    mirrored: npt.NDArray[np.bool_],
) -> Tensor:
    """Return what a stream keeps of images, float32: cropped, then moved, then mirrored.

    ``out[i] = crop[clamp(j + move, 0, S - 1)]``, with ``j = i``, or ``S - 1 - i`` in a column
    of a mirrored image; a crop that is enlarged is a mean of two neighbouring pixels in
    each direction.

    Parameters
    ----------
    stack : Stack
    numbers : ndarray of int, shape (k,) or (k, frames)
        Rows of the stack.
    device : torch.device
    crops : sequence of Crop, length k, optional
    moves : ndarray of int, shape (k, 2)
        Displacement down and to the right in px; the border is repeated.
    mirrored : ndarray of bool, shape (k,)

    Returns
    -------
    Tensor of float32, shape (k, S, S, c) or (k, frames, S, S, c)
    """
    source, chosen = stack.take(numbers, device)
    if crops is None and not moves.any() and not mirrored.any():
        return source[chosen].float()
    size = stack.rows.shape[1]
    down = _moved(size, moves[:, 0], np.zeros_like(mirrored))
    right = _moved(size, moves[:, 1], mirrored)
    if crops is None:
        rows = _pixels(source, chosen, sent(down, device), sent(right, device)).float()
    else:
        boxes = np.array([crop.pixels(size, size) for crop in crops])
        axes = [_between(places, boxes[:, k::2], size) for k, places in enumerate((down, right))]
        (above, below, low), (left, beyond, far) = [[sent(a, device) for a in own] for own in axes]
        lines = []
        for y in (above, below):
            here, there = (_pixels(source, chosen, y, x).float() for x in (left, beyond))
            lines.append(torch.lerp(here, there, _spread(far, chosen, 1, -1, 1)))
        rows = torch.lerp(*lines, _spread(low, chosen, -1, 1, 1))
        zoom = np.array([crop.zoom for crop in crops], dtype=np.float32)
        rows = stack.kind.enlarged(rows, beside(sent(zoom, device), rows))
    if mirrored.any():
        flipped = beside(sent(mirrored, device)[:, None], rows)
        rows = torch.where(flipped, stack.kind.mirrored(rows), rows)
    return rows


def beside(values: Tensor, images: Tensor) -> Tensor:
    """Return values (k, c) of images (k, ..., c) with as many axes as those."""
    return values.reshape(len(values), *[1] * (images.ndim - 2), values.shape[-1])


def _moved(size: int, steps: Indices, mirrored: npt.NDArray[np.bool_]) -> Indices:
    """Return from which place along an axis each pixel is taken, shape (k, size)."""
    grid = np.arange(size)
    places = np.where(mirrored[:, None], grid[::-1], grid) + steps[:, None]
    return places.clip(0, size - 1)


def _between(places: Indices, boxes: Indices, size: int) -> tuple[Indices, Indices, Shares]:
    """Return neighbours of places in enlarged crops along an axis, and the share of the second.

    ``boxes`` (k, 2) holds where each crop begins, and how long it is, in px.
    """
    first, length = boxes[:, :1], boxes[:, 1:]
    # centres of pixels lie at halves; beyond the outermost one its value is repeated
    place = ((places + 0.5) * (length / size) - 0.5).clip(0, length - 1)
    low = np.floor(place).astype(np.int64)
    second = np.minimum(low + 1, length - 1)
    return first + low, first + second, (place - low).astype(np.float32)


def _pixels(source: Tensor, chosen: Tensor, down: Tensor, right: Tensor) -> Tensor:
    """Return rows ``down`` (k, S) and columns ``right`` (k, S) of pixels of chosen images."""
    own = chosen[..., None, None]
    return source[own, _spread(down, chosen, -1, 1), _spread(right, chosen, 1, -1)]


def _spread(values: Tensor, chosen: Tensor, *axes: int) -> Tensor:
    """Return values (k, S) with axes of 1 for the frames of an image, and then ``axes``."""
    return values.reshape(len(values), *[1] * (chosen.ndim - 1), *axes)
