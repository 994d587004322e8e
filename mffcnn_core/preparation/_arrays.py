"""What is known of one prepared clip, and the file it lies in."""

import dataclasses
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from mffcnn_core.arrays import Flow, Frames
from mffcnn_core.files import atomic_path
from mffcnn_core.preparation._stored import (
    StoredArray,
    append_array,
    append_rows,
    open_array,
    readable,
)


@dataclass(frozen=True, kw_only=True)
class VideoCounts:
    """What happened to the frames of one video.

    Attributes
    ----------
    frames : int
        In the file.
    used : int
        In the stretch that was prepared.
    first : int
        Number of the first frame used.
    left_out : int
        Before and after the stretch.
    filled_in : int
        Used frames in which the face was missed: its place there is interpolated between
        the neighbours.
    face_share : float
        Share of the file's frames with the face.
    several_faces : int
        Used frames, of those that the detector was asked about, with a further lasting face.
    stray : int
        Detections that no lasting face explains.
    off_crop : int
        Used frames in which the crop shows less than three quarters of what it usually shows
        of the face: it has moved away.
    cuts : int
        Changes of the shot in the file; frames of one shot only are used.
    """

    frames: int
    used: int
    first: int
    left_out: int
    filled_in: int
    face_share: float
    several_faces: int
    stray: int
    off_crop: int
    cuts: int = 0


@dataclass(frozen=True, kw_only=True)
class PreparedFacts:
    """What is known of a prepared video beside its arrays.

    Attributes
    ----------
    box : ndarray of int, shape (4,)
        ``x, y, width, height`` of the crop in pixels of the video.
    fps : float
    counts : VideoCounts
    problems : tuple of str
        What is wrong with the file though it could be used.
    angle : float
        Degrees by which the box is turned about its centre.
    """

    box: npt.NDArray[np.int64]
    fps: float
    counts: VideoCounts
    problems: tuple[str, ...] = ()
    angle: float = 0.0

    def shared(self) -> dict[str, Any]:
        """Return the facts by name, to make another record with them."""
        return {f.name: getattr(self, f.name) for f in dataclasses.fields(PreparedFacts)}


@dataclass(frozen=True, kw_only=True)
class PreparedArrays(PreparedFacts):
    """One video as the networks see it.

    Attributes
    ----------
    faces : ndarray of uint8, shape (n, S, S, 3)
        RGB, the same crop in every frame.
    flow : ndarray of float32, shape (n - 1, S, S, 2)
        In pixels of the crop per frame; times ``box[2] / S`` in pixels of the video.
    box, fps, counts, problems, angle
        As of :class:`PreparedFacts`.
    """

    faces: Frames
    flow: Flow


@dataclass(frozen=True, kw_only=True)
class StoredClip(PreparedFacts):
    """One video as the networks see it, still on disk.

    Attributes
    ----------
    faces, flow : StoredArray
        As of :class:`PreparedArrays`; slices are read when they are asked for.
    box, fps, counts, problems, angle
        As of :class:`PreparedFacts`.
    """

    faces: StoredArray
    flow: StoredArray


def save_prepared(
    path: Path,
    facts: PreparedFacts,
    faces: Iterable[npt.NDArray[np.uint8]],
    flow_of: Callable[[Iterable[npt.NDArray[np.uint8]]], Iterable[npt.NDArray[np.float32]]],
    *,
    size: int,
    flow_dtype: str,
) -> None:
    """Write a prepared file, atomically and frame by frame.

    Faces are written as they come; the flow is made of them as they are read back, so that
    neither is held.  The file is not compressed: deflate saves 15 % of it and takes longer
    than the flow itself, and slices could not be read.

    Parameters
    ----------
    path : Path
    facts : PreparedFacts
        ``counts.used`` says how many faces there are.
    faces : iterable of ndarray of uint8, shape (size, size, 3)
    flow_of : callable
        Gives the fields, shape (size, size, 2), between the faces that it is given.
    size : int
    flow_dtype : str
    """
    n = facts.counts.used
    other = facts.shared()
    with atomic_path(path) as part:
        append_rows(part, "faces", faces, (n, size, size, 3), "uint8")
        flow = flow_of(open_array(part, "faces"))
        append_rows(part, "flow", flow, (n - 1, size, size, 2), flow_dtype)
        append_array(part, "box", other.pop("box"))
        append_array(part, "facts", np.array(json.dumps(other, default=dataclasses.asdict)))


def _facts(file: Mapping[str, np.ndarray]) -> PreparedFacts:
    values = json.loads(str(file["facts"]))
    return PreparedFacts(
        box=file["box"],
        fps=values["fps"],
        counts=VideoCounts(**values["counts"]),
        problems=tuple(values["problems"]),
        angle=values["angle"],
    )


def load_facts(path: Path) -> PreparedFacts:
    """Read what a prepared file says beside its arrays."""
    with readable(path), np.load(path) as file:
        return _facts(file)


def load_prepared(path: Path) -> PreparedArrays:
    """Read a prepared file in full, and compare its check sums.

    Raises
    ------
    PreparationError
        If it is missing or damaged.
    """
    with readable(path), np.load(path) as file:
        return PreparedArrays(
            faces=file["faces"],
            flow=file["flow"].astype(np.float32, copy=False),
            **_facts(file).shared(),
        )


def open_prepared(path: Path) -> StoredClip:
    """Return the arrays of a prepared file without reading them.

    Raises
    ------
    PreparationError
        If it is missing or cut off.  Other damage is found by :func:`load_prepared`.
    """
    return StoredClip(
        faces=open_array(path, "faces"),
        flow=open_array(path, "flow", "float32"),
        **load_facts(path).shared(),
    )
