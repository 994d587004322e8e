"""The arrays that networks read: all clips of a data set, resized once, kept in memory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from mffcnn_core.features._images import Images, Indices, StreamImages
from mffcnn_core.features._stack import Stack


def images_key(size: int, streams: Mapping[str, StreamImages]) -> str:
    """Return what is read of clips as images, in words: nothing else matters for it."""
    return f"images of {size} px, {dict(sorted(streams.items()))}"


class ClipSequence:
    """What stands for many clips, and of which folds are taken as of an array.

    scikit-learn's cross-validation takes it for X.

    Attributes
    ----------
    clips : tuple of Clip
    key : str
        What was read of the clips, see :meth:`mffcnn_core.recognition.ClipRecogniser.load`.
    """

    clips: tuple[Any, ...]
    key: str

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
            stacks[name] = Stack(stack.kind, rows, np.concatenate(starts))
        return cls(
            clips=tuple(clip for part in parts for clip in part.clips),
            size=parts[0].size,
            lengths=np.concatenate([part.lengths for part in parts]),
            stacks=stacks,
        )

    @property
    def key(self) -> str:
        """Size and kind of the images: what is read of the clips depends on nothing else."""
        return images_key(self.size, self.streams)

    @property
    def streams(self) -> dict[str, StreamImages]:
        """How images of each stream are made."""
        return {name: stack.kind for name, stack in self.stacks.items()}

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
        return stack.kind.finished(rows[chosen])

    def numbers(self, stream: str, clips: npt.ArrayLike, positions: npt.ArrayLike) -> Indices:
        """Return which rows of a stream's stack make up images, see :meth:`images`."""
        stack, clips = self.stacks[stream], np.asarray(clips)
        return stack.kind.numbers(stack.starts[clips], np.asarray(positions), self.lengths[clips])

    def counts(self, stream: str) -> Indices:
        """Return how many images of a stream each clip has, shape (n_clips,)."""
        count = self.stacks[stream].kind.count
        return np.array([count(int(n)) for n in self.lengths], dtype=np.int64)
