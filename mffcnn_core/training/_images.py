"""Training images: a few of each clip, drawn anew in every epoch."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from mffcnn_core.augment import Crop, CropSettings, draw_crops
from mffcnn_core.devices import Device, find_device, sent
from mffcnn_core.features import ClipInputs
from mffcnn_core.seeding import generator
from mffcnn_core.training._changes import beside, changed_rows

Batch = tuple[Tensor | dict[str, Tensor], Tensor]
_AT_ONCE = 64  # images that statistics look at together


class SampledImages(Dataset):
    """Images of clips with the labels of their clips.

    Every clip is cut into ``per_clip`` equal stretches; one image stands for each: the
    middle one, or after :meth:`redraw` one at random.

    Parameters
    ----------
    inputs : ClipInputs
    labels : ndarray of int, shape (n_clips,)
    streams : sequence of str
        One stream; or ``("spatial", "temporal")`` for pairs: then each temporal image
        comes with a face frame of its span, the middle one or after a redraw any.
    per_clip : int
        >= 1.
    crops : CropSettings, optional
        Show a crop of each clip after a redraw, the same for all its images and for both
        streams.  As many epochs as there are crops of a draw see all of them.
    shift : int
        Largest random displacement after a redraw in px; the border is repeated.
    mirror : bool
        Mirror half of the images after a redraw.
    gain : float
        Multiply an image after a redraw by a factor in ``[1 - gain, 1 + gain]``.
    seed : int
        Of the draws; a redraw depends on the seed and the epoch alone.
    device : str or torch.device
        Where images are made, see :func:`mffcnn_core.devices.find_device`.
    """

    def __init__(
        self,
        inputs: ClipInputs,
        labels: npt.NDArray[np.int64],
        streams: Sequence[str],
        *,
        per_clip: int,
        crops: CropSettings | None = None,
        shift: int = 0,
        mirror: bool = False,
        gain: float = 0.0,
        seed: int = 0,
        device: Device = "cpu",
    ) -> None:
        self.device = find_device(device)
        self.inputs, self.streams, self.seed = inputs, tuple(streams), seed
        self.per_clip, self.crop_settings = per_clip, crops
        self.shift, self.mirror, self.gain = shift, mirror, gain
        self.clips = np.repeat(np.arange(len(inputs)), per_clip)
        self.labels = np.asarray(labels, dtype=np.int64)[self.clips]
        self.counts = inputs.counts(self.streams[-1])[:, None]
        lead = inputs.streams[self.streams[-1]]
        spans = [lead.spans(int(length)) for length in inputs.lengths]
        self.spans = np.concatenate(spans)
        self.first_span = np.cumsum([0, *map(len, spans)])[:-1]
        self._place(np.full((len(inputs), per_clip), 0.5), np.full(len(self.clips), 0.5))
        self.crops: tuple[Crop, ...] | None = None
        self.moves = np.zeros((len(self), 2), dtype=np.int64)
        self.mirrored = np.zeros(len(self), dtype=bool)
        self.gains = np.ones(len(self), dtype=np.float32)

    def _place(self, stretches: npt.NDArray[np.float64], within: npt.NDArray[np.float64]) -> None:
        """Turn fractions of stretches and of spans into the positions of images."""
        places = (np.arange(self.per_clip) + stretches) / self.per_clip
        last = (places * self.counts).astype(np.int64).ravel()
        self.positions = {self.streams[-1]: last}
        if len(self.streams) > 1:
            first, stop = self.spans[self.first_span[self.clips] + last].T
            self.positions[self.streams[0]] = first + (within * (stop + 1 - first)).astype(np.int64)

    def redraw(self, epoch: int) -> None:
        """Draw other images of the clips, and how each of them is changed."""
        draw = generator(self.seed, "images", epoch)
        self._place(draw.random((len(self.inputs), self.per_clip)), draw.random(len(self)))
        self.moves = draw.integers(-self.shift, self.shift + 1, size=self.moves.shape)
        self.mirrored = (draw.random(len(self)) < 0.5) & self.mirror
        gains = draw.uniform(1 - self.gain, 1 + self.gain, size=len(self))
        self.gains = gains.astype(np.float32)
        if self.crop_settings is not None:
            self.crops = tuple(self._crop(clip.clip, epoch) for clip in self.inputs.clips)
            self.mirrored ^= np.array([crop.mirror for crop in self.crops])[self.clips]

    def _crop(self, clip: str, epoch: int) -> Crop:
        """Return the crop of a clip in an epoch; every draw is used up before the next one."""
        count = len(_draw(self.crop_settings, self.seed, clip, 0))
        turn, number = divmod(epoch - 1, count)
        order = generator(self.seed, "order of crops", clip, turn).permutation(count)
        return _draw(self.crop_settings, self.seed, clip, turn)[order[number]]

    def __len__(self) -> int:
        return len(self.clips)

    @property
    def resident(self) -> bool:
        """Whether all rows lie on the device already."""
        places = (self.inputs.stacks[stream].on(self.device).device for stream in self.streams)
        return all(place.type == self.device.type for place in places)

    def statistics(self, stream: str) -> tuple[list[float], list[float]]:
        """Return mean and standard deviation of every channel of all images, in one pass.

        A channel that is the same everywhere beside others that are not has 1 in the place of
        its deviation: the third channel of flow images may be left empty.
        """
        count, total, squares = 0, 0.0, 0.0
        for first in range(0, len(self), _AT_ONCE):
            rows = np.arange(first, min(first + _AT_ONCE, len(self)))
            shown = self._images(stream, rows).double().flatten(0, -2)
            count += len(shown)
            total, squares = total + shown.sum(dim=0), squares + shown.square().sum(dim=0)
        mean = total / count
        variance = (squares / count - mean.square()).clamp(min=0)
        # of values that are all alike rounding leaves next to nothing: it is nothing
        std = variance.where(variance > 1e-12 * squares / count, 0).sqrt()
        if std.any():
            std = std.where(std > 0, 1)
        return mean.tolist(), std.tolist()

    def images(self, indices: npt.NDArray[np.int64]) -> dict[str, Tensor]:
        """Return images of each stream, shape (k, S, S, 3) or (k, frames, S, S, 3).

        Where each pixel is taken from is computed on the CPU; it is taken, and its values are
        changed, for the whole batch at once on the device.
        """
        return {stream: self._images(stream, indices) for stream in self.streams}

    def _images(self, stream: str, indices: npt.NDArray[np.int64]) -> Tensor:
        stack, clips = self.inputs.stacks[stream], self.clips[indices]
        numbers = self.inputs.numbers(stream, clips, self.positions[stream][indices])
        mirrored = self.mirrored[indices]
        crops = None if self.crops is None else [self.crops[clip] for clip in clips]
        shown = changed_rows(
            stack, numbers, self.device, crops=crops, moves=self.moves[indices], mirrored=mirrored
        )
        images = stack.kind.finished(shown)
        if self.gain:
            images = images * beside(sent(self.gains[indices][:, None], self.device), images)
        return images

    def __getitems__(self, indices: list[int]) -> Batch:
        """Return a whole batch, images as (k, ..., 3, S, S); torch's loader asks for it."""
        rows = np.asarray(indices, dtype=np.int64)
        images = [own.movedim(-1, -3) for own in self.images(rows).values()]
        together = (
            images[0] if len(images) == 1 else dict(zip(("frames", "flow"), images, strict=True))
        )
        return together, sent(self.labels[rows], self.device)

    def __getitem__(self, index: int) -> Batch:
        images, labels = self.__getitems__([index])
        if isinstance(images, dict):
            return {name: own[0] for name, own in images.items()}, labels[0]
        return images[0], labels[0]


@lru_cache(maxsize=4096)
def _draw(settings: CropSettings, seed: int, clip: str, turn: int) -> tuple[Crop, ...]:
    return draw_crops(settings, generator(seed, "crops", clip, turn))


def as_batch(batch: Batch) -> Batch:
    """Return what ``__getitems__`` has put together already: the loader's collate step."""
    return batch


class Loader(DataLoader):
    """Torch's loader; where a GPU fetches batches from memory, each is made one step ahead."""

    def __iter__(self) -> Iterator[Batch]:
        batches = super().__iter__()
        if self.dataset.resident:
            yield from batches
            return
        with ThreadPoolExecutor(1) as beside:
            ahead = beside.submit(next, batches, None)
            while (batch := ahead.result()) is not None:
                ahead = beside.submit(next, batches, None)
                yield batch
