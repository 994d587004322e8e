"""Completed local ternary patterns: what is brighter around a pixel, by how much, and where."""

import functools
import math

import cv2
import numpy as np
import numpy.typing as npt

from mffcnn_core.errors import ParameterError

POINTS = 8  # neighbours on the circle: a pattern of them is one byte
RIU2 = POINTS + 2  # rotation-invariant uniform patterns, and one number for all others
CODES = RIU2 * RIU2 * 2  # sign x magnitude x centre

Grey = npt.NDArray[np.uint8]


def _riu2() -> npt.NDArray[np.uint8]:
    """Return the rotation-invariant uniform number of every pattern of 8 bits.

    It is the number of ones if at most two of the neighbouring bits (around the circle)
    differ, and P + 1 otherwise.
    """
    bits = np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1)
    changes = (bits != np.roll(bits, 1, axis=1)).sum(axis=1)
    return np.where(changes <= 2, bits.sum(axis=1), POINTS + 1).astype(np.uint8)


SIGN_PART = _riu2() * np.uint8(2 * RIU2)
MAGNITUDE_PART = _riu2() * np.uint8(2)


def circle(image: Grey, radius: int) -> list[Grey]:
    """Return the 8 neighbours of every pixel on a circle.

    Between pixels they are bilinear, at places in 1/32 px, and rounded to whole grey values
    (a half to the even one).

    Parameters
    ----------
    image : ndarray of uint8, shape (H, W)
    radius : int
        In px, >= 1.

    Returns
    -------
    list of 8 ndarray of uint8, shape (H - 2 radius, W - 2 radius)
        In the order of the angle, from the right.
    """
    height, width = (side - 2 * radius for side in image.shape)
    # in 1/32 px the weights are exact, and no rounding error decides a half
    diagonal = round(radius * math.sqrt(0.5) * 32) / 32
    neighbours = []
    for dy, dx in ((0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1), (-1, 0), (-1, 1)):
        if dy and dx:
            y, x = dy * diagonal, dx * diagonal
            row, column = math.floor(y), math.floor(x)
            kernel = np.outer([1 - y + row, y - row], [1 - x + column, x - column])
            # of the four pixels from each one on to the right and down
            source = cv2.filter2D(image, -1, kernel.astype(np.float32), anchor=(0, 0))
        else:
            row, column, source = dy * radius, dx * radius, image
        top, left = radius + row, radius + column
        neighbours.append(source[top : top + height, left : left + width])
    return neighbours


def _pattern(pairs: list[tuple[npt.NDArray, npt.NDArray]]) -> npt.NDArray[np.uint8]:
    """Return a byte per pixel, one bit for each pair: whether the first is at least the second."""
    pattern = np.zeros(pairs[0][0].shape, np.uint8)
    holds = np.empty_like(pattern)
    for one, other in pairs:
        cv2.compare(one, other, cv2.CMP_GE, dst=holds)
        np.add(pattern, pattern, out=pattern)
        np.subtract(pattern, holds, out=pattern)  # OpenCV's true is 255; less 255 is plus 1
    return pattern


