"""Prepare all clips of a data set: in parallel, once, and with an account of each."""

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
from joblib import Parallel, delayed, effective_n_jobs
from joblib.externals.loky import get_reusable_executor
from joblib.externals.loky.process_executor import TerminatedWorkerError
from tqdm.std import tqdm

from mffcnn_core.datasets import Clip, Dataset
from mffcnn_core.errors import MffcnnError, ParameterError, PreparationError
from mffcnn_core.faces import DETECTORS, FaceTracker, choose_detector, make_detector
from mffcnn_core.files import disk_is_full, sha256_of, sha256_of_path, write_json
from mffcnn_core.flow import METHODS
from mffcnn_core.preparation._arrays import PreparedFacts
from mffcnn_core.preparation._files import open_prepared
from mffcnn_core.preparation._prepare import prepare_file
from mffcnn_core.preparation._report import ClipReport, PreparationReport
from mffcnn_core.preparation._settings import PreparationSettings
from mffcnn_core.sources import code_fingerprint
from mffcnn_core.video import probe

_ENOUGH = 4  # clips of a person, to say which size is usual
_ODD_SIZE = 2.0


def preparation_code(settings: PreparationSettings) -> tuple[Any, ...]:
    """Return what prepared arrays depend on: entries of :func:`mffcnn_core.sources.sources_of`.

    A detector or a flow method that the settings do not choose is not among them.
    """
    prepare = "mffcnn_core.preparation._prepare"
    detector = choose_detector(settings.detector).name
    return prepare, DETECTORS.module(detector), METHODS.module(settings.flow)


@contextlib.contextmanager
def _one_thread() -> Iterator[None]:
    """Keep OpenCV from using more cores than its process was given."""
    before = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        yield
    finally:
        cv2.setNumThreads(before)


@dataclass(frozen=True)
class _Task:
    """One clip to prepare, and what its prepared file depends on."""

    number: int
    clip: Clip
    root: Path
    settings: PreparationSettings
    store: Path
    code: str

    @property
    def video(self) -> Path:
        return self.root / self.clip.path

    def file(self, video_sha256: str) -> Path:
        """Return where the prepared clip lies: what it depends on is in the name."""
        made_of = {
            "video": video_sha256,
            "settings": self.settings.to_dict(),
            "code": self.code,
            "versions": [cv2.__version__, av.__version__],
        }
        detector = make_detector(self.settings.detector, **self.settings.detector_options)
        if isinstance(detector, FaceTracker):
            made_of["tracker"] = detector.key(self.video)
        return self.store / f"{sha256_of(made_of)}.json"

    def altered(self, video_sha256: str) -> bool:
        """Return whether the index knows another file under the clip's name."""
        return bool(self.clip.sha256) and video_sha256 != self.clip.sha256


def _row(task: _Task, file: Path, facts: PreparedFacts, altered: bool) -> ClipReport:
    return ClipReport(
        clip=task.clip.clip,
        status="prepared",
        file=file.name,
        altered=altered,
        problems=facts.problems,
        doubts=facts.doubts,
        counts=facts.counts,
    )


def _prepared_before(task: _Task) -> ClipReport | None:
    """Return the report of a clip that is prepared; None where there is anything to do or say."""
    try:
        if not (task.video.is_file() or task.video.is_dir()):  # a pipe would be waited for
            return None
        sha256 = sha256_of_path(task.video)
        file = task.file(sha256)
        return _row(task, file, open_prepared(file), task.altered(sha256))
    except (MffcnnError, OSError):
        return None


_Done = tuple[_Task, ClipReport, bool]
"""A clip, what became of it, and whether its file was made now."""


def _prepare_clip(task: _Task) -> _Done:
    """Prepare a clip, or say why not."""
    altered, made = False, False
    try:
        probe(task.video)  # a missing or broken file is reported before it is read in full
        sha256 = sha256_of_path(task.video)
        altered, file = task.altered(sha256), task.file(sha256)
        try:
            facts = open_prepared(file)
        except PreparationError:  # no other run has made it meanwhile
            with _one_thread():
                facts = prepare_file(task.video, file, task.settings)
            made = True
    except (MffcnnError, OSError) as error:  # an OSError: it may not be read
        if disk_is_full(error):  # no clip can be kept
            raise
        reason = str(error).replace(f"{task.root}{os.sep}", "")
        reason = reason.removeprefix(f"{task.clip.path}: ")
        row = ClipReport(clip=task.clip.clip, status="failed", reason=reason, altered=altered)
        return task, row, made
    return task, _row(task, file, facts, altered), made


