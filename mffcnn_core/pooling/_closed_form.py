"""Approximate rank pooling: one step from zero, in closed form."""

import numpy as np
import numpy.typing as npt

from mffcnn_core.pooling._smoothing import Smoothing, check_sequence


def approximate_coefficients(
    length: int, smoothing: Smoothing = "weighted"
) -> npt.NDArray[np.float64]:
    """Return the coefficients c of ``G = sum_t c_t f_t`` by approximate rank pooling.

    The first gradient step of Eq. (6) from G = 0 is ``sum_{i<j} (f^_j - f^_i)``.  In terms
    of the smoothed fields ``c_t = 2 t - T - 1``; through the smoothing, with the harmonic
    numbers ``H_t = 1 + 1/2 + ... + 1/t``,

    * ``none``: ``c_t = 2 t - T - 1``
    * ``mean``: ``c_t = 2 (T - t + 1) - (T + 1) (H_T - H_{t-1})``
    * ``weighted``: ``c_t = 4 t (H_{T+1} - H_t) - 2 (T + 1 - t)``

    Paper: Sec. 3.4 (the paper solves Eqs. 4-5; this is the usual shortcut).  Book: ch. 4.

    Parameters
    ----------
    length : int
        T, >= 1.
    smoothing : {"weighted", "mean", "none"}

    Returns
    -------
    ndarray, shape (T,)
        They sum to 0: a clip in which nothing changes gives G = 0.

    Raises
    ------
    ParameterError
        If the length is below 1 or the smoothing is unknown.

    References
    ----------
    .. [1] H. Bilen et al., "Dynamic image networks for action recognition", CVPR 2016.

    Examples
    --------
    >>> approximate_coefficients(4, "none")
    array([-3., -1.,  1.,  3.])
    """
    check_sequence(length, smoothing)
    T = length
    t = np.arange(1, T + 1, dtype=np.float64)
    harmonic = np.concatenate([[0.0], np.cumsum(1 / np.arange(1, T + 2))])  # H_0 .. H_{T+1}
    if smoothing == "none":
        return 2 * t - T - 1
    if smoothing == "mean":
        return 2 * (T - t + 1) - (T + 1) * (harmonic[T] - harmonic[:T])
    return 4 * t * (harmonic[T + 1] - harmonic[1 : T + 1]) - 2 * (T + 1 - t)
