"""Read video files and folders of pictures, frame by frame, by their own time stamps."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
from av.video.reformatter import VideoReformatter

from mffcnn_core.arrays import Frames
from mffcnn_core.errors import ParameterError, VideoError
from mffcnn_core.video._decode import Decoding
from mffcnn_core.video._pictures import iter_pictures
from mffcnn_core.video._probe import VideoInfo, probe
from mffcnn_core.video._still import DeadRun, DeadWatcher
from mffcnn_core.video._times import MAX_FRAMES, Clock, Resampler, Stamped
from mffcnn_core.video._upright import View

MAX_WORK = 4 * 10**12
"""Pixels of all frames together: five hours of 1920 x 1080 at 100 frames per second."""


@dataclass(frozen=True)
class Video:
    """A decoded video.

    Attributes
    ----------
    frames : ndarray of uint8, shape (n, H, W, 3)
        RGB, upright, with square pixels.
    times : ndarray of float, shape (n + 1,)
        When each frame begins and the last one ends, in seconds.
    problems : tuple of str
        What is wrong with the file though it can be used; empty for a sound one.
    """

    frames: Frames
    times: npt.NDArray[np.float64]
    problems: tuple[str, ...] = ()

    @property
    def fps(self) -> float:
        """Frames per second, on average."""
        return mean_rate(self.times)


def mean_rate(times: npt.NDArray[np.float64]) -> float:
    """Return frames per second by when they begin and the last one ends, to a millionth."""
    return round(float((len(times) - 1) / (times[-1] - times[0])), 6)


class VideoReader:
    """The frames of a video one by one, in constant memory, and what was noticed on the way.

    Frames come as a player shows them: deinterlaced where they say that they are interlaced,
    with square pixels, turned as the file asks, without those that an edit list hides; of
    several streams the first one that is no cover picture.

    Parameters
    ----------
    path : Path or str
        A video file, or a folder of pictures in the order of their numbers.
    fps : float, optional
        Give out frames at this rate: at equal steps the one that is nearest in time.  By
        default all frames, as filmed.

    Attributes
    ----------
    times : ndarray of float, shape (n + 1,)
        When each frame that was given out begins and the last one ends, in seconds after the
        beginning of the file; known after the last frame.
    dead : list of DeadRun
        Frames that show nothing new: a buffer that froze or went black.
    problems : tuple of str
        What is wrong with the file though it can be used.

    Raises
    ------
    ParameterError
        If ``fps`` is not positive.
    VideoError
        While reading: if the file is missing, empty, no video, gives not even one frame, or is
        too large.

    Notes
    -----
    Limits: frames of at most 8192 x 8192 pixels, at most 1 000 000 of them, 4e12 pixels in all.
    Lists that name other files (ffconcat, m3u8) are refused, whatever they are called.

    A variable frame rate is read as it is, and noted.  Where the size changes, frames are scaled
    to the first one's.  What a decoder conceals of damage is counted where it says so.

    Examples
    --------
    >>> VideoReader("clip.mp4", fps=0)
    Traceback (most recent call last):
    ...
    mffcnn_core.errors.ParameterError: fps: expected a positive rate, got 0. Leave it out ...
    """

    def __init__(self, path: Path | str, *, fps: float | None = None) -> None:
        if fps is not None and not (math.isfinite(fps) and fps > 0):
            raise ParameterError(
                f"fps: expected a positive rate, got {fps!r}. Leave it out for all frames."
            )
        self.path = Path(path)
        self.fps = fps
        self._reset()

    def _reset(self) -> None:
        self.times = np.empty(0)
        self.dead: list[DeadRun] = []
        self.problems: tuple[str, ...] = ()

    @cached_property
    def info(self) -> VideoInfo:
        """What the header says; decodes the first frame."""
        return probe(self.path)

    def __iter__(self) -> Iterator[npt.NDArray[np.uint8]]:
        """Yield the frames, ndarray of uint8 of shape (H, W, 3)."""
        self._reset()
        odd: list[str] = []
        clock = Clock(step=1 / self.info.fps)
        resampler = Resampler(self.path, self.fps) if self.fps else None
        watcher = DeadWatcher()
        source = self._pictures(clock) if self.path.is_dir() else self._decoded(clock, odd)
        seen = _watched(source, watcher)
        if resampler is None:
            yield from (frame for frame, _ in seen)
        else:
            yield from resampler.resample(seen, clock)
        self.times = clock.edges() if resampler is None else resampler.edges()
        self.dead = watcher.runs(clock.edges())
        if not self.path.is_dir():
            odd.extend(clock.oddities())
        if self.dead:
            runs = "; ".join(str(run) for run in self.dead[:3]) + "; ..." * (len(self.dead) > 3)
            odd.append(f"expected moving pictures, got {runs}. They are not used")
        if resampler is not None and resampler.repeats:
            odd.append(
                f"expected at least {self.fps:g} frames per second, got fewer: "
                f"{resampler.repeats} of {len(resampler.times)} frames are repeats"
            )
        self.problems = self.info.oddities + tuple(f"{self.path.name}: {text}." for text in odd)

    def _pictures(self, clock: Clock) -> Iterator[Stamped]:
        for number, frame in enumerate(iter_pictures(self.path)):
            yield frame, clock.next(number * clock.step)

    def _decoded(self, clock: Clock, odd: list[str]) -> Iterator[Stamped]:
        decoding = Decoding(self.path)
        view, reformatter = None, VideoReformatter()
        for frame, stamp in decoding.frames():
            view = view or View.of(frame, decoding.aspect)
            n = len(clock.times) + 1
            if n > MAX_FRAMES or n * view.width * view.height > MAX_WORK:
                raise VideoError(
                    f"{self.path}: expected at most {MAX_FRAMES} frames and {MAX_WORK:.0e} pixels "
                    "in all, got more. Cut the film."
                )
            yield view.apply(frame, reformatter), clock.next(stamp)
        edges = clock.edges()
        odd.extend(decoding.oddities(len(clock.times), edges[-1] - edges[-2]))


def _watched(frames: Iterator[Stamped], watcher: DeadWatcher) -> Iterator[Stamped]:
    for frame, time in frames:
        watcher.see(frame)
        yield frame, time


def iter_frames(path: Path | str, *, fps: float | None = None) -> Iterator[npt.NDArray[np.uint8]]:
    """Yield the frames of a video one by one, in constant memory.

    Parameters
    ----------
    path : Path or str
        A video file or a folder of pictures.
    fps : float, optional
        As for :class:`VideoReader`, which also tells their times and what is odd.

    Yields
    ------
    ndarray of uint8, shape (H, W, 3)
        RGB, upright.

    Raises
    ------
    VideoError
        As :class:`VideoReader`.
    """
    return iter(VideoReader(path, fps=fps))


def load_video(path: Path | str, *, fps: float | None = None) -> Video:
    """Decode a whole video into memory.

    Parameters
    ----------
    path : Path or str
    fps : float, optional
        As for :class:`VideoReader`.

    Returns
    -------
    Video

    Raises
    ------
    VideoError
        As :class:`VideoReader`.
    """
    reader = VideoReader(path, fps=fps)
    frames = np.stack(list(reader))
    return Video(frames=frames, times=reader.times, problems=reader.problems)
