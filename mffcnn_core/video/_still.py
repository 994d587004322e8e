"""Pictures that stand still or are empty: a buffer that froze or went black."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import cv2
import numpy as np
import numpy.typing as npt

LEAST_FRAMES = 5
LEAST_SECONDS = 0.3
"""A run of at least so many frames and of more seconds is a buffer that froze or went black.  A
camera never gives one picture twice; conversions of the frame rate repeat it for up to 0.2 s."""

_RANGE = 16  # grey levels: nothing is to be seen in a picture whose colours vary by less
_STEP = 8  # side of a block, and step between the pixels of a first look
_LEVELS = 3  # grey levels by which no block differs in mean: an encoder touches a frozen picture up
_NOISE = 0.5  # a larger mean difference, in grey levels, is that of a live camera


@dataclass(frozen=True)
class DeadRun:
    """Neighbouring frames that show nothing new.

    Attributes
    ----------
    kind : {"frozen", "empty"}
        One and the same picture, or pictures of one colour.
    first, stop : int
        Number of the first frame in the file, and of the one after the last.
    start, end : float
        In seconds.
    """

    kind: str
    first: int
    stop: int
    start: float
    end: float

    def __str__(self) -> str:
        what = "one and the same" if self.kind == "frozen" else "of one colour"
        return (
            f"frames {self.first} to {self.stop - 1} ({self.start:.2f} to {self.end:.2f} s), which "
            f"are {what}"
        )


@dataclass
class DeadWatcher:
    """Notes which frames are repeated or empty while they pass.

    A frame repeats an earlier one if they differ by at most half a grey level on average, and no
    block of 8 x 8 pixels by more than 3, which is what encoders make of a picture that stands.
    Between neighbouring frames of five real clips and the corpus, the block that differed most
    did so by 5 levels or more.

    Examples
    --------
    >>> black, watcher = np.zeros((8, 8, 3), np.uint8), DeadWatcher()
    >>> for _ in range(10):
    ...     watcher.see(black)
    >>> [str(run) for run in watcher.runs(np.arange(11) / 25)]
    ['frames 0 to 9 (0.00 to 0.40 s), which are of one colour']
    """

    _kinds: list[str] = field(default_factory=list)
    _first: npt.NDArray[np.uint8] | None = None

    def see(self, frame: npt.NDArray[np.uint8]) -> None:
        """Take the next frame of the file."""
        sparse = np.ascontiguousarray(frame[::_STEP, ::_STEP]).astype(np.int16)
        if np.abs(sparse - sparse[0, 0]).max() < _RANGE:
            kind = "empty"
        elif self._first is not None and _repeats(frame, self._first, sparse):
            kind = "frozen"
        else:  # compared with the first of a run, slow motion is seen to move
            kind, self._first = "", frame
        self._kinds.append(kind)

    def runs(self, times: npt.NDArray[np.float64]) -> list[DeadRun]:
        """Return the runs beyond the stated length.

        Parameters
        ----------
        times : ndarray of float, shape (n + 1,)
            When each frame begins and the last one ends, in seconds.
        """
        return list(self._long_runs(times))

    def _long_runs(self, times: npt.NDArray[np.float64]) -> Iterator[DeadRun]:
        kinds = np.array(["", *self._kinds, ""])
        edges = np.flatnonzero(kinds[1:] != kinds[:-1])
        for first, stop in pairwise(edges.tolist()):
            kind = self._kinds[first]
            first -= kind == "frozen" and first > 0  # the picture that the others repeat
            if kind and stop - first >= LEAST_FRAMES and times[stop] - times[first] > LEAST_SECONDS:
                yield DeadRun(kind, first, stop, float(times[first]), float(times[stop]))


def _repeats(
    frame: npt.NDArray[np.uint8], first: npt.NDArray[np.uint8], sparse: npt.NDArray[np.int16]
) -> bool:
    apart = np.abs(sparse - first[::_STEP, ::_STEP])
    if apart.mean() > _NOISE:
        return False
    height, width = frame.shape[:2]
    # most pictures move, and the block around their most different pixel says so by itself
    row, column = (_STEP * k for k in np.unravel_index(apart.argmax(), apart.shape)[:2])
    block = np.s_[row : row + _STEP, column : column + _STEP]
    if height % _STEP == width % _STEP == 0 and (
        cv2.absdiff(frame[block], first[block]).mean(axis=(0, 1)).max() > _LEVELS + 0.5
    ):
        return False
    blocks = max(1, width // _STEP), max(1, height // _STEP)
    return cv2.resize(cv2.absdiff(frame, first), blocks, interpolation=cv2.INTER_AREA).max() <= (
        _LEVELS
    )
