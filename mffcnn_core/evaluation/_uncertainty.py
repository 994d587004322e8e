"""How sure one can be of an accuracy: the choice of people, and the luck of training.

Paper: none of its tables has an interval or a repeated run.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from mffcnn_core.errors import ParameterError
from mffcnn_core.evaluation._metrics import hits_of
from mffcnn_core.seeding import generator

DRAWS = 10_000
"""Bootstrap samples of an interval."""


class Interval(NamedTuple):
    """Ends of an interval, both inside it."""

    low: float
    high: float


def bootstrap_interval(
    truth: Sequence[str],
    predicted: npt.ArrayLike,
    subjects: Sequence[str],
    *,
    seed: int,
    draws: int = DRAWS,
    level: float = 0.95,
) -> Interval:
    """Return a percentile bootstrap interval of the accuracy over people and trainings.

    ::

        draw n - 1 of n people and K - 1 of K trainings, both with replacement
        -> accuracy of the drawn trainings on the clips of the drawn people

    People, not clips, are drawn: the clips of one person resemble each other, and an interval
    over clips would be too narrow for the next stranger.  Trainings are drawn once for all
    people, because all of them are tested by the same networks.

    Parameters
    ----------
    truth, subjects : sequence of str, length n >= 1
    predicted : array-like of str, shape (n,) or (K, n)
        What one training said of every clip, or K trainings with different seeds.
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
    Why this and not a mixed model: it takes no form of distribution for granted, holds for
    any measure, and asks for nothing that 16 people and 5 trainings could not tell.  One
    fewer is drawn than there are, so that the variance of the draws is the unbiased one;
    drawing all of a few would make the interval too narrow.  Where people and trainings
    both vary, drawing both counts what belongs to neither twice: the interval is rather too
    wide than too narrow.  With one training it holds the choice of test people alone, and
    with one person it is a single point.

    References
    ----------
    Efron, B., Tibshirani, R., An Introduction to the Bootstrap, Chapman & Hall, 1993.
    McCarthy, P. J., Snowden, C. B., The bootstrap and finite population sampling, 1985.
    Owen, A. B., The pigeonhole bootstrap, Ann. Appl. Stat. 1(2), 2007.
    """
    hits, clips = hits_by_person(truth, predicted, subjects)
    return interval_of(drawn_rates(hits, clips, seed=seed, draws=draws, level=level), level)


def hits_by_person(
    truth: Sequence[str], predicted: npt.ArrayLike, subjects: Sequence[str]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]:
    """Return how many clips each training recognises of each person, and how many there are.

    Parameters
    ----------
    truth, predicted, subjects
        As for :func:`bootstrap_interval`.

    Returns
    -------
    hits : ndarray of float64, shape (K, people)
    clips : ndarray of int64, shape (people,)

    Raises
    ------
    ParameterError
        If lengths differ or are 0.
    """
    hits = np.atleast_2d(hits_of(truth, predicted))
    if len(subjects) != len(truth):
        raise ParameterError(
            f"subjects: expected one person per clip, got {len(subjects)} for {len(truth)} "
            "clip(s). Pass the subject of every clip."
        )
    _, person = np.unique(np.asarray(subjects), return_inverse=True)
    by_person = [np.bincount(person, weights=one) for one in hits]
    return np.asarray(by_person), np.bincount(person)


def drawn_rates(
    sums: npt.NDArray[np.float64],
    clips: npt.NDArray[np.int64],
    *,
    seed: int,
    draws: int,
    level: float,
) -> npt.NDArray[np.float64]:
    """Return the rates that come of drawing people and trainings, see :func:`bootstrap_interval`.

    Parameters
    ----------
    sums : ndarray of float64, shape (K, people)
        What is added up over the clips of a person, e.g. the hits of each training.
    clips : ndarray of int64, shape (people,)
    seed, draws, level
        As for :func:`bootstrap_interval`; ``level`` is checked only.

    Returns
    -------
    ndarray of float64, shape (draws,)
        Per clip.

    Raises
    ------
    ParameterError
        If a number lies outside its range.
    """
    if draws < 1 or not 0 < level < 1:
        raise ParameterError(
            f"bootstrap: expected draws >= 1 and 0 < level < 1, got draws={draws} and "
            f"level={level}. The defaults are {DRAWS} and 0.95."
        )
    rng = generator(seed, "bootstrap")
    trainings, people = (
        rng.multinomial(max(1, n - 1), np.full(n, 1 / n), size=draws) for n in sums.shape
    )
    drawn = np.einsum("bk,kp,bp->b", trainings, sums, people, optimize=True)
    return drawn / (trainings.sum(axis=1) * (people @ clips))


def interval_of(rates: npt.NDArray[np.float64], level: float) -> Interval:
    """Return the ends between which a share ``level`` of drawn rates lies."""
    low, high = np.quantile(rates, [(1 - level) / 2, (1 + level) / 2])
    return Interval(float(low), float(high))
