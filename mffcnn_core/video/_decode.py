"""Decode the pictures of a file, and account for what is damaged or missing."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import av
from av.container import InputContainer
from av.video.frame import VideoFrame

from mffcnn_core.errors import VideoError
from mffcnn_core.video._container import (
    FALLBACK_FPS,
    header_fps,
    opened,
    promised_seconds,
    says_its_length,
)
from mffcnn_core.video._upright import Deinterlacer

_ROUNDED = 0.9  # frames by which a header's length may be rounded up


@dataclass
class _Extent:
    """From when to when a file holds anything, sound included."""

    start: float = math.inf
    end: float = -math.inf
    latest: dict[int, float] = field(default_factory=dict)

    def see(self, packet: av.Packet) -> None:
        if packet.pts is None or packet.is_discard:  # hidden by an edit list
            return
        pts = float(packet.pts * packet.time_base)
        step = float((packet.duration or 0) * packet.time_base)
        index = packet.stream.index
        step = step or pts - self.latest.get(index, pts)  # as long as the one before
        self.latest[index] = pts
        self.start, self.end = min(self.start, pts), max(self.end, pts + step)

    @property
    def seconds(self) -> float:
        return max(0.0, self.end - self.start)


@dataclass
class Decoding:
    """One reading of a file.

    Attributes
    ----------
    path : Path
    fps : float or None
        Of the header.
    aspect : Fraction or None
        Width of a pixel over its height.
    promised : float or None
        Seconds by the header.
    undecoded, damaged, interlaced : int
        Packets that gave no frame, frames that the decoder had to mend, and frames that were
        deinterlaced.
    """

    path: Path
    fps: float | None = None
    aspect: Fraction | None = None
    promised: float | None = None
    undecoded: int = 0
    damaged: int = 0
    interlaced: int = 0
    silent: bool = False
    _extent: _Extent = field(default_factory=_Extent)

    def frames(self) -> Iterator[tuple[VideoFrame, float | None]]:
        """Yield the frames, and when each is shown: seconds after the file's beginning.

        Raises
        ------
        VideoError
            If the file cannot be opened or gives not even one frame.
        """
        with opened(self.path) as (container, stream):
            self.fps, self.aspect = header_fps(container, stream), stream.sample_aspect_ratio
            self.promised = promised_seconds(container)
            self.silent = self.promised is None and says_its_length(container)
            zero = None if container.start_time is None else container.start_time / av.time_base
            deinterlacer, empty = Deinterlacer(stream), True
            for frame in self._upright(container, deinterlacer):
                stamp = None if frame.pts is None else float(frame.pts * frame.time_base)
                if empty:  # a first frame before the beginning is the beginning
                    zero = min(zero or 0.0, stamp or 0.0) if zero is not None else stamp or 0.0
                empty = False
                yield frame, None if stamp is None else stamp - zero
            self.interlaced = deinterlacer.count
        if empty:
            raise VideoError(
                f"{self.path}: expected at least one frame, got none. The file is damaged or holds "
                "no video."
            )

    def _upright(self, container: InputContainer, by: Deinterlacer) -> Iterator[VideoFrame]:
        for frame in self._decoded(container, by.stream):
            self.damaged += frame.is_corrupt
            yield from by.push(frame)
        yield from by.flush()

    def _decoded(self, container: InputContainer, stream: av.VideoStream) -> Iterator[VideoFrame]:
        packets = container.demux()
        while True:
            try:
                packet = next(packets)
            except StopIteration:
                return
            except av.error.FFmpegError:  # the rest of the file cannot be read
                self.undecoded += 1
                yield from self._decode(None, stream)
                return
            self._extent.see(packet)
            if packet.stream.index == stream.index:
                yield from self._decode(packet, stream)

    def _decode(self, packet: av.Packet | None, stream: av.VideoStream) -> list[VideoFrame]:
        try:
            return stream.decode(packet)
        except av.error.EOFError:
            return []
        except av.error.FFmpegError:
            self.undecoded += 1
            return []

    def oddities(self, count: int, last: float) -> Iterator[str]:
        """Yield what is wrong with the file, of which so many frames were read.

        Parameters
        ----------
        count : int
        last : float
            Seconds that the last frame is shown.
        """
        if self.silent:
            yield (
                f"expected a length in the header, got none. {count} frames were read; whether the "
                "file is complete cannot be known"
            )
        found = self._extent.seconds
        if self.promised is not None and self.promised - found > _ROUNDED * last + 0.002:
            yield (
                f"expected {self.promised:.2f} s by its header, got {found:.2f} s. The file "
                "is truncated or damaged, or its header is wrong"
            )
        if self.fps is None:
            yield (
                "expected a frame rate in the header, got none. Times are those of the file, or "
                f"{FALLBACK_FPS:g} frames per second where it has none"
            )
        if self.undecoded or self.damaged:
            yield (
                f"expected a sound file, got {self.undecoded} piece(s) that cannot be decoded and "
                f"{self.damaged} frame(s) that the decoder mended. It is damaged; copy it again"
            )
        if self.interlaced:
            yield (
                f"expected whole pictures, got {self.interlaced} of {count} interlaced. They are "
                "deinterlaced"
            )
