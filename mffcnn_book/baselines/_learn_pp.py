"""Learn++: an ensemble that draws what it still gets wrong, and votes with two kinds of weight."""

from typing import Any, Self

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.neighbors import NearestNeighbors
from sklearn.utils.validation import check_is_fitted

from mffcnn_core.errors import ParameterError
from mffcnn_core.recognition import Matrix, linear_svm
from mffcnn_core.seeding import generator

Vector = npt.NDArray[np.float64]
TRIES = 10  # draws that are discarded in a row before an ensemble is left as it is


def normalised_error(distribution: Vector, wrong: npt.NDArray[np.bool_]) -> float:
    """Return ``beta = e / (1 - e)`` where ``e = sum of D(i) over the samples that are wrong``.

    Parameters
    ----------
    distribution : ndarray, shape (n,)
        D, which sums to 1.
    wrong : ndarray of bool, shape (n,)

    Returns
    -------
    float
        At most 1 if at most half is wrong.  An error below ``1 / 2n`` counts as that: a
        member without error would outvote all others for good.

    Examples
    --------
    >>> normalised_error(np.full(4, 0.25), np.array([True, False, False, False]))
    0.3333333333333333
    """
    error = max(float(distribution[wrong].sum()), 0.5 / len(wrong))
    return error / (1 - error)


def reweigh(distribution: Vector, wrong: npt.NDArray[np.bool_]) -> Vector:
    """Return the next distribution: ``D(i) B`` where the ensemble is right, and D(i) elsewhere.

    Parameters
    ----------
    distribution : ndarray, shape (n,)
    wrong : ndarray of bool, shape (n,)
        Of the whole ensemble up to now, whose :func:`normalised_error` is B.

    Examples
    --------
    >>> reweigh(np.full(4, 0.25), np.array([True, False, False, False])).round(6).tolist()
    [0.5, 0.166667, 0.166667, 0.166667]
    """
    weights = distribution * np.where(wrong, 1.0, normalised_error(distribution, wrong))
    return weights / weights.sum()


