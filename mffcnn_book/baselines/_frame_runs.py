"""Runs of frames that a video network sees as one input."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mffcnn_core.errors import ParameterError
from mffcnn_core.features import StreamImages
from mffcnn_core.pooling import windows

Indices = npt.NDArray[np.int64]
Pictures = npt.NDArray[np.uint8]


@dataclass(frozen=True, kw_only=True)
class FrameRuns(StreamImages):
    """Runs of frames, RGB from 0 to 255: images of a video network.

    Parameters
    ----------
    frames : int
        Frames that the network sees together, >= 2.
    length : int
        Frames of the clip from the first to the last of them, >= ``frames``; those seen are
        evenly spaced.  A clip that is shorter is seen as a whole.

    Raises
    ------
    ParameterError
        If a value is outside its range.

    Examples
    --------
    >>> FrameRuns(frames=8, length=32).parts(64)  # windows that overlap by half
    array([[ 0],
           [16],
           [32]])
    """

    frames: int = 16
    length: int = 32

    def __post_init__(self) -> None:
        if not 2 <= self.frames <= self.length:
            raise ParameterError(
                "frames, length: expected 2 or more frames and at least as long a run, got "
                f"{self.frames} and {self.length}. Torchvision's video networks see 16."
            )

    def read(self, faces: Pictures, flow: npt.NDArray[np.float32]) -> Pictures:
        """Return the frames."""
        return faces

    def spans(self, n_frames: int) -> Indices:
        """Return the first and the last frame of a run for each place it can begin at."""
        first = np.arange(max(1, n_frames - self.length + 1))
        return np.column_stack([first, np.minimum(first + self.length, n_frames) - 1])

    def parts(self, n_frames: int) -> Indices:
        """Return the runs that begin every half length, each as a part of its own."""
        return np.array([[span.start] for span in windows(n_frames, window=self.length)])

    def numbers(self, starts: Indices, positions: Indices, lengths: Indices) -> Indices:
        """Return the rows of each run of frames, shape (k, frames)."""
        last = np.minimum(self.length, lengths)[:, None] - 1
        offsets = np.rint(np.linspace(0, 1, self.frames) * last).astype(np.int64)
        return (starts + positions)[:, None] + offsets
