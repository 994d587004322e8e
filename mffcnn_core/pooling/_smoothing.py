"""Smoothing of a sequence before it is ordered, as a matrix."""

from typing import Literal

import numpy as np
import numpy.typing as npt

from mffcnn_core.settings import check_at_least, check_choice

Smoothing = Literal["weighted", "mean", "none"]
SMOOTHINGS: tuple[Smoothing, ...] = ("weighted", "mean", "none")


def check_sequence(length: int, smoothing: str) -> None:
    """Raise unless there is a field, and a smoothing of that name."""
    check_at_least("length", length, 1, "A clip of one frame has no flow.")
    check_choice("smoothing", smoothing, SMOOTHINGS)


def smoothing_matrix(length: int, smoothing: Smoothing = "weighted") -> npt.NDArray[np.float64]:
    """Return the matrix that smooths a sequence of T fields: ``f^_t = sum_i S[t, i] f_i``.

    ``weighted``: ``S[t, i] = i / (1 + 2 + ... + t)`` for i <= t (Eq. 3);
    ``mean``: ``S[t, i] = 1 / t``, the running mean of the original rank pooling;
    ``none``: the identity.

    Paper: Sec. 3.4, Eq. (3).

    Parameters
    ----------
    length : int
        T, >= 1.
    smoothing : {"weighted", "mean", "none"}

    Returns
    -------
    ndarray, shape (T, T)
        Lower triangular; every row sums to 1.

    Raises
    ------
    ParameterError
        If the length is below 1 or the smoothing is unknown.

    Notes
    -----
    Departures from the paper: (I) Eq. (3) prints ``f^`` without its index t and the
    denominator as ``sum_{j=1}^{j}``; read as the sum over j = 1..t, which makes every row a
    weighted mean, as the text says.

    Examples
    --------
    >>> smoothing_matrix(3)[2] * 6
    array([1., 2., 3.])
    """
    check_sequence(length, smoothing)
    if smoothing == "none":
        return np.eye(length)
    i = np.arange(1, length + 1, dtype=np.float64)
    weights = np.tril(
        np.broadcast_to(i if smoothing == "weighted" else np.ones(length), (length,) * 2)
    )
    return weights / weights.sum(axis=1, keepdims=True)
