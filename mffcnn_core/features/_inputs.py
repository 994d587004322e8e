"""The arrays that networks read: all clips of a data set, resized once, kept in memory."""

import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, Self

import cv2
import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from tqdm.std import tqdm

from mffcnn_core.arrays import check_flow, check_frames
from mffcnn_core.devices import sent
from mffcnn_core.errors import MffcnnError, ParameterError, PreparationError
from mffcnn_core.features._images import Images, Indices, Rows, StreamImages


class PreparedLike(Protocol):
    """What a recogniser asks of a clip, see :class:`mffcnn_core.preparation.PreparedClip`."""

    @property
    def clip(self) -> Any:
        """Has ``clip`` (name), ``subject`` and ``expression``."""

    def load(self) -> Any:
        """Return arrays: ``faces`` (n, S, S, 3) uint8 and ``flow`` (n-1, S, S, 2) float32."""


class ClipSequence:
    """What stands for many clips, and of which folds are taken as of an array.

    scikit-learn's cross-validation takes it for X.

    Attributes
    ----------
    clips : tuple of Clip
    """

    clips: tuple[Any, ...]

    def __len__(self) -> int:
        return len(self.clips)

    @property
    def shape(self) -> tuple[int]:
        """``(n_clips,)``."""
        return (len(self.clips),)

    @property
    def subjects(self) -> tuple[str, ...]:
        """The person of every clip."""
        return tuple(clip.subject for clip in self.clips)

    @property
    def expressions(self) -> tuple[str, ...]:
        """The true expression of every clip."""
        return tuple(clip.expression for clip in self.clips)

    def chosen(self, which: npt.ArrayLike) -> list[int]:
        """Return indices of clips for indices or a mask."""
        return np.atleast_1d(np.arange(len(self))[which]).tolist()


_SHARE = 0.6  # of a GPU's free memory that one stack may take up


@dataclass(frozen=True, eq=False)
class Stack:
    """What one stream keeps of many clips, one after the other in one array.

    Attributes
    ----------
    images : StreamImages
        How images are made of it.
    rows : ndarray
    starts : ndarray of int, shape (n_clips,)
        First row of each clip.
    placed : dict of str to pair
        Rows and where they were put by :meth:`on`, by device; other clips of the same rows
        share it.
    """

    images: StreamImages
    rows: Rows
    starts: Indices
    placed: dict[str, tuple[Rows, Tensor]] = field(default_factory=dict, repr=False)

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), "placed": {}}  # another process places them itself

    def on(self, device: torch.device) -> Tensor:
        """Return the rows on a device; on the CPU if a GPU has too little memory free for them."""
        own, there = self.placed.get(str(device), (None, None))
        if own is self.rows:
            return there
        with warnings.catch_warnings():
            # a memory map that processes share cannot be written, and nobody does
            warnings.filterwarnings("ignore", message=".*not writable")
            there = torch.from_numpy(self.rows)
        if (
            device.type == "cuda"
            and self.rows.nbytes <= _SHARE * torch.cuda.mem_get_info(device)[0]
        ):
            there = there.to(device)
        self.placed[str(device)] = self.rows, there
        return there

    def take(self, numbers: Indices, device: torch.device) -> tuple[Tensor, Tensor]:
        """Return rows on a device, and which of them images are made of.

        Parameters
        ----------
        numbers : ndarray of int, shape (k,) or (k, frames)
            See :meth:`StreamImages.numbers`.
        device : torch.device

        Returns
        -------
        rows : Tensor
            All rows, or where they are too many for a GPU those that are asked for.
        chosen : Tensor of int, in the shape of ``numbers``
        """
        rows = self.on(device)
        if rows.device.type == device.type:
            return rows, sent(numbers, device)
        chosen = torch.arange(numbers.size, device=device).reshape(numbers.shape)
        return sent(rows[torch.from_numpy(numbers.ravel())], device), chosen


