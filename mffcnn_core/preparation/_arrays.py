"""What is known of one prepared clip, and the file it lies in."""

import dataclasses
import json
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from mffcnn_core.arrays import Flow, Frames
from mffcnn_core.errors import PreparationError
from mffcnn_core.files import atomic_path
from mffcnn_core.manifests import Clip


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
        Used frames in which more than a quarter of the face's box lies outside the crop.
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


@dataclass(frozen=True)
class PreparedArrays:
    """One video as the networks see it.

    Attributes
    ----------
    faces : ndarray of uint8, shape (n, S, S, 3)
        RGB, the same crop in every frame.
    flow : ndarray of float32, shape (n - 1, S, S, 2)
        In pixels of the crop per frame; times ``box[2] / S`` in pixels of the video.
    box : ndarray of int, shape (4,)
        ``x, y, width, height`` of the crop in pixels of the video.
    fps : float
    counts : VideoCounts
    problems : tuple of str
        What is wrong with the file though it could be used.
    """

    faces: Frames
    flow: Flow
    box: npt.NDArray[np.int64]
    fps: float
    counts: VideoCounts
    problems: tuple[str, ...] = ()


def save_arrays(path: Path, arrays: PreparedArrays, flow_dtype: str) -> None:
    """Write a prepared file, atomically.

    It is not compressed: deflate saves 15 % of it and takes longer than the flow itself.
    """
    facts = {
        "fps": arrays.fps,
        "counts": dataclasses.asdict(arrays.counts),
        "problems": arrays.problems,
    }
    with atomic_path(path) as part:
        np.savez(
            part,
            faces=arrays.faces,
            flow=arrays.flow.astype(flow_dtype),
            box=arrays.box,
            facts=np.array(json.dumps(facts)),
        )


def _read(path: Path, *names: str) -> dict[str, np.ndarray]:
    try:
        with np.load(path) as file:
            return {name: file[name] for name in names}
    except FileNotFoundError as error:
        raise PreparationError(
            f"{path}: expected a prepared clip, got no file. Prepare the data set again."
        ) from error
    except (zipfile.BadZipFile, ValueError, KeyError, EOFError, OSError) as error:
        raise PreparationError(
            f"{path}: expected a prepared clip, got a file that cannot be read ({error}). "
            "Delete it and prepare the data set again."
        ) from error


def load_facts(path: Path) -> tuple[VideoCounts, tuple[str, ...]]:
    """Read counts and problems of a prepared file, but not its arrays."""
    facts = json.loads(str(_read(path, "facts")["facts"]))
    return VideoCounts(**facts["counts"]), tuple(facts["problems"])


def load_arrays(path: Path) -> PreparedArrays:
    """Read a prepared file."""
    parts = _read(path, "faces", "flow", "box", "facts")
    facts = json.loads(str(parts["facts"]))
    return PreparedArrays(
        faces=parts["faces"],
        flow=parts["flow"].astype(np.float32, copy=False),
        box=parts["box"],
        fps=facts["fps"],
        counts=VideoCounts(**facts["counts"]),
        problems=tuple(facts["problems"]),
    )


@dataclass(frozen=True)
class PreparedClip:
    """A clip and where its prepared arrays lie: small, and cheap to send to a process.

    Attributes
    ----------
    clip : Clip
    path : Path
    """

    clip: Clip
    path: Path

    def load(self) -> PreparedArrays:
        """Read the arrays.

        Raises
        ------
        PreparationError
            If the file is missing or damaged.
        """
        return load_arrays(self.path)
