"""Tables of grids: measured values with their uncertainty, the paper's beside them."""

from typing import TYPE_CHECKING, Any

import pandas as pd

from mffcnn_book.experiments._grid import Grid, Row
from mffcnn_core.evaluation import Predictions, paired_difference

if TYPE_CHECKING:
    from mffcnn_book.experiments._workspace import Evidence, Workspace

NOT_RUN = "not run"


def grid_table(work: "Workspace", grid: Grid) -> pd.DataFrame:
    """Return a grid as a table, a row for each of its rows, measured or not.

    Nothing is computed: a row shows the record of this build, or else the committed one of
    a reference run with the same settings, or says that there is none.

    Parameters
    ----------
    work : Workspace
    grid : Grid

    Returns
    -------
    DataFrame
        ``label``; the row's ``facts``; ``accuracy``, ``low``, ``high`` (95 % interval over
        people), ``macro_recall``, ``worst_person``, ``best_person`` (accuracy by person);
        ``difference``, ``difference_low``, ``difference_high``, ``p`` and ``clear`` from
        the grid's baseline, see :func:`mffcnn_core.evaluation.paired_difference`;
        ``RML`` and ``BAUM-1s``, the paper's values as shares; ``seconds``, ``cpu_seconds``,
        ``peak_memory`` (bytes) and ``parameters``, see
        :func:`mffcnn_core.evaluation.count_parameters`; ``origin``:
        ``"this build"``, ``"reference run"`` or ``"not run"``.  What is not there is NaN.
    """
    rows = [_measured(work, grid, row) for row in grid.rows]
    frame = pd.DataFrame(rows)
    return frame.reindex(columns=[*dict.fromkeys(key for row in rows for key in row)])


def _measured(work: "Workspace", grid: Grid, row: Row) -> dict[str, Any]:
    nothing = dict.fromkeys(_MEASURES, float("nan"))
    paper = {name: value / 100 for name, value in row.paper.items()}
    told = {"label": row.label, **row.facts, **nothing, **paper, "origin": NOT_RUN}
    evidence = work.evidence(row.configuration)
    if evidence is None:
        return told
    predictions = evidence.record.predictions
    variant = variant_of(row, predictions)
    measures = predictions.metrics(variant, seed=evidence.record.seed)
    people = measures["accuracy_by_subject"].values()
    told |= {
        "accuracy": measures["accuracy"],
        "low": measures["accuracy_interval"][0],
        "high": measures["accuracy_interval"][1],
        "macro_recall": measures["macro_recall"],
        "worst_person": min(people),
        "best_person": max(people),
        "seconds": evidence.run["seconds"],
        **{name: evidence.run.get(name, float("nan")) for name in _COSTS},
        "origin": evidence.origin,
    }
    if grid.baseline is not None and row.label != grid.baseline:
        told |= _difference(evidence, variant, _baseline(work, grid, evidence))
    return told


def variant_of(row: Row, predictions: Predictions) -> str | tuple[str, ...]:
    """Return the name of the scores that a row shows: its own, or those of the method itself."""
    if row.variant is not None:
        return row.variant
    # both streams, a baseline's whole method, or the one stream there is
    names = [name for name in predictions.variants if name != "without_dbn"]
    return next((name for name in ("both", "method") if name in names), names[0])


def _baseline(
    work: "Workspace", grid: Grid, evidence: "Evidence"
) -> tuple["Evidence | None", str | tuple[str, ...] | None]:
    row = grid.row(grid.baseline)
    # clips of one and the same rendering: a build is compared with itself
    found = work.evidence(row.configuration, origin=evidence.origin)
    return found, None if found is None else variant_of(row, found.record.predictions)


def _difference(
    evidence: "Evidence",
    variant: str | tuple[str, ...],
    baseline: tuple["Evidence | None", str | tuple[str, ...] | None],
) -> dict[str, Any]:
    other, other_variant = baseline
    if other is None or other.record.dataset_sha256 != evidence.record.dataset_sha256:
        return {}
    own, theirs = evidence.record.predictions, other.record.predictions
    said = dict(zip(own.clips, own.predicted(variant), strict=True))
    if set(said) != set(theirs.clips):
        return {}
    difference = paired_difference(
        theirs.expressions,
        [said[clip] for clip in theirs.clips],
        theirs.predicted(other_variant),
        theirs.subjects,  # the people themselves, also where a random split hid them
        seed=evidence.record.seed,
    )
    return {
        "difference": difference.value,
        "difference_low": difference.low,
        "difference_high": difference.high,
        "p": difference.p,
        "clear": difference.clear,
    }


_COSTS = ("cpu_seconds", "peak_memory", "parameters")  # of loading and of all folds; bytes; numbers
_MEASURES = (
    *("accuracy", "low", "high", "macro_recall", "worst_person", "best_person"),
    *("difference", "difference_low", "difference_high", "p", "clear"),
    *("RML", "BAUM-1s", "seconds"),
    *_COSTS,
)
