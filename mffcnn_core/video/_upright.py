"""One decoded frame as people see it: RGB, square pixels, upright, deinterlaced."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

import av
import cv2
import numpy as np
import numpy.typing as npt
from av.filter import Graph
from av.sidedata.sidedata import Type
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter
from av.video.stream import VideoStream

_MOST_STRETCH = 4  # a pixel aspect beyond it is a slip of a header

# What the display matrix may say, by the signs of its two rows a b / c d: the picture's x goes
# to (a, b) and its y to (c, d).  Degrees are clockwise.
_TURNS = {
    (1, 0, 0, 1): (0, False),
    (0, 1, -1, 0): (90, False),
    (-1, 0, 0, -1): (180, False),
    (0, -1, 1, 0): (270, False),
    (-1, 0, 0, 1): (0, True),
    (0, 1, 1, 0): (90, True),
    (1, 0, 0, -1): (180, True),
    (0, -1, -1, 0): (270, True),
}
_ROTATE = {
    90: cv2.ROTATE_90_CLOCKWISE,
    180: cv2.ROTATE_180,
    270: cv2.ROTATE_90_COUNTERCLOCKWISE,
}


@dataclass(frozen=True)
class View:
    """How the frames of a file are shown.

    Attributes
    ----------
    width, height : int
        Of the picture with square pixels, before it is turned.
    rotation : int
        Degrees clockwise by which it is turned.
    mirrored : bool
        Whether left and right are then exchanged.
    oddities : tuple of str
    """

    width: int
    height: int
    rotation: int
    mirrored: bool
    oddities: tuple[str, ...] = ()

    @classmethod
    def of(cls, frame: VideoFrame, aspect: Fraction | None) -> "View":
        """Return how a file's first frame asks to be shown."""
        width, height, odd = frame.width, frame.height, []
        stretch = float(aspect or 1)
        if 1 / _MOST_STRETCH <= stretch <= _MOST_STRETCH:  # widened or heightened, never shrunk
            width = round(width * max(stretch, 1))
            height = round(height * max(1 / stretch, 1))
        else:
            odd.append(f"expected a shape of pixels, got {aspect}. They are taken for squares")
        rotation, mirrored = 0, False
        if matrix := frame.side_data.get(Type.DISPLAYMATRIX):
            a, b, _, c, d = np.frombuffer(bytes(matrix), np.int32)[:5] / (1 << 16)
            turn = tuple(int(x) for x in np.round([a, b, c, d]))
            if turn in _TURNS and np.abs(np.subtract(turn, (a, b, c, d))).max() < 0.01:
                rotation, mirrored = _TURNS[turn]
            else:
                odd.append("expected quarter turns as rotation, got others. They are left undone")
        return cls(width, height, rotation, mirrored, tuple(odd))

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the upright picture."""
        if self.rotation % 180:
            return self.height, self.width
        return self.width, self.height

    def apply(self, frame: VideoFrame, reformatter: VideoReformatter) -> npt.NDArray[np.uint8]:
        """Return a frame as RGB; one of another size is scaled to the first one's."""
        shown = reformatter.reformat(
            frame, width=self.width, height=self.height, format="rgb24", threads=1
        ).to_ndarray()
        if self.rotation:
            shown = cv2.rotate(shown, _ROTATE[self.rotation])
        return cv2.flip(shown, 1) if self.mirrored else shown


@dataclass
class Deinterlacer:
    """Deinterlaces the frames that say that they are interlaced, and passes the others on.

    A frame stays one frame (bwdif, which looks at the frames before and after it), so that
    rates and counts are those of the file.

    Attributes
    ----------
    count : int
        Interlaced frames that have passed.
    """

    stream: VideoStream
    count: int = 0
    _graph: Graph | None = field(default=None, repr=False)
    _size: tuple = ()

    def push(self, frame: VideoFrame) -> Iterator[VideoFrame]:
        """Take a frame and yield those that are ready."""
        self.count += frame.interlaced_frame
        size = (frame.width, frame.height, frame.format.name)
        if self._graph is not None and size != self._size:
            yield from self.flush()
        if self._graph is None:
            if not frame.interlaced_frame:  # most files never need it
                yield frame
                return
            self._graph, self._size = self._made(frame), size
        self._graph.push(frame)
        yield from self._ready()

    def flush(self) -> Iterator[VideoFrame]:
        """Yield the frames that are still held."""
        if self._graph is not None:
            self._graph.push(None)
            yield from self._ready()
            self._graph = None

    def _ready(self) -> Iterator[VideoFrame]:
        while True:
            try:
                yield self._graph.pull()
            except (av.error.BlockingIOError, av.error.EOFError):
                return

    def _made(self, frame: VideoFrame) -> Graph:
        graph = Graph()
        graph.threads = 1
        source = graph.add_buffer(
            width=frame.width,
            height=frame.height,
            format=frame.format,
            time_base=self.stream.time_base,
        )
        graph.link_nodes(
            source, graph.add("bwdif", "mode=send_frame:deint=interlaced"), graph.add("buffersink")
        ).configure()
        return graph
