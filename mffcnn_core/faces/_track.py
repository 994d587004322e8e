"""Follow one face through a clip: which one, in which frames, and where it is in between."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment

from mffcnn_core.errors import NoFaceError, ParameterError
from mffcnn_core.faces._detect import FaceDetector
from mffcnn_core.settings import check_at_least

Boxes = npt.NDArray[np.float64]

_MIN_OVERLAP = 0.3  # intersection over union that makes two boxes the same face


@dataclass(frozen=True)
class FaceTrack:
    """One face in every frame of a clip.

    Attributes
    ----------
    boxes : ndarray of float, shape (n, 4)
        ``x, y, width, height`` in pixels; between frames in which the face was found it is
        interpolated, before the first and after the last one it is held.
    looked : ndarray of bool, shape (n,)
        Frames that the detector was asked about.
    found : ndarray of bool, shape (n,)
        Frames of these in which it found this face.
    n_faces : ndarray of int, shape (n,)
        Faces in these frames that last (see :func:`track_face`), this one included.
    stray : int
        Detections that no lasting face explains: false hits.
    landmarks : ndarray of float, shape (n, 5, 2), or None
        See :class:`FaceDetector`; None if the detector sees none.
    problems : tuple of str
        What was odd about what the track was made of.
    """

    boxes: Boxes
    looked: npt.NDArray[np.bool_]
    found: npt.NDArray[np.bool_]
    n_faces: npt.NDArray[np.int64]
    stray: int = 0
    landmarks: npt.NDArray[np.float64] | None = None
    problems: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.boxes)

    @property
    def present(self) -> npt.NDArray[np.bool_]:
        """Frames with the face, found in it, or not looked at and found on either side."""
        return _present(self.looked, self.found)

    def between(self, start: int, stop: int) -> "FaceTrack":
        """Return the track of the frames ``start`` to ``stop - 1``."""
        part = slice(start, stop)
        return FaceTrack(
            self.boxes[part],
            self.looked[part],
            self.found[part],
            self.n_faces[part],
            self.stray,
            None if self.landmarks is None else self.landmarks[part],
        )


@runtime_checkable
class FaceTracker(Protocol):
    """Anything that follows the face of a whole video by itself, as a program does."""

    def check(self) -> None:
        """Raise :class:`~mffcnn_core.errors.DetectorError` if it cannot work at all."""

    def track(self, path: Path, n_frames: int) -> FaceTrack:
        """Return the face of a video of so many frames."""

    def key(self, path: Path) -> str:
        """Return what the answer for a video depends on beside its bytes, e.g. a hash."""


def _present(looked: npt.NDArray[np.bool_], found: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    times = np.arange(len(looked))
    asked = np.flatnonzero(looked)
    if not asked.size:
        return np.zeros(len(looked), bool)
    before = asked[np.maximum(np.searchsorted(asked, times, side="right") - 1, 0)]
    after = asked[np.minimum(np.searchsorted(asked, times), asked.size - 1)]
    return found[before] & found[after]


def _overlap(box: npt.NDArray[np.float64], boxes: Boxes) -> npt.NDArray[np.float64]:
    """Return intersection over union of one box with several."""
    box, boxes = box[:4], boxes[:, :4]
    low = np.maximum(box[:2], boxes[:, :2])
    high = np.minimum(box[:2] + box[2:], boxes[:, :2] + boxes[:, 2:])
    common = (high - low).clip(0).prod(axis=1)
    return common / (box[2] * box[3] + boxes[:, 2] * boxes[:, 3] - common)


def _agree(a: Boxes, b: Boxes) -> bool:
    return len(a) == len(b) and all((_overlap(box, b) >= _MIN_OVERLAP).any() for box in a)


def _look(
    frames: Iterable[npt.NDArray[np.uint8]], detector: FaceDetector, every: int
) -> list[Boxes | None]:
    """Detect on every k-th frame and the last one; look between two that disagree."""
    seen: list[Boxes | None] = []
    waiting: list[tuple[int, npt.NDArray[np.uint8]]] = []
    # copies in one place: frames that are let go in another order leave holes in the memory,
    # which then grows by a third of a frame with each of a long film
    kept = np.empty(0, np.uint8)
    last: Boxes | None = None

    def close_gap(boxes: Boxes) -> None:
        if last is not None and not _agree(last, boxes):
            for t, skipped in waiting:
                seen[t] = detector.detect(skipped)
        waiting.clear()

    for t, frame in enumerate(frames):
        if t % every:
            seen.append(None)
            if kept.shape[1:] != frame.shape:
                kept = np.empty((every - 1, *frame.shape), frame.dtype)
            kept[len(waiting)] = frame
            waiting.append((t, kept[len(waiting)]))
        else:
            boxes = detector.detect(frame)
            seen.append(boxes)
            close_gap(boxes)
            last = boxes
    if waiting:
        t, frame = waiting.pop()
        boxes = seen[t] = detector.detect(frame)
        close_gap(boxes)
    return seen


def _link(seen: list[Boxes | None]) -> list[dict[int, npt.NDArray[np.float64]]]:
    """Join detections to faces so that they overlap most with the latest box of each."""
    faces: list[dict[int, npt.NDArray[np.float64]]] = []
    for t, boxes in enumerate(seen):
        if boxes is None or not len(boxes):
            continue
        latest = np.array([next(reversed(face.values())) for face in faces]).reshape(
            -1, boxes.shape[1]
        )
        overlap = np.array([_overlap(box, latest) for box in boxes])
        pairs = zip(*linear_sum_assignment(overlap, maximize=True), strict=True)
        owner = {i: faces[j] for i, j in pairs if overlap[i, j] >= _MIN_OVERLAP}
        for i, box in enumerate(boxes):
            if i in owner:
                owner[i][t] = box
            else:
                faces.append({t: box})
    return faces


def track_face(
    frames: Iterable[npt.NDArray[np.uint8]],
    detector: FaceDetector,
    *,
    every: int = 1,
    min_frames: int = 3,
) -> FaceTrack:
    """Follow the main face through a clip.

    Detections in neighbouring frames that overlap (intersection over union >= 0.3) are one
    face.  A face lasts if it is there for ``min_frames`` frames: false hits flicker, people
    do not.  Of several lasting faces the one is followed that covers most pixels over the
    clip: mean area times frames.  A face is known by its place only: who sits down in the
    same place later is taken for the same person.

    Paper: not described. Book: ch. 2.

    Parameters
    ----------
    frames : iterable of ndarray of uint8, shape (H, W, 3)
        RGB, at least one; an array ``(n, H, W, 3)`` or a generator, which is read once.
    detector : FaceDetector
    every : int
        >= 1. The detector is asked about every k-th frame and the last one; where two
        such neighbours disagree, it is asked about all frames between them, so that a
        face appears and goes in the right frame.  What comes and goes in between is not
        seen.
    min_frames : int
        >= 1. A shorter clip asks for its own length.

    Returns
    -------
    FaceTrack

    Raises
    ------
    ParameterError
        If there is no frame, or an option is outside its range.
    NoFaceError
        If no face lasts.
    """
    check_at_least("every", every, 1)
    check_at_least("min_frames", min_frames, 1)
    seen = _look(frames, detector, every)
    n = len(seen)
    if not n:
        raise ParameterError("frames: expected at least one frame, got none.")
    looked = np.array([boxes is not None for boxes in seen])
    founds = []
    for face in (faces := _link(seen)):
        found = np.zeros(n, bool)
        found[list(face)] = True
        founds.append(found)
    lengths = [int(_present(looked, found).sum()) for found in founds]
    lasting = [i for i, length in enumerate(lengths) if length >= min(min_frames, n)]
    if not lasting:
        raise NoFaceError(
            f"face: expected one in at least {min(min_frames, n)} neighbouring frames, got "
            f"{sum(map(len, faces))} single detection(s) in {int(looked.sum())} of {n} frames "
            "looked at. Is the face in the picture, upright, frontal and large enough?"
        )
    areas = [lengths[i] * np.mean([box[2] * box[3] for box in faces[i].values()]) for i in lasting]
    main = lasting[int(np.argmax(areas))]
    times = np.flatnonzero(founds[main])
    places = filled_in(n, times, np.array([faces[main][t] for t in times]))
    return FaceTrack(
        boxes=places[:, :4],
        landmarks=places[:, 4:].reshape(n, -1, 2) if places.shape[1] > 4 else None,
        looked=looked,
        found=founds[main],
        n_faces=np.sum([founds[i] for i in lasting], axis=0),
        stray=sum(len(face) for i, face in enumerate(faces) if i not in lasting),
    )


def filled_in(
    n: int, times: npt.NDArray[np.int64], values: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Return values for all n frames: interpolated between the known ones, held at the ends."""
    return np.column_stack([np.interp(np.arange(n), times, column) for column in values.T])


def longest_run(present: npt.NDArray[np.bool_], max_gap: int = 0) -> tuple[int, int]:
    """Return the longest stretch of frames with a face that has only small gaps.

    Parameters
    ----------
    present : ndarray of bool, shape (n,)
    max_gap : int
        Neighbouring frames without a face that may lie within the stretch, >= 0.

    Returns
    -------
    start, stop : int
        The stretch is ``present[start:stop]`` and begins and ends with a face; the first
        one if several are equally long; ``(0, 0)`` if there is no face.

    Examples
    --------
    >>> longest_run(np.array([1, 0, 0, 1, 1, 0, 1], bool), max_gap=1)
    (3, 7)
    """
    times = np.flatnonzero(present)
    if not times.size:
        return 0, 0
    breaks = np.flatnonzero(np.diff(times) > max_gap + 1)
    starts = times[np.concatenate([[0], breaks + 1])]
    stops = times[np.concatenate([breaks, [times.size - 1]])] + 1
    best = int(np.argmax(stops - starts))
    return int(starts[best]), int(stops[best])
