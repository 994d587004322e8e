"""What becomes of each claim: decided from results records and from the checks of the paper.

Where the paper's own numbers deny a claim, that is its status.  Else the records decide, pair
by pair on the same clips.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple, get_args

import numpy as np

from mffcnn_book.experiments._claims import Claim, Pair, claims
from mffcnn_book.experiments._comparison import Difference
from mffcnn_book.experiments._grid import Row
from mffcnn_book.experiments._grids import GRIDS, HEADLINE
from mffcnn_book.experiments._table import variant_of
from mffcnn_book.experiments._trainings import (
    Origin,
    Trainings,
    clear_ones,
    compared,
    trainings_of,
)
from mffcnn_book.experiments._workspace import Workspace
from mffcnn_book.paper import DATASETS, Result, audit_paper, reported, value
from mffcnn_core.errors import ParameterError
from mffcnn_core.evaluation import confusion
from mffcnn_core.expressions import EXPRESSIONS, canonical_expression


class Status(Enum):
    """What has become of a claim."""

    REPRODUCED = "reproduced"
    SHAPE = "shape only"
    NOT_SEEN = "not seen"
    CONTRADICTED = "contradicted by the paper's own tables or equations"
    NO_DATA = "cannot be tested without the data"
    COLLAPSED = "cannot be told, the networks collapsed"
    NOT_MEASURED = "not measured yet"


@dataclass(frozen=True)
class Judgement:
    """A claim with its status.

    Attributes
    ----------
    claim : Claim
    status : Status
    evidence : str
        What was measured, in words; for a contradiction the computation of the check.
    differences : tuple of Compared
        Better minus worse, for every pair that was measured.
    """

    claim: Claim
    status: Status
    evidence: str
    differences: tuple["Compared", ...] = ()


class Compared(NamedTuple):
    """Two rows of which one is claimed to be better, and how much better it is.

    ``clear`` is decided beside the other pairs of the claim, see :func:`clear_ones`.
    """

    better: Row
    worse: Row
    difference: Difference
    clear: bool


def gather_records(work: Workspace) -> tuple[dict[str, Trainings], Origin]:
    """Return the trainings of all declared configurations, of one rendering of the clips.

    Parameters
    ----------
    work : Workspace

    Returns
    -------
    records : dict of str to Trainings
        By name of the configuration; nothing is computed.
    origin : {"this build", "reference run"}
        The one that has more of them: a pair needs both its sides from one.
    """
    declared = {one.name: one for grid in GRIDS.values() for one in grid.configurations}
    by_origin = {
        origin: {
            name: found
            for name, one in declared.items()
            if (found := trainings_of(work, one, origin=origin))
        }
        for origin in get_args(Origin)
    }
    origin = max(by_origin, key=lambda one: len(by_origin[one]))
    return by_origin[origin], origin


def judge_claims(records: Mapping[str, Trainings], *, seed: int = 0) -> list[Judgement]:
    """Decide every claim.

    Parameters
    ----------
    records : mapping of str to Trainings
        By the configuration's name; those that are absent are said to be.
    seed : int
        Of the bootstrap and the permutations over people.

    Returns
    -------
    list of Judgement
        In the order of the paper.

    Raises
    ------
    ParameterError
        If the records are of several data sets, or two sides of a pair of other clips.

    Notes
    -----
    *Reproduced*: every difference is clear, after Holm's correction for those of the claim.
    *Shape only*: every difference has the claimed sign, not every one is clear.  *Not seen*:
    some has not.  Two rows whose networks all collapsed are not compared: they have learnt
    nothing, and their equality says nothing of their settings.
    A claim that the paper's own tables deny keeps that status whatever was measured; one about
    accuracies on RML and BAUM-1s cannot be tested on other data.
    """
    names = sorted({(one.first.dataset_name, one.first.dataset_sha256) for one in records.values()})
    if len(names) > 1:
        raise ParameterError(
            f"records: expected one data set, got {', '.join(name for name, _ in names)}. "
            "Judge each by itself."
        )
    results = audit_paper()
    return [_judge(claim, records, results, seed) for claim in claims()]


def _judge(
    claim: Claim, records: Mapping[str, Trainings], results: Mapping[str, Result], seed: int
) -> Judgement:
    for name in (*claim.contradicted_by, *claim.checks):
        if not results[name].holds:
            raise ParameterError(
                f"{claim.name}: expected checks that hold, got "
                f"{'; '.join(results[name].problems)}. Correct the data of the paper or the check."
            )
    if claim.reported:
        return _judge_reported(claim, records)
    pairs = [pair for pair in claim.pairs if not _collapsed(pair, records)]
    differences = _differences(pairs, records, seed)
    measured = _in_words(claim, differences, stuck := len(claim.pairs) - len(pairs))
    if claim.contradicted_by:
        told = " ".join(results[name].shown for name in claim.contradicted_by)
        return Judgement(
            claim, Status.CONTRADICTED, f"Check: {told} {measured}".strip(), differences
        )
    if stuck and not pairs:
        return Judgement(claim, Status.COLLAPSED, measured)
    if not claim.pairs or len(differences) < len(pairs):
        return Judgement(claim, Status.NOT_MEASURED, measured, differences)
    right = all(one.difference.value > 0 for one in differences)
    clear = all(one.clear for one in differences)
    status = Status.REPRODUCED if right and clear else Status.SHAPE if right else Status.NOT_SEEN
    return Judgement(claim, status, measured, differences)


def _collapsed(pair: Pair, records: Mapping[str, Trainings]) -> bool:
    """Say whether all networks of both sides gave everybody one answer."""
    found = [(row, records.get(row.configuration.name)) for row in pair]
    return all(
        trainings is not None
        and trainings.collapsed(variant_of(row, trainings.first.predictions)) == 1
        for row, trainings in found
    )


def _differences(
    claimed: Sequence[Pair], records: Mapping[str, Trainings], seed: int
) -> tuple[Compared, ...]:
    pairs, differences, luck = [], [], []
    for better, worse in claimed:
        names = [row.configuration.name for row in (better, worse)]
        if not set(names) <= set(records):
            continue
        one, two = (records[name] for name in names)
        variants = [
            variant_of(row, found.first.predictions) for row, found in ((better, one), (worse, two))
        ]
        difference = compared(one, variants[0], two, variants[1], seed=seed)
        if difference is None:
            raise ParameterError(
                f"{' and '.join(names)}: expected records of the same clips, labels and seeds, got "
                "others. Run both again on one state of the data set."
            )
        pairs.append((better, worse))
        differences.append(difference)
        luck.append(one.seeded or two.seeded)
    clear = clear_ones(differences, luck=luck)
    return tuple(
        Compared(*pair, difference, sure)
        for pair, difference, sure in zip(pairs, differences, clear, strict=True)
    )


def _in_words(claim: Claim, differences: tuple[Compared, ...], stuck: int) -> str:
    if not claim.pairs:
        return "No experiment tests it."
    left = f"{count(stuck, 'comparison')} of networks that all collapsed left out"
    if not differences:
        few = f"None of its {len(claim.pairs)} comparisons is measured."
        few = "Its one comparison is not measured." if len(claim.pairs) == 1 else few
        return f"{left}." if stuck == len(claim.pairs) else few
    right = sum(one.difference.value > 0 for one in differences)
    clear = sum(one.difference.value > 0 and one.clear for one in differences)
    against = sum(one.difference.value < 0 and one.clear for one in differences)
    text = f"{right} of {count(len(differences), 'difference')} as claimed, {clear} clear"
    text += f", {against} clearly opposite" if against else ""
    missing = len(claim.pairs) - stuck - len(differences)
    text += f"; {missing} of {len(claim.pairs)} not measured" if missing else ""
    text += f"; {left}" if stuck else ""
    weakest = min((one.difference for one in differences), key=lambda d: d.value)
    return f"{text}. {'The weakest: ' if len(differences) > 1 else ''}{points(weakest)}."


def points(difference: Difference, *notes: str) -> str:
    """Return a difference in words, with its interval, the number of trainings and notes.

    Examples
    --------
    >>> points(Difference(0.031, -0.012, 0.074, 0.2, trainings=5), "not clear")
    '+3.1 points (-1.2 to +7.4; 5 trainings; not clear)'
    """
    value, low, high = (f"{100 * end:+.1f}" for end in difference[:3])
    told = "; ".join((f"{low} to {high}", count(difference.trainings, "training"), *notes))
    return f"{value} points ({told})"


def count(number: int, thing: str) -> str:
    """Return a number of things in words."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def _judge_reported(claim: Claim, records: Mapping[str, Trainings]) -> Judgement:
    trainings = records.get(HEADLINE.name)
    record = trainings.first if trainings else None
    same = {_plain(name): name for name in DATASETS}
    name = same.get(_plain(record.dataset_name)) if record else None
    if record is None or name is None:
        asked = ", ".join(_expected(claim, one)[0] for one in DATASETS)
        return Judgement(claim, Status.NO_DATA, f"The paper: {asked}.")
    variant = variant_of(Row(label=HEADLINE.name, configuration=HEADLINE), record.predictions)
    measures = trainings.measures(variant)
    told, expected = _expected(claim, name)
    if claim.reported == "accuracy":
        low, high = 100 * measures["low"], 100 * measures["high"]
        found = f"{100 * measures['accuracy']:.1f} % ({low:.1f} to {high:.1f})"
        holds = low <= float(expected) <= high
    else:
        predictions = (one.predictions for one in trainings.records)
        counts = sum(confusion(one.expressions, one.predicted(variant)) for one in predictions)
        found = EXPRESSIONS[int(np.argmin(counts.diagonal() / np.maximum(counts.sum(axis=1), 1)))]
        holds = found == expected
    status = Status.REPRODUCED if holds else Status.NOT_SEEN
    return Judgement(claim, status, f"Measured: {found}. The paper: {told}.")


def _expected(claim: Claim, dataset: str) -> tuple[str, str]:
    """Return what the paper reports for a data set, in words and as a value."""
    if claim.reported == "accuracy":
        percent = value("Abstract", "MFFCNN", dataset)
        return f"{dataset} {percent:.2f} %", str(percent)
    (hardest,) = reported("Sec. 4.4", dataset=dataset)
    expression = canonical_expression(hardest.row)
    return f"{dataset} {expression}", expression


def _plain(name: str) -> str:
    return re.sub("[^a-z0-9]", "", name.lower())
