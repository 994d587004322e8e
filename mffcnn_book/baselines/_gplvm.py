"""DS-GPLVM: one latent space shared by several views, shaped by the classes."""

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import torch
from scipy.optimize import minimize
from scipy.spatial.distance import cdist
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from mffcnn_core.errors import ParameterError
from mffcnn_core.recognition import Matrix
from mffcnn_core.training import torch_threads

Tensor = torch.Tensor
START = (1.0, 1.0, 0.1, 10.0)  # of th1 .. th4
LOG_BOUND = 8.0  # keeps every kernel well conditioned: noise of 0.0003 of the variance or more


def squared_distances(X: Tensor) -> Tensor:
    """Return ``||x_i - x_j||^2`` of all pairs of rows, shape (n, n)."""
    gram = X @ X.T
    norms = torch.diagonal(gram)
    return (norms[:, None] + norms - 2 * gram).clamp_min(0)


def view_cost(X: Tensor, log_theta: Tensor, gram: Tensor, columns: int) -> Tensor:
    """Return how badly one view is explained: a Gaussian process over the latent places.

    ``D/2 log|K| + 1/2 tr(K^-1 Y Y^T)`` with ``K_ij = th1 exp(-th2/2 ||x_i - x_j||^2) + th3 +
    [i = j] / th4``.

    Parameters
    ----------
    X : tensor, shape (n, q)
        Latent places.
    log_theta : tensor, shape (4,)
        Logarithms of th1 to th4.
    gram : tensor, shape (n, n)
        Y Y^T of the view.
    columns : int
        D, those of Y.
    """
    th1, th2, th3, th4 = torch.exp(log_theta)
    K = th1 * torch.exp(-th2 / 2 * squared_distances(X)) + th3
    K = K + torch.eye(len(X), dtype=X.dtype) / th4
    L = torch.linalg.cholesky(K)
    log_determinant = 2 * torch.log(torch.diagonal(L)).sum()
    explained = torch.trace(torch.cholesky_solve(gram, L))
    return columns / 2 * log_determinant + explained / 2


def scatter_difference(X: Tensor, members: Tensor) -> Tensor:
    """Return the scatter within classes less that between them, both per sample.

    Parameters
    ----------
    X : tensor, shape (n, q)
    members : tensor, shape (n_classes, n)
        1 where a sample is of a class, else 0.
    """
    shares = members.sum(dim=1) / len(X)
    means = members @ X / members.sum(dim=1, keepdim=True)
    within = ((X - members.T @ means) ** 2).sum() / len(X)
    between = (shares[:, None] * (means - X.mean(dim=0)) ** 2).sum()
    return within - between


def correlation(X: Tensor) -> Tensor:
    """Return ``||X^T H X / n - I||^2``, where H takes the mean away: 0 for uncorrelated axes."""
    centred = X - X.mean(dim=0)
    return ((centred.T @ centred / len(X) - torch.eye(X.shape[1], dtype=X.dtype)) ** 2).sum()


