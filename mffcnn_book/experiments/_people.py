"""A study of real people: what the protocol does to numbers that were measured on their faces."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Literal, get_args

import numpy as np
from joblib import Parallel, delayed
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, GroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from mffcnn_book.experiments._dealt import with_random_groups
from mffcnn_core.datasets import Dataset, read_features
from mffcnn_core.errors import ParameterError
from mffcnn_core.evaluation import (
    Fold,
    Predictions,
    check_split,
    leave_one_subject_out,
)
from mffcnn_core.expressions import EXPRESSIONS
from mffcnn_core.features import ClipParts
from mffcnn_core.pipelines import PartsClassifier
from mffcnn_core.recognition import Matrix, class_scores, linear_svm
from mffcnn_core.seeding import generator, integer_seed
from mffcnn_core.settings import check_choice

STUDY = "real_people"
"""Name of the study, and of the folder of its records."""

PEOPLE = "ravdess_aus"
"""The data set, a table of action units."""

Method = Literal["dbn", "dbn_wide", "svm", "svm_tuned", "logistic", "rbf"]
Split = Literal["strangers", "published", "random"]
Own = Literal["", "centre", "standardise"]

COSTS = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
"""C of ``svm_tuned``; the best one is chosen by training people that are left out in turn."""

NETWORKS: Mapping[Method, Mapping[str, Any] | None] = MappingProxyType(
    {"dbn": {}, "dbn_wide": {"hidden": (1.0, 1.0)}, "svm": None}
)
"""Settings of the deep belief network of the methods that end as the paper's; None: without."""
_DECIMALS = 4


@dataclass(frozen=True, kw_only=True)
class Trial:
    """One way to divide real people into those who are learnt from and those who are tested.

    Attributes
    ----------
    title : str
        As the book prints it.
    split : {"strangers", "published", "random"}
        One actor left out at a time; the published groups of actors; as many random groups of
        clips as there are actors, each of all actors.
    own : {"", "centre", "standardise"}
        Whether from every clip the mean of its actor's clips is taken off, and whether the
        rest is divided by their standard deviation.  For the actor who is tested this looks at
        all of his test clips, though not at their labels: it is transductive.
    methods : tuple of str
        ``"dbn"``: deep belief network and linear support vector machine, the paper's end;
        ``"dbn_wide"``: a network that keeps the number of features; ``"svm"``: no network;
        ``"svm_tuned"``: none, and C of ``COSTS``; ``"logistic"`` and ``"rbf"``: logistic
        regression, and a machine with a Gaussian kernel, both untuned.
    people : tuple of int
        Numbers of actors to learn from, in the place of all others, drawn for each fold anew.

    Raises
    ------
    ParameterError
        If a value is unknown.
    """

    title: str
    split: Split = "strangers"
    own: Own = ""
    methods: tuple[Method, ...] = ("dbn", "svm", "svm_tuned", "logistic", "rbf")
    people: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        for name, values, known in (
            ("split", (self.split,), get_args(Split)),
            ("own", (self.own,), get_args(Own)),
            ("methods", self.methods, get_args(Method)),
        ):
            for value in values:
                check_choice(name, value, known, "See Trial.")

    def folds(self, dataset: Dataset, parts: ClipParts) -> list[Fold]:
        """Return the folds of the people, or of the random groups, of clips."""
        if self.split == "published":
            return published_folds(parts.subjects, dataset.manifest.folds)
        return leave_one_subject_out(parts.subjects)


def published_folds(subjects: Sequence[str], groups: Sequence[Sequence[str]]) -> list[Fold]:
    """Return one fold for each group of people that others have tested on.

    Somebody of a group who has no clips here is left out of it: the numbers are then no
    longer those of the publication, but nobody changes sides.

    Parameters
    ----------
    subjects : sequence of str
        The person of every clip.
    groups : sequence of sequence of str
        People of each group, e.g. the ``folds`` of a manifest.

    Raises
    ------
    ParameterError
        If somebody who has clips is in no group.

    Examples
    --------
    >>> folds = published_folds(["a", "b", "c"], [["a", "x"], ["b", "c"], ["y"]])
    >>> [(fold.name, fold.train_subjects) for fold in folds]
    [('a', ('b', 'c')), ('b+c', ('a',))]
    """
    people = sorted(set(subjects))
    listed = {person for group in groups for person in group}
    if missing := [person for person in people if person not in listed]:
        raise ParameterError(
            f"folds: expected everybody in a published group, got {', '.join(missing)} in none. "
            "Leave one subject out instead, or correct the manifest's folds."
        )
    tested = [tuple(p for p in people if p in group) for group in groups]
    return [
        Fold("+".join(test), tuple(p for p in people if p not in test), test)
        for test in tested
        if test
    ]


