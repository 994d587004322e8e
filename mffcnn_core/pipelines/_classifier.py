"""The last part of every pipeline: average, L2, deep belief network, linear SVM."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Self, get_args

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted

from mffcnn_core.dbn import DeepBeliefNetwork
from mffcnn_core.errors import ParameterError
from mffcnn_core.features import ClipParts
from mffcnn_core.recognition import Matrix, class_scores, linear_svm
from mffcnn_core.seeding import integer_seed
from mffcnn_core.settings import check_choice

PoolOrder = Literal["pool_then_dbn", "dbn_then_pool"]


class PartsClassifier(ClassifierMixin, BaseEstimator):
    """Classify clips by the responses of networks to their parts.

    ::

        pool_then_dbn   parts -> mean -> L2 -> DBN -> scaler -> linear SVM
        dbn_then_pool   parts -> L2 -> DBN -> mean -> scaler -> linear SVM

    Paper: Sec. 3.1 (average pooling, DBN, SVM), 3.4 (L2).

    Parameters
    ----------
    normalise : bool
        L2-normalise the responses of each stream.
    dbn : mapping, optional
        Settings of the :class:`~mffcnn_core.dbn.DeepBeliefNetwork`, ``{}`` for its
        defaults; None: no such network.
    pool_order : {"pool_then_dbn", "dbn_then_pool"}
        Whether the network fuses the mean of a clip, or each of its parts.
    C : float
        Cost of the support vector machine, > 0.
    seed : int

    Attributes
    ----------
    classes_ : ndarray, shape (n_classes,)
        Sorted; columns of the scores.
    dbn_ : DeepBeliefNetwork or None
    svm_ : Pipeline
        Scaler and support vector machine.

    Notes
    -----
    Departures from the paper: (I) Its words, features of a video that are averaged and then
    fused, are ``"pool_then_dbn"``; there the network learns from one vector per clip.
    (II) No kernel is named; linear and one-against-one are those of the work that it
    follows.  The votes are turned into one score per class (one-against-rest shape), ties
    by the sum of the pairs.  (III) Features are standardised before the support vector
    machine, which would otherwise heed the widest ones most.
    """

    __module__ = "mffcnn_core.pipelines"  # saved models name it: a file may move

    def __init__(
        self,
        *,
        normalise: bool = True,
        dbn: Mapping[str, Any] | None = None,
        pool_order: PoolOrder = "pool_then_dbn",
        C: float = 1.0,
        seed: int = 0,
    ) -> None:
        self.normalise = normalise
        self.dbn = dbn
        self.pool_order = pool_order
        self.C = C
        self.seed = seed

    def fit(self, X: ClipParts, y: Sequence[Any]) -> Self:
        """Fit the network, the scaler and the support vector machine.

        Parameters
        ----------
        X : ClipParts
        y : sequence, length n_clips

        Raises
        ------
        ParameterError
            If ``pool_order`` or a setting of the network is unknown.
        """
        y = np.asarray(y)
        self.dbn_ = self.check()
        if self.dbn_ is not None and self.pool_order == "dbn_then_pool":
            rows, clips = X.rows(normalise=self.normalise)
            self.dbn_.fit(rows, y[clips])
        elif self.dbn_ is not None:
            self.dbn_.fit(X.pooled(normalise=self.normalise), y)
        self.svm_ = linear_svm(self.C).fit(self._features(X), y)
        self.classes_ = self.svm_.classes_
        return self

    def check(self) -> DeepBeliefNetwork | None:
        """Return the unfitted network if there is one; refuse wrong parameters.

        Raises
        ------
        ParameterError
            If ``pool_order`` or a setting of the network is unknown.
        """
        hint = "The paper's words are pool_then_dbn."
        check_choice("pool_order", self.pool_order, get_args(PoolOrder), hint)
        if self.dbn is None:
            return None
        try:
            return DeepBeliefNetwork(**{"seed": integer_seed(self.seed, "dbn")} | dict(self.dbn))
        except TypeError as error:
            known = ", ".join(DeepBeliefNetwork().get_params())
            raise ParameterError(
                f"dbn: expected settings of the deep belief network, got {sorted(self.dbn)}. "
                f"Known: {known}."
            ) from error

    def _features(self, X: ClipParts) -> npt.NDArray[np.floating]:
        """Return what the support vector machine sees, shape (n_clips, d)."""
        if self.dbn_ is None:
            return X.pooled(normalise=self.normalise)
        if self.pool_order == "pool_then_dbn":
            return self.dbn_.transform(X.pooled(normalise=self.normalise))
        rows, clips = X.rows(normalise=self.normalise)
        fused = self.dbn_.transform(rows)
        first = np.flatnonzero(np.diff(clips, prepend=-1))
        counts = np.bincount(clips)[:, None]
        return np.add.reduceat(fused, first, axis=0, dtype=np.float64) / counts

    def decision_function(self, X: ClipParts) -> Matrix:
        """Return scores, shape (n_clips, n_classes), also for two classes."""
        check_is_fitted(self)
        return class_scores(self.svm_, self._features(X))

    def predict(self, X: ClipParts) -> npt.NDArray[Any]:
        """Return the class with the largest score for every clip."""
        return self.classes_[np.argmax(self.decision_function(X), axis=1)]
