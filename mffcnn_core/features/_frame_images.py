"""What a network sees of frames, one or several at once, without any flow."""

from dataclasses import dataclass
from typing import Literal, get_args

import cv2
import numpy as np
import numpy.typing as npt

from mffcnn_core.features._images import Indices, Rows, StreamImages
from mffcnn_core.pooling import (
    DEFAULT_C,
    CostScale,
    Normalisation,
    Smoothing,
    Solver,
    dynamic_images,
    windows,
)
from mffcnn_core.settings import check_at_least, check_choice
from mffcnn_core.video import fragments

Contrast = Literal["as_filmed", "local"]
"""Of face frames: as they are, or their :func:`local_contrast`."""

_REACH = 1 / 8  # of the side of a face: standard deviation of the window of local contrast
_FLAT = 4.0  # grey levels beside which a deviation is noise
_SPREAD = 42.0  # grey levels of one standard deviation: three of them fit into 0 to 255


@dataclass(frozen=True, kw_only=True)
class FaceFrames(StreamImages):
    """Face frames, RGB from 0 to 255: images of the spatial stream.

    Paper: Sec. 3.2 (fragments); Sec. 3.3 (one and three frames).  Book: ch. 6.

    Parameters
    ----------
    frames : {1, 3}
        Frames that the network sees together: single ones, or the first, middle and last
        one of a fragment.
    length : int
        Frames of a fragment, >= 1.
    contrast : {"as_filmed", "local"}
        Frames as they are, or their :func:`local_contrast`.

    Raises
    ------
    ParameterError
        If a value is outside its range.

    Notes
    -----
    Departures from the paper: (I) Which three frames are meant is not said.

    Examples
    --------
    >>> FaceFrames(frames=3).parts(40)  # two fragments, an image of three frames for each
    array([[ 4],
           [20]])
    """

    frames: int = 1
    length: int = 16
    contrast: Contrast = "as_filmed"

    def __post_init__(self) -> None:
        check_choice("frames", self.frames, (1, 3), "The paper compares these two.")
        hint = "'local' takes the light out of a picture."
        check_choice("contrast", self.contrast, get_args(Contrast), hint)
        check_at_least("length", self.length, 1, "The paper's fragments have 16 frames.")

    def read(self, faces: npt.NDArray[np.uint8], flow: npt.NDArray[np.float32]) -> Rows:
        """Return the frames."""
        if self.contrast == "as_filmed":
            return faces
        return np.array([local_contrast(face) for face in faces])

    def _fragment(self, starts: Indices, lengths: Indices) -> Indices:
        """Return first, middle and last frame of the fragments that begin at ``starts``."""
        # a clip that is too short for a fragment repeats its ends by the 16-frame rule
        copied = np.maximum(self.length - lengths, 0) // 2
        places = np.array([0, self.length // 2, self.length - 1])
        last = (lengths - 1)[:, None]
        return np.clip((starts - copied)[:, None] + places, 0, last)

    def spans(self, n_frames: int) -> Indices:
        """Return a span of one frame, or of a fragment, for each place it can begin at."""
        first = np.arange(n_frames if self.frames == 1 else max(1, n_frames - self.length + 1))
        last = first if self.frames == 1 else np.minimum(first + self.length, n_frames) - 1
        return np.column_stack([first, last])

    def parts(self, n_frames: int) -> Indices:
        """Return the frames of each fragment, or the image that stands for it."""
        frames = fragments(n_frames, self.length)
        return frames if self.frames == 1 else frames[:, :1]

    def numbers(self, starts: Indices, positions: Indices, lengths: Indices) -> Indices:
        """Return the row of each frame, or of three frames of a fragment."""
        if self.frames == 1:
            return super().numbers(starts, positions, lengths)
        return starts[:, None] + self._fragment(positions, lengths)


def local_contrast(face: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Return how many standard deviations each pixel is from the grey around it.

    Not in the paper: shadows, exposure and the colour of light differ between rooms, and say
    nothing of an expression.  Mean and deviation are weighted by a Gaussian window.

    Parameters
    ----------
    face : ndarray of uint8, shape (S, S, 3)

    Returns
    -------
    ndarray of uint8, shape (S, S, 3)
        128 + 42 deviations, cut off at 0 and 255; three equal channels.

    References
    ----------
    Jarrett, Kavukcuoglu, Ranzato, LeCun, "What is the Best Multi-Stage Architecture for Object
    Recognition?", ICCV 2009.
    """
    grey = cv2.cvtColor(face, cv2.COLOR_RGB2GRAY).astype(np.float32)
    reach = (0, 0), _REACH * len(face)
    centred = grey - cv2.GaussianBlur(grey, *reach)
    deviation = np.sqrt(cv2.GaussianBlur(centred**2, *reach))
    shown = np.clip(128 + _SPREAD * centred / (deviation + _FLAT), 0, 255)
    return cv2.cvtColor(np.rint(shown).astype(np.uint8), cv2.COLOR_GRAY2RGB)


@dataclass(frozen=True, kw_only=True)
class DynamicImages(StreamImages):
    """Dynamic images: rank-pooled frames, one for each window, from 0 to 255.

    Not in the paper: what ordered flow maps are compared with.  Book: ch. 14.

    Parameters
    ----------
    window, stride, solver, smoothing, C, C_scale, normalisation
        See :func:`mffcnn_core.pooling.dynamic_images`.

    Raises
    ------
    ParameterError
        If a number is out of range; the options are checked by the pooling.
    """

    window: int = 28
    stride: int | None = None
    solver: Solver = "exact"
    smoothing: Smoothing = "weighted"
    C: float = DEFAULT_C
    C_scale: CostScale = "relative"
    normalisation: Normalisation = "channel"

    def __post_init__(self) -> None:
        windows(1, window=self.window, stride=self.stride)

    def read(self, faces: npt.NDArray[np.uint8], flow: npt.NDArray[np.float32]) -> Rows:
        """Return the images; half precision resolves 1/8 of the 255 steps."""
        return dynamic_images(faces, **self.to_dict()).astype(np.float16)

    def spans(self, n_frames: int) -> Indices:
        """Return the first and the last frame of each window."""
        spans = windows(n_frames, window=self.window, stride=self.stride)
        return np.array([(span.start, span.stop - 1) for span in spans])

    def parts(self, n_frames: int) -> Indices:
        """Return every image as a part of its own."""
        return np.arange(self.count(n_frames))[:, None]
