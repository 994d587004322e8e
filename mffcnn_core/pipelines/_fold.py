"""One fold: a model trained on the people of all others, and what it says of its own."""

import traceback
from pathlib import Path

import numpy as np
from sklearn.base import clone

from mffcnn_core.errors import ParameterError
from mffcnn_core.evaluation import Fold, Meter, check_split, count_parameters
from mffcnn_core.expressions import EXPRESSIONS
from mffcnn_core.features import ClipSequence
from mffcnn_core.files import disk_is_full
from mffcnn_core.pipelines._cell import Cell
from mffcnn_core.recognition import ClipRecogniser, Matrix
from mffcnn_core.seeding import integer_seed

Outcome = dict[str, Matrix] | str
"""Scores of a fold, or what went wrong."""
DECIMALS = 6  # of a recorded score: more would be the noise of the last bits


def fit_fold(
    inputs: ClipSequence,
    recogniser: ClipRecogniser,
    fold: Fold,
    *,
    seed: int,
    checkpoints: Path | None = None,
) -> ClipRecogniser:
    """Return a model trained on the people of the other folds.

    Parameters
    ----------
    inputs : what ``recogniser.load`` returned
    recogniser : ClipRecogniser
    fold : Fold
    seed : int
        The model's seed depends on it and on the people left out.
    checkpoints : Path, optional
        Folder in which trainings are kept.

    Raises
    ------
    LeakageError
        If a person stands on both sides.
    ParameterError
        If the training side lacks an expression that the data set has.
    """
    train, test = (inputs[indices] for indices in fold.indices(inputs.subjects))
    check_split(train.subjects, test.subjects)
    model = clone(recogniser).set_params(
        seed=integer_seed(seed, "fold", fold.name),
        progress=False,  # the bar over the folds is enough
        checkpoints=checkpoints,
    )
    model.fit(train, train.expressions, groups=train.subjects)
    shown = tuple(name for name in EXPRESSIONS if name in set(inputs.expressions))
    if tuple(model.classes_) != shown:
        missing = sorted(set(shown) - set(model.classes_))
        raise ParameterError(
            f"fold {fold.name}: expected training clips of every expression of the data set, got "
            f"none of {', '.join(missing)}. Take more clips or more people."
        )
    return model


def _six_columns(scores: Matrix, shown: tuple[str, ...]) -> Matrix:
    """Add columns for expressions that no clip of the data set shows: they are never answered.

    CREMA-D, for one, has no surprise.  Such a column lies 1 below the smallest score of its
    row.
    """
    if shown == EXPRESSIONS:
        return scores
    six = np.repeat(scores.min(axis=1, keepdims=True) - 1, len(EXPRESSIONS), axis=1)
    six[:, [EXPRESSIONS.index(name) for name in shown]] = scores
    return six


def run_cell(
    inputs: ClipSequence,
    recogniser: ClipRecogniser,
    fold: Fold,
    seed: int,
    checkpoints: Path | None,
    cell: Cell | None,
) -> Outcome:
    """Return the scores of a fold, or what went wrong: a failing fold stops no other one."""
    try:
        kept = cell.read() if cell is not None else None
        if kept is not None:
            return kept
        with Meter() as meter:
            model = fit_fold(inputs, recogniser, fold, seed=seed, checkpoints=checkpoints)
            scores = model.stream_scores(inputs[fold.indices(inputs.subjects)[1]])
            shown = tuple(model.classes_)
            scores = {
                name: _six_columns(np.round(values, DECIMALS), shown)
                for name, values in scores.items()
            }
        if cell is not None:
            cell.write(
                scores,
                meter,
                parameters=count_parameters(model.kept()),
                device=getattr(model, "device", "cpu"),
            )
        return scores
    # whatever it is, it is reported when all other folds are done
    except Exception as error:
        if disk_is_full(error):  # no fold can be kept
            raise
        place = traceback.extract_tb(error.__traceback__)[-1]
        return f"{type(error).__name__}: {error} (in {place.name}, line {place.lineno})"
