"""The corpus on disk: clips, their ground truth, and an index.

Book: ch. 1.  A corpus folder holds ``clips/<subject>/<clip>.mp4``, ``truth/<clip>.npz``,
``index.csv``, ``settings.json`` and ``LICENSE``.
"""

import zipfile
from dataclasses import asdict, dataclass
from pathlib import Path

import cv2
import joblib
import numpy as np
import numpy.typing as npt
from tqdm.std import tqdm

from mffcnn_core.datasets import Clip, read_index, write_index
from mffcnn_core.errors import RecordError
from mffcnn_core.files import (
    atomic_path,
    read_json,
    sha256_of,
    sha256_of_file,
    write_json,
)
from mffcnn_core.settings import check_at_least
from mffcnn_core.sources import code_fingerprint
from mffcnn_core.video import write_video
from mffcnn_corpus._clips import face_boxes, render_clip
from mffcnn_corpus._settings import CorpusSettings
from mffcnn_corpus.acting._performance import Performance, perform
from mffcnn_corpus.acting._plan import ClipSpec, plan_corpus
from mffcnn_corpus.person._action_units import ACTION_UNITS

LICENCE = """\
Synthetic expression corpus

The people in these videos do not exist; the videos were rendered by a program.

To the extent possible under law, the authors have dedicated all copyright and related and
neighbouring rights to these files to the public domain worldwide, under the CC0 1.0
Universal Public Domain Dedication. The files come without any warranty.

https://creativecommons.org/publicdomain/zero/1.0/
"""


@dataclass(frozen=True, eq=False)
class Truth(Performance):
    """The ground truth that lies beside one video: the performance, and how to read it.

    Attributes
    ----------
    action_unit_numbers : ndarray of int, shape (17,)
        FACS numbers of the columns of ``action_units``.
    face_boxes : ndarray of float, shape (n, 4)
        ``x, y, width, height`` of the face in px.
    fps : float
        Frames per second.
    """

    action_unit_numbers: npt.NDArray[np.int64]
    face_boxes: npt.NDArray[np.float64]
    fps: float


def render_corpus(
    settings: CorpusSettings, root: Path | str, *, jobs: int = 1, progress: bool = False
) -> list[Clip]:
    """Render a corpus into a folder, or complete the one that is there.

    A clip is left as it is if its video and its truth are there and were made with the
    same settings and the same code; else it is rendered.  So a run that was killed goes
    on where it stopped.  The index is written last: where there is one, it is true.
    The bytes do not depend on ``jobs``.

    Parameters
    ----------
    settings : CorpusSettings
    root : Path or str
        The corpus folder.
    jobs : int
        Processes, >= 1.
    progress : bool
        Whether to show a progress bar.

    Returns
    -------
    list of Clip
        In the order of :func:`plan_corpus`, with the attributes ``take``, ``partner``,
        ``apex`` and ``intensity``.

    Raises
    ------
    ParameterError
        If ``jobs`` is smaller than 1.
    VideoError
        If a video cannot be written.
    """
    check_at_least("jobs", jobs, 1, "Use os.cpu_count() for all cores.")
    root = Path(root)
    made_with = {
        "settings": settings.to_dict(),
        "code": code_fingerprint(render_corpus),
    }
    stamp = _stamp(settings, made_with["code"])
    plan = plan_corpus(settings)
    todo = [spec for spec in plan if not _is_whole(root, spec, stamp)]
    index, record = root / "index.csv", root / "settings.json"
    if not todo and index.is_file() and record.is_file() and read_json(record) == made_with:
        return read_index(index)
    index.unlink(missing_ok=True)
    _remove_others(root, plan)
    with joblib.Parallel(n_jobs=jobs, return_as="generator_unordered") as parallel:
        tasks = (joblib.delayed(_render_to_files)(spec, settings, root, stamp) for spec in todo)
        bar = tqdm(total=len(todo), desc="rendering", unit="clip", disable=not progress)
        with bar:
            for _ in parallel(tasks):
                bar.update()
    with atomic_path(root / "LICENSE") as part:
        part.write_text(LICENCE, encoding="utf-8")
    write_json(record, made_with)
    write_index(index, [_clip(root, spec) for spec in plan])
    return read_index(index)


def load_truth(root: Path | str, clip: str) -> Truth:
    """Load the ground truth of one clip of a rendered corpus.

    Parameters
    ----------
    root : Path or str
        The corpus folder.
    clip : str
        Name of the clip, e.g. ``"s03_fear_05"``.

    Raises
    ------
    RecordError
        If the corpus has no truth of that name.
    """
    path = Path(root) / "truth" / f"{clip}.npz"
    if not path.is_file():
        raise RecordError(
            f"{path}: expected the truth of clip {clip!r}, got no file. "
            "Render the corpus with render_corpus, or look the name up in its index."
        )
    with np.load(path) as file:
        values = {name: file[name] for name in file.files if name not in ("stamp", "video")}
    return Truth(**{k: v.item() if v.ndim == 0 else v for k, v in values.items()})


def _stamp(settings: CorpusSettings, code: str) -> str:
    """Return what a clip was made with; how many others there are is left out."""
    values = settings.to_dict()
    del values["subjects"], values["takes"]
    return sha256_of({"settings": values, "code": code})


def _video_path(spec: ClipSpec) -> str:
    return f"clips/{spec.subject}/{spec.name}.mp4"


def _truth_path(root: Path, spec: ClipSpec) -> Path:
    return root / "truth" / f"{spec.name}.npz"


def _is_whole(root: Path, spec: ClipSpec, stamp: str) -> bool:
    video, truth = root / _video_path(spec), _truth_path(root, spec)
    if not (video.is_file() and truth.is_file()):
        return False
    try:
        with np.load(truth) as file:
            return file["stamp"] == stamp and file["video"] == sha256_of_file(video)
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):  # cut short, or other's
        return False


def _render_to_files(spec: ClipSpec, settings: CorpusSettings, root: Path, stamp: str) -> None:
    """Write one clip and then its truth, which vouches for the clip."""
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)  # the processes share the cores
    try:
        frames = render_clip(spec, settings)
    finally:
        cv2.setNumThreads(threads)
    video = root / _video_path(spec)
    write_video(video, frames, fps=settings.fps)
    with atomic_path(_truth_path(root, spec)) as part:
        np.savez_compressed(
            part,
            action_unit_numbers=np.array(ACTION_UNITS),
            face_boxes=face_boxes(spec, settings),
            fps=float(settings.fps),
            stamp=stamp,
            video=sha256_of_file(video),
            **asdict(perform(spec, settings)),
        )


def _clip(root: Path, spec: ClipSpec) -> Clip:
    with np.load(_truth_path(root, spec)) as truth:
        return Clip(
            clip=spec.name,
            path=_video_path(spec),
            subject=spec.subject,
            expression=spec.expression,
            sha256=str(truth["video"]),
            attributes={
                "take": spec.take,
                "partner": spec.partner,
                "apex": str(truth["apex"]),
                "intensity": f"{truth['intensity']:.3f}",
            },
        )


def _remove_others(root: Path, plan: list[ClipSpec]) -> None:
    """Remove clips of an earlier, other plan; a video without a truth file is not ours."""
    planned = {spec.name for spec in plan}
    for truth in (root / "truth").glob("*.npz"):
        if truth.stem not in planned:
            subject = truth.stem.split("_")[0]
            (root / "clips" / subject / f"{truth.stem}.mp4").unlink(missing_ok=True)
            truth.unlink()
