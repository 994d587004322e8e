"""Prepare one video, in constant memory."""

import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice, pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from mffcnn_core.errors import NoFaceError, VideoError
from mffcnn_core.faces import (
    FaceDetector,
    FaceTracker,
    SecondLook,
    aligned_square,
    clip_box,
    iter_crops,
    longest_run,
    make_detector,
    track_face,
)
from mffcnn_core.flow import NOISE, iter_flow, unexplained
from mffcnn_core.preparation._arrays import PreparedArrays, PreparedFacts, VideoCounts
from mffcnn_core.preparation._files import open_prepared, save_arrays, save_facts
from mffcnn_core.preparation._settings import PreparationSettings
from mffcnn_core.video import CutWatcher, VideoReader, iter_frames

_LOOKS = 3  # frames at which a second detector looks
_FEW = 0.25  # share of the frames: who is in fewer is hardly whom the clip is about
_INSIDE = 0.75  # least share of what the crop shows of a face that is where it usually is


def _off_crop(boxes: npt.NDArray[np.float64], crop: npt.NDArray[np.int64]) -> int:
    usual = np.median(boxes, axis=0, keepdims=True)  # a tight crop cuts off some of it by design
    return int((_shown(boxes, crop) < _INSIDE * _shown(usual, crop)).sum())


