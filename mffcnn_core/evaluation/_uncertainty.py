"""How sure one can be of an accuracy: the choice of people, the luck of training, many rows.

Paper: none of its tables has an interval, a repeated run or a test.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.stats import permutation_test

from mffcnn_core.errors import ParameterError
from mffcnn_core.evaluation._metrics import hits_of
from mffcnn_core.seeding import generator

LEVEL = 0.05
"""Below which a p is called clear."""
DRAWS = 10_000


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
    hits, clips = _hits_by_person(truth, predicted, subjects)
    return _ends(_rates(hits, clips, seed=seed, draws=draws, level=level), level)


class Difference(NamedTuple):
    """How much better one recogniser is than another on the same clips.

    ``value``, ``low`` and ``high`` are accuracies (0.05 is five points) with the ends of the
    interval; ``p`` is the chance of a difference at least as large, either way, if both
    were equally good; ``trainings`` is the number of seeds that both were trained with.
    """

    value: float
    low: float
    high: float
    p: float
    trainings: int = 1

    @property
    def clear(self) -> bool:
        """Whether it is beyond chance by itself: see :func:`holm` for one of many."""
        return self.excludes_zero and self.p < LEVEL

    @property
    def excludes_zero(self) -> bool:
        """Whether its interval leaves out 0."""
        return not self.low <= 0 <= self.high


def paired_difference(
    truth: Sequence[str],
    predicted: npt.ArrayLike,
    baseline: npt.ArrayLike,
    subjects: Sequence[str],
    *,
    seed: int,
    draws: int = DRAWS,
    level: float = 0.95,
) -> Difference:
    """Compare two recognisers on the same clips, person by person and training by training.

    Both meet the same people, so what makes a person hard falls out of the difference; and
    trainings with the same seed share what they have in common, so that its luck falls out
    too.  The interval is that of :func:`bootstrap_interval`.  p is the larger of two: that of a
    permutation test, which swaps the two recognisers person by person (exact where all
    ``2^people`` swaps are no more than ``draws``, else by that many at random), and that of
    the bootstrap, ``2 min(share <= 0, share >= 0)``.  The first knows how few people there
    are, the second how much trainings differ.

    Parameters
    ----------
    truth, subjects : sequence of str, length n >= 1
        True expression, and the person of every clip.
    predicted, baseline : array-like of str, shape (n,) or (K, n)
        What either recogniser said: by one training, or by K with the same seeds in the same
        order.  One without luck, shape (n,), is compared with all of the other.
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
    difference.

    Examples
    --------
    >>> people = ["a", "a", "b", "b", "c", "c"]
    >>> paired_difference(["fear"] * 6, ["fear"] * 6, ["anger", "fear"] * 3, people, seed=0)
    Difference(value=0.5, low=0.5, high=0.5, p=0.25, trainings=1)
    """
    ours, clips = _hits_by_person(truth, predicted, subjects)
    theirs, _ = _hits_by_person(truth, baseline, subjects)
    if len({len(ours), len(theirs)} - {1}) > 1:
        raise ParameterError(
            f"baseline: expected as many trainings as the other, {len(ours)}, or one, got "
            f"{len(theirs)}. Take the seeds that both have."
        )
    gained = ours - theirs
    rates = _rates(gained, clips, seed=seed, draws=draws, level=level)
    low, high = _ends(rates, level)
    value = float(gained.sum() / clips.sum() / len(gained))
    return Difference(value, low, high, _p(gained, rates, draws=draws, seed=seed), len(gained))


def holm(p: Sequence[float]) -> list[float]:
    """Return p values of one table as they count beside each other (Holm).

    ``p_(k) -> max over j <= k of min(1, (m - j + 1) p_(j))`` for the m values in rising order:
    the chance that any difference of the table is called clear although none is there stays
    below the level, whichever they are and however they depend on each other.

    Parameters
    ----------
    p : sequence of float, in [0, 1]

    Raises
    ------
    ParameterError
        If a value lies outside its range.

    References
    ----------
    Holm, S., A simple sequentially rejective multiple test procedure, 1979.

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    values = np.asarray(p, dtype=np.float64)
    if not ((values >= 0) & (values <= 1)).all():
        raise ParameterError(f"p: expected values in [0, 1], got {list(p)}. Leave out what is NaN.")
    order = np.argsort(values, kind="stable")
    steps = values[order] * np.arange(len(values), 0, -1)
    adjusted = np.empty_like(values)
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1)
    return adjusted.tolist()


def _hits_by_person(
    truth: Sequence[str], predicted: npt.ArrayLike, subjects: Sequence[str]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]:
    """Return recognised clips by training and person (K, people), and how many each has."""
    hits = np.atleast_2d(hits_of(truth, predicted))
    if len(subjects) != len(truth):
        raise ParameterError(
            f"subjects: expected one person per clip, got {len(subjects)} for {len(truth)} "
            "clip(s). Pass the subject of every clip."
        )
    _, person = np.unique(np.asarray(subjects), return_inverse=True)
    by_person = [np.bincount(person, weights=one) for one in hits]
    return np.asarray(by_person), np.bincount(person)


def _rates(
    sums: npt.NDArray[np.float64],
    clips: npt.NDArray[np.int64],
    *,
    seed: int,
    draws: int,
    level: float,
) -> npt.NDArray[np.float64]:
    """Return sums over clips, shape (draws,), when people and trainings are drawn."""
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


def _ends(rates: npt.NDArray[np.float64], level: float) -> Interval:
    low, high = np.quantile(rates, [(1 - level) / 2, (1 + level) / 2])
    return Interval(float(low), float(high))


def _p(
    gained: npt.NDArray[np.float64], rates: npt.NDArray[np.float64], *, draws: int, seed: int
) -> float:
    by_person = gained.mean(axis=0)
    if not np.any(gained) or len(by_person) < 2:
        return 1.0
    swapped = permutation_test(
        (by_person, np.zeros_like(by_person)),
        lambda a, b, axis: np.sum(a - b, axis=axis),
        permutation_type="samples",
        vectorized=True,
        n_resamples=draws,
        rng=generator(seed, "permutation"),
    ).pvalue
    rarer = min((rates <= 0).sum(), (rates >= 0).sum())
    return float(max(swapped, min(1.0, 2 * (1 + rarer) / (1 + len(rates)))))
