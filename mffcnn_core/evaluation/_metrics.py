"""Measures of recognition, and how sure one can be of them.

Paper: Sec. 4.3 reports a recognition rate (here: accuracy) and confusion matrices; it
gives no interval and no repeated run.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.stats import permutation_test
from sklearn.metrics import confusion_matrix

from mffcnn_core.errors import ParameterError
from mffcnn_core.expressions import EXPRESSIONS
from mffcnn_core.seeding import generator


class Interval(NamedTuple):
    """Ends of an interval, both inside it."""

    low: float
    high: float


def _check_labels(truth: Sequence[str], predicted: Sequence[str]) -> None:
    if len(truth) != len(predicted) or len(truth) == 0:
        raise ParameterError(
            f"predicted: expected one label per clip and at least one clip, got {len(predicted)} "
            f"for {len(truth)} clip(s). Predict every clip exactly once."
        )


def accuracy(truth: Sequence[str], predicted: Sequence[str]) -> float:
    """Return the share of clips whose expression was recognised.

    Parameters
    ----------
    truth, predicted : sequence of str, length n >= 1

    Raises
    ------
    ParameterError
        If the lengths differ or are 0.

    Examples
    --------
    >>> accuracy(["fear", "fear", "anger", "anger"], ["fear", "anger", "anger", "anger"])
    0.75
    """
    _check_labels(truth, predicted)
    return float(np.mean(np.asarray(truth) == np.asarray(predicted)))


def confusion(
    truth: Sequence[str],
    predicted: Sequence[str],
    *,
    classes: Sequence[str] = EXPRESSIONS,
) -> npt.NDArray[np.int64]:
    """Return how often each expression was taken for each other.

    Paper: Figs. 7 and 8.

    Parameters
    ----------
    truth, predicted : sequence of str, length n >= 1
    classes : sequence of str
        Order of rows and columns.

    Returns
    -------
    ndarray of int64, shape (c, c)
        Clips by true (row) and predicted (column) class; row i sums to the number of
        clips of class i.

    Raises
    ------
    ParameterError
        If the lengths differ or are 0, or a label is not among the classes.
    """
    _check_labels(truth, predicted)
    unknown = sorted({*truth, *predicted} - set(classes))
    if unknown:
        raise ParameterError(
            f"labels: expected the classes {', '.join(classes)}, got {', '.join(unknown)}. "
            "Map them with mffcnn_core.expressions.canonical_expression."
        )
    return confusion_matrix(list(truth), list(predicted), labels=list(classes)).astype(np.int64)


def macro_recall(truth: Sequence[str], predicted: Sequence[str]) -> float:
    """Return the mean recall of the classes that occur, each class counting the same.

    On unbalanced data the accuracy follows the largest class; this does not.

    Parameters
    ----------
    truth, predicted : sequence of str, length n >= 1

    Raises
    ------
    ParameterError
        If the lengths differ or are 0.

    Examples
    --------
    >>> macro_recall(["fear", "anger", "anger", "anger"], ["fear", "fear", "fear", "fear"])
    0.5
    """
    _check_labels(truth, predicted)
    truth, hits = np.asarray(truth), np.asarray(truth) == np.asarray(predicted)
    return float(np.mean([hits[truth == name].mean() for name in np.unique(truth)]))


def bootstrap_interval(
    truth: Sequence[str],
    predicted: Sequence[str],
    subjects: Sequence[str],
    *,
    seed: int,
    draws: int = 2000,
    level: float = 0.95,
) -> Interval:
    """Return a percentile bootstrap interval of the accuracy over people.

    People, not clips, are drawn with replacement: the clips of one person resemble each
    other, and an interval over clips would be too narrow for the next stranger.

    Parameters
    ----------
    truth, predicted, subjects : sequence of str, length n >= 1
    seed : int
        >= 0.
    draws : int
        Number of bootstrap samples, >= 1.
    level : float
        Share of the bootstrap accuracies inside the interval, in (0, 1).

    Raises
    ------
    ParameterError
        If lengths differ or are 0, or a number lies outside its range.

    Notes
    -----
    The models are not trained anew: the interval holds the choice of test people, not
    the luck of training.  With 8 people it is coarse; with one it is a single point.

    References
    ----------
    Efron, B., Tibshirani, R., An Introduction to the Bootstrap, Chapman & Hall, 1993.
    """
    hits, clips = _hits_by_person(truth, predicted, subjects)
    return _interval_over_people(hits, clips, seed=seed, draws=draws, level=level)


class Difference(NamedTuple):
    """How much better one recogniser is than another on the same clips.

    ``value``, ``low`` and ``high`` are accuracies (0.05 is five points) with the ends of the
    interval; ``p`` is the chance of a difference at least as large, either way, if both
    were equally good for everybody.
    """

    value: float
    low: float
    high: float
    p: float

    @property
    def clear(self) -> bool:
        """Whether it is beyond chance, its interval leaves out 0 and p is below 0.05."""
        return not self.low <= 0 <= self.high and self.p < 0.05


def paired_difference(
    truth: Sequence[str],
    predicted: Sequence[str],
    baseline: Sequence[str],
    subjects: Sequence[str],
    *,
    seed: int,
    draws: int = 2000,
    level: float = 0.95,
) -> Difference:
    """Compare two recognisers on the same clips, person by person.

    Both meet the same people, so what makes a person hard falls out of the difference.
    The interval is a bootstrap over people as in :func:`bootstrap_interval`; p is that of a
    permutation test which swaps the two recognisers person by person, exact where all
    ``2^people`` swaps are no more than ``draws``, else by that many at random.

    Parameters
    ----------
    truth, predicted, baseline, subjects : sequence of str, length n >= 1
        True expression, what either recogniser said, and the person of every clip.
    seed, draws, level
        As for :func:`bootstrap_interval`.

    Returns
    -------
    Difference
        Of the accuracy of ``predicted`` over that of ``baseline``.

    Raises
    ------
    ParameterError
        If lengths differ or are 0, or a number lies outside its range.

    Notes
    -----
    With n people no p below ``2 / 2^n`` exists: fewer than six never show a clear
    difference.  Many comparisons at the 5 % level bring
    forth some clear differences by chance: a table of twenty rows one.

    Examples
    --------
    >>> people = ["a", "a", "b", "b", "c", "c"]
    >>> paired_difference(["fear"] * 6, ["fear"] * 6, ["anger", "fear"] * 3, people, seed=0)
    Difference(value=0.5, low=0.5, high=0.5, p=0.25)
    """
    ours, clips = _hits_by_person(truth, predicted, subjects)
    theirs, _ = _hits_by_person(truth, baseline, subjects)
    gained = ours - theirs
    low, high = _interval_over_people(gained, clips, seed=seed, draws=draws, level=level)
    p = 1.0
    if np.any(gained) and len(clips) > 1:
        test = permutation_test(
            (ours, theirs),
            lambda a, b, axis: np.sum(a - b, axis=axis),
            permutation_type="samples",
            vectorized=True,
            n_resamples=draws,
            rng=generator(seed, "permutation"),
        )
        p = float(test.pvalue)
    return Difference(float(gained.sum() / clips.sum()), low, high, p)


def _hits_by_person(
    truth: Sequence[str], predicted: Sequence[str], subjects: Sequence[str]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]:
    """Return how many clips of each person were recognised, and how many there are."""
    _check_labels(truth, predicted)
    if len(subjects) != len(truth):
        raise ParameterError(
            f"subjects: expected one person per clip, got {len(subjects)} for {len(truth)} "
            "clip(s). Pass the subject of every clip."
        )
    _, person = np.unique(np.asarray(subjects), return_inverse=True)
    hits = np.asarray(truth) == np.asarray(predicted)
    return np.bincount(person, weights=hits), np.bincount(person)


def _interval_over_people(
    sums: npt.NDArray[np.float64],
    clips: npt.NDArray[np.int64],
    *,
    seed: int,
    draws: int,
    level: float,
) -> Interval:
    """Return an interval of sums over clips when people are drawn with replacement."""
    if draws < 1 or not 0 < level < 1:
        raise ParameterError(
            f"bootstrap: expected draws >= 1 and 0 < level < 1, got draws={draws} and "
            f"level={level}. The defaults are 2000 and 0.95."
        )
    people = len(clips)
    drawn = generator(seed, "bootstrap").integers(people, size=(draws, people))
    rates = sums[drawn].sum(axis=1) / clips[drawn].sum(axis=1)
    low, high = np.quantile(rates, [(1 - level) / 2, (1 + level) / 2])
    return Interval(float(low), float(high))
