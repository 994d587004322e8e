"""Which of two recognisers is better, and how sure one can be of it beside many other rows.

Paper: none of its tables has a test.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.stats import permutation_test

from mffcnn_core.errors import ParameterError
from mffcnn_core.evaluation import DRAWS, drawn_rates, hits_by_person, interval_of
from mffcnn_core.seeding import generator

LEVEL = 0.05
"""Below which a p is called clear."""


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
    too.  The interval is that of :func:`~mffcnn_core.evaluation.bootstrap_interval`.  p is the
    larger of two: that of a permutation test, which swaps the two recognisers person by person
    (exact where all ``2^people`` swaps are no more than ``draws``, else by that many at
    random), and that of the bootstrap, ``2 min(share <= 0, share >= 0)``.  The first knows how
    few people there are, the second how much trainings differ.

    Parameters
    ----------
    truth, subjects : sequence of str, length n >= 1
        True expression, and the person of every clip.
    predicted, baseline : array-like of str, shape (n,) or (K, n)
        What either recogniser said: by one training, or by K with the same seeds in the same
        order.  One without luck, shape (n,), is compared with all of the other.
    seed, draws, level
        As for :func:`~mffcnn_core.evaluation.bootstrap_interval`.

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
    ours, clips = hits_by_person(truth, predicted, subjects)
    theirs, _ = hits_by_person(truth, baseline, subjects)
    if len({len(ours), len(theirs)} - {1}) > 1:
        raise ParameterError(
            f"baseline: expected as many trainings as the other, {len(ours)}, or one, got "
            f"{len(theirs)}. Take the seeds that both have."
        )
    gained = ours - theirs
    rates = drawn_rates(gained, clips, seed=seed, draws=draws, level=level)
    low, high = interval_of(rates, level)
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
