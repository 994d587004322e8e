"""What a network sees of motion: flow images or ordered optical-flow maps."""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from mffcnn_core.errors import ParameterError
from mffcnn_core.features._images import Indices, Rows, StreamImages
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
from mffcnn_core.settings import check_at_least, check_choice
from mffcnn_core.video import fragments

FlowScope = Literal["full", "clip16"]


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
        check_at_least("run", self.run, 1, "1 takes every flow by itself.")
        check_at_least("length", self.length, 2, "The paper's fragments have 16 frames.")

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
        hint = "'full' takes the flows of the whole clip."
        check_choice("flow_scope", self.flow_scope, get_args(FlowScope), hint)
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
