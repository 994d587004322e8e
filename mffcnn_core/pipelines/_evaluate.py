"""Evaluation on strangers: a model per fold, trained on the people of all others."""

import numpy as np
from joblib import Parallel, delayed
from sklearn.base import clone
from tqdm.std import tqdm

from mffcnn_core.errors import ParameterError
from mffcnn_core.evaluation import Fold, Predictions, check_split, subject_folds
from mffcnn_core.expressions import EXPRESSIONS
from mffcnn_core.features import ClipInputs, ClipParts
from mffcnn_core.recognition import ClipRecogniser, Clips, Matrix
from mffcnn_core.seeding import integer_seed


def _score_fold(
    inputs: ClipInputs | ClipParts, recogniser: ClipRecogniser, fold: Fold, seed: int
) -> dict[str, Matrix]:
    train, test = (inputs[indices] for indices in fold.indices(inputs.subjects))
    check_split(train.subjects, test.subjects)
    model = clone(recogniser).set_params(
        seed=integer_seed(seed, "fold", fold.name),
        progress=False,  # the bar over the folds is enough
        checkpoints=None,  # of one training, not of many
    )
    model.fit(train, train.expressions, groups=train.subjects)
    if tuple(model.classes_) != EXPRESSIONS:
        missing = sorted(set(EXPRESSIONS) - set(model.classes_))
        raise ParameterError(
            f"fold {fold.name}: expected training clips of all six expressions, got none of "
            f"{', '.join(missing)}. Take more clips or more people."
        )
    return model.stream_scores(test)


def evaluate_by_subject(
    clips: Clips,
    recogniser: ClipRecogniser,
    *,
    groups: int | None = None,
    seed: int,
    jobs: int = 1,
    progress: bool = False,
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

    Returns
    -------
    Predictions
        The variants are those of ``recogniser.stream_scores``.

    Raises
    ------
    ParameterError
        If there are fewer people than folds, or a training side lacks an expression.
    """
    inputs = clone(recogniser).set_params(progress=progress).load(clips)
    folds = subject_folds(inputs.subjects, groups)
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