@dataclass(frozen=True, eq=False)
class ClipInputs(ClipSequence):
    """Images of many clips, for one or more streams.

    Make it once with :func:`load_inputs`; ``inputs[indices]`` takes the clips of a fold
    without copying images, and processes can share the arrays as memory maps.

    Attributes
    ----------
    clips : tuple of Clip
    size : int
        Side of the square images in px.
    lengths : ndarray of int, shape (n_clips,)
        Frames of each clip.
    stacks : mapping of str to Stack
        By the stream's name, e.g. ``"spatial"`` and ``"temporal"``.
    """

    clips: tuple[Any, ...]
    size: int
    lengths: Indices
    stacks: Mapping[str, Stack]

    def __getitem__(self, which: npt.ArrayLike) -> Self:
        """Return the clips at indices, or where a mask is true; images are shared."""
        chosen = self.chosen(which)
        return replace(
            self,
            clips=tuple(self.clips[i] for i in chosen),
            lengths=self.lengths[chosen],
            stacks={
                name: replace(stack, starts=stack.starts[chosen])
                for name, stack in self.stacks.items()
            },
        )

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        """Return the clips of several, one after the other; images are of one size and kind."""
        stacks = {}
        for name, stack in parts[0].stacks.items():
            own = [part.stacks[name] for part in parts]
            before = np.cumsum([0, *(len(one.rows) for one in own[:-1])])
            starts = [one.starts + first for one, first in zip(own, before, strict=True)]
            rows = np.concatenate([one.rows for one in own])
            stacks[name] = Stack(stack.images, rows, np.concatenate(starts))
        return cls(
            clips=tuple(clip for part in parts for clip in part.clips),
            size=parts[0].size,
            lengths=np.concatenate([part.lengths for part in parts]),
            stacks=stacks,
        )

    @property
    def streams(self) -> dict[str, StreamImages]:
        """How images of each stream are made."""
        return {name: stack.images for name, stack in self.stacks.items()}

    def images(self, stream: str, clips: npt.ArrayLike, positions: npt.ArrayLike) -> Images:
        """Return images of a stream, one for each pair of a clip and a position in it.

        Parameters
        ----------
        stream : str
            A key of ``stacks``.
        clips, positions : array-like of int, shape (k,)
            Index of the clip, and of the image within the clip.

        Returns
        -------
        ndarray of float32, shape (k, S, S, 3) or (k, frames, S, S, 3)
        """
        return self.on(torch.device("cpu"), stream, clips, positions).numpy()

    def on(
        self, device: torch.device, stream: str, clips: npt.ArrayLike, positions: npt.ArrayLike
    ) -> Tensor:
        """Return images on a device, otherwise as :meth:`images`."""
        stack = self.stacks[stream]
        rows, chosen = stack.take(self.numbers(stream, clips, positions), device)
        return stack.images.finished(rows[chosen])

    def numbers(self, stream: str, clips: npt.ArrayLike, positions: npt.ArrayLike) -> Indices:
        """Return which rows of a stream's stack make up images, see :meth:`images`."""
        stack, clips = self.stacks[stream], np.asarray(clips)
        return stack.images.numbers(stack.starts[clips], np.asarray(positions), self.lengths[clips])

    def counts(self, stream: str) -> Indices:
        """Return how many images of a stream each clip has, shape (n_clips,)."""
        count = self.stacks[stream].images.count
        return np.array([count(int(n)) for n in self.lengths], dtype=np.int64)


def _resize(images: npt.NDArray[Any], size: int) -> npt.NDArray[Any]:
    if images.shape[1:3] == (size, size):
        return images
    shrinks = images.shape[1] >= size
    how = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    return np.stack([cv2.resize(image, (size, size), interpolation=how) for image in images])


def _joined(pieces: list[Rows]) -> Rows:
    """Return pieces one after the other; each is given up as soon as it is copied."""
    whole = np.empty((sum(map(len, pieces)), *pieces[0].shape[1:]), pieces[0].dtype)
    first = 0
    pieces.reverse()
    while pieces:
        piece = pieces.pop()
        whole[first : first + len(piece)] = piece
        first += len(piece)
    return whole


def load_rows(
    prepared: PreparedLike, size: int, streams: Mapping[str, StreamImages]
) -> tuple[int, dict[str, Rows]]:
    """Return the number of frames of a clip, and what each stream keeps of it.

    Raises
    ------
    PreparationError
        If the arrays are not what a recogniser needs; the message names the clip.
    """
    try:
        arrays = prepared.load()
        faces, flow = check_frames(arrays.faces, at_least=2), check_flow(arrays.flow)
        side = faces.shape[1]
        if faces.shape[2] != side or flow.shape[:3] != (len(faces) - 1, side, side):
            raise PreparationError(
                "prepared arrays: expected square faces and one flow field between neighbours, "
                f"got faces of shape {faces.shape} and flow of shape {flow.shape}. "
                "Prepare the clip again."
            )
        faces = _resize(faces, size)
        # a displacement of one pixel is size / side pixels of the resized image
        flow = _resize(flow, size) * np.float32(size / side)
        return len(faces), {name: images.read(faces, flow) for name, images in streams.items()}
    except MffcnnError as error:
        raise PreparationError(f"{prepared.clip.clip}: {error}") from error


def check_request(prepared: list[PreparedLike], size: int) -> None:
    """Refuse a request for no clip, or for images that no network could see."""
    if not prepared or size < 8:
        raise ParameterError(
            f"inputs: expected at least one clip and a size >= 8 px, got {len(prepared)} clip(s) "
            f"and {size} px. Prepare the data set first."
        )


def load_inputs(
    prepared: Iterable[PreparedLike],
    size: int,
    streams: Mapping[str, StreamImages],
    *,
    progress: bool = False,
) -> ClipInputs:
    """Read prepared clips and make what the networks see of them.

    Parameters
    ----------
    prepared : iterable of PreparedClip
        Anything with ``clip`` and ``load()``, see :class:`PreparedLike`.
    size : int
        Side of the square network images in px, >= 8.
    streams : mapping of str to StreamImages
        E.g. ``{"spatial": FaceFrames(), "temporal": OrderedFlowMaps()}``.
    progress : bool
        Show a progress bar with an estimate.

    Returns
    -------
    ClipInputs
        ``3 size**2`` bytes per frame, ``4 size**2`` per flow, ``6 size**2`` per map.

    Raises
    ------
    ParameterError
        If there is no clip, or ``size`` is too small.
    PreparationError
        If a clip's arrays are not what a recogniser needs; the message names the clip.
    """
    prepared = list(prepared)
    check_request(prepared, size)
    bar = tqdm(prepared, desc="load clips", unit="clip", disable=not progress)
    lengths, rows = zip(*(load_rows(item, size, streams) for item in bar), strict=True)
    stacks = {}
    for name, images in streams.items():
        counts = np.array([len(own[name]) for own in rows], dtype=np.int64)
        pieces = [own.pop(name) for own in rows]
        stacks[name] = Stack(images, _joined(pieces), np.cumsum(counts) - counts)
    return ClipInputs(
        clips=tuple(item.clip for item in prepared),
        size=size,
        lengths=np.array(lengths, dtype=np.int64),
        stacks=stacks,
    )
