"""Training images: a few of each clip, drawn anew in every epoch."""

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.utils.data import Dataset

from mffcnn_core.features import ClipInputs, Stream
from mffcnn_core.seeding import generator

Batch = tuple[Tensor, Tensor]


class SampledImages(Dataset):
    """Images of clips with the labels of their clips.

    Every clip is cut into ``per_clip`` equal stretches; one image stands for each: the
    middle one, or after :meth:`redraw` one at random.

    Parameters
    ----------
    inputs : ClipInputs
    labels : ndarray of int, shape (n_clips,)
    stream : Stream
    per_clip : int
        >= 1.
    shift : int
        Largest random displacement after a redraw in px; the border is repeated.
    mirror : bool
        Mirror half of the images after a redraw.
    gain : float
        Multiply an image after a redraw by a factor in ``[1 - gain, 1 + gain]``.
    seed : int
        Of the draws; a redraw hangs on the seed and the epoch alone.
    """

    def __init__(
        self,
        inputs: ClipInputs,
        labels: npt.NDArray[np.int64],
        stream: Stream,
        *,
        per_clip: int,
        shift: int = 0,
        mirror: bool = False,
        gain: float = 0.0,
        seed: int = 0,
    ) -> None:
        self.inputs, self.stream, self.seed = inputs, stream, seed
        self.per_clip, self.shift, self.mirror, self.gain = per_clip, shift, mirror, gain
        self.clips = np.repeat(np.arange(len(inputs)), per_clip)
        self.labels = np.asarray(labels, dtype=np.int64)[self.clips]
        self._place(np.full((len(inputs), per_clip), 0.5))
        self.moves = np.zeros((len(self), 2), dtype=np.int64)
        self.mirrored = np.zeros(len(self), dtype=bool)
        self.gains = np.ones(len(self), dtype=np.float32)

    def _place(self, fractions: npt.NDArray[np.float64]) -> None:
        """Turn a fraction of each stretch into the position of an image in its clip."""
        stretches = (np.arange(self.per_clip) + fractions) / self.per_clip
        counts = self.stream.count(self.inputs)[:, None]
        self.positions = (stretches * counts).astype(np.int64).ravel()

    def redraw(self, epoch: int) -> None:
        """Draw other images of the clips, and how each of them is changed."""
        draw = generator(self.seed, "images", epoch)
        self._place(draw.random((len(self.inputs), self.per_clip)))
        self.moves = draw.integers(-self.shift, self.shift + 1, size=self.moves.shape)
        self.mirrored = (draw.random(len(self)) < 0.5) & self.mirror
        gains = draw.uniform(1 - self.gain, 1 + self.gain, size=len(self))
        self.gains = gains.astype(np.float32)

    def __len__(self) -> int:
        return len(self.clips)

    def images(self, indices: npt.NDArray[np.int64]) -> npt.NDArray[np.float32]:
        """Return images as an array of shape (k, S, S, 3)."""
        images = self.stream.images(self.inputs, self.clips[indices], self.positions[indices])
        images = self._moved(images, self.moves[indices])
        mirrored = self.mirrored[indices]
        if mirrored.any():
            images[mirrored] = self.stream.mirror(images[mirrored])
        return images * self.gains[indices, None, None, None]

    def _moved(
        self, images: npt.NDArray[np.float32], moves: npt.NDArray[np.int64]
    ) -> npt.NDArray[np.float32]:
        """Move each image by its own step; its border repeats where nothing is left."""
        if not moves.any():
            return images
        grid = np.arange(self.inputs.size)
        rows, columns = (
            np.clip(grid + moves[:, axis, None], 0, self.inputs.size - 1) for axis in (0, 1)
        )
        each = np.arange(len(images))[:, None, None]
        return images[each, rows[:, :, None], columns[:, None, :]]

    def __getitems__(self, indices: list[int]) -> Batch:
        """Return a whole batch, images as (k, 3, S, S); torch's loader asks for it."""
        rows = np.asarray(indices, dtype=np.int64)
        images = torch.from_numpy(self.images(rows)).permute(0, 3, 1, 2)
        return images, torch.from_numpy(self.labels[rows])

    def __getitem__(self, index: int) -> Batch:
        images, labels = self.__getitems__([index])
        return images[0], labels[0]


def as_batch(batch: Batch) -> Batch:
    """Return what ``__getitems__`` has put together already: the loader's collate step."""
    return batch
