"""Exact rank pooling: the pairwise hinge problem, solved in as many dimensions as fields.

The solution of Eqs. (4)-(5) is a combination of the T smoothed fields, so the problem
depends on them through their T x T matrix of inner products (the Gram matrix) alone.
T is at most a few dozen while a field has 100 000 numbers.

Where C is so small that no pair reaches the margin, the closed form is the solution.  Else two
solvers share the work.  Often all pairs can be ordered with the full margin; then the T - 1
pairs of neighbours decide (:func:`_order_neighbours`).  If some pairs have to give way, the
T (T - 1) / 2 pairs go to liblinear (:func:`_trade_off_pairs`).
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.linalg import solve_triangular
from scipy.optimize import lsq_linear, nnls
from sklearn.svm import LinearSVC

from mffcnn_core.pooling._cost import check_cost
from mffcnn_core.pooling._gram import Array, coordinates


def _pairs(length: int) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Return all i < j."""
    return np.triu_indices(length, k=1)


def _margins(coefficients: Array, gram: Array) -> Array:
    """Return ``<G, f^_j - f^_i>`` of all pairs i < j."""
    i, j = _pairs(len(gram))
    score = gram @ coefficients
    return score[j] - score[i]


def objective(coefficients: Array, gram: Array, *, C: float = 1.0) -> float:
    """Return ``||G||^2 + C sum_{i<j} [1 - <G, f^_j> + <G, f^_i>]_+`` for ``G = sum_t a_t f^_t``.

    Paper: Eqs. (4)-(6), lambda = 1/C, multiplied by C.

    Parameters
    ----------
    coefficients : ndarray, shape (T,)
        a, in terms of the smoothed fields.
    gram : ndarray, shape (T, T)
        Inner products of the smoothed fields.
    C : float
    """
    slack = np.maximum(0.0, 1.0 - _margins(coefficients, gram))
    return float(coefficients @ gram @ coefficients + C * slack.sum())


def exact_coefficients(
    gram: npt.NDArray, *, C: float = 1.0, tol: float = 1e-5, max_iter: int = 200_000
) -> Array:
    """Solve Eqs. (4)-(5) and return a, with ``G = sum_t a_t f^_t``.

    ``min_G ||G||^2 + C sum xi_ij  s.t.  <G, f^_j> - <G, f^_i> >= 1 - xi_ij, xi_ij >= 0, i < j``

    Paper: Sec. 3.4, Eqs. (4)-(6).  Book: ch. 4.

    Parameters
    ----------
    gram : ndarray, shape (T, T)
        Inner products of the smoothed fields ``f^_t``.
    C : float
        Trade-off, > 0, as it stands in the equations; :func:`absolute_cost` makes it of one
        that is measured against the data.
    tol : float
        Stopping tolerance of liblinear, where it is needed.
    max_iter : int
        Of liblinear; it warns when it is reached.

    Returns
    -------
    ndarray, shape (T,)
        Zeros when all fields are equal, or there is only one.

    Raises
    ------
    ParameterError
        If C is not positive.

    Notes
    -----
    Departures from the paper: (I) Eq. (6) prints ``f`` without hats; read with hats, as
    Eqs. (4)-(5) do.  (II) Eqs. (7)-(8), corrected, state the same problem on the stacked
    x and y channels; there is one solver for both.  (III) The objective is divided by 2 for
    liblinear, which minimises ``1/2 ||w||^2 + C' sum xi``; hence ``C' = C / 2``.
    """
    check_cost(C)
    gram = np.asarray(gram, dtype=np.float64)
    neighbours = np.diff(np.eye(len(gram)), axis=0)  # rows: f^_{t+1} - f^_t
    products = neighbours @ gram @ neighbours.T
    # Equal fields differ by rounding alone; their "order" would be noise.
    if np.max(products.diagonal(), initial=0.0) <= 1e-7 * np.max(gram.diagonal(), initial=0.0):
        return np.zeros(len(gram))
    closed = C / 2 * (2 * np.arange(1, len(gram) + 1) - len(gram) - 1.0)
    if _margins(closed, gram).max() <= 1:  # every pair is short of the margin: all alpha are C
        return closed
    weights = _order_neighbours(products, C)
    if weights is not None:
        return weights @ neighbours
    return _trade_off_pairs(gram, C, tol, max_iter)


