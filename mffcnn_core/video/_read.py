"""Read video files and folders of pictures, and say what OpenCV keeps silent about.

``cv2.VideoCapture`` raises nothing: a missing, empty or broken file does not open, a
truncated one ends early, and a header may promise any number of frames.  Here the first
is an error and the others are problems that travel with the frames.
"""

import contextlib
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from mffcnn_core.arrays import Frames
from mffcnn_core.errors import VideoError
from mffcnn_core.video._pictures import (
    check_pixels,
    iter_pictures,
    picture_files,
    picture_oddities,
    picture_size,
)

_FALLBACK_FPS = 25.0


@dataclass(frozen=True)
class VideoInfo:
    """What the header of a video says, before anything but the first frame is decoded.

    Attributes
    ----------
    path : Path
        Of a video file, or of a folder of pictures.
    n_frames : int or None
        Frames that the header promises; None where it promises none.  Containers such as
        WebM and FLV hold a duration instead, from which the number is computed.
    fps : float
        Frames per second; 25 where the header gives no usable rate.
    width, height : int
        Of the upright picture, in pixels.
    rotation : int
        Rotation metadata in degrees (0, 90, 180, 270) that reading undoes.
    fps_known : bool
        False where ``fps`` is the fallback.
    oddities : tuple of str
        What is wrong with the file before a frame is counted.
    """

    path: Path
    n_frames: int | None
    fps: float
    width: int
    height: int
    rotation: int = 0
    fps_known: bool = True
    oddities: tuple[str, ...] = ()

    def problems(self, n_decoded: int) -> tuple[str, ...]:
        """Return what differs between the header and ``n_decoded`` frames read in full."""
        name, found = self.path.name, list(self.oddities)
        if self.n_frames is None:
            found.append(
                f"{name}: expected a frame count in the header, got none. "
                f"{n_decoded} frames were read; whether the file is complete cannot be told."
            )
        elif self.n_frames != n_decoded:
            cause = (
                "The file is truncated or damaged, or its header is wrong."
                if n_decoded < self.n_frames
                else "The header is wrong."
            )
            found.append(
                f"{name}: expected {self.n_frames} frames by its header, "
                f"got {n_decoded} decoded. {cause}"
            )
        if not self.fps_known:
            found.append(
                f"{name}: expected a frame rate in the header, got none. "
                f"{self.fps:g} frames per second are assumed."
            )
        return tuple(found)


@dataclass(frozen=True)
class Video:
    """A decoded video.

    Attributes
    ----------
    frames : ndarray of uint8, shape (n, H, W, 3)
        RGB, upright.
    fps : float
    problems : tuple of str
        What is wrong with the file though it can be used; empty for a sound one.
    """

    frames: Frames
    fps: float
    problems: tuple[str, ...] = ()


@contextlib.contextmanager
def _capture(path: Path | str) -> Iterator[cv2.VideoCapture]:
    path = Path(path)
    if not path.is_file():
        raise VideoError(
            f"{path}: expected a video file, got no file. Check the path and the data set's folder."
        )
    if path.stat().st_size == 0:
        raise VideoError(
            f"{path}: expected a video file, got an empty one (0 bytes). Copy it again."
        )
    # FFmpeg only: further backends would take the name for a pattern of pictures and complain.
    capture = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG)
    try:
        if not capture.isOpened():
            raise VideoError(
                f"{path}: expected a video that FFmpeg can open, got {path.stat().st_size} bytes "
                "that it cannot. The file is truncated, damaged or no video; copy it again."
            )
        check_pixels(
            path, capture.get(cv2.CAP_PROP_FRAME_WIDTH), capture.get(cv2.CAP_PROP_FRAME_HEIGHT)
        )
        capture.set(cv2.CAP_PROP_ORIENTATION_AUTO, 1)
        yield capture
    finally:
        capture.release()


def _decoded(capture: cv2.VideoCapture, path: Path | str) -> Iterator[np.ndarray]:
    empty = True
    while True:
        try:
            ok, frame = capture.read()
        except cv2.error as error:
            raise VideoError(
                f"{path}: expected a frame, got an error of OpenCV ({error.err}). The file is "
                "damaged; copy it again."
            ) from error
        if not ok:
            break
        empty = False
        yield cv2.cvtColor(frame, cv2.COLOR_BGR2RGB)
    if empty:
        raise VideoError(
            f"{path}: expected at least one frame, got none. The file is damaged or holds no video."
        )


def probe(path: Path | str) -> VideoInfo:
    """Read the header of a video and decode its first frame.

    Parameters
    ----------
    path : Path or str
        A video file, or a folder of pictures in the order of their numbers.

    Raises
    ------
    VideoError
        If the file is missing, empty, no video, gives not even one frame, or has frames that
        are too large to be decoded.
    """
    if Path(path).is_dir():
        return _probe_pictures(Path(path))
    with _capture(path) as capture:
        height, width = next(_decoded(capture, path)).shape[:2]
        count = capture.get(cv2.CAP_PROP_FRAME_COUNT)
        fps = capture.get(cv2.CAP_PROP_FPS)
        fps_known = math.isfinite(fps) and fps > 0
        return VideoInfo(
            path=Path(path),
            n_frames=int(count) if math.isfinite(count) and count > 0 else None,
            fps=float(fps) if fps_known else _FALLBACK_FPS,
            width=width,
            height=height,
            rotation=int(capture.get(cv2.CAP_PROP_ORIENTATION_META)) % 360,
            fps_known=fps_known,
        )


def _probe_pictures(folder: Path) -> VideoInfo:
    files = picture_files(folder)
    width, height = picture_size(files[0])
    return VideoInfo(
        path=folder,
        n_frames=len(files),
        fps=_FALLBACK_FPS,
        width=width,
        height=height,
        fps_known=False,
        oddities=picture_oddities(folder),
    )


def iter_frames(path: Path | str) -> Iterator[np.ndarray]:
    """Yield the frames of a video one by one, in constant memory.

    Whether fewer frames came than the header promised, tells
    ``probe(path).problems(number_of_frames)``.

    Parameters
    ----------
    path : Path or str
        A video file or a folder of pictures.

    Yields
    ------
    ndarray of uint8, shape (H, W, 3)
        RGB, upright.

    Raises
    ------
    VideoError
        If the file is missing, empty, no video, gives not even one frame, or has frames that
        are too large to be decoded.
    """
    if Path(path).is_dir():
        yield from iter_pictures(Path(path))
        return
    with _capture(path) as capture:
        yield from _decoded(capture, path)


def load_video(path: Path | str) -> Video:
    """Decode a whole video.

    Parameters
    ----------
    path : Path or str

    Returns
    -------
    Video
        Its ``problems`` tell of a frame count that differs from the header's (a truncated
        file), of a header without a count, and of an unknown frame rate.

    Raises
    ------
    VideoError
        As :func:`iter_frames`.

    Notes
    -----
    Rotation metadata (a phone held upright) are undone: frames come as a player shows
    them, and :attr:`VideoInfo.rotation` tells by how much they were turned.  Frames are
    taken in the order of the file; a variable frame rate is not resampled.  Where the
    frame size changes, OpenCV scales to the first one.  Damage inside a frame is concealed
    by the decoder and cannot be seen here.
    """
    info = probe(path)
    frames = np.stack(list(iter_frames(path)))
    return Video(frames=frames, fps=info.fps, problems=info.problems(len(frames)))
