"""Ordered flow maps of flow that is too long to be held."""

from collections.abc import Iterator
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from mffcnn_core.pooling._maps import ordered_flow_maps, windows


class FlowSlices(Protocol):
    """Flow of which slices can be had: an array, or one that lies on disk."""

    def __len__(self) -> int:
        """Return the number of flow fields."""

    def __getitem__(self, rows: slice, /) -> npt.NDArray[np.floating]:
        """Return some of them, shape (k, H, W, 2), in single or half precision."""


def iter_ordered_flow_maps(
    flow: FlowSlices, *, window: int = 28, stride: int | None = None, **options: Any
) -> Iterator[npt.NDArray[np.float32]]:
    """Yield the ordered flow maps of a clip one by one; one window is held at a time.

    Paper: Sec. 3.4, Eqs. (3)-(8).  Book: ch. 4.

    Parameters
    ----------
    flow : FlowSlices
        E.g. ``clip.open().flow`` of a :class:`mffcnn_core.preparation.PreparedClip`.
    window, stride
        See :func:`windows`.
    **options
        Those of :func:`ordered_flow_maps`.

    Yields
    ------
    ndarray of float32, shape (H, W, 3)
        What :func:`ordered_flow_maps` returns for the whole clip, but for rounding.

    Examples
    --------
    >>> flow = np.random.default_rng(0).random((60, 4, 4, 2), np.float32)
    >>> len(list(iter_ordered_flow_maps(flow)))
    3
    """
    for span in windows(len(flow), window=window, stride=stride):
        part = np.asarray(flow[span], np.float32)
        yield ordered_flow_maps(part, window=len(part), **options)[0]
