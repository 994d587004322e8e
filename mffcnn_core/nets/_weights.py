"""Weights that were trained elsewhere: read in full, matched in full, or refused."""

from collections.abc import Callable, Mapping
from pathlib import Path
from pickle import UnpicklingError

import torch
from torch import Tensor

from mffcnn_core.errors import WeightsError

Weights = Path | str | Mapping[str, Tensor]
"""A file, a name of weights that can be had, or a state dict."""

TORCHVISION = "torchvision"
"""In the place of a file, torchvision's own weights, downloaded once."""

IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)
"""Mean and standard deviation of RGB in [0, 1] that torchvision's networks expect."""


def _from_torchvision(model: str, option: str) -> dict[str, Tensor]:
    from torchvision.models import (
        get_model_weights,
    )  # loads torch's compiler, which takes longer than torch

    trained = next(iter(get_model_weights(model)))  # the first that were published
    try:
        return dict(trained.get_state_dict(progress=False, check_hash=True))
    except (OSError, RuntimeError) as error:
        cache = Path(torch.hub.get_dir()) / "checkpoints"
        raise WeightsError(
            f"{model}: expected {trained.name} weights from torchvision's cache ({cache}) or by "
            f"download, got {error}. Fetch {trained.url} on a machine with a connection and "
            f"pass the file: {option}='{Path(trained.url).name}'."
        ) from error


def _from_file(path: Path, option: str) -> dict[str, Tensor]:
    if not path.is_file():
        raise WeightsError(
            f"{path}: expected a file of weights, got no file. Correct {option}, or set "
            f"{option}={TORCHVISION!r} to download torchvision's."
        )
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except (EOFError, OSError, RuntimeError, UnpicklingError) as error:
        raise WeightsError(
            f"{path}: expected a state dict that torch.save wrote, got {type(error).__name__}. "
            f"Fetch the file of {option} again."
        ) from error
    if not isinstance(state, Mapping) or not all(torch.is_tensor(v) for v in state.values()):
        raise WeightsError(
            f"{path}: expected a state dict (names and tensors), got another kind of record. "
            f"Save network.state_dict() of the network that {option} is for."
        )
    return dict(state)


def read_weights(weights: Weights, *, model: str, option: str) -> dict[str, Tensor]:
    """Return a state dict from a file, from torchvision, or from memory.

    Parameters
    ----------
    weights : path, ``"torchvision"``, or mapping of names to tensors
        A mapping is copied.
    model : str
        torchvision's name of the network, e.g. ``"resnet50"``.
    option : str
        How the caller's argument is called, for the messages.

    Raises
    ------
    WeightsError
        If the weights cannot be had; the message names the file and the option.
    """
    if isinstance(weights, Mapping):
        return {name: value.clone() for name, value in weights.items()}
    if weights == TORCHVISION:
        return _from_torchvision(model, option)
    return _from_file(Path(weights), option)


def match_weights(
    own: Mapping[str, Tensor],
    given: Mapping[str, Tensor],
    *,
    model: str,
    optional: Callable[[str], bool] = lambda name: False,
) -> dict[str, Tensor]:
    """Return ``given`` in the precision of ``own`` if the two belong together.

    Parameters
    ----------
    own, given : mapping of names to tensors
        State dict of the network, and weights for it under the same names.
    model : str
        What the weights should be of, for the message.
    optional : callable
        Whether a name of ``own`` may be absent.

    Raises
    ------
    WeightsError
        If a name has no counterpart or a shape differs; the message lists all of them.
    """
    problems = [f"{name} is missing" for name in own if name not in given and not optional(name)]
    problems += [f"{name} is unknown" for name in given if name not in own]
    problems += [
        f"{name} has shape {tuple(value.shape)}, not {tuple(own[name].shape)}"
        for name, value in given.items()
        if name in own and value.shape != own[name].shape
    ]
    if problems:
        raise WeightsError(
            f"weights: expected those of {model}, got others: {'; '.join(problems)}. "
            "Take the file that belongs to the network's settings."
        )
    return {name: value.to(own[name].dtype) for name, value in given.items()}
