"""Several trainings of one configuration, looked at together."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, get_args

import numpy as np
import numpy.typing as npt

from mffcnn_book.experiments._comparison import LEVEL, Difference, holm, paired_difference
from mffcnn_book.experiments._configuration import Configuration
from mffcnn_book.experiments._evidence import Evidence, Origin, same_clips
from mffcnn_book.experiments._records import ResultsRecord
from mffcnn_core.evaluation import accuracy, bootstrap_interval, macro_recall

if TYPE_CHECKING:
    from mffcnn_book.experiments._workspace import Workspace

Variant = str | tuple[str, ...]

ENOUGH = 3
"""Trainings from which on a difference can be clear: fewer do not know their own luck."""


@dataclass(frozen=True)
class Trainings:
    """The records of one configuration, one for each seed, of one rendering of the clips.

    Attributes
    ----------
    records : tuple of ResultsRecord
        By rising seed.
    origin : {"this build", "reference run"}
    run : mapping
        What the first of them took.
    seeded : bool
        Whether the seed changes anything; a method without luck has one record.
    """

    records: tuple[ResultsRecord, ...]
    origin: Origin = "this build"
    run: Mapping[str, Any] = field(default_factory=dict)
    seeded: bool = True

    @property
    def first(self) -> ResultsRecord:
        """The record of the first seed."""
        return self.records[0]

    @property
    def seeds(self) -> tuple[int, ...]:
        """The seeds, rising."""
        return tuple(record.seed for record in self.records)

    def predicted(
        self, variant: Variant, seeds: Iterable[int] | None = None
    ) -> npt.NDArray[np.str_]:
        """Return what each training said of every clip, shape (K, n).

        Parameters
        ----------
        variant : str or tuple of str
        seeds : iterable of int, optional
            Of these only.
        """
        by_seed = {record.seed: record for record in self.records}
        chosen = self.seeds if seeds is None else seeds
        return np.array([by_seed[seed].predictions.predicted(variant) for seed in chosen])

    def measures(self, variant: Variant) -> dict[str, Any]:
        """Return measures over all trainings.

        Returns
        -------
        dict
            ``accuracy`` and ``macro_recall``, means over trainings; ``low`` and ``high``, the
            95 % interval over people and trainings; ``lowest_seed`` and ``highest_seed``,
            accuracies of the worst and the best training; ``worst_person`` and
            ``best_person``, means over trainings; ``trainings``, their number; and
            ``collapsed``, see :meth:`collapsed`.
        """
        told, said = self.first.predictions, self.predicted(variant)
        truth, people = told.expressions, np.asarray(told.subjects)
        low, high = bootstrap_interval(truth, said, told.subjects, seed=self.first.seed)
        each = [accuracy(truth, one) for one in said]
        hits = (said == np.asarray(truth)).mean(axis=0)
        by_person = [hits[people == who].mean() for who in np.unique(people)]
        return {
            "trainings": len(self.records),
            "accuracy": accuracy(truth, said),
            "low": low,
            "high": high,
            "lowest_seed": min(each),
            "highest_seed": max(each),
            "macro_recall": macro_recall(truth, said),
            "worst_person": float(min(by_person)),
            "best_person": float(max(by_person)),
            "collapsed": self.collapsed(variant),
        }

    def collapsed(self, variant: Variant) -> float:
        """Return the share of fitted models that give everybody one answer."""
        every = [record.predictions for record in self.records]
        stuck = sum(len(one.collapsed(variant)) for one in every)
        return stuck / sum(len(one.folds) for one in every)


def trainings_of(
    work: "Workspace", configuration: Configuration, *, origin: Origin | None = None
) -> Trainings | None:
    """Return all that is measured of a configuration; nothing is computed.

    Parameters
    ----------
    work : Workspace
    configuration : Configuration
    origin : {"this build", "reference run"}, optional
        Where to look; by default where more trainings are, and in this build if in doubt.

    Returns
    -------
    Trainings or None
        Of the seeds 0, 1, ... up to the first that is missing or of another rendering.
    """
    places = get_args(Origin) if origin is None else (origin,)
    found = [one for place in places if (one := _trainings(work, configuration, place))]
    return max(found, key=lambda one: len(one.records), default=None)


def _trainings(work: "Workspace", configuration: Configuration, origin: Origin) -> Trainings | None:
    found: list[Evidence] = []
    while one := work.evidence(configuration.trained(len(found)), origin=origin):
        if found and not same_clips(one, found[0]):
            break
        found.append(one)
    if not found:
        return None
    seeded = work.profile.recogniser(configuration).seeded
    return Trainings(tuple(one.record for one in found), origin, found[0].run, seeded)


def compared(
    ours: Trainings, variant: Variant, theirs: Trainings, other: Variant, *, seed: int
) -> Difference | None:
    """Return how much better one configuration is than another, over the seeds of both.

    Parameters
    ----------
    ours, theirs : Trainings
    variant, other : str or tuple of str
        Which of their scores.
    seed : int
        Of the bootstrap and the permutations.

    Returns
    -------
    Difference or None
        None if they are of other renderings, clips or labels, or of no common seed.
    """
    own, base = ours.first.predictions, theirs.first.predictions
    place = {clip: k for k, clip in enumerate(own.clips)}
    if ours.first.dataset_sha256 != theirs.first.dataset_sha256 or set(place) != set(base.clips):
        return None
    order = [place[clip] for clip in base.clips]
    if tuple(own.expressions[k] for k in order) != base.expressions:
        return None
    common = sorted(set(ours.seeds) & set(theirs.seeds))
    chosen = [common if one.seeded else None for one in (ours, theirs)]
    if ours.seeded != theirs.seeded:  # what has no luck stands against every training
        chosen = [one.seeds if one.seeded else None for one in (ours, theirs)]
    if not common and ours.seeded and theirs.seeded:
        return None
    return paired_difference(
        base.expressions,
        ours.predicted(variant, chosen[0])[:, order],
        theirs.predicted(other, chosen[1]),
        base.subjects,  # the people themselves, also where a random split hid them
        seed=seed,
    )


def clear_ones(differences: Iterable[Difference], *, luck: Iterable[bool]) -> list[bool]:
    """Say which differences of one table are clear.

    One is, if its interval leaves out 0, its p is below 0.05 after Holm's correction for all
    differences of the table, and there are enough trainings to know their luck.

    Parameters
    ----------
    differences : iterable of Difference
    luck : iterable of bool
        For each whether a seed changes either side.
    """
    differences = list(differences)
    adjusted = holm([one.p for one in differences])
    return [
        one.excludes_zero and p < LEVEL and (one.trainings >= ENOUGH or not lucky)
        for one, p, lucky in zip(differences, adjusted, luck, strict=True)
    ]
