"""Inner products of the fields: all that an exact solution has to know of them."""

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

# The fastest way through a matrix that is a few dozen high and 100 000 wide: pieces that stay
# in the cache, few rows at a time, and only half of what is symmetric.  Adding the pieces up
# in float64 also takes most of the rounding error of float32 away.
_ROWS = 8
_PIECE = 4096


def _complete(known: Array, fields: npt.NDArray[np.float32]) -> Array:
    """Return the Gram matrix of fields (T, d) of which the leading block is known."""
    gram = np.zeros((len(fields), len(fields)))
    gram[: len(known), : len(known)] = known
    for start in range(0, fields.shape[1], _PIECE):
        piece = fields[:, start : start + _PIECE]
        for row in range(0, len(fields), _ROWS):
            column = max(row, len(known))
            rows = slice(row, row + _ROWS)
            gram[rows, column:] += piece[rows] @ piece[column:].T
    return np.triu(gram) + np.triu(gram, 1).T


def window_grams(fields: npt.NDArray[np.float32], spans: Sequence[slice]) -> Iterator[Array]:
    """Yield the matrix of inner products (the Gram matrix) of each window's fields.

    What a window shares with the one before it is not computed again.

    Parameters
    ----------
    fields : ndarray of float32, shape (n, d)
    spans : sequence of slice
        With explicit ends and step 1.

    Yields
    ------
    ndarray, shape (T, T)
        T is the length of the window.
    """
    start, stop, gram = 0, 0, np.empty((0, 0))
    for span in spans:
        follows = start <= span.start < stop <= span.stop
        shared = slice(span.start - start, None) if follows else slice(0)
        gram = _complete(gram[shared, shared], fields[span])
        start, stop = span.start, span.stop
        yield gram


def coordinates(gram: Array) -> tuple[Array, Array]:
    """Return Z (T, r) with Z Z^T = gram, and B (T, r) that lifts w back: a = B w.

    By eigenvectors rather than Cholesky, because a clip with equal frames has a singular
    Gram matrix; directions below rounding error are left out.
    """
    values, vectors = np.linalg.eigh(gram)
    keep = values > max(values[-1], 0.0) * 1e-10
    root = np.sqrt(values[keep])
    return vectors[:, keep] * root, vectors[:, keep] / root
