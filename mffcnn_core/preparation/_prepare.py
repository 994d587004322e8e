"""Prepare one video: in memory, or into a file in constant memory."""

from collections.abc import Iterator
from functools import partial
from itertools import islice
from pathlib import Path

import numpy as np
import numpy.typing as npt

from mffcnn_core.errors import NoFaceError, VideoError
from mffcnn_core.faces import (
    FaceDetector,
    FaceTrack,
    FaceTracker,
    aligned_square,
    clip_box,
    crop_faces,
    iter_crops,
    longest_run,
    make_detector,
    track_face,
)
from mffcnn_core.flow import estimate_flow, iter_flow
from mffcnn_core.preparation._arrays import (
    PreparedArrays,
    PreparedFacts,
    VideoCounts,
    save_prepared,
)
from mffcnn_core.preparation._settings import PreparationSettings
from mffcnn_core.video import CutWatcher, iter_frames, probe

_INSIDE = 0.75  # least share of what the crop shows of a face that is where it usually is


def _off_crop(boxes: npt.NDArray[np.float64], crop: npt.NDArray[np.int64]) -> int:
    usual = np.median(boxes, axis=0, keepdims=True)  # a tight crop cuts off some of it by design
    return int((_shown(boxes, crop) < _INSIDE * _shown(usual, crop)).sum())


def _shown(boxes: npt.NDArray[np.float64], crop: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Return which share of each box lies within the crop."""
    low = np.maximum(boxes[:, :2], crop[:2])
    high = np.minimum(boxes[:, :2] + boxes[:, 2:], crop[:2] + crop[2:])
    return (high - low).clip(0).prod(axis=1) / boxes[:, 2:].prod(axis=1)


def _stretch(
    track: FaceTrack, shots: list[tuple[int, int]], settings: PreparationSettings
) -> tuple[int, int]:
    runs = []
    for first, end in shots:
        start, stop = longest_run(track.present[first:end], settings.max_gap)
        runs.append((first + start, first + stop))
    start, stop = max(runs, key=lambda run: run[1] - run[0])
    least = min(settings.min_frames, len(track))
    if stop - start < least:
        raise NoFaceError(
            f"face: expected it in a stretch of at least {least} frames, got {stop - start} of "
            f"{len(track)}. Allow larger gaps (max_gap) or shorter stretches (min_frames)."
        )
    return start, stop


def _first_pass(
    path: Path | str,
    settings: PreparationSettings,
    detector: FaceDetector | FaceTracker | None,
) -> PreparedFacts:
    """Find the stretch of frames to use and the crop."""
    if detector is None:
        detector = make_detector(settings.detector, **settings.detector_options)
    info = probe(path)
    watcher = CutWatcher()
    frames = watcher.watch(iter_frames(path))
    try:
        if isinstance(detector, FaceTracker):
            track = detector.track(Path(path), sum(1 for _ in frames))
        else:
            track = track_face(
                frames, detector, every=settings.detect_every, min_frames=settings.min_frames
            )
        start, stop = _stretch(track, watcher.shots, settings)
    except NoFaceError as error:
        problems = info.problems(sum(1 for _ in iter_frames(path)))
        raise NoFaceError(" ".join([f"{path}: {error}", *problems])) from error
    if len(track) < 2:
        raise VideoError(
            f"{path}: expected at least 2 frames, got {len(track)}. A picture has no flow."
        )
    used = track.between(start, stop)
    if settings.align == "landmarks":
        box, angle = aligned_square(used)
    else:
        box, angle = clip_box(used, margin=settings.margin, below=settings.below), 0.0
    return PreparedFacts(
        box=box,
        angle=angle,
        fps=info.fps,
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
        ),
        problems=(*info.problems(len(track)), *track.problems),
    )


def _used_frames(path: Path | str, facts: PreparedFacts) -> Iterator[npt.NDArray[np.uint8]]:
    first = facts.counts.first
    return islice(iter_frames(path), first, first + facts.counts.used)


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
        ``counts`` and ``problems`` say what was filled in, left out and odd.

    Raises
    ------
    VideoError
        If the file cannot be read or has fewer than two frames.
    NoFaceError
        If no face lasts for ``settings.min_frames`` frames.

    Notes
    -----
    The file is decoded twice, frame by frame: whole frames are never held.  The crops are;
    :func:`prepare_file` writes them as they come.
    """
    settings = PreparationSettings() if settings is None else settings
    facts = _first_pass(path, settings, detector)
    faces = crop_faces(_used_frames(path, facts), facts.box, settings.size, facts.angle)
    flow = estimate_flow(faces, method=settings.flow, **settings.flow_options)
    return PreparedArrays(faces=faces, flow=flow, **facts.shared())


def prepare_file(
    path: Path | str,
    file: Path | str,
    settings: PreparationSettings | None = None,
    *,
    detector: FaceDetector | FaceTracker | None = None,
) -> PreparedFacts:
    """Do what :func:`prepare_video` does, into a file and in constant memory.

    Parameters
    ----------
    path : Path or str
        Of the video.
    file : Path or str
        Of the prepared arrays (``.npz``); it appears when it is whole.
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
    settings = PreparationSettings() if settings is None else settings
    facts = _first_pass(path, settings, detector)
    save_prepared(
        Path(file),
        facts,
        iter_crops(_used_frames(path, facts), facts.box, settings.size, facts.angle),
        partial(iter_flow, method=settings.flow, **settings.flow_options),
        size=settings.size,
        flow_dtype=settings.flow_dtype,
    )
    return facts
