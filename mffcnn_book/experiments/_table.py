"""Tables of grids: measured values with their uncertainty, the paper's beside them."""

from functools import cache
from typing import TYPE_CHECKING, Any

import pandas as pd

from mffcnn_book.experiments._comparison import holm
from mffcnn_book.experiments._grid import Grid, Row
from mffcnn_book.experiments._trainings import Trainings, clear_ones, compared, trainings_of
from mffcnn_core.evaluation import Predictions

if TYPE_CHECKING:
    from mffcnn_book.experiments._workspace import Workspace

NOT_RUN = "to run yourself"


def grid_table(work: "Workspace", grid: Grid) -> pd.DataFrame:
    """Return a grid as a table, a row for each of its rows, measured or not.

    Nothing is computed: a row shows the records of this build, or the committed ones of
    reference runs with the same settings, whichever are of more trainings, or says that there
    is none.

    Parameters
    ----------
    work : Workspace
    grid : Grid

    Returns
    -------
    DataFrame
        ``label``; the row's ``facts``; what :meth:`Trainings.measures` tells; ``seeded``,
        whether a seed changes anything;
        ``difference``, ``difference_low``, ``difference_high`` and ``p`` from the grid's
        baseline, see :func:`paired_difference`, ``p_holm``, the same
        corrected for all rows, and ``clear``, see :func:`clear_ones`;
        ``RML`` and ``BAUM-1s``, the paper's values as shares; ``seconds``, ``cpu_seconds``,
        ``peak_memory`` (bytes) and ``parameters`` of the first training, see
        :func:`mffcnn_core.evaluation.count_parameters`; ``origin``:
        ``"this build"``, ``"reference run"`` or ``"to run yourself"``.  What is not there is NaN.
    """
    found = {one: trainings_of(work, one) for one in grid.configurations}
    rows = [_measured(row, found[row.configuration]) for row in grid.rows]
    if grid.baseline is not None:
        _add_differences(work, grid, found, rows)
    frame = pd.DataFrame(rows)
    return frame.reindex(columns=[*dict.fromkeys(key for row in rows for key in row)])


def _measured(row: Row, trainings: Trainings | None) -> dict[str, Any]:
    nothing = dict.fromkeys(_MEASURES, float("nan"))
    paper = {name: value / 100 for name, value in row.paper.items()}
    told = {"label": row.label, **row.facts, **nothing, **paper, "origin": NOT_RUN}
    if trainings is None:
        return told
    variant = variant_of(row, trainings.first.predictions)
    costs = {name: trainings.run.get(name, float("nan")) for name in ("seconds", *_COSTS)}
    return (
        told
        | trainings.measures(variant)
        | costs
        | {
            "seeded": trainings.seeded,
            "origin": trainings.origin,
        }
    )


def _add_differences(
    work: "Workspace",
    grid: Grid,
    found: dict[Any, Trainings | None],
    rows: list[dict[str, Any]],
) -> None:
    baseline, told = grid.row(grid.baseline), {}
    # clips of one and the same rendering: a build is compared with itself
    theirs_of = cache(lambda origin: trainings_of(work, baseline.configuration, origin=origin))
    for number, row in enumerate(grid.rows):
        ours = found[row.configuration]
        if ours is None or row.label == baseline.label:
            continue
        theirs = theirs_of(ours.origin)
        if theirs is None:
            continue
        variants = [
            variant_of(*pair)
            for pair in ((row, ours.first.predictions), (baseline, theirs.first.predictions))
        ]
        difference = compared(ours, variants[0], theirs, variants[1], seed=work.profile.seed)
        if difference is not None:
            told[number] = difference, ours.seeded or theirs.seeded
    differences = [difference for difference, _ in told.values()]
    adjusted = holm([one.p for one in differences])
    clear = clear_ones(differences, luck=[luck for _, luck in told.values()])
    for number, one, p, sure in zip(told, differences, adjusted, clear, strict=True):
        rows[number] |= {
            "difference": one.value,
            "difference_low": one.low,
            "difference_high": one.high,
            "p": one.p,
            "p_holm": p,
            "clear": sure,
        }


def variant_of(row: Row, predictions: Predictions) -> str | tuple[str, ...]:
    """Return the name of the scores that a row shows: its own, or those of the method itself."""
    return predictions.main if row.variant is None else row.variant


_COSTS = ("cpu_seconds", "peak_memory", "parameters")  # of loading and of all folds; bytes; numbers
_MEASURES = (
    *(
        "trainings",
        "seeded",
        "accuracy",
        "low",
        "high",
        "lowest_seed",
        "highest_seed",
        "macro_recall",
    ),
    *("worst_person", "best_person", "collapsed"),
    *("difference", "difference_low", "difference_high", "p", "p_holm", "clear"),
    *("RML", "BAUM-1s", "seconds"),
    *_COSTS,
)