def cltp_codes(image: Grey, *, radius: int = 1, threshold: int = 5) -> npt.NDArray[np.uint8]:
    """Return the two completed local ternary patterns of every pixel.

    For a pixel ``i_c`` and its neighbours ``i_p`` on a circle::

        upper: u_p = i_p - (i_c + t)             lower: l_p = i_p - (i_c - t)
        sign       S_p = [u_p >= 0]
        magnitude  M_p = [|u_p| >= mean of |u| over the image and the neighbours]
        centre     C   = [i_c + t >= mean of the image]          (i_c - t for the lower)

    and the code is ``20 riu2(S) + 2 riu2(M) + C``, where riu2 is the rotation-invariant
    uniform number of a pattern: 200 codes of either side.

    Parameters
    ----------
    image : ndarray of uint8, shape (H, W)
        Larger than the circle.
    radius : int
        Of the circle, in px, >= 1.
    threshold : int
        t, from 0 to 255.

    Returns
    -------
    ndarray of uint8, shape (2, H - 2 radius, W - 2 radius)
        Upper and lower codes, each < 200.

    Raises
    ------
    ParameterError
        If the image is of another kind or too small, or an option is outside its range.

    Notes
    -----
    Our implementation.  Verified: every code against a slow computation pixel by pixel.
    Read from memory of the literature, not from the code of its authors: that both sides
    take ``>=`` for their signs, and the means over the whole image.  Neighbours between
    pixels are interpolated and rounded to whole grey values, see :func:`circle`, so that
    all is done in bytes.

    Examples
    --------
    >>> flat = np.full((5, 5), 100, np.uint8)
    >>> upper, lower = cltp_codes(flat)  # no neighbour is 5 brighter; all are not 5 darker
    >>> int(upper[0, 0]) // 20, int(lower[0, 0]) // 20
    (0, 8)
    """
    if radius < 1 or not 0 <= threshold <= 255:
        raise ParameterError(
            f"radius, threshold: expected a radius >= 1 and a threshold from 0 to 255, got "
            f"{radius} and {threshold}. Usual are 1 or 2 px and 5."
        )
    if image.dtype != np.uint8 or image.ndim != 2 or min(image.shape) <= 2 * radius:
        raise ParameterError(
            f"image: expected a grey uint8 picture of more than {2 * radius} px either way, got "
            f"{image.dtype} of shape {image.shape}. Convert it, or take a smaller radius."
        )
    # Everything is moved up by t, so that nothing is below 0; bytes do if there is room above.
    room = np.uint8 if int(image.max()) + 2 * threshold <= 255 else np.int16
    neighbours = [np.add(n, room(threshold), dtype=room) for n in circle(image, radius)]
    inner = image[radius:-radius, radius:-radius].astype(room)
    mean = math.ceil(cv2.norm(image, cv2.NORM_L1) / image.size) + threshold
    brighter_than = np.full_like(inner, 0)
    codes = np.empty((2, *inner.shape), np.uint8)
    for out, centre in zip(codes, (inner + room(2 * threshold), inner), strict=True):
        # whole numbers reach their mean where they reach the next whole number above it
        sizes = sum(cv2.norm(n, centre, cv2.NORM_L1) for n in neighbours)
        brighter_than[:] = math.ceil(sizes / (POINTS * inner.size))
        signs = _pattern([(n, centre) for n in neighbours])
        magnitudes = _pattern([(cv2.absdiff(n, centre), brighter_than) for n in neighbours])
        np.add(cv2.LUT(signs, SIGN_PART), cv2.LUT(magnitudes, MAGNITUDE_PART), out=out)
        out += centre >= mean
    return codes


@functools.lru_cache(maxsize=8)
def _blocks_of(
    shape: tuple[int, int], blocks: tuple[int, int]
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.float64]]:
    """Return the first bin of each pixel's block, and the number of pixels of each block."""
    rows, columns = (
        np.arange(side) * count // side for side, count in zip(shape, blocks, strict=True)
    )
    block = rows[:, None] * blocks[1] + columns
    bins, pixels = block * CODES, np.bincount(block.ravel()).astype(np.float64)
    for shared in (bins, pixels):
        shared.setflags(write=False)
    return bins, pixels


def cltp_histogram(
    image: Grey, *, radius: int = 1, threshold: int = 5, blocks: tuple[int, int] = (6, 7)
) -> npt.NDArray[np.float64]:
    """Return the square root of how often each code occurs in each block of an image.

    Parameters
    ----------
    image : ndarray of uint8, shape (H, W)
    radius, threshold
        As for :func:`cltp_codes`.
    blocks : tuple of int
        Rows and columns of blocks, each >= 1 and at most the number of pixels.

    Returns
    -------
    ndarray of float64, shape (2 * rows * columns * 200,)
        By side, block and code; squares of a side and a block sum to 1.

    Raises
    ------
    ParameterError
        As for :func:`cltp_codes`, or if there are no blocks or more than pixels.

    Examples
    --------
    >>> shades = np.arange(144, dtype=np.uint8).reshape(12, 12)
    >>> len(cltp_histogram(shades, blocks=(2, 3)))
    2400
    """
    codes = cltp_codes(image, radius=radius, threshold=threshold)
    shape, blocks = codes.shape[1:], tuple(blocks)
    if not all(1 <= count <= side for count, side in zip(blocks, shape, strict=True)):
        raise ParameterError(
            f"blocks: expected 1 to {shape[0]} rows and 1 to {shape[1]} columns, got {blocks}. "
            "A block needs at least one pixel."
        )
    bins, pixels = _blocks_of(shape, blocks)
    roots = np.empty((2, len(pixels), CODES))
    for out, side in zip(roots, codes, strict=True):
        counts = np.bincount((bins + side).ravel(), minlength=len(pixels) * CODES)
        np.sqrt(counts.reshape(-1, CODES) / pixels[:, None], out=out)
    return roots.ravel()
