"""How many trainings a GPU takes at once."""

import torch

from mffcnn_core.devices import Device, find_device

_LARGE = 4_000_000_000


def at_once(device: Device, need: int) -> int | None:
    """Return how many processes, >= 1, should share a GPU; None on the CPU, whose cores decide.

    One that needs more than 4 GB trains networks that fill a GPU by themselves: two of them
    only take turns.  Of smaller ones as many as four fifths of the free memory hold.

    Parameters
    ----------
    device : str or torch.device
    need : int
        Bytes of the GPU's memory that a process takes, see :func:`training_bytes`.
    """
    found = find_device(device)
    if found.type != "cuda":
        return None
    return 1 if need > _LARGE else max(1, int(0.8 * torch.cuda.mem_get_info(found)[0] / need))


def training_bytes(size: int, batch_size: int) -> int:
    """Return about how many bytes of a GPU's memory a training takes, rather too many.

    What torch itself takes, and what two SE-ResNet-50s that are trained together keep for each
    pixel of a batch; smaller networks keep less.

    Parameters
    ----------
    size : int
        Side of the images in px.
    batch_size : int

    Examples
    --------
    >>> training_bytes(224, 64) // 10**9, training_bytes(48, 16) // 10**6
    (15, 965)
    """
    return 800_000_000 + 4_500 * size**2 * batch_size