def _order_neighbours(products: Array, C: float) -> Array | None:
    """Solve Eqs. (4)-(5) if no slack is needed; else return None.

    If neighbours keep the margin, ``<G, f^_{t+1} - f^_t> >= 1``, so does every pair i < j,
    and T - 1 constraints are left.  Their dual, ``max sum alpha - 1/4 alpha^T Q alpha`` over
    ``alpha >= 0``, is a small non-negative least-squares problem, and
    ``G = 1/2 sum_t alpha_t (f^_{t+1} - f^_t)``.  Slack would cost C a unit, so none is worth
    its price as long as no alpha exceeds C: then this G solves the whole problem.

    Parameters
    ----------
    products : ndarray, shape (T - 1, T - 1)
        Q, inner products of the differences of neighbours.

    Returns
    -------
    ndarray, shape (T - 1,), or None
        ``alpha / 2``.
    """
    try:
        root = np.linalg.cholesky(products)
        half = nnls(root.T, solve_triangular(root, np.ones(len(root)), lower=True))[0]
    except (np.linalg.LinAlgError, RuntimeError):  # singular, or too near to it
        return None
    margin = (products @ half).min()
    if 2 * half.max() > C or margin < 1 - 1e-6:
        return None
    # The flow is float32, and slack is dear: a hair of room keeps rounding from making any.
    return half / margin * (1 + 3e-6)


def _trade_off_pairs(gram: Array, C: float, tol: float, max_iter: int) -> Array:
    """Solve Eqs. (4)-(5) with slack: a support vector machine on all pairs."""
    Z, back = coordinates(gram)
    i, j = _pairs(len(gram))
    differences = Z[j] - Z[i]
    # liblinear wants two classes: a zero vector of the other class costs the same whatever w is.
    samples = np.vstack([differences, np.zeros(Z.shape[1])])
    labels = np.append(np.ones(len(differences)), -1.0)
    machine = LinearSVC(
        loss="hinge", C=C / 2, fit_intercept=False, dual=True, tol=tol, max_iter=max_iter,
        random_state=0,
    )  # fmt: skip
    machine.fit(samples, labels)
    w = machine.coef_[0]
    return back @ (_best_scale(float(w @ w), differences @ w, C) * w)


def _best_scale(square: float, margins: Array, C: float) -> float:
    """Return the s >= 0 that minimises ``s^2 square + C sum [1 - s m]_+``.

    liblinear stops when every margin is right to within its tolerance; with a large C even
    those small slacks cost more than ||G||^2.  Stretching w takes them away (it cuts the
    duality gap 10- to 1000-fold, at the price of one sort).
    """
    m = np.sort(margins[margins > 0])[::-1]  # s passes the corners 1 / m in this order
    if not len(m):
        return 1.0
    # Sum of the m beyond each corner; a pair in the wrong order slacks the more, the longer w is.
    still_slack = np.append(np.cumsum(m[::-1])[::-1], 0.0) + margins[margins < 0].sum()
    corners = np.append(1 / m, np.inf)
    inside = C * still_slack / (2 * square)  # where the slope of each piece is 0
    piece = int(np.argmax(inside <= corners))
    return float(max(inside[piece], corners[piece - 1] if piece else 0.0))


class Certificate(NamedTuple):
    """How far a solution of Eqs. (4)-(5) can be from the best one.

    Attributes
    ----------
    primal, dual : float
        The minimum lies between them.
    """

    primal: float
    dual: float

    @property
    def relative_gap(self) -> float:
        """``(primal - dual) / primal``; 0 for a perfect solution."""
        return (self.primal - self.dual) / self.primal if self.primal else 0.0


def certify(coefficients: npt.NDArray, gram: npt.NDArray, *, C: float = 1.0) -> Certificate:
    """Bound the error of a solution by weak duality.

    The dual is ``max sum alpha - 1/4 || sum alpha_ij (f^_j - f^_i) ||^2`` over
    ``0 <= alpha <= C``.  Any feasible alpha gives a lower bound; this one is fitted so that
    ``1/2 sum alpha_ij (f^_j - f^_i)`` comes near the solution.

    Parameters
    ----------
    coefficients, gram, C
        As for :func:`objective`.

    Returns
    -------
    Certificate
        True for the problem as given, however the coefficients were found.
    """
    gram = np.asarray(gram, dtype=np.float64)
    coefficients = np.asarray(coefficients, dtype=np.float64)
    primal = objective(coefficients, gram, C=C)
    Z, _ = coordinates(gram)
    i, j = _pairs(len(gram))
    if not len(i) or not Z.shape[1]:
        return Certificate(primal, C * len(i))
    differences = Z[j] - Z[i]
    w = Z.T @ coefficients
    margin = differences @ w
    # Complementary slackness fixes alpha away from the margin; near it a bounded least
    # squares fit finds alpha.
    scale = max(1e-6, float(np.abs(margin).max()) * 1e-6)
    best = -np.inf
    for width in (scale, 1e-4, 1e-3, 1e-2, 1e-1):
        alpha = np.where(margin < 1.0, C, 0.0)
        free = np.abs(margin - 1.0) <= width
        if free.any():
            rest = 2 * w - alpha[~free] @ differences[~free]
            fit = lsq_linear(differences[free].T, rest, bounds=(0.0, C), tol=1e-14)
            alpha[free] = np.clip(fit.x, 0.0, C)
        pull = alpha @ differences
        best = max(best, float(alpha.sum() - pull @ pull / 4))
    return Certificate(primal, best)