def _with_odd_sizes(clips: tuple[Clip, ...], rows: list[ClipReport]) -> tuple[ClipReport, ...]:
    """Doubt a face that is far larger or smaller than those of the same person's other clips."""
    sizes: dict[str, list[float]] = {}
    for clip, row in zip(clips, rows, strict=True):
        if row.counts is not None:
            sizes.setdefault(clip.subject, []).append(row.counts.size)
    found = []
    for clip, row in zip(clips, rows, strict=True):
        others = sizes.get(clip.subject, [])
        if row.counts is not None and len(others) >= _ENOUGH:
            ratio = row.counts.size / float(np.median(others))
            if not 1 / _ODD_SIZE <= ratio <= _ODD_SIZE:
                what = f"it is {ratio:.1f} times as large as in the person's other clips"
                row = replace(row, doubts=(*row.doubts, what))
        found.append(row)
    return tuple(found)


def _all_prepared(tasks: list[_Task], jobs: int) -> Iterator[_Done]:
    """Yield what became of every clip, also where the system kills a process that works at one."""
    waiting = {task.number: task for task in tasks}
    while waiting:
        try:
            work = Parallel(n_jobs=jobs, return_as="generator_unordered")(
                delayed(_prepare_clip)(task) for task in list(waiting.values())
            )
            for done in work:
                del waiting[done[0].number]
                yield done
        except TerminatedWorkerError:  # of one of the first that wait; each gets a process
            for task in list(waiting.values())[: 2 * effective_n_jobs(jobs)]:
                del waiting[task.number]
                yield _prepared_alone(task)


def _prepared_alone(task: _Task) -> _Done:
    try:
        # two, or it would run in this process
        return Parallel(n_jobs=2)([delayed(_prepare_clip)(task)])[0]
    except TerminatedWorkerError:
        reason = (
            "expected its process to end by itself, got it killed by the system. Is there too "
            "little memory for it? Scale it down, or cut it"
        )
        return task, ClipReport(clip=task.clip.clip, status="failed", reason=reason), False


def prepare_dataset(
    dataset: Dataset,
    settings: PreparationSettings | None = None,
    store: Path | str = "data/prepared",
    *,
    jobs: int = 1,
    progress: bool = False,
) -> PreparationReport:
    """Prepare every clip of a data set and say what became of each.

    A prepared file is named by the sha256 of the video's bytes, the settings, the code of
    this step and the versions of OpenCV and PyAV: what exists is not made again, a killed call
    resumes, and changing one of them makes again only what depends on it.  Files of other
    settings stay in the store.

    Parameters
    ----------
    dataset : Dataset
    settings : PreparationSettings, optional
    store : Path or str
        Folder of the prepared files; the report is written there as
        ``report-<dataset>-<key>.json``.
    jobs : int
        Processes, >= 1, or -1 for one per core; results do not depend on it.
    progress : bool
        Show a progress bar.

    Returns
    -------
    PreparationReport

    Raises
    ------
    ParameterError
        If ``jobs`` is out of range, or a setting cannot be met at all, e.g. OpenCV has no
        cascade.  A video that cannot be used raises nothing: its row says why.
    DetectorError
        If the detector has no model or program.
    """
    if jobs < 1 and jobs != -1:
        raise ParameterError(
            f"jobs: expected at least 1 process, or -1 for one per core, got {jobs!r}."
        )
    settings = PreparationSettings() if settings is None else settings
    chosen = choose_detector(settings.detector)
    settings = settings.resolved()
    store = Path(store)
    detector = make_detector(settings.detector, **settings.detector_options)
    if isinstance(detector, FaceTracker):  # fail now, not once for every clip
        detector.check()
    else:
        detector.detect(np.zeros((32, 32, 3), np.uint8))
    code = code_fingerprint(*preparation_code(settings))
    tasks = [
        _Task(number, clip, dataset.root, settings, store, code)
        for number, clip in enumerate(dataset.clips)
    ]
    rows: dict[int, ClipReport] = {}
    missing, made = [], 0
    with tqdm(total=len(tasks), desc="preparing", unit="clip", disable=not progress) as bar:
        for task in tasks:  # in this process: others take longer to start
            row = _prepared_before(task)
            if row is None:
                missing.append(task)
            else:
                rows[task.number] = row
                bar.update()
        for task, row, new in _all_prepared(missing, jobs):
            rows[task.number] = row
            made += new
            bar.update()
    if missing and jobs != 1:
        # a process that has prepared clips seems to leak when it loads torch later
        get_reusable_executor().shutdown()
    report = PreparationReport(
        dataset=dataset.manifest.name,
        dataset_sha256=dataset.sha256,
        settings=settings,
        detector_why=chosen.why,
        store=store,
        videos=dataset.root,
        clips=dataset.clips,
        rows=_with_odd_sizes(dataset.clips, [rows[task.number] for task in tasks]),
        made=made,
    )
    key = sha256_of({"dataset": dataset.sha256, "settings": settings.to_dict(), "code": code})
    write_json(store / f"report-{report.dataset}-{key[:12]}.json", report.to_dict())
    return report