class LearnPlusPlus(ClassifierMixin, BaseEstimator):
    """An ensemble of linear support vector machines that asks the nearest members most.

    Each member k learns from a share of the samples, drawn by the distribution D; D then
    moves to what the ensemble still gets wrong.  A member votes for its class with::

        W_k(x) = log(1 / beta_k) exp(-d_k(x)^2 / (2 sigma^2))

    where beta_k is its normalised error, and d_k(x) the mean distance from x to the q
    samples nearest to it that the member has learnt from.

    Parameters
    ----------
    members : int
        At most so many, >= 1: the ensemble ends where 10 draws in a row are discarded,
        because what is left to learn is beyond a linear machine.
    share : float
        Share of each class that a member learns from, between 0 and 1.
    neighbours : int
        q, >= 1.
    C : float
        Cost of the support vector machines, > 0.
    seed : int

    Attributes
    ----------
    classes_ : ndarray
    members_ : list of Pipeline
    samples_ : list of ndarray of int
        What each member has learnt from.
    betas_ : ndarray, shape (n_members,)
    sigma_ : float
        Median of d_k over the members and the training samples that they did not draw.

    Notes
    -----
    Departures from Learn++: (I) each class is drawn by itself, so that every member knows
    all; (II) a perfect member counts as half a sample wrong, see :func:`normalised_error`;
    (III) all data are there from the start; (IV) an ensemble that cannot go on ends early.
    """

    def __init__(
        self,
        *,
        members: int = 15,
        share: float = 0.5,
        neighbours: int = 3,
        C: float = 1.0,
        seed: int = 0,
    ) -> None:
        self.members = members
        self.share = share
        self.neighbours = neighbours
        self.C = C
        self.seed = seed

    def fit(self, X: Matrix, y: npt.ArrayLike) -> Self:
        """Draw and train the members.

        Parameters
        ----------
        X : ndarray, shape (n, d)
        y : array-like, shape (n,)

        Raises
        ------
        ParameterError
            If a parameter is outside its range, no class has two samples, or not even one
            member gets more than half right.
        """
        y = np.asarray(y)
        self.classes_, counts = np.unique(y, return_counts=True)
        self._check(counts)
        draw = generator(self.seed, "learn++")
        self.members_, self.samples_, betas = [], [], []
        votes = np.zeros((len(y), len(self.classes_)))
        distribution = np.full(len(y), 1 / len(y))
        misses = 0
        while len(self.members_) < self.members and misses < TRIES:
            samples = self._draw(draw, y, distribution)
            member = linear_svm(self.C).fit(X[samples], y[samples])
            said = member.predict(X)
            beta = normalised_error(distribution, said != y)
            together = votes + np.log(1 / beta) * (said[:, None] == self.classes_)
            wrong = self.classes_[together.argmax(axis=1)] != y
            if beta >= 1 or normalised_error(distribution, wrong) >= 1:
                misses += 1  # Learn++ discards what is wrong on half or more, and draws again
                continue
            misses = 0
            self.members_.append(member)
            self.samples_.append(samples)
            betas.append(beta)
            votes, distribution = together, reweigh(distribution, wrong)
        if not self.members_:
            raise ParameterError(
                f"X, y: expected a member that is right on more than half, got none in {TRIES} "
                "draws. Take a larger share, or samples that tell the classes apart."
            )
        self.betas_ = np.array(betas)
        self.nearest_ = [
            NearestNeighbors(n_neighbors=min(self.neighbours, len(samples))).fit(X[samples])
            for samples in self.samples_
        ]
        unseen = np.ones((len(y), len(self.members_)), bool)
        for k, samples in enumerate(self.samples_):
            unseen[samples, k] = False
        # equal samples have no distance, and then all members are equally near
        self.sigma_ = float(np.median(self.distances(X)[unseen])) or 1.0
        return self

    def _check(self, counts: npt.NDArray[np.integer]) -> None:
        if self.members < 1 or self.neighbours < 1 or not 0 < self.share < 1:
            raise ParameterError(
                "members, neighbours, share: expected at least 1, at least 1, and between 0 and "
                f"1, got {self.members}, {self.neighbours} and {self.share}. See LearnPlusPlus."
            )
        if len(counts) < 2 or counts.max() < 2:
            raise ParameterError(
                "y: expected two classes or more, one of them with two samples, got "
                f"{len(counts)} of at most {counts.max(initial=0)}. Take more samples."
            )

    def _draw(
        self, draw: np.random.Generator, y: npt.NDArray[Any], distribution: Vector
    ) -> npt.NDArray[np.int64]:
        """Return indices of a share of each class, drawn by the distribution, none twice."""
        chosen = []
        for name in self.classes_:
            own = np.flatnonzero(y == name)
            weights = distribution[own] / distribution[own].sum()
            size = max(1, int(self.share * len(own)))
            chosen.append(draw.choice(own, size=size, replace=False, p=weights))
        return np.sort(np.concatenate(chosen))

    def distances(self, X: Matrix) -> Matrix:
        """Return d_k(x), the mean distance to the nearest samples, shape (n, n_members)."""
        return np.column_stack([own.kneighbors(X)[0].mean(axis=1) for own in self.nearest_])

    def weights(self, X: Matrix, *, dynamic: bool = True) -> Matrix:
        """Return what the members' votes count for each sample, shape (n, n_members).

        Parameters
        ----------
        X : ndarray, shape (n, d)
        dynamic : bool
            By the distance, or ``log(1 / beta_k)`` alone.

        Returns
        -------
        ndarray of float64
            Rows sum to 1: a factor that all members share changes no vote, and without
            it a sample far from all of them would leave only zeros.
        """
        check_is_fitted(self)
        logs = np.tile(np.log(np.log(1 / self.betas_)), (len(X), 1))
        if dynamic:
            logs -= self.distances(X) ** 2 / (2 * self.sigma_**2)
        weights = np.exp(logs - logs.max(axis=1, keepdims=True))
        return weights / weights.sum(axis=1, keepdims=True)

    def decision_function(self, X: Matrix, *, dynamic: bool = True) -> Matrix:
        """Return the share of the vote of each class, shape (n, n_classes).

        Parameters
        ----------
        X : ndarray, shape (n, d)
        dynamic : bool
            See :meth:`weights`.
        """
        said = np.stack([member.predict(X) for member in self.members_], axis=1)
        votes = said[:, :, None] == self.classes_
        return np.einsum("nk,nkc->nc", self.weights(X, dynamic=dynamic), votes)

    def predict(self, X: Matrix) -> npt.NDArray[Any]:
        """Return the class with the largest share of the vote."""
        return self.classes_[self.decision_function(X).argmax(axis=1)]
