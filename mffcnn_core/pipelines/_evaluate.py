"""Evaluation on strangers: a model per fold, trained on the people of all others."""

import traceback
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
from joblib import Parallel, delayed
from joblib.externals.loky.process_executor import TerminatedWorkerError
from sklearn.base import clone
from sklearn.model_selection import StratifiedKFold
from tqdm.std import tqdm

from mffcnn_core.errors import ExperimentError, ParameterError
from mffcnn_core.evaluation import (
    Fold,
    Meter,
    Predictions,
    check_split,
    count_parameters,
    subject_folds,
)
from mffcnn_core.expressions import EXPRESSIONS
from mffcnn_core.features import ClipSequence
from mffcnn_core.files import disk_is_full
from mffcnn_core.pipelines._cell import Cell
from mffcnn_core.recognition import ClipRecogniser, Clips, Matrix
from mffcnn_core.seeding import integer_seed

T = TypeVar("T")
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
        The model's seed hangs on it and on the people left out.
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


def _run_cell(
    inputs: ClipSequence,
    recogniser: ClipRecogniser,
    fold: Fold,
    seed: int,
    checkpoints: Path | None,
    cell: Cell | None,
) -> dict[str, Matrix] | str:
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
            cell.write(scores, meter, parameters=count_parameters(model.kept()))
        return scores
    # whatever it is, it is told when all other folds are done
    except Exception as error:
        if disk_is_full(error):  # no fold can be kept
            raise
        place = traceback.extract_tb(error.__traceback__)[-1]
        return f"{type(error).__name__}: {error} (in {place.name}, line {place.lineno})"


def evaluate_by_subject(
    clips: Clips,
    recogniser: ClipRecogniser,
    *,
    groups: int | None = None,
    seed: int,
    jobs: int = 1,
    progress: bool = False,
    cells: Path | None = None,
    key: Mapping[str, Any] | None = None,
    checkpoints: Path | None = None,
) -> Predictions:
    """Predict every clip by a model that never saw its person.

    Paper: Sec. 4.1; see :func:`mffcnn_core.evaluation.subject_folds`.

    Parameters
    ----------
    clips : sequence of PreparedClip, or what ``recogniser.load`` returned
    recogniser : ClipRecogniser
        Its parameters are used; it stays unfitted, and its own seed is not looked at.
    groups : int, optional
        Number of folds, each of several people; None leaves one subject out at a time.
    seed : int
        Each fold's seed hangs on it and on the people left out.
    jobs : int
        Folds computed side by side, each in a process of its own; the result does not
        depend on it.  -1: one per core.
    progress : bool
        Show a progress bar over the folds, with an estimate.
    cells : Path, optional
        Folder in which each fold's scores are kept as soon as they are there; those that are
        there are not computed again.
    key : mapping, optional
        What the scores hang on besides the fold, as plain values: needed with ``cells``.
    checkpoints : Path, optional
        Folder in which trainings are kept while they last, one folder for each fold.

    Returns
    -------
    Predictions
        The variants are those of ``recogniser.stream_scores``.

    Raises
    ------
    ParameterError
        If there are fewer people than folds.
    ExperimentError
        If folds fail, when all others are done; it names each with its reason.  Or if a
        process is killed.
    OSError
        If the disk is full.
    """
    inputs = clone(recogniser).set_params(progress=progress).load(clips)
    folds = subject_folds(inputs.subjects, groups)
    tasks = (
        delayed(_run_cell)(
            inputs,
            recogniser,
            fold,
            seed,
            checkpoints / fold.name if checkpoints else None,
            Cell(cells, fold, dict(key or {}), inputs) if cells else None,
        )
        for fold in folds
    )
    for fold in folds:  # a leak is no failure of one fold: nothing is fitted at all
        train, test = (inputs[indices] for indices in fold.indices(inputs.subjects))
        check_split(train.subjects, test.subjects)
    work = Parallel(n_jobs=jobs, return_as="generator")(tasks)
    scores: dict[str, Matrix] = {}
    failed: dict[str, str] = {}
    bar = tqdm(work, total=len(folds), desc="people left out", unit="fold", disable=not progress)
    for fold, scored in zip(folds, _alive(bar), strict=True):
        if isinstance(scored, str):
            failed[fold.name] = scored
            continue
        test = fold.indices(inputs.subjects)[1]
        for name, values in scored.items():
            scores.setdefault(name, np.full((len(inputs), len(EXPRESSIONS)), np.nan))[test] = values
    if failed:
        told = "; ".join(f"{name}: {reason}" for name, reason in failed.items())
        raise ExperimentError(
            f"folds: expected all {len(folds)} to succeed, got {len(failed)} failed. {told} The "
            "others are kept if they have a folder: mend the cause and run the same again."
        )
    return Predictions(
        clips=tuple(clip.clip for clip in inputs.clips),
        subjects=inputs.subjects,
        expressions=inputs.expressions,
        folds=tuple(folds),
        scores=scores,
    )


def _alive(results: Iterable[T]) -> Iterator[T]:
    """Pass results on, and tell of a process that was killed as one tells of folds."""
    try:
        yield from results
    except TerminatedWorkerError as error:
        raise ExperimentError(
            "folds: expected every process to live, got one that was killed, as a system does "
            "when its memory is used up. The folds that are done are kept if they have a folder: "
            "run the same again, side by side in fewer processes (--jobs) if memory was the cause."
        ) from error


def with_random_groups(inputs: ClipSequence, groups: int, *, seed: int) -> ClipSequence:
    """Return clips that claim to be of other people: random groups, each of all people.

    An evaluation of them by "subject" is one with a random split, as it is often reported:
    everybody stands on both sides.  Only to show what it would claim.

    Parameters
    ----------
    inputs : what ``recogniser.load`` returned
    groups : int
        >= 2; each gets an equal share of every expression.
    seed : int
    """
    labels: npt.NDArray[np.str_] = np.asarray(inputs.expressions)
    split = StratifiedKFold(groups, shuffle=True, random_state=integer_seed(seed, "random split"))
    clips = list(inputs.clips)
    for number, (_, chosen) in enumerate(split.split(labels, labels), start=1):
        for i in chosen:
            clips[i] = replace(clips[i], subject=f"random group {number}")
    return replace(inputs, clips=tuple(clips))
