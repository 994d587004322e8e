"""What each stream's network sees: face frames, flow images or ordered optical-flow maps."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from mffcnn_core.augment import Crop
from mffcnn_core.errors import ParameterError
from mffcnn_core.flow import flow_image
from mffcnn_core.pooling import (
    DEFAULT_C,
    CostScale,
    Normalisation,
    Smoothing,
    Solver,
    ThirdChannel,
    ordered_flow_maps,
    windows,
)
from mffcnn_core.settings import Settings
from mffcnn_core.video import fragments

Images = npt.NDArray[np.float32]
Rows = npt.NDArray[np.generic]
Indices = npt.NDArray[np.int64]
FlowScope = Literal["full", "clip16"]


@dataclass(frozen=True, kw_only=True)
class StreamImages(Settings, ABC):
    """A way to turn a clip into images, and which of them make up a part of the clip.

    A network responds to images; the responses are averaged over each part (a fragment of
    16 frames, a window of flows), and the parts over the clip.
    """

    @abstractmethod
    def read(self, faces: npt.NDArray[np.uint8], flow: npt.NDArray[np.float32]) -> Rows:
        """Return what is kept of a clip: faces (n, S, S, 3) and its flow (n - 1, S, S, 2)."""

    @abstractmethod
    def spans(self, n_frames: int) -> Indices:
        """Return the first and the last frame that each image of a clip is made of, (k, 2)."""

    @abstractmethod
    def parts(self, n_frames: int) -> Indices:
        """Return which images make up each part of a clip, shape (parts, images)."""

    def count(self, n_frames: int) -> int:
        """Return how many images a clip has."""
        return len(self.spans(n_frames))

    def numbers(self, starts: Indices, positions: Indices, lengths: Indices) -> Indices:
        """Return which rows make up each image.

        Parameters
        ----------
        starts, positions, lengths : ndarray of int, shape (k,)
            First row of the clip; which of its images; how many frames it has.

        Returns
        -------
        ndarray of int, shape (k,) or, of several frames, (k, frames)
        """
        return starts + positions

    def finished(self, rows: Tensor) -> Tensor:
        """Return images, float32, of rows (..., S, S, c) as they are kept, on their device."""
        return rows.float()

    def mirrored(self, rows: Tensor) -> Tensor:
        """Return rows, float32 and flipped already, with the values of a mirrored person."""
        return rows

    def enlarged(self, rows: Tensor, zoom: Tensor) -> Tensor:
        """Return rows, float32 and enlarged already ``zoom`` times in x and y, (k, 1..., 2)."""
        return rows

    def mirror(self, images: Images) -> Images:
        """Return images as if the person were seen in a mirror."""
        return self.mirrored(torch.from_numpy(images).flip(-2)).numpy()

    def crop(self, images: Images, crop: Crop) -> Images:
        """Return a crop of images, enlarged to their size."""
        return crop.apply(images)


def _check(name: str, value: int, least: int, hint: str) -> None:
    if value < least:
        raise ParameterError(f"{name}: expected at least {least}, got {value}. {hint}")


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

    def __post_init__(self) -> None:
        if self.frames not in (1, 3):
            raise ParameterError(
                f"frames: expected 1 or 3, got {self.frames}. The paper compares these two."
            )
        _check("length", self.length, 1, "The paper's fragments have 16 frames.")

    def read(self, faces: npt.NDArray[np.uint8], flow: npt.NDArray[np.float32]) -> Rows:
        """Return the frames."""
        return faces

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


@dataclass(frozen=True, kw_only=True)
class FlowImages(StreamImages):
    """Flow images (Eq. 1): d_x, d_y and their length, in px/frame.

    Paper: Sec. 3.2, Eq. (1).  Book: ch. 7.

    Parameters
    ----------
    run : int
        Put the mean of this many neighbouring flows in the place of each flow, >= 1.
    length : int
        Frames of a fragment, >= 2.

    Raises
    ------
    ParameterError
        If a value is outside its range.

    Notes
    -----
    Departures from the paper: (I) Eq. (1) is of a single flow (``run=1``).  In a short run
    the noise of the flow averages out and the movement of an expression stays; the order
    within the run is lost, which ordered flow maps keep.  A run that would reach over the
    end of its clip is cut off there.  (II) The frames that the 16-frame rule copies to
    lengthen a short clip do not move: their flows are left out.
    """

    run: int = 1
    length: int = 16

    def __post_init__(self) -> None:
        _check("run", self.run, 1, "1 takes every flow by itself.")
        _check("length", self.length, 2, "The paper's fragments have 16 frames.")

    def read(self, faces: npt.NDArray[np.uint8], flow: npt.NDArray[np.float32]) -> Rows:
        """Return the means of flows t ... t + run - 1; half precision resolves 1/1000 px."""
        if self.run == 1:
            return flow.astype(np.float16)
        sums = np.cumsum(np.insert(flow, 0, 0, axis=0), axis=0, dtype=np.float64)
        first = np.arange(len(flow))
        last = np.minimum(first + self.run, len(flow))
        means = (sums[last] - sums[first]) / (last - first)[:, None, None, None]
        return means.astype(np.float16)

    def spans(self, n_frames: int) -> Indices:
        """Return the frames before and after each run of flows."""
        first = np.arange(n_frames - 1)
        return np.column_stack([first, np.minimum(first + self.run, n_frames - 1)])

    def parts(self, n_frames: int) -> Indices:
        """Return the flows between the frames of each fragment."""
        frames = fragments(n_frames, self.length)
        moves = (np.diff(frames, axis=1) > 0).all(axis=0)
        return frames[:, :-1][:, moves]

    def finished(self, rows: Tensor) -> Tensor:
        """Return flow images: Eq. (1)."""
        flow = rows.float()
        return torch.cat([flow, torch.hypot(flow[..., :1], flow[..., 1:])], dim=-1)

    def mirrored(self, rows: Tensor) -> Tensor:
        """Return flow of a mirrored person: what moved to the right moves to the left."""
        return torch.cat([-rows[..., :1], rows[..., 1:]], dim=-1)

    def enlarged(self, rows: Tensor, zoom: Tensor) -> Tensor:
        """Return flow of an enlarged face: it moves by more pixels."""
        return rows * zoom

    def crop(self, images: Images, crop: Crop) -> Images:
        """Return a crop of flow images; what is enlarged moves by more pixels."""
        flow = crop.apply(images[..., :2].copy()) * np.array(crop.zoom, dtype=np.float32)
        return flow_image(flow)


@dataclass(frozen=True, kw_only=True)
class OrderedFlowMaps(StreamImages):
    """Ordered optical-flow maps (Eqs. 3-8): one for each window of flows, from 0 to 255.

    Paper: Sec. 3.4.  Book: ch. 4 and 7.

    Parameters
    ----------
    window, stride, solver, smoothing, C, C_scale, normalisation, third
        See :func:`mffcnn_core.pooling.ordered_flow_maps`.
    flow_scope : {"full", "clip16"}
        Flows of the whole clip, or only those between its 16 central frames.

    Raises
    ------
    ParameterError
        If ``flow_scope`` is unknown; the other values are checked by the pooling.

    Notes
    -----
    Departures from the paper: (I) With clips of 16 frames no window of 28 flows exists, and
    every w >= 15 gives the same map; the paper finds w = 28 best, so the flows of the full
    video must be meant.  ``"clip16"`` is the literal reading.  (II) A mirrored map is
    ``255 - x`` in its x channel, which holds where channels are scaled apart.
    """

    window: int = 28
    stride: int | None = None
    solver: Solver = "exact"
    smoothing: Smoothing = "weighted"
    C: float = DEFAULT_C
    C_scale: CostScale = "relative"
    normalisation: Normalisation = "channel"
    third: ThirdChannel = "magnitude"
    flow_scope: FlowScope = "full"

    def __post_init__(self) -> None:
        if self.flow_scope not in get_args(FlowScope):
            raise ParameterError(
                f"flow_scope: expected one of {', '.join(get_args(FlowScope))}, got "
                f"{self.flow_scope!r}. 'full' takes the flows of the whole clip."
            )
        windows(1, window=self.window, stride=self.stride)

    def _scope(self, n_frames: int) -> tuple[int, int]:
        """Return the first flow, and the one after the last, that windows may hold."""
        if self.flow_scope == "full":
            return 0, n_frames - 1
        frames = fragments(n_frames, 16, rule="center16")[0]
        return int(frames[0]), int(frames[-1])

    def read(self, faces: npt.NDArray[np.uint8], flow: npt.NDArray[np.float32]) -> Rows:
        """Return the maps; half precision resolves 1/8 of the 255 steps."""
        options = self.to_dict()
        del options["flow_scope"]
        first, last = self._scope(len(faces))
        return ordered_flow_maps(flow[first:last], **options).astype(np.float16)

    def spans(self, n_frames: int) -> Indices:
        """Return the frames before and after the flows of each window."""
        first, last = self._scope(n_frames)
        spans = windows(last - first, window=self.window, stride=self.stride)
        return first + np.array([(span.start, span.stop) for span in spans])

    def parts(self, n_frames: int) -> Indices:
        """Return every map as a part of its own."""
        return np.arange(self.count(n_frames))[:, None]

    def mirrored(self, rows: Tensor) -> Tensor:
        """Return maps of a mirrored person: what moved to the right moves to the left."""
        if self.normalisation == "joint":
            raise ParameterError(
                "mirror: expected maps with channels scaled apart, got normalisation="
                f"{self.normalisation!r}. Train without mirroring, or with 'channel'."
            )
        x = rows[..., :1]
        if self.normalisation == "signed":  # 0 lies in the middle
            return torch.cat([255 - x, rows[..., 1:]], dim=-1)
        moves = x.amax(dim=(-3, -2), keepdim=True) > 0  # a map without movement stays 0
        return torch.cat([torch.where(moves, 255 - x, x), rows[..., 1:]], dim=-1)
