"""When each frame is shown, by the file's own time stamps, and at another rate."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from mffcnn_core.errors import VideoError

MAX_FRAMES = 1_000_000
"""Longer films are refused: nine hours at 30 frames per second."""

_STEADY = 0.2  # share of the usual step by which the steps of a constant rate may differ
_CLOCK = 0.0011  # s; many containers round to thousandths

Stamped = tuple[npt.NDArray[np.uint8], float]


@dataclass
class Clock:
    """Gives every frame a time, later than the one before.

    Attributes
    ----------
    step : float
        Seconds from frame to frame by the header, assumed where time stamps are missing.
    times : list of float
        In seconds.
    untimed : int
        Frames without a usable time stamp.
    """

    step: float
    times: list[float] = field(default_factory=list)
    untimed: int = 0

    def next(self, stamp: float | None) -> float:
        """Return the time of the next frame."""
        last = self.times[-1] if self.times else None
        if stamp is None or (last is not None and stamp <= last):
            self.untimed += 1
            stamp = 0.0 if last is None else last + self.step
        self.times.append(stamp)
        return stamp

    def edges(self) -> npt.NDArray[np.float64]:
        """Return the times, and the end of the last frame, which lasts as those before it.

        Time stamps that only round the steps of a constant rate are put right.
        """
        even = self.times[0] + self.step * np.arange(len(self.times) + 1)
        if np.abs(even[:-1] - self.times).max() <= _CLOCK:
            return even
        steps = np.diff(self.times[-6:])
        last = float(np.median(steps)) if steps.size else self.step
        return np.append(self.times, self.times[-1] + last)

    def oddities(self) -> Iterator[str]:
        """Yield what is odd about the times."""
        if self.untimed:
            yield (
                f"expected a time stamp for every frame, got none that can be used for "
                f"{self.untimed} of {len(self.times)}. They are put {self.step:.3f} s apart"
            )
        steps = np.diff(self.times)
        if steps.size and np.abs(steps - (usual := np.median(steps))).max() > (
            _STEADY * usual + _CLOCK
        ):
            yield (
                f"expected a constant frame rate, got steps of {steps.min():.3f} to "
                f"{steps.max():.3f} s. Times are those of the file; the setting fps makes the "
                "steps equal"
            )


@dataclass
class Resampler:
    """Takes at equal steps the frame that is nearest in time.

    Attributes
    ----------
    path : Path
        Of the file, for messages.
    fps : float
        Frames per second, > 0.
    times : list of float
        Of the frames that were given out.
    repeats : int
        How many of them stand there a second time: it was filmed at a lower rate.
    """

    path: Path
    fps: float
    times: list[float] = field(default_factory=list)
    repeats: int = 0

    def resample(self, frames: Iterable[Stamped], clock: Clock) -> Iterator[npt.NDArray[np.uint8]]:
        """Yield the frames at the new rate."""
        before: Stamped | None = None
        start = 0.0
        for frame, time in frames:
            if before is None:
                start = time
            else:
                yield from self._until((before[1] + time) / 2, before[0], start)
            before = frame, time
        if before is not None:
            yield from self._until(float(clock.edges()[-1]) - 1e-6, before[0], start)

    def _until(
        self, end: float, frame: npt.NDArray[np.uint8], start: float
    ) -> Iterator[npt.NDArray[np.uint8]]:
        given = 0
        while (time := start + len(self.times) / self.fps) < end:
            if len(self.times) >= MAX_FRAMES:
                raise VideoError(
                    f"{self.path}: expected at most {MAX_FRAMES} frames at {self.fps:g} frames per "
                    f"second, got more, up to {end:.0f} s. Cut the film, or choose a lower fps."
                )
            self.times.append(time)
            self.repeats += given > 0
            given += 1
            yield frame

    def edges(self) -> npt.NDArray[np.float64]:
        """Return the times, and the end of the last frame."""
        return np.append(self.times, self.times[-1] + 1 / self.fps)
