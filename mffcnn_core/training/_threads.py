"""The number of torch's threads, which its results depend on."""

import contextlib
from collections.abc import Iterator

import torch

from mffcnn_core.settings import check_at_least


@contextlib.contextmanager
def torch_threads(threads: int) -> Iterator[None]:
    """Compute on this many threads inside the block.

    torch gives the same bytes for the same seed at one number of threads, not between
    two; a result therefore fixes the number and records it.

    Parameters
    ----------
    threads : int
        >= 1.

    Raises
    ------
    ParameterError
        If ``threads`` is < 1.
    """
    check_at_least("threads", threads, 1, "Take 1 where folds run side by side.")
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        yield
    finally:
        torch.set_num_threads(before)