class DSGPLVM(BaseEstimator):
    """Discriminative shared Gaussian process latent variable model.

    The latent places X (n, q) minimise::

        sum over views v [ D_v/2 log|K_v| + 1/2 tr(K_v^-1 Y_v Y_v^T) ] / (n sum of D_v)
        + discriminative (within-class scatter - between-class scatter)
        + uncorrelated ||X^T H X / n - I||^2
        + smooth ||B||^2 / n

    where X is bound to the data by a kernel, ``X = k A`` (the back-constraint), so that a
    new sample has a place as well: ``x = k(y, Y) A``.  k is the mean over the views of
    ``exp(-||y_i - y_j||^2 / 2 median)``, and B are the coordinates of A in which
    ``||B||^2 = tr(A^T k A)``.

    Parameters
    ----------
    dims : int
        q, >= 1.
    discriminative, uncorrelated, smooth : float
        Weights, each >= 0.
    iterations : int
        Of L-BFGS, >= 1.

    Attributes
    ----------
    latent_ : ndarray, shape (n, q)
        Places of the training samples.
    theta_ : ndarray, shape (n_views, 4)
        th1 to th4 of each view's kernel.
    costs_ : tuple of float
        Before and after.

    Notes
    -----
    Our implementation.  Verified: the cost against numpy, its gradient against finite
    differences, and that a planted latent plane is found again.  The search begins at the
    principal components and ends in the nearest minimum: what is bent so far that they fold
    it is not found.  Read from memory of the
    literature: the form of the prior and of the back-constraint, and that the likelihood is
    counted per number of the data, so that the weights do not depend on how many there are.
    """

    def __init__(
        self,
        *,
        dims: int = 5,
        discriminative: float = 1.0,
        uncorrelated: float = 1.0,
        smooth: float = 0.01,
        iterations: int = 100,
    ) -> None:
        self.dims = dims
        self.discriminative = discriminative
        self.uncorrelated = uncorrelated
        self.smooth = smooth
        self.iterations = iterations

    def fit(self, views: Sequence[Matrix], y: npt.ArrayLike | None = None) -> Self:
        """Find the latent places.

        Parameters
        ----------
        views : sequence of ndarray, each of shape (n, D_v)
            The same samples seen in several ways.
        y : array-like, shape (n,), optional
            Classes; without them nothing pulls the classes apart.

        Raises
        ------
        ParameterError
            If views differ in length, there are too few samples, or a parameter is
            outside its range.
        """
        n = self._check(views)
        self.means_ = [Y.mean(axis=0) for Y in views]
        self.scales_ = [float(np.sqrt(Y.var(axis=0).mean())) or 1.0 for Y in views]
        self.views_ = self._scaled(views)
        squares = [cdist(Y, Y, "sqeuclidean") for Y in self.views_]
        self.widths_ = [float(np.median(s[np.triu_indices(n, 1)])) or 1.0 for s in squares]
        values, vectors = np.linalg.eigh(self._kernel(squares))
        keep = values > 1e-9 * values[-1]
        basis = vectors[:, keep] * np.sqrt(values[keep])  # basis @ basis.T is the kernel
        self.to_basis_ = vectors[:, keep] / np.sqrt(values[keep])
        names = np.unique(np.zeros(n) if y is None else np.asarray(y))
        members = None if y is None else np.asarray(y) == names[:, None]
        cost = self._cost(basis, members)
        start = np.concatenate(
            [
                (self.to_basis_.T @ self._start()).ravel(),
                np.log(np.tile(START, (len(views), 1))).ravel(),
            ]
        )
        free = basis.shape[1] * self.dims
        bounds = [(None, None)] * free + [(-LOG_BOUND, LOG_BOUND)] * (4 * len(views))
        with torch_threads(1):  # folds run side by side, and bytes depend on the number
            found = minimize(
                cost, start, jac=True, method="L-BFGS-B", bounds=bounds,
                options={"maxiter": self.iterations, "maxfun": 2 * self.iterations},
            )  # fmt: skip
            self.costs_ = (float(cost(start)[0]), float(found.fun))
        self.coefficients_ = found.x[:free].reshape(-1, self.dims)
        self.theta_ = np.exp(found.x[free:].reshape(-1, 4))
        self.latent_ = basis @ self.coefficients_
        return self

    def _check(self, views: Sequence[Matrix]) -> int:
        """Refuse wrong parameters and views; return the number of samples."""
        weights = (self.discriminative, self.uncorrelated, self.smooth)
        if self.dims < 1 or self.iterations < 1 or min(weights) < 0:
            raise ParameterError(
                "dims, iterations, weights: expected numbers >= 1 and weights >= 0, got "
                f"{self.dims}, {self.iterations} and {weights}. See DSGPLVM."
            )
        lengths = {len(Y) for Y in views}
        if len(lengths) != 1 or min(lengths) <= self.dims:
            raise ParameterError(
                f"views: expected one or more of the same samples, of which there are more than "
                f"{self.dims}, got lengths {[len(Y) for Y in views]}. Take fewer dims."
            )
        return lengths.pop()

    def _scaled(self, views: Sequence[Matrix]) -> list[Matrix]:
        """Return views without their means, and as wide as each other."""
        known = zip(views, self.means_, self.scales_, strict=True)
        return [(Y - mean) / scale for Y, mean, scale in known]

    def _kernel(self, squares: Sequence[Matrix]) -> Matrix:
        pairs = zip(squares, self.widths_, strict=True)
        return np.mean([np.exp(-s / (2 * width)) for s, width in pairs], axis=0)

    def _start(self) -> Matrix:
        """Return the principal components of all views, each of variance 1."""
        U = np.linalg.svd(np.hstack(self.views_), full_matrices=False)[0]
        U = U[:, : self.dims] * np.sqrt(len(U))
        return np.pad(U, ((0, 0), (0, self.dims - U.shape[1])))

    def _cost(self, basis: Matrix, members: npt.NDArray[np.bool_] | None) -> Any:
        """Return a function of B and log theta, as one vector: the cost and its gradient."""
        Phi = torch.from_numpy(basis)
        grams = [torch.from_numpy(Y @ Y.T) for Y in self.views_]
        columns = [Y.shape[1] for Y in self.views_]
        classes = None if members is None else torch.from_numpy(members.astype(float))
        free = basis.shape[1] * self.dims

        def cost(vector: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
            at = torch.from_numpy(vector.copy()).requires_grad_()
            B, log_theta = at[:free].reshape(-1, self.dims), at[free:].reshape(-1, 4)
            X = Phi @ B
            views = zip(log_theta, grams, columns, strict=True)
            total = sum(view_cost(X, *view) for view in views) / (len(X) * sum(columns))
            if classes is not None:
                total = total + self.discriminative * scatter_difference(X, classes)
            total = total + self.uncorrelated * correlation(X)
            total = total + self.smooth * (B**2).sum() / len(X)
            total.backward()
            return total.item(), at.grad.numpy()

        return cost

    def transform(self, views: Sequence[Matrix]) -> Matrix:
        """Return the latent places of samples, shape (n, dims)."""
        check_is_fitted(self)
        pairs = zip(self._scaled(views), self.views_, strict=True)
        kernel = self._kernel([cdist(new, old, "sqeuclidean") for new, old in pairs])
        return kernel @ self.to_basis_ @ self.coefficients_
