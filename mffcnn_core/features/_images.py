"""What every kind of images must say of itself: how it is made of a clip, how it is changed."""

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from torch import Tensor

from mffcnn_core.settings import Settings

Images = npt.NDArray[np.float32]
Rows = npt.NDArray[np.generic]
Indices = npt.NDArray[np.int64]


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
