"""What becomes of each claim: decided from results records and from the checks of the paper.

Where the paper's own numbers deny a claim, that is its status.  Else the records decide, pair
by pair on the same clips.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import get_args

import numpy as np

from mffcnn_book.experiments._claims import Claim, claims
from mffcnn_book.experiments._grid import GRIDS, HEADLINE, Row
from mffcnn_book.experiments._table import variant_of
from mffcnn_book.experiments._workspace import Origin, Workspace
from mffcnn_book.paper import DATASETS, Result, audit_paper, reported, value
from mffcnn_core.errors import ParameterError
from mffcnn_core.evaluation import Difference, ResultsRecord, paired_difference
from mffcnn_core.expressions import EXPRESSIONS, canonical_expression


class Status(Enum):
    """What has become of a claim."""

    REPRODUCED = "reproduced"
    SHAPE = "shape only"
    NOT_SEEN = "not seen"
    CONTRADICTED = "contradicted by the paper's own tables or equations"
    NO_DATA = "cannot be tested without the data"
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
    differences : tuple of (Row, Row, Difference)
        Better minus worse, for every pair that was measured.
    """

    claim: Claim
    status: Status
    evidence: str
    differences: tuple[tuple[Row, Row, Difference], ...] = ()


def gather_records(work: Workspace) -> tuple[dict[str, ResultsRecord], Origin]:
    """Return the records of all declared configurations, of one rendering of the clips.

    Parameters
    ----------
    work : Workspace

    Returns
    -------
    records : dict of str to ResultsRecord
        By name of the configuration; nothing is computed.
    origin : {"this build", "reference run"}
        The one that has more of them: a pair needs both its sides from one.
    """
    declared = {one.name: one for grid in GRIDS.values() for one in grid.configurations}
    by_origin = {
        origin: {
            name: evidence.record
            for name, one in declared.items()
            if (evidence := work.evidence(one, origin=origin))
        }
        for origin in get_args(Origin)
    }
    origin = max(by_origin, key=lambda one: len(by_origin[one]))
    return by_origin[origin], origin


def judge_claims(records: Mapping[str, ResultsRecord], *, seed: int = 0) -> list[Judgement]:
    """Decide every claim.

    Parameters
    ----------
    records : mapping of str to ResultsRecord
        Configuration name -> record; those that are absent are said to be.
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
    *Reproduced*: every difference is clear, see :class:`Difference`.  *Shape only*: every
    difference has the claimed sign, not every one is clear.  *Not seen*: some has not.
    A claim that the paper's own tables deny keeps that status whatever was measured; one about
    accuracies on RML and BAUM-1s cannot be tested on other data.
    """
    names = sorted({(one.dataset_name, one.dataset_sha256) for one in records.values()})
    if len(names) > 1:
        raise ParameterError(
            f"records: expected one data set, got {', '.join(name for name, _ in names)}. "
            "Judge each by itself."
        )
    results = audit_paper()
    return [_judge(claim, records, results, seed) for claim in claims()]


def _judge(
    claim: Claim, records: Mapping[str, ResultsRecord], results: Mapping[str, Result], seed: int
) -> Judgement:
    for name in (*claim.contradicted_by, *claim.checks):
        if not results[name].holds:
            raise ParameterError(
                f"{claim.name}: expected checks that hold, got "
                f"{'; '.join(results[name].problems)}. Correct the data of the paper or the check."
            )
    if claim.reported:
        return _judge_reported(claim, records)
    differences = tuple(_differences(claim, records, seed))
    measured = _in_words(claim, differences)
    if claim.contradicted_by:
        told = " ".join(results[name].shown for name in claim.contradicted_by)
        return Judgement(
            claim, Status.CONTRADICTED, f"Check: {told} {measured}".strip(), differences
        )
    if not claim.pairs or len(differences) < len(claim.pairs):
        return Judgement(claim, Status.NOT_MEASURED, measured, differences)
    right = all(d.value > 0 for *_, d in differences)
    clear = all(d.clear for *_, d in differences)
    status = Status.REPRODUCED if right and clear else Status.SHAPE if right else Status.NOT_SEEN
    return Judgement(claim, status, measured, differences)


def _differences(
    claim: Claim, records: Mapping[str, ResultsRecord], seed: int
) -> Iterator[tuple[Row, Row, Difference]]:
    for better, worse in claim.pairs:
        names = [row.configuration.name for row in (better, worse)]
        if not set(names) <= set(records):
            continue
        one, two = (records[name].predictions for name in names)
        if (one.clips, one.subjects, one.expressions) != (two.clips, two.subjects, two.expressions):
            raise ParameterError(
                f"{' and '.join(names)}: expected records of the same clips, got others. "
                "Run both again on one state of the data set."
            )
        said, baseline = (
            one.predicted(variant_of(better, one)),
            two.predicted(variant_of(worse, two)),
        )
        difference = paired_difference(one.expressions, said, baseline, one.subjects, seed=seed)
        yield better, worse, difference


def _in_words(claim: Claim, differences: tuple[tuple[Row, Row, Difference], ...]) -> str:
    if not claim.pairs:
        return "No experiment is declared for it."
    if not differences:
        few = f"None of its {len(claim.pairs)} comparisons is measured."
        return "Its one comparison is not measured." if len(claim.pairs) == 1 else few
    told = [d for *_, d in differences]
    right, clear = sum(d.value > 0 for d in told), sum(d.value > 0 and d.clear for d in told)
    against = sum(d.value < 0 and d.clear for d in told)
    text = f"{right} of {_count(len(told), 'difference')} as claimed, {clear} clear"
    text += f", {against} clear the other way" if against else ""
    if len(told) < len(claim.pairs):
        text += f"; {len(claim.pairs) - len(told)} of {len(claim.pairs)} not measured"
    weakest = min(told, key=lambda d: d.value)
    points = f"{100 * weakest.value:+.1f} ({100 * weakest.low:+.1f} to {100 * weakest.high:+.1f})"
    return f"{text}. {'The weakest: ' if len(told) > 1 else ''}{points} points."


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def _judge_reported(claim: Claim, records: Mapping[str, ResultsRecord]) -> Judgement:
    record = records.get(HEADLINE.name)
    same = {_plain(name): name for name in DATASETS}
    name = same.get(_plain(record.dataset_name)) if record else None
    if record is None or name is None:
        asked = ", ".join(_expected(claim, one)[0] for one in DATASETS)
        return Judgement(claim, Status.NO_DATA, f"The paper: {asked}.")
    variant = variant_of(Row(label=HEADLINE.name, configuration=HEADLINE), record.predictions)
    metrics = record.predictions.metrics(variant, seed=record.seed)
    told, expected = _expected(claim, name)
    if claim.reported == "accuracy":
        low, high = (100 * end for end in metrics["accuracy_interval"])
        found = f"{100 * metrics['accuracy']:.1f} % ({low:.1f} to {high:.1f})"
        holds = low <= float(expected) <= high
    else:
        counts = np.asarray(metrics["confusion"])
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
