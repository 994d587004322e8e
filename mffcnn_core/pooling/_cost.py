"""C of rank pooling, in units of the data or as it stands in the equations."""

from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from mffcnn_core.errors import ParameterError
from mffcnn_core.settings import check_choice

CostScale = Literal["relative", "absolute"]
DEFAULT_C = 1.0
"""Relative to the data: about where a first pair reaches its margin, see :func:`absolute_cost`."""
COST_SCALES: tuple[CostScale, ...] = get_args(CostScale)


def check_cost(C: float, C_scale: CostScale = "absolute") -> None:
    """Raise unless C is positive and its scale is a known one."""
    if not C > 0:
        raise ParameterError(
            f"C: expected a trade-off > 0, got {C}. The smaller it is, the nearer the map is to "
            "the closed form."
        )
    check_choice(
        "C_scale", C_scale, COST_SCALES, "A relative C means the same at every image size."
    )


def absolute_cost(gram: npt.NDArray, C: float, C_scale: CostScale = "relative") -> float:
    """Return the C of Eqs. (4)-(8) for a C that is measured against the data.

    ``C_abs = C / sum_{i<j} ||f^_j - f^_i||^2``

    G is in units of one over the flow's, so ``||G||^2`` and the slacks of Eq. (4) have no
    common unit, and a fixed C is another problem at every image size and frame rate.  Divided
    by the sum of squares, C weighs the *mean* slack of the pairs against ``||G||^2`` times
    their mean squared difference, two numbers without a unit: fields of twice the size give
    half the G, and a window of twice as many fields keeps its balance.

    The scale has a fixed point.  While no pair exceeds the margin, all of them pull with the
    same force, and the solution *is* the closed form; that holds at least as long as
    ``C max_k <s, d_k> <= 2 sum_k ||d_k||^2`` with the differences ``d_k`` and their sum s.
    For fields that grow evenly it is ``C <= T / (T - 1)``, whatever their size.

    Paper: Sec. 3.4; it gives no C.  Book: ch. 4.

    Parameters
    ----------
    gram : ndarray, shape (T, T)
        Inner products of the smoothed fields.
    C : float
        > 0.
    C_scale : {"relative", "absolute"}
        ``"absolute"`` returns C as it is.

    Returns
    -------
    float
        C itself where all fields are equal: then nothing has an order.

    Raises
    ------
    ParameterError
        If C is not positive or the scale is unknown.

    Examples
    --------
    >>> fields = np.array([[0.0], [1.0], [2.0]])
    >>> absolute_cost(fields @ fields.T, 3.0)  # squared differences 1, 1 and 4
    0.5
    >>> absolute_cost(100 * fields @ fields.T, 3.0)
    0.005
    """
    check_cost(C, C_scale)
    if C_scale == "absolute":
        return float(C)
    gram = np.asarray(gram, dtype=np.float64)
    squares = float(len(gram) * np.trace(gram) - gram.sum())
    return C / squares if squares > 0 else float(C)
