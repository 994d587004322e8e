"""What is known of one prepared clip, and its arrays."""

import dataclasses
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from mffcnn_core.arrays import Flow, Frames
from mffcnn_core.video import mean_rate


@dataclass(frozen=True, kw_only=True)
class VideoCounts:
    """What happened to the frames of one video.

    Attributes
    ----------
    frames : int
        In the file, or at the rate that was asked for.
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
    dead : int
        Frames that a frozen buffer repeated, or of one colour; they are not used.
    noise : int
        Flows that are noise: they explain next to nothing of the change between their frames,
        see :func:`mffcnn_core.flow.unexplained`.
    size : float
        Usual side of the face, as a share of the frame's shorter side.
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
    dead: int = 0
    noise: int = 0
    size: float = 0.0


@dataclass(frozen=True, kw_only=True)
class PreparedFacts:
    """What is known of a prepared video beside its arrays.

    Attributes
    ----------
    box : ndarray of int, shape (4,)
        ``x, y, width, height`` of the crop in pixels of the video.
    times : ndarray of float, shape (n + 1,)
        When each frame that is used begins and the last one ends, in seconds after the
        beginning of the file.
    counts : VideoCounts
    problems : tuple of str
        What is wrong with the file though it could be used.
    doubts : tuple of str
        Why what was cut out may not be the face of whom the clip is about.
    angle : float
        Degrees by which the box is turned about its centre.
    """

    box: npt.NDArray[np.int64]
    times: npt.NDArray[np.float64]
    counts: VideoCounts
    problems: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    angle: float = 0.0

    @property
    def fps(self) -> float:
        """Frames per second, on average over the frames that are used."""
        return mean_rate(self.times)

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
    box, times, counts, problems, doubts, angle
        As of :class:`PreparedFacts`.
    """

    faces: Frames
    flow: Flow
