"""Evaluation on strangers: a model per person, trained on everybody else."""

from collections.abc import Iterable

import numpy as np
from joblib import Parallel, delayed
from sklearn.base import clone
from tqdm.std import tqdm

from mffcnn_core.errors import ParameterError
from mffcnn_core.evaluation import Fold, Predictions, check_split, leave_one_subject_out
from mffcnn_core.expressions import EXPRESSIONS
from mffcnn_core.features import ClipInputs, PreparedLike
from mffcnn_core.pipelines._two_stream import Matrix, TwoStreamRecogniser
from mffcnn_core.seeding import integer_seed


def _score_fold(
    inputs: ClipInputs, recogniser: TwoStreamRecogniser, fold: Fold, seed: int
) -> dict[str, Matrix]:
    train, test = (inputs.select(indices) for indices in fold.indices(inputs.subjects))
    check_split(train.subjects, test.subjects)
    model = clone(recogniser).set_params(
        seed=integer_seed(seed, "fold", fold.name),
        progress=False,  # the bar over the folds is enough
    )
    model.fit(train, train.expressions, groups=train.subjects)
    if tuple(model.classes_) != EXPRESSIONS:
        missing = sorted(set(EXPRESSIONS) - set(model.classes_))
        raise ParameterError(
            f"fold {fold.name}: expected training clips of all six expressions, got none of "
            f"{', '.join(missing)}. Take more clips or more people."
        )
    return model.stream_scores(test)


def evaluate_leave_one_subject_out(
    clips: ClipInputs | Iterable[PreparedLike],
    recogniser: TwoStreamRecogniser,
    *,
    seed: int,
    jobs: int = 1,
    progress: bool = False,
) -> Predictions:
    """Predict every clip by a model that never saw its person.

    Paper: Sec. 4.1; see :func:`mffcnn_core.evaluation.leave_one_subject_out`.

    Parameters
    ----------
    clips : sequence of PreparedClip, or ClipInputs
    recogniser : TwoStreamRecogniser
        Its parameters are used; it stays unfitted, and its own seed is not looked at.
    seed : int
        Each fold's seed hangs on it and on the person left out.
    jobs : int
        Folds computed side by side, each in a process of its own; the result does not
        depend on it.  -1: one per core.
    progress : bool
        Show a progress bar over the folds, with an estimate.

    Returns
    -------
    Predictions
        With ``streams="both"`` the variants ``"both"``, ``"spatial"`` and ``"temporal"``.

    Raises
    ------
    ParameterError
        If there are fewer than two people, or a training side lacks an expression.
    """
    inputs = clone(recogniser).set_params(progress=progress).load(clips)
    folds = leave_one_subject_out(inputs.subjects)
    work = Parallel(n_jobs=jobs, return_as="generator")(
        delayed(_score_fold)(inputs, recogniser, fold, seed) for fold in folds
    )
    scores: dict[str, Matrix] = {}
    bar = tqdm(work, total=len(folds), desc="people left out", unit="fold", disable=not progress)
    for fold, scored in zip(folds, bar, strict=True):
        test = fold.indices(inputs.subjects)[1]
        for name, values in scored.items():
            scores.setdefault(name, np.full((len(inputs), len(EXPRESSIONS)), np.nan))[test] = values
    return Predictions(
        clips=tuple(clip.clip for clip in inputs.clips),
        subjects=inputs.subjects,
        expressions=inputs.expressions,
        folds=tuple(folds),
        scores=scores,
    )
