"""Rank pooling of a flow sequence, whole or window by window."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt
from sklearn.svm import LinearSVR

from mffcnn_core.arrays import check_flow
from mffcnn_core.errors import ParameterError
from mffcnn_core.pooling._closed_form import approximate_coefficients
from mffcnn_core.pooling._exact import exact_coefficients
from mffcnn_core.pooling._smoothing import Smoothing, smoothing_matrix

Solver = Literal["exact", "svr", "approximate"]
SOLVERS: tuple[Solver, ...] = ("exact", "svr", "approximate")


def _svr_coefficients(gram: npt.NDArray, C: float) -> npt.NDArray[np.float64]:
    """Return a of the L2-loss support vector regression on targets 1..T without a bias."""
    values, vectors = np.linalg.eigh(gram)
    keep = values > max(values[-1], 0.0) * 1e-10
    if not keep.any():
        return np.zeros(len(gram))
    root = np.sqrt(values[keep])
    machine = LinearSVR(
        loss="squared_epsilon_insensitive", epsilon=0.1, C=C, fit_intercept=False, dual=False,
        tol=1e-6, max_iter=10_000,
    )  # fmt: skip
    machine.fit(vectors[:, keep] * root, np.arange(1, len(gram) + 1))
    return (vectors[:, keep] / root) @ machine.coef_


def _coefficients(
    fields: npt.NDArray[np.float32], solver: Solver, smoothing: Smoothing, C: float
) -> npt.NDArray[np.float64]:
    """Return c of ``G = sum_t c_t f_t`` for raw fields of shape (T, d)."""
    T = len(fields)
    if solver == "approximate":
        return approximate_coefficients(T, smoothing)
    smooth = smoothing_matrix(T, smoothing)
    # The smoothed fields are never built: their Gram matrix follows from that of the raw ones.
    gram = smooth @ (fields @ fields.T).astype(np.float64) @ smooth.T
    if solver == "exact":
        return exact_coefficients(gram, C=C) @ smooth
    if solver == "svr":
        return _svr_coefficients(gram, C) @ smooth
    raise ParameterError(f"solver: expected one of {', '.join(SOLVERS)}, got {solver!r}.")


def rank_pool(
    flow: npt.NDArray[np.float32],
    *,
    solver: Solver = "exact",
    smoothing: Smoothing = "weighted",
    C: float = 1.0,
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
    Departures from the paper: (I) C is not given; 1.  (II) Eqs. (4) and (6) print
    ``R^{d1 x d2 x d3}`` and ``R^{d1 x d2 x 2}``; here the two flow channels.

    Examples
    --------
    >>> rank_pool(np.ones((5, 4, 4, 2), np.float32)).any()
    np.False_
    """
    return rank_pool_windows(flow, [slice(0, len(flow))], solver=solver, smoothing=smoothing, C=C)[
        0
    ]


def rank_pool_windows(
    flow: npt.NDArray[np.float32],
    spans: Sequence[slice],
    *,
    solver: Solver = "exact",
    smoothing: Smoothing = "weighted",
    C: float = 1.0,
) -> npt.NDArray[np.float32]:
    """Rank-pool every window of a sequence; the flow is not copied.

    Parameters
    ----------
    flow : ndarray of float32, shape (n - 1, H, W, 2), px/frame
    spans : sequence of slice
        Windows with explicit ends and step 1, e.g. of :func:`windows`.
    solver, smoothing, C
        As for :func:`rank_pool`.

    Returns
    -------
    ndarray of float32, shape (len(spans), H, W, 2)
    """
    flow = check_flow(flow, name="flow")
    if solver not in SOLVERS:
        raise ParameterError(f"solver: expected one of {', '.join(SOLVERS)}, got {solver!r}.")
    if not len(flow):
        raise ParameterError("flow: expected at least one field, got none. The clip is one frame.")
    flat = flow.reshape(len(flow), -1)
    maps = np.empty((len(spans), *flow.shape[1:]), np.float32)
    for number, span in enumerate(spans):
        fields = flat[span]
        weights = _coefficients(fields, solver, smoothing, C)
        maps[number] = (weights.astype(np.float32) @ fields).reshape(flow.shape[1:])
    return maps
