"""Open a video file: one stream of pictures, and nothing beside the file itself."""

import contextlib
import math
from collections.abc import Iterator
from pathlib import Path

import av
from av.container import InputContainer
from av.stream import Disposition
from av.video.stream import VideoStream

from mffcnn_core.errors import VideoError
from mffcnn_core.video._pictures import check_pixels

_RAW = frozenset("av1 h261 h263 h264 hevc ivf jpeg_pipe m4v mjpeg mpegvideo obu vvc".split())
"""Streams without a container: FFmpeg invents their time stamps."""

_TIMED_BY_STAMPS = frozenset({"mpeg", "mpegts"})
"""No header says how long these are: FFmpeg looks at the last time stamp in the file."""

_WHOLE = frozenset(
    "3g2 3gp apng asf avi dv flv gif gxf live_flv m4a matroska mj2 mov mp4 mxf nsv nut ogg rm swf "
    "webm wtv yuv4mpegpipe".split()
)

_OPTIONS = {
    # A list of other files, whatever its suffix, is no video: it could name any file of the
    # machine, or itself, without end.
    "format_whitelist": ",".join(sorted(_WHOLE | _TIMED_BY_STAMPS | _RAW)),
    "protocol_whitelist": "",
    "enable_drefs": "0",
}

_STILLS = frozenset({"mjpeg", "png", "bmp", "webp"})

FALLBACK_FPS = 25.0
_LEAST_FPS, _MOST_FPS = 0.1, 480.0  # other rates are slips of a header


@contextlib.contextmanager
def opened(path: Path | str) -> Iterator[tuple[InputContainer, VideoStream]]:
    """Open a video file and choose its pictures: the first stream that is no cover.

    Raises
    ------
    VideoError
        If the file is missing, empty or no video, or its frames are too large.
    """
    path = Path(path)
    if not path.is_file():
        raise VideoError(
            f"{path}: expected a video file, got no file. Check the path and the data set's folder."
        )
    if path.stat().st_size == 0:
        raise VideoError(
            f"{path}: expected a video file, got an empty one (0 bytes). Copy it again."
        )
    with contextlib.ExitStack() as stack:
        # Opened here and not by FFmpeg, which would take "12:30.mp4" for an address.
        file = stack.enter_context(path.open("rb"))
        try:
            container = stack.enter_context(av.open(file, options=dict(_OPTIONS)))
        except (av.error.FFmpegError, ValueError) as error:
            raise VideoError(
                f"{path}: expected a video that FFmpeg can open, got {path.stat().st_size} bytes "
                "that it cannot. The file is truncated, damaged, no video or a list of others; "
                "copy it again."
            ) from error
        yield container, _pictures(path, container)


def _pictures(path: Path, container: InputContainer) -> VideoStream:
    covers = Disposition.attached_pic | Disposition.timed_thumbnails
    streams = [one for one in container.streams.video if not one.disposition & covers]
    # Some programs do not mark their covers: a film beside single pictures goes first.
    streams.sort(key=lambda one: one.codec_context is None or one.codec_context.name in _STILLS)
    if not streams or streams[0].codec_context is None:
        found = "only a cover picture" if container.streams.video else "none"
        raise VideoError(
            f"{path}: expected a stream of pictures that FFmpeg can decode, got {found}. Is it "
            "sound alone, or a rare format? Convert it to MP4."
        )
    check_pixels(path, streams[0].width, streams[0].height)
    # One thread, since preparation runs one process a core, and since what a decoder makes of
    # damage depends on the number of threads.
    streams[0].codec_context.thread_count = 1
    return streams[0]


def is_raw(container: InputContainer) -> bool:
    """Say whether the file has no container, so that nothing in it tells its rate."""
    return not _RAW.isdisjoint(container.format.name.split(","))


def header_fps(container: InputContainer, stream: VideoStream) -> float | None:
    """Return the frame rate of the header; None if there is no usable one."""
    rate = float(stream.average_rate or math.nan)
    return rate if _LEAST_FPS <= rate <= _MOST_FPS and not is_raw(container) else None


def promised_seconds(container: InputContainer) -> float | None:
    """Return how long the file is by its header, sound included; None if it does not say."""
    names = container.format.name.split(",")
    if container.duration is None or is_raw(container) or not _TIMED_BY_STAMPS.isdisjoint(names):
        return None
    return container.duration / av.time_base


def says_its_length(container: InputContainer) -> bool:
    """Say whether a file of this format without a length in its header is odd."""
    return _TIMED_BY_STAMPS.isdisjoint(container.format.name.split(","))
