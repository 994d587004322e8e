"""Evaluation on strangers: a model per fold, trained on the people of all others."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import numpy as np
from joblib import cpu_count
from joblib.externals.loky import ProcessPoolExecutor
from joblib.externals.loky.process_executor import TerminatedWorkerError
from sklearn.base import clone
from tqdm.std import tqdm

from mffcnn_core.errors import ExperimentError
from mffcnn_core.evaluation import Fold, Predictions, check_split, subject_folds
from mffcnn_core.expressions import EXPRESSIONS
from mffcnn_core.features import ClipSequence
from mffcnn_core.pipelines._cell import Cell
from mffcnn_core.pipelines._fold import Outcome, run_cell
from mffcnn_core.recognition import ClipRecogniser, Clips
from mffcnn_core.seeding import ONE_THREAD


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """One recogniser that is to predict every clip by a model that never saw its person.

    Paper: Sec. 4.1; see :func:`mffcnn_core.evaluation.subject_folds`.

    Attributes
    ----------
    inputs : what ``recogniser.load`` returned
    recogniser : ClipRecogniser
        Its parameters are used; it stays unfitted, and its own seed is not looked at.
    seed : int
        Each fold's seed depends on it and on the people left out.
    groups : int, optional
        Number of folds, each of several people; None leaves one subject out at a time.
    cells : Path, optional
        Folder in which each fold's scores are kept as soon as they are there; those that are
        there are not computed again.
    key : mapping, optional
        What the scores depend on besides the fold, as plain values: needed with ``cells``.
    checkpoints : Path, optional
        Folder in which trainings are kept, one folder for each fold.

    Raises
    ------
    LeakageError
        If a person would stand on both sides of a fold.
    ParameterError
        If there are fewer people than folds.
    """

    inputs: ClipSequence
    recogniser: ClipRecogniser
    seed: int
    groups: int | None = None
    cells: Path | None = None
    key: Mapping[str, Any] | None = None
    checkpoints: Path | None = None

    def __post_init__(self) -> None:
        for fold in self.folds:  # a leak is no failure of one fold: nothing is fitted at all
            train, test = (self.inputs[which] for which in fold.indices(self.inputs.subjects))
            check_split(train.subjects, test.subjects)

    @cached_property
    def folds(self) -> list[Fold]:
        """The folds, in order."""
        return subject_folds(self.inputs.subjects, self.groups)

    def submit(self, pool: Executor) -> list[Future[Outcome]]:
        """Ask for every fold."""
        return [
            pool.submit(
                run_cell,
                self.inputs,
                self.recogniser,
                fold,
                self.seed,
                self.checkpoints / fold.name if self.checkpoints else None,
                Cell(self.cells, fold, dict(self.key or {}), self.inputs) if self.cells else None,
            )
            for fold in self.folds
        ]

    def gather(self, outcomes: Sequence[Outcome]) -> Predictions:
        """Put the folds together.

        Raises
        ------
        ExperimentError
            If folds failed; it names each with its reason.
        """
        inputs, scores, failed = self.inputs, {}, {}
        for fold, scored in zip(self.folds, outcomes, strict=True):
            if isinstance(scored, str):
                failed[fold.name] = scored
                continue
            test = fold.indices(inputs.subjects)[1]
            for name, values in scored.items():
                whole = scores.setdefault(name, np.full((len(inputs), len(EXPRESSIONS)), np.nan))
                whole[test] = values
        if failed:
            told = "; ".join(f"{name}: {reason}" for name, reason in failed.items())
            raise ExperimentError(
                f"folds: expected all {len(self.folds)} to succeed, got {len(failed)} failed. "
                f"{told} The others are kept if they have a folder: mend the cause and run the "
                "same again."
            )
        return Predictions(
            clips=tuple(clip.clip for clip in inputs.clips),
            subjects=inputs.subjects,
            expressions=inputs.expressions,
            folds=tuple(self.folds),
            scores=scores,
            main=self.recogniser.main,
        )


def evaluate_side_by_side(
    evaluations: Iterable[Evaluation], *, jobs: int = 1, progress: bool = False
) -> Iterator[Predictions | ExperimentError]:
    """Run the folds of many evaluations in one set of processes.

    No process waits for the last fold of an evaluation while another has work for it; and an
    evaluation is asked for (and its clips are loaded) only when processes will soon be free.

    Parameters
    ----------
    evaluations : iterable of Evaluation
        In the order in which they matter: what is cut off has done the first ones.
    jobs : int
        Processes; the results do not depend on it.  1: this one.  -1: one per core.
    progress : bool
        Show a progress bar over the folds.

    Yields
    ------
    Predictions or ExperimentError
        One for each evaluation, in their order: an evaluation that fails stops no other one.

    Raises
    ------
    ExperimentError
        If a process is killed.
    OSError
        If the disk is full.
    """
    jobs = cpu_count() if jobs == -1 else jobs
    bar = tqdm(desc="folds", unit="fold", disable=not progress)
    waiting: deque[tuple[Evaluation, list[Future[Outcome]]]] = deque()
    with bar, _Here() if jobs == 1 else _Processes(jobs) as pool:
        for one in evaluations:
            folds = one.submit(pool)
            bar.total = (bar.total or 0) + len(folds)
            for fold in folds:
                fold.add_done_callback(lambda _: bar.update())
            waiting.append((one, folds))
            while waiting and _ready(waiting, 2 * jobs):
                yield _gathered(*waiting.popleft())
        while waiting:
            yield _gathered(*waiting.popleft())


def _ready(waiting: deque[tuple[Evaluation, list[Future[Outcome]]]], enough: int) -> bool:
    """Say whether to take the first one: it is done, or there is enough to do meanwhile."""
    left = [sum(not fold.done() for fold in folds) for _, folds in waiting]
    return left[0] == 0 or sum(left) >= enough


def _gathered(one: Evaluation, folds: list[Future[Outcome]]) -> Predictions | ExperimentError:
    try:
        outcomes = [fold.result() for fold in folds]
    except TerminatedWorkerError as error:
        raise ExperimentError(
            "folds: expected every process to live, got one that was killed, as a system does "
            "when its memory is used up. The folds that are done are kept if they have a folder: "
            "run the same again, side by side in fewer processes (--jobs) if memory was the cause."
        ) from error
    try:
        return one.gather(outcomes)
    except ExperimentError as error:
        return error


class _Here(Executor):
    """Does in this process what it is asked for, at once."""

    def submit(self, work: Callable[..., Any], /, *args: Any) -> Future[Any]:
        done: Future[Any] = Future()
        done.set_result(work(*args))
        return done


class _Processes(ProcessPoolExecutor):
    """Processes of one thread each; what they have not begun is dropped with an exception."""

    def __init__(self, jobs: int) -> None:
        super().__init__(max_workers=jobs, env=ONE_THREAD)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *error: object) -> None:
        self.shutdown(wait=True, kill_workers=kind is not None)


def evaluate_by_subject(
    clips: Clips, recogniser: ClipRecogniser, *, jobs: int = 1, progress: bool = False, **how: Any
) -> Predictions:
    """Predict every clip by a model that never saw its person.

    Paper: Sec. 4.1; see :func:`mffcnn_core.evaluation.subject_folds`.

    Parameters
    ----------
    clips : sequence of PreparedClip, or what ``recogniser.load`` returned
    recogniser : ClipRecogniser
    jobs, progress
        As for :func:`evaluate_side_by_side`.
    **how
        ``seed``, and what else :class:`Evaluation` takes.

    Returns
    -------
    Predictions
        The variants are those of ``recogniser.stream_scores``.

    Raises
    ------
    LeakageError, ParameterError
        As :class:`Evaluation`.
    ExperimentError
        If folds fail, when all others are done, or a process is killed.
    OSError
        If the disk is full.
    """
    inputs = clone(recogniser).set_params(progress=progress).load(clips)
    one = Evaluation(inputs=inputs, recogniser=recogniser, **how)
    (found,) = evaluate_side_by_side([one], jobs=jobs, progress=progress)
    if isinstance(found, ExperimentError):
        raise found
    return found
