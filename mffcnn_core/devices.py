"""Where networks compute: on the CPU, or on a GPU that is really there."""

import functools
import subprocess

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from mffcnn_core.errors import ParameterError

Device = str | torch.device


def find_device(device: Device) -> torch.device:
    """Return the device that a name means, before any work is done for it.

    Parameters
    ----------
    device : str or torch.device
        ``"auto"`` is a GPU if there is one, else the CPU; otherwise as torch names it:
        ``"cpu"``, ``"cuda"``, ``"cuda:1"``.

    Raises
    ------
    ParameterError
        If torch knows no such device, or it is not there.

    Examples
    --------
    >>> find_device("cpu")
    device(type='cpu')
    """
    if device == "auto":
        device = "cuda" if torch.cuda.is_available() else "cpu"
    try:
        found = torch.device(device)
    except RuntimeError as error:
        raise ParameterError(
            f"device: expected auto, cpu, cuda or cuda:<number>, got {device!r}. "
            "'auto' takes a GPU where there is one."
        ) from error
    cards = torch.cuda.device_count() if torch.cuda.is_available() else 0
    if found.type == "cuda" and (found.index or 0) >= cards:
        raise ParameterError(
            f"device: expected one that is here, got {str(found)!r} where torch "
            f"{torch.__version__} finds {cards} GPU(s). Take 'cpu' or 'auto', or mend the driver."
        )
    return found


def device_facts(device: Device) -> dict[str, str | None]:
    """Return what a result on a device can depend on, as plain values.

    Returns
    -------
    dict
        ``device`` ("cpu" or "cuda") and ``torch``; of a GPU ``card``, ``driver`` and ``cuda``
        (the version that torch was built with), too.

    Examples
    --------
    >>> device_facts("cpu")["device"]
    'cpu'
    """
    found = find_device(device)
    facts: dict[str, str | None] = {"device": found.type, "torch": torch.__version__}
    if found.type == "cuda":
        facts |= {
            "card": torch.cuda.get_device_name(found),
            "driver": _driver(),
            "cuda": torch.version.cuda,
        }
    return facts


@functools.cache
def _driver() -> str | None:
    """Return the version of the GPU's driver; None where ``nvidia-smi`` does not say it."""
    command = ["nvidia-smi", "--query-gpu=driver_version", "--format=csv,noheader"]
    try:
        said = subprocess.run(command, check=True, capture_output=True, text=True, timeout=20)
    except (OSError, subprocess.SubprocessError):
        return None
    return said.stdout.split("\n")[0].strip() or None


def sent(values: npt.NDArray[np.generic] | Tensor, device: torch.device) -> Tensor:
    """Return values on a device; a GPU fetches them while the CPU prepares what comes next."""
    values = torch.from_numpy(values) if isinstance(values, np.ndarray) else values
    if device.type != "cuda" or values.is_cuda:
        return values.to(device)
    return values.pin_memory().to(device, non_blocking=True)
