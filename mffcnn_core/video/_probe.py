"""What the header of a video says."""

import contextlib
from dataclasses import dataclass
from pathlib import Path

from mffcnn_core.video._container import FALLBACK_FPS
from mffcnn_core.video._decode import Decoding
from mffcnn_core.video._pictures import picture_files, picture_oddities, picture_size
from mffcnn_core.video._upright import View


@dataclass(frozen=True)
class VideoInfo:
    """What the header of a video says, and the size of its first frame.

    Attributes
    ----------
    path : Path
        Of a video file, or of a folder of pictures.
    fps : float
        Frames per second by the header, 25 where it gives no usable rate; the times of a
        :class:`VideoReader` come from the frames' own time stamps.
    width, height : int
        Of the upright picture with square pixels.
    seconds : float or None
        Length that the header promises; None where it promises none.
    rotation : int
        Degrees (0, 90, 180, 270) by which reading turns the frames clockwise.
    fps_known : bool
        False where ``fps`` is the fallback.
    oddities : tuple of str
        What is odd about the file before its frames are read.
    """

    path: Path
    fps: float
    width: int
    height: int
    seconds: float | None = None
    rotation: int = 0
    fps_known: bool = True
    oddities: tuple[str, ...] = ()


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
    path = Path(path)
    if path.is_dir():
        return _probe_pictures(path)
    decoding = Decoding(path)
    with contextlib.closing(decoding.frames()) as frames:
        view = View.of(next(frames)[0], decoding.aspect)
    width, height = view.size
    return VideoInfo(
        path=path,
        fps=decoding.fps or FALLBACK_FPS,
        width=width,
        height=height,
        seconds=decoding.promised,
        rotation=view.rotation,
        fps_known=decoding.fps is not None,
        oddities=tuple(f"{path.name}: {text}." for text in view.oddities),
    )


def _probe_pictures(folder: Path) -> VideoInfo:
    files = picture_files(folder)
    width, height = picture_size(files[0])
    rate = (
        f"{folder.name}: expected a frame rate, got pictures, which have none. {FALLBACK_FPS:g} "
        "frames per second are assumed."
    )
    return VideoInfo(
        path=folder,
        fps=FALLBACK_FPS,
        width=width,
        height=height,
        seconds=len(files) / FALLBACK_FPS,
        fps_known=False,
        oddities=(*picture_oddities(folder), rate),
    )
