"""The rows that one stream keeps of many clips, and where they lie: in memory or on a GPU."""

import warnings
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from mffcnn_core.devices import sent
from mffcnn_core.features._images import Indices, Rows, StreamImages

_SHARE = 0.6  # of a GPU's free memory that one stack may take up


@dataclass(frozen=True, eq=False)
class Stack:
    """What one stream keeps of many clips, one after the other in one array.

    Attributes
    ----------
    kind : StreamImages
        Of the images that are made of it.
    rows : ndarray
    starts : ndarray of int, shape (n_clips,)
        First row of each clip.
    placed : dict of str to pair
        Rows and where they were put by :meth:`on`, by device; other clips of the same rows
        share it.
    """

    kind: StreamImages
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