def _shown(boxes: npt.NDArray[np.float64], crop: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Return which share of each box lies within the crop."""
    low = np.maximum(boxes[:, :2], crop[:2])
    high = np.minimum(boxes[:, :2] + boxes[:, 2:], crop[:2] + crop[2:])
    return (high - low).clip(0).prod(axis=1) / boxes[:, 2:].prod(axis=1)


def _dead(reader: VideoReader) -> list[tuple[int, int]]:
    """Return which of the frames that were given out show nothing new."""
    starts = reader.times[:-1] + 1e-9  # against rounding
    return [
        (int(np.searchsorted(starts, run.start)), int(np.searchsorted(starts, run.end)))
        for run in reader.dead
    ]


def _stretch(
    present: npt.NDArray[np.bool_],
    cuts: list[int],
    dead: list[tuple[int, int]],
    settings: PreparationSettings,
) -> tuple[int, int]:
    """Return the longest stretch with the face; no gap in it holds a cut or a dead frame."""
    present = present.copy()
    for first, end in dead:
        present[first:end] = False
    edges = sorted({0, *cuts, *(edge for run in dead for edge in run), len(present)})
    runs = []
    for first, end in pairwise(edges):
        start, stop = longest_run(present[first:end], settings.max_gap)
        runs.append((first + start, first + stop))
    start, stop = max(runs, key=lambda run: run[1] - run[0])
    least = min(settings.min_frames, len(present))
    if stop - start < least:
        raise NoFaceError(
            f"face: expected it in a stretch of at least {least} frames, got {stop - start} of "
            f"{len(present)}. Allow larger gaps (max_gap) or shorter stretches (min_frames)."
        )
    return start, stop


def _first_pass(
    path: Path | str,
    settings: PreparationSettings,
    detector: FaceDetector | FaceTracker | None,
) -> tuple[PreparedFacts, SecondLook]:
    """Find the stretch of frames to use and the crop, and where to look again."""
    if detector is None:
        detector = make_detector(settings.detector, **settings.detector_options)
    reader = VideoReader(path, fps=settings.fps)
    watcher = CutWatcher()
    frames = watcher.watch(reader)
    try:
        if isinstance(detector, FaceTracker):
            track = detector.track(Path(path), sum(1 for _ in frames))
        else:
            track = track_face(
                frames, detector, every=settings.detect_every, min_frames=settings.min_frames
            )
        dead = _dead(reader)
        start, stop = _stretch(track.present, watcher.cuts, dead, settings)
    except NoFaceError as error:
        raise NoFaceError(" ".join([f"{path}: {error}", *reader.problems])) from error
    if len(track) < 2:
        raise VideoError(
            f"{path}: expected at least 2 frames, got {len(track)}. A picture has no flow."
        )
    used = track.between(start, stop)
    if settings.align == "landmarks":
        box, angle = aligned_square(used)
    else:
        box, angle = clip_box(used, margin=settings.margin, below=settings.below), 0.0
    facts = PreparedFacts(
        box=box,
        angle=angle,
        times=reader.times[start : stop + 1],
        counts=VideoCounts(
            frames=len(track),
            used=len(used),
            first=start,
            left_out=len(track) - len(used),
            filled_in=int((~used.present).sum()),
            face_share=float(track.present.mean()),
            several_faces=int((used.n_faces > 1).sum()),
            stray=track.stray,
            off_crop=_off_crop(used.boxes, box),
            cuts=len(watcher.cuts),
            dead=sum(end - first for first, end in dead),
            size=float(np.median(used.boxes[:, 2:].max(axis=1)))
            / min(reader.info.width, reader.info.height),
        ),
        problems=(*reader.problems, *track.problems),
    )
    times = np.linspace(0, len(used) - 1, _LOOKS + 2)[1:-1].astype(int).tolist()
    return facts, SecondLook({t: used.boxes[t] for t in times}, [])


@dataclass
class _NoiseCount:
    """Makes flow, and counts where it is noise."""

    solve: Callable[[Iterable[npt.NDArray[np.uint8]]], Iterator[npt.NDArray[np.float32]]]
    count: int = 0
    pair: deque = field(default_factory=lambda: deque(maxlen=2))

    def flow_of(self, faces: Iterable[npt.NDArray[np.uint8]]) -> Iterator[npt.NDArray[np.float32]]:
        for flow in self.solve(self._kept(faces)):
            self.count += unexplained(*self.pair, flow) > NOISE
            yield flow

    def _kept(self, faces: Iterable[npt.NDArray[np.uint8]]) -> Iterator[npt.NDArray[np.uint8]]:
        for face in faces:
            self.pair.append(face)
            yield face


def _doubts(counts: VideoCounts, look: SecondLook) -> Iterator[str]:
    """Yield why what was cut out may be no face, or another one."""
    if counts.used < _FEW * counts.frames:
        yield f"only {counts.used} of {counts.frames} frames show it in one stretch"
    if look.answers and not any(look.answers):
        yield f"a second detector sees no face there in {len(look.answers)} frames"


def _used_frames(
    path: Path | str, facts: PreparedFacts, fps: float | None
) -> Iterator[npt.NDArray[np.uint8]]:
    first = facts.counts.first
    return islice(iter_frames(path, fps=fps), first, first + facts.counts.used)


def prepare_video(
    path: Path | str,
    settings: PreparationSettings | None = None,
    *,
    detector: FaceDetector | FaceTracker | None = None,
) -> PreparedArrays:
    """Cut out the face of a video and estimate its flow.

    Of a video whose face comes and goes, the longest stretch of frames with it
    within one shot is used (gaps of up to ``max_gap`` frames are bridged).  The crop is the
    same square in all frames; the flow is estimated on the crop.

    Paper: Sec. 3.2; of the crop it says only that OpenFace 2.0 detects the face.
    Book: ch. 2 and 3.

    Parameters
    ----------
    path : Path or str
    settings : PreparationSettings, optional
    detector : FaceDetector or FaceTracker, optional
        Instead of the one that the settings name.

    Returns
    -------
    PreparedArrays
        ``counts`` and ``problems`` say what was filled in, left out and odd.  The arrays are
        mapped from a temporary file, so that memory does not grow with the video.

    Raises
    ------
    VideoError
        If the file cannot be read or has fewer than two frames.
    NoFaceError
        If no face lasts for ``settings.min_frames`` frames.

    Notes
    -----
    The file is decoded twice, frame by frame: whole frames are never held.
    """
    # The mapped file stays until the arrays go, though its name is removed; where a system
    # does not allow that, it is left to the system's own cleaning.
    with tempfile.TemporaryDirectory(prefix="mffcnn-", ignore_cleanup_errors=True) as folder:
        file = Path(folder) / "clip.json"
        exact = (settings or PreparationSettings()).replace(flow_dtype="float32")
        prepare_file(path, file, exact, detector=detector)
        return open_prepared(file)


def prepare_file(
    path: Path | str,
    file: Path | str,
    settings: PreparationSettings | None = None,
    *,
    detector: FaceDetector | FaceTracker | None = None,
) -> PreparedFacts:
    """Do what :func:`prepare_video` does, into files.

    Parameters
    ----------
    path : Path or str
        Of the video.
    file : Path or str
        Of the facts (``.json``), beside which the arrays lie; it appears when all is whole.
    settings, detector
        As for :func:`prepare_video`.

    Returns
    -------
    PreparedFacts

    Raises
    ------
    VideoError, NoFaceError
        As :func:`prepare_video`.
    PreparationError
        If the video changes while it is read.
    """
    settings = (settings or PreparationSettings()).resolved()
    facts, look = _first_pass(path, settings, detector)
    noise = _NoiseCount(partial(iter_flow, method=settings.flow, **settings.flow_options))
    frames = look.passing(_used_frames(path, facts, settings.fps))
    arrays = save_arrays(
        Path(file),
        facts.counts.used,
        iter_crops(frames, facts.box, settings.size, facts.angle),
        noise.flow_of,
        size=settings.size,
        flow_dtype=settings.flow_dtype,
    )
    facts = replace(
        facts,
        counts=replace(facts.counts, noise=noise.count),
        doubts=tuple(_doubts(facts.counts, look)),
    )
    save_facts(Path(file), facts, arrays)
    return facts