TRIALS: Mapping[str, Trial] = MappingProxyType(
    {
        "strangers": Trial(title="one actor left out", methods=get_args(Method)),
        "published": Trial(title="the five published groups of actors", split="published"),
        "random": Trial(title="random clips, every actor on both sides", split="random"),
        "centred": Trial(
            title="one actor left out, less the mean of that actor's clips", own="centre"
        ),
        "standardised": Trial(
            title="one actor left out, z-scores of that actor's clips", own="standardise"
        ),
        "curve": Trial(
            title="fewer actors to learn from", methods=("svm",), people=(1, 2, 4, 8, 12, 16, 20)
        ),
    }
)
"""The trials of the study, by name."""


def _by_person(parts: ClipParts, own: Own) -> ClipParts:
    """Return features relative to those of the same person."""
    values = np.concatenate(parts.responses["features"])
    people = np.asarray(parts.subjects)
    for person in dict.fromkeys(people):
        rows = people == person
        values[rows] -= values[rows].mean(axis=0)
        if own == "standardise":
            spread = values[rows].std(axis=0)
            values[rows] /= np.where(spread > 0, spread, 1)
    return replace(parts, responses={"features": tuple(values[:, None])})


def _scores(
    method: Method, train: ClipParts, test: ClipParts, people: Sequence[str], seed: int
) -> Matrix:
    """Return scores of test clips; whatever is fitted or chosen sees training clips only."""
    labels = np.asarray(train.expressions)
    if method in NETWORKS:
        dbn = NETWORKS[method]
        return (
            PartsClassifier(normalise=False, dbn=dbn, seed=seed)
            .fit(train, labels)
            .decision_function(test)
        )
    model: Any = {
        "svm_tuned": GridSearchCV(
            linear_svm(1.0), {"svc__C": list(COSTS)}, cv=GroupKFold(min(5, len(set(people))))
        ),
        "logistic": make_pipeline(StandardScaler(), LogisticRegression(max_iter=2000)),
        "rbf": make_pipeline(StandardScaler(), SVC(decision_function_shape="ovr", break_ties=True)),
    }[method]
    options = {"groups": people} if method == "svm_tuned" else {}
    model.fit(train.pooled(normalise=False), labels, **options)
    return class_scores(model, test.pooled(normalise=False))


def _fold_scores(trial: Trial, parts: ClipParts, fold: Fold, seed: int) -> dict[str, Matrix]:
    train, test = (parts[which] for which in fold.indices(parts.subjects))
    check_split(train.subjects, test.subjects)
    seed = integer_seed(seed, STUDY, fold.name)
    if not trial.people:
        return {one: _scores(one, train, test, train.subjects, seed) for one in trial.methods}
    order = generator(seed, "actors").permutation(sorted(set(train.subjects)))
    scores = {}
    for count in trial.people:
        few = train[np.isin(train.subjects, order[:count])]
        for method in trial.methods:
            scores[f"{method}_{count:02}"] = _scores(method, few, test, few.subjects, seed)
    return scores


def evaluate_trial(dataset: Dataset, trial: Trial, *, seed: int = 0, jobs: int = 1) -> Predictions:
    """Return what was said of every clip by a model that learnt from others.

    Paper: Sec. 3.1 (features of a clip, deep belief network, support vector machine), 4.1.
    Book: ch. 18.

    Parameters
    ----------
    dataset : Dataset
        Of the kind ``"features"``.
    trial : Trial
    seed : int
        Of everything that is drawn.
    jobs : int
        Processes, each with a fold of its own.

    Raises
    ------
    ParameterError
        If the data set is of another kind, or lacks an expression.
    """
    features = read_features(dataset)
    if missing := set(EXPRESSIONS) - {clip.expression for clip in features.clips}:
        raise ParameterError(
            f"{dataset.manifest.name}: expected clips of all six expressions, got none of "
            f"{', '.join(sorted(missing))}."
        )
    values = features.values.astype(np.float32)
    parts = ClipParts(features.clips, {"features": tuple(values[:, None])})
    if trial.own:
        parts = _by_person(parts, trial.own)
    if trial.split == "random":
        parts = with_random_groups(parts, len(set(parts.subjects)), seed=seed)
    folds = trial.folds(dataset, parts)
    found = Parallel(n_jobs=jobs)(delayed(_fold_scores)(trial, parts, fold, seed) for fold in folds)
    scores = {name: np.empty((len(parts), len(EXPRESSIONS))) for name in found[0]}
    for fold, of_fold in zip(folds, found, strict=True):
        test = fold.indices(parts.subjects)[1]
        for name, values in of_fold.items():
            scores[name][test] = np.round(values, _DECIMALS)
    return Predictions(
        clips=tuple(clip.clip for clip in parts.clips),
        subjects=parts.subjects,
        expressions=parts.expressions,
        folds=tuple(folds),
        scores=scores,
    )
