"""Rank pooling of a flow sequence, whole or window by window."""

import math
from collections.abc import Iterator, Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt
from sklearn.svm import LinearSVR

from mffcnn_core.arrays import check_flow
from mffcnn_core.errors import ParameterError
from mffcnn_core.pooling._closed_form import approximate_coefficients
from mffcnn_core.pooling._cost import DEFAULT_C, CostScale, absolute_cost, check_cost
from mffcnn_core.pooling._exact import exact_coefficients
from mffcnn_core.pooling._gram import Array, coordinates, window_grams
from mffcnn_core.pooling._smoothing import Smoothing, check_sequence, smoothing_matrix
from mffcnn_core.settings import check_choice

Solver = Literal["exact", "svr", "approximate"]
SOLVERS: tuple[Solver, ...] = ("exact", "svr", "approximate")


def _svr_coefficients(gram: Array, C: float) -> Array:
    """Return a of the L2-loss support vector regression on targets 1..T without a bias."""
    Z, back = coordinates(gram)
    if not Z.shape[1]:
        return np.zeros(len(gram))
    machine = LinearSVR(
        loss="squared_epsilon_insensitive", epsilon=0.1, C=C, fit_intercept=False, dual=False,
        tol=1e-6, max_iter=10_000,
    )  # fmt: skip
    return back @ machine.fit(Z, np.arange(1, len(gram) + 1)).coef_


def _coefficients(
    fields: npt.NDArray[np.float32],
    spans: Sequence[slice],
    solver: Solver,
    smoothing: Smoothing,
    C: float,
    C_scale: CostScale,
) -> Iterator[Array]:
    """Yield c of ``G = sum_t c_t f_t``, in terms of the raw fields, for each window."""
    if solver == "approximate":
        yield from (approximate_coefficients(s.stop - s.start, smoothing) for s in spans)
        return
    for gram in window_grams(fields, spans):
        # The smoothed fields are never built: their Gram matrix follows from that of the raw ones.
        smooth = smoothing_matrix(len(gram), smoothing)
        smoothed = smooth @ gram @ smooth.T
        cost = absolute_cost(smoothed, C, C_scale)
        if solver == "exact":
            yield exact_coefficients(smoothed, C=cost) @ smooth
        else:
            yield _svr_coefficients(smoothed, cost) @ smooth


def pool_fields(
    fields: npt.NDArray[np.float32],
    spans: Sequence[slice],
    *,
    solver: Solver,
    smoothing: Smoothing,
    C: float,
    C_scale: CostScale,
) -> npt.NDArray[np.float32]:
    """Rank-pool every window of a sequence of vectors, shape (n, d) to (len(spans), d).

    See :func:`rank_pool_windows`; for sequences other than flow.
    """
    check_choice("solver", solver, SOLVERS)
    check_cost(C, C_scale)
    check_sequence(len(fields), smoothing)
    for span in spans:
        if span != slice(*span.indices(len(fields))[:2]) or span.stop <= span.start:
            raise ParameterError(
                f"spans: expected windows slice(start, stop) within {len(fields)} fields, got "
                f"{span}. Make them with mffcnn_core.pooling.windows."
            )
    pooled = np.empty((len(spans), fields.shape[1]), np.float32)
    weights = _coefficients(fields, spans, solver, smoothing, C, C_scale)
    for G, span, c in zip(pooled, spans, weights, strict=True):
        np.matmul(c.astype(np.float32), fields[span], out=G)
    return pooled


def rank_pool(
    flow: npt.NDArray[np.float32],
    *,
    solver: Solver = "exact",
    smoothing: Smoothing = "weighted",
    C: float = DEFAULT_C,
    C_scale: CostScale = "relative",
) -> npt.NDArray[np.float32]:
    """Compress a flow sequence into one map G that orders it in time.

    ``G = argmin ||G||^2 + C sum_{i<j} [1 - <G, f^_j> + <G, f^_i>]_+`` (``solver="exact"``).

    Paper: Sec. 3.4, Eqs. (3)-(6).  Book: ch. 4.

    Parameters
    ----------
    flow : ndarray of float32, shape (T, H, W, 2), px/frame
        T >= 1.
    solver : {"exact", "svr", "approximate"}
        Eqs. (4)-(5); the regression surrogate on targets 1..T of the usual public code; or
        the closed form of :func:`approximate_coefficients`.
    smoothing : {"weighted", "mean", "none"}
        Eq. (3), the running mean of the original rank pooling, or nothing.
    C : float
        Trade-off of ``exact`` and ``svr``, > 0.
    C_scale : {"relative", "absolute"}
        Whether C is measured against the fields of the window, see :func:`absolute_cost`, or
        is the number that stands in the equations.

    Returns
    -------
    ndarray of float32, shape (H, W, 2)
        Zeros when nothing changes over time (for ``exact`` and ``approximate``).

    Raises
    ------
    ParameterError
        If the flow is not valid or an option is unknown.

    Notes
    -----
    Departures from the paper: (I) C is not given, and as it stands in the equations its
    effect depends on the unit of the flow: here it is relative to the data.  (II) Eqs. (4)
    and (6) print
    ``R^{d1 x d2 x d3}`` and ``R^{d1 x d2 x 2}``; here the two flow channels.

    Examples
    --------
    >>> rank_pool(np.ones((5, 4, 4, 2), np.float32)).any()
    np.False_
    """
    whole = [slice(0, len(flow))]
    return rank_pool_windows(flow, whole, solver=solver, smoothing=smoothing, C=C, C_scale=C_scale)[
        0
    ]


def rank_pool_windows(
    flow: npt.NDArray[np.float32],
    spans: Sequence[slice],
    *,
    solver: Solver = "exact",
    smoothing: Smoothing = "weighted",
    C: float = DEFAULT_C,
    C_scale: CostScale = "relative",
) -> npt.NDArray[np.float32]:
    """Rank-pool every window of a sequence; the flow is not copied.

    Parameters
    ----------
    flow : ndarray of float32, shape (n - 1, H, W, 2), px/frame
    spans : sequence of slice
        Windows with explicit ends and step 1, e.g. of :func:`windows`.
    solver, smoothing, C, C_scale
        As for :func:`rank_pool`.

    Returns
    -------
    ndarray of float32, shape (len(spans), H, W, 2)

    Raises
    ------
    ParameterError
        As for :func:`rank_pool`, or if a window is empty or not inside the sequence.
    """
    flow = check_flow(flow)
    fields = flow.reshape(len(flow), math.prod(flow.shape[1:]))
    pooled = pool_fields(fields, spans, solver=solver, smoothing=smoothing, C=C, C_scale=C_scale)
    return pooled.reshape(len(spans), *flow.shape[1:])
