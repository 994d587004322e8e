"""The regularisation path of rank pooling: from the closed form to the hard margin."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from mffcnn_core.arrays import check_flow
from mffcnn_core.pooling import (
    CostScale,
    Smoothing,
    absolute_cost,
    certify,
    exact_coefficients,
    smoothing_matrix,
    window_grams,
)


class PathPoint(NamedTuple):
    """The exact map at one C.

    Attributes
    ----------
    C : float
        As it was asked for.
    cost : float
        The same in Eqs. (4)-(8).
    cosine : float
        To the closed form; 1 is the same map, nan where nothing changes over time.
    ordered : float
        Share of the pairs i < j that the map puts in order, ``<G, f^_i> < <G, f^_j>``.
    kept : float
        Share of the pairs that keep the whole margin of 1.
    relative_gap : float
        How far the solution can be from the best one, see :func:`~mffcnn_core.pooling.certify`.
    """

    C: float
    cost: float
    cosine: float
    ordered: float
    kept: float
    relative_gap: float


def regularisation_path(
    flow: npt.NDArray[np.float32],
    costs: Sequence[float],
    *,
    smoothing: Smoothing = "weighted",
    C_scale: CostScale = "relative",
) -> tuple[PathPoint, ...]:
    """Solve Eqs. (4)-(5) for one window at each of many C.

    At a small C no pair keeps the margin, all pull alike, and the map is the closed form of
    :func:`~mffcnn_core.pooling.approximate_coefficients` (but for its length).  At a large one
    every pair that can keep it does.

    Paper: Sec. 3.4, Eqs. (4)-(6).  Book: ch. 4.

    Parameters
    ----------
    flow : ndarray of float32, shape (T, H, W, 2), px/frame
        One window, T >= 2.
    costs : sequence of float
        Each > 0.
    smoothing : {"weighted", "mean", "none"}
    C_scale : {"relative", "absolute"}
        See :func:`~mffcnn_core.pooling.absolute_cost`.

    Returns
    -------
    tuple of PathPoint
        One for each C, in their order.

    Raises
    ------
    ParameterError
        If the flow is not valid, a C is not positive or an option is unknown.

    Examples
    --------
    >>> flow = np.random.default_rng(0).random((9, 4, 4, 2), np.float32)
    >>> soft, hard = regularisation_path(flow, [0.01, 1e6])
    >>> round(soft.cosine, 6), hard.kept
    (1.0, 1.0)
    """
    fields = check_flow(flow).reshape(len(flow), -1)
    (raw,) = window_grams(fields, [slice(0, len(fields))])
    smooth = smoothing_matrix(len(fields), smoothing)
    gram = smooth @ raw @ smooth.T
    return tuple(_point(gram, C, absolute_cost(gram, C, C_scale)) for C in costs)


def _point(gram: npt.NDArray[np.float64], C: float, cost: float) -> PathPoint:
    T = len(gram)
    a = exact_coefficients(gram, C=cost)
    closed = 2 * np.arange(1, T + 1) - T - 1.0
    lengths = np.sqrt((a @ gram @ a) * (closed @ gram @ closed))
    i, j = np.triu_indices(T, k=1)
    score = gram @ a
    margins = score[j] - score[i]
    return PathPoint(
        C=float(C),
        cost=cost,
        cosine=float(a @ gram @ closed / lengths) if lengths > 0 else float("nan"),
        ordered=float((margins > 0).mean()),
        kept=float((margins >= 1 - 1e-3).mean()),
        relative_gap=certify(a, gram, C=cost).relative_gap,
    )
