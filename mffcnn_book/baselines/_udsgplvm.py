"""ML-UDSGPLVM: first which part of the face tells, then which expression it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import cv2
import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator

from mffcnn_book.baselines._baseline import Baseline, Features, Vector
from mffcnn_book.baselines._cltp import cltp_histogram
from mffcnn_book.baselines._components import keep_variance
from mffcnn_book.baselines._gplvm import DSGPLVM
from mffcnn_core.arrays import Frames
from mffcnn_core.errors import ParameterError
from mffcnn_core.recognition import Matrix, class_scores, linear_svm

REGIONS: Mapping[str, tuple[float, float, float, float]] = {
    "lips": (0.60, 0.88, 0.25, 0.75),
    "eyes": (0.30, 0.50, 0.20, 0.80),
    "forehead": (0.12, 0.34, 0.25, 0.75),
}
"""Top, bottom, left and right of each region, as shares of the face crop's side.

They belong to the crop of the default preparation (``margin=0.1, below=0.1``); of another crop
they are other shares, see ``regions``.
"""

GROUPING: Mapping[str, tuple[str, ...]] = {
    "lips": ("disgust", "happiness"),
    "lips-eyes": ("anger", "sadness"),
    "lips-eyes-forehead": ("fear", "surprise"),
}
"""The expressions that each group of regions tells apart, by the muscles that they move."""


class LatentClassifier(BaseEstimator):
    """A DS-GPLVM of some views and a linear SVM on its latent places.

    Parameters
    ----------
    gplvm : DSGPLVM
        Unfitted.
    C : float
    """

    def __init__(self, gplvm: DSGPLVM, *, C: float = 1.0) -> None:
        self.gplvm = gplvm
        self.C = C

    def fit(self, views: Sequence[Matrix], labels: npt.NDArray[np.int64]) -> Self:
        """Fit both; with one class only there is nothing to learn."""
        self.classes_ = np.unique(labels)
        if len(self.classes_) > 1:
            self.gplvm.fit(views, labels)
            self.svm_ = linear_svm(self.C).fit(self.gplvm.latent_, labels)
        return self

    def kept(self) -> list[Any]:
        """Return what a prediction needs."""
        return [self.gplvm, self.svm_] if len(self.classes_) > 1 else []

    def decision_function(self, views: Sequence[Matrix]) -> Matrix:
        """Return scores, shape (n, n_classes)."""
        if len(self.classes_) == 1:
            return np.zeros((len(views[0]), 1))
        return class_scores(self.svm_, self.gplvm.transform(views))


@dataclass(kw_only=True, eq=False, repr=False)
class UDSGPLVMRecogniser(Baseline):
    """Multi-level uncorrelated discriminative shared GPLVM.

    ::

        lips, eyes, forehead -> CLTP histograms, mean over the frames -> PCA of each
          level 1: DS-GPLVM of all regions -> linear SVM -> which group of regions tells
          level 2: DS-GPLVM of that group's regions -> linear SVM -> which expression

    Paper: Sec. 4.5, Table 4, where it is cited as [17]; that is another work, and [16] is
    the one.

    Parameters
    ----------
    size : int
        Side of the face in px.
    frames : int, optional
        Number of frames, evenly spaced, that are described; None takes all.
    threshold : int
        t of the patterns, in grey values of 255.
    blocks : sequence of 2 int
        Rows and columns of blocks of each region.
    variance : float
        Share of the variance that the principal components keep, between 0 and 1.
    regions : mapping of str to sequence of 4 float, optional
        Top, bottom, left and right of each region, as shares of the crop's side; by default
        ``REGIONS``, which belong to the default crop of a face.
    grouping : mapping of str to sequence of str, optional
        Expressions by group; a group's name joins its regions by hyphens.  By default
        ``GROUPING``.
    dims, discriminative, uncorrelated, smooth, iterations
        Of the latent space, see :class:`DSGPLVM`.
    C : float
        Cost of the support vector machines, > 0.
    **shared
        See :class:`~mffcnn_core.recognition.ClipRecogniser`; no training is kept.

    Attributes
    ----------
    classes_ : ndarray of str
        Sorted; columns of the scores.
    groups_ : tuple of str
        Those that have training clips.
    group_of_ : ndarray of int, shape (n_classes,)
        The group of each class, as an index of ``groups_``.
    pca_ : dict of str to PCA
        By region.
    level_1_, level_2_ : LatentClassifier, dict of str to LatentClassifier
    one_level_ : LatentClassifier
        The control: all expressions at once.
    svm_ : Pipeline
        The control: no latent space.

    Notes
    -----
    Our implementation, from the formulas.  Verified: the patterns (:func:`cltp_codes`) and
    the latent model (:class:`DSGPLVM`) by themselves, and that the predicted expression is
    the best of the best group.  Read, because the work was not at hand: (I) which
    expressions belong to which regions; (II) where the regions lie in the crop; (III) CLTP
    histograms as their description; (IV) the form of the uncorrelated prior; (V) the mean
    over frames of a clip.

    A score is the place of the expression's group among the groups (0 is the least
    likely), plus its share within the group: no probability.  :meth:`stream_scores` has
    two controls: ``"one_level"``, and ``"components"``, a linear SVM without any latent
    space.

    References
    ----------
    Kumar, Bhuyan and Iwahori, The Visual Computer 37(1):143-159, 2021.
    Eleftheriadis, Rudovic and Pantic, IEEE Transactions on Image Processing 24(1), 2015:
    DS-GPLVM.

    Examples
    --------
    >>> UDSGPLVMRecogniser().describe()["grouping"]["lips"]
    ('disgust', 'happiness')
    """

    pipeline = "ml_udsgplvm"
    seeded = False

    size: int = 96
    frames: int | None = None
    threshold: int = 5
    blocks: Sequence[int] = (2, 4)
    variance: float = 0.95
    regions: Mapping[str, Sequence[float]] | None = None
    grouping: Mapping[str, Sequence[str]] | None = None
    dims: int = 5
    discriminative: float = 1.0
    uncorrelated: float = 1.0
    smooth: float = 0.01
    iterations: int = 100
    C: float = 1.0

    @property
    def views(self) -> tuple[str, ...]:
        """Names of the vectors that describe a clip."""
        return tuple(self._regions())

    def describe(self) -> dict[str, Any]:
        """Return what results depend on, as plain values for a record's settings."""
        return super().describe() | {"regions": self._regions(), "grouping": self._grouping()}

    def _regions(self) -> dict[str, tuple[float, ...]]:
        regions = REGIONS if self.regions is None else self.regions
        wrong = {
            name: tuple(own)
            for name, own in regions.items()
            if len(own) != 4 or not (0 <= own[0] < own[1] <= 1 and 0 <= own[2] < own[3] <= 1)
        }
        if wrong or set(regions) != set(REGIONS):
            raise ParameterError(
                f"regions: expected top < bottom and left < right in [0, 1] for each of "
                f"{', '.join(REGIONS)}, got {wrong or sorted(regions)}. See REGIONS."
            )
        return {name: tuple(regions[name]) for name in REGIONS}

    def _grouping(self) -> dict[str, tuple[str, ...]]:
        grouping = GROUPING if self.grouping is None else self.grouping
        return {name: tuple(own) for name, own in grouping.items()}

    def _describe_faces(self, faces: Frames) -> dict[str, Vector]:
        greys = [cv2.cvtColor(face, cv2.COLOR_RGB2GRAY) for face in faces]
        described = {}
        for name, shares in self._regions().items():
            top, bottom, left, right = (round(share * self.size) for share in shares)
            each = [
                cltp_histogram(
                    np.ascontiguousarray(grey[top:bottom, left:right]),
                    threshold=self.threshold,
                    blocks=self.blocks,
                )
                for grey in greys
            ]
            described[name] = np.mean(each, axis=0)
        return described

    def _group_of_classes(self) -> npt.NDArray[np.int64]:
        """Set ``groups_``; return the number of each class's group.

        Raises
        ------
        ParameterError
            If a class belongs to no group or to several, or a region is unknown.
        """
        grouping = self._grouping()
        homes = {c: [g for g, own in grouping.items() if c in own] for c in self.classes_}
        wrong = sorted(c for c, own in homes.items() if len(own) != 1)
        unknown = {region for group in grouping for region in group.split("-")} - {*REGIONS}
        if wrong or unknown:
            raise ParameterError(
                "grouping: expected every expression in one group of the regions "
                f"{', '.join(REGIONS)}, got {', '.join([*wrong, *sorted(unknown)])} otherwise. "
                "See GROUPING."
            )
        self.groups_ = tuple(g for g in grouping if any(g in own for own in homes.values()))
        return np.array([self.groups_.index(homes[c][0]) for c in self.classes_])

    def _latent(self) -> LatentClassifier:
        model = DSGPLVM(
            dims=self.dims,
            discriminative=self.discriminative,
            uncorrelated=self.uncorrelated,
            smooth=self.smooth,
            iterations=self.iterations,
        )
        return LatentClassifier(model, C=self.C)

    def _fit_features(self, features: Features, labels: npt.NDArray[np.int64]) -> None:
        self.group_of_ = self._group_of_classes()
        self.pca_ = {name: keep_variance(self.variance).fit(Y) for name, Y in features.items()}
        reduced = self._reduced(features)
        groups = self.group_of_[labels]
        self.level_1_ = self._latent().fit([*reduced.values()], groups)
        self.level_2_ = {}
        for k, group in enumerate(self.groups_):
            own = [reduced[region][groups == k] for region in group.split("-")]
            self.level_2_[group] = self._latent().fit(own, labels[groups == k])
        self.one_level_ = self._latent().fit([*reduced.values()], labels)
        self.svm_ = linear_svm(self.C).fit(np.hstack([*reduced.values()]), labels)

    def _reduced(self, features: Features) -> dict[str, Matrix]:
        return {name: self.pca_[name].transform(Y) for name, Y in features.items()}

    def kept(self) -> list[Any]:
        """Return what a prediction needs."""
        models = [self.level_1_, *self.level_2_.values()]
        return [self.pca_, *(part for own in models for part in own.kept())]

    def _score_features(self, features: Features) -> dict[str, Matrix]:
        reduced = self._reduced(features)
        return {
            "method": self._two_levels(reduced),
            "one_level": self.one_level_.decision_function([*reduced.values()]),
            "components": class_scores(self.svm_, np.hstack([*reduced.values()])),
        }

    def _two_levels(self, reduced: Mapping[str, Matrix]) -> Matrix:
        """Return the place of each expression's group plus its share within the group."""
        groups = self.level_1_.decision_function([*reduced.values()])
        places = groups.argsort(axis=1).argsort(axis=1).astype(float)
        scores = places[:, self.group_of_]
        for group, model in self.level_2_.items():
            own = model.decision_function([reduced[region] for region in group.split("-")])
            odds = np.exp(own - own.max(axis=1, keepdims=True))
            scores[:, model.classes_] += odds / (odds.sum(axis=1, keepdims=True) + 1)
        return scores
