"""Responses of a network's layer to images, and to the parts of clips."""

import contextlib
from collections.abc import Callable, Iterator, Mapping

import numpy as np
import torch
from torch import Tensor, nn
from tqdm.std import tqdm

from mffcnn_core.devices import Device, find_device, sent
from mffcnn_core.errors import ParameterError
from mffcnn_core.features._images import Images, Indices
from mffcnn_core.features._inputs import ClipInputs
from mffcnn_core.features._parts import ClipParts, Vectors, average_parts
from mffcnn_core.nets import TwoStreamFusionNet
from mffcnn_core.settings import did_you_mean

# from clips and the positions of images in them to the responses of each stream
Respond = Callable[[ClipInputs, Indices, Indices], Mapping[str, Tensor]]


def as_tensor(images: Images) -> Tensor:
    """Return images (..., H, W, c) as networks take them: (..., c, H, W); nothing is copied."""
    return torch.from_numpy(images).movedim(-1, -3)


@contextlib.contextmanager
def _evaluating(network: nn.Module, device: torch.device) -> Iterator[None]:
    """Compute on a device, without gradients, in evaluation mode; the mode is given back."""
    training = network.training
    network.to(device).eval()
    try:
        with torch.no_grad():
            yield
    finally:
        network.train(training)


@contextlib.contextmanager
def up_to(
    network: nn.Module, layer: str, device: torch.device
) -> Iterator[Callable[[Tensor], Tensor]]:
    """Yield a function from a batch of images (..., H, W, c) to the responses of a layer."""
    known = {name: one for name, one in network.named_modules() if name}
    if layer not in known:
        raise ParameterError(
            f"layer: expected a layer of {type(network).__name__}, got {layer!r}. "
            f"{did_you_mean(layer, known)}"
        )
    with _evaluating(network, device):
        seen = {}

        def look(module: nn.Module, given: tuple[Tensor, ...], maps: Tensor) -> None:
            seen["maps"] = maps.flatten(1).clone()  # the next layer may change them in place

        hook = known[layer].register_forward_hook(look)

        def respond(images: Tensor) -> Tensor:
            network(images.movedim(-1, -3))
            return seen.pop("maps")

        with hook:
            yield respond


def network_responses(
    network: nn.Module,
    images: Images,
    *,
    layer: str,
    batch_size: int = 256,
    device: Device = "cpu",
) -> Vectors:
    """Return the responses of one layer to images: no gradient, evaluation mode.

    Parameters
    ----------
    network : torch module
        Moved to the device; otherwise left as it is, also its mode.
    images : ndarray of float32, shape (n, H, W, c) or (n, frames, H, W, c)
    layer : str
        Name of a layer as in ``network.named_modules()``, e.g. ``"relu3"``.
    batch_size : int
        >= 1.
    device : str or torch.device
        See :func:`mffcnn_core.devices.find_device`.

    Returns
    -------
    ndarray of float32, shape (n, d)
        Responses, flattened where a layer has maps.

    Raises
    ------
    ParameterError
        If the network has no such layer.
    """
    place = find_device(device)
    with up_to(network, layer, place) as respond:
        batches = torch.from_numpy(images).split(batch_size)
        return torch.cat([respond(sent(batch, place)).cpu() for batch in batches]).numpy()


def in_parts(
    inputs: ClipInputs,
    parts_from: str,
    respond: Respond,
    *,
    step: int,
    batch_size: int,
    progress: bool = False,
    name: str = "",
) -> ClipParts:
    """Return the mean response to each part of clips.

    No image is looked at twice, and a batch holds images of as many clips as it takes.
    """
    plans = []
    for length in inputs.lengths:
        parts = inputs.streams[parts_from].parts(int(length))[:, ::step]
        positions, places = np.unique(parts, return_inverse=True)
        plans.append((positions, places.reshape(parts.shape)))
    clips = np.repeat(np.arange(len(inputs)), [len(positions) for positions, _ in plans])
    every = np.concatenate([positions for positions, _ in plans])
    waiting: dict[str, Vectors] = {}
    found: list[dict[str, Vectors]] = []
    bar = tqdm(total=len(plans), desc=name, unit="clip", disable=not progress)
    for first in range(0, len(every), batch_size):
        batch = slice(first, first + batch_size)
        for stream, own in respond(inputs, clips[batch], every[batch]).items():
            rows = own.cpu().numpy()
            waiting[stream] = np.concatenate([waiting[stream], rows]) if stream in waiting else rows
        while len(found) < len(plans):
            positions, places = plans[len(found)]
            if len(next(iter(waiting.values()))) < len(positions):
                break
            found.append(
                {s: average_parts(r[: len(positions)], places) for s, r in waiting.items()}
            )
            waiting = {stream: rows[len(positions) :] for stream, rows in waiting.items()}
            bar.update()
    bar.close()
    return ClipParts(inputs.clips, {s: tuple(own[s] for own in found) for s in found[0]})


def of_stream(stream: str, layer: Callable[[Tensor], Tensor], device: torch.device) -> Respond:
    def respond(inputs: ClipInputs, clips: Indices, positions: Indices) -> Mapping[str, Tensor]:
        return {stream: layer(inputs.on(device, stream, clips, positions))}

    return respond


def network_parts(
    network: nn.Module,
    inputs: ClipInputs,
    stream: str,
    *,
    layer: str,
    step: int = 1,
    batch_size: int = 64,
    device: Device = "cpu",
    progress: bool = False,
) -> ClipParts:
    """Return the responses of one stream's network to the parts of clips.

    Paper: Sec. 3.1 (average pooling of each stream), Sec. 3.2 (fragments), Sec. 3.4
    (windows).

    Parameters
    ----------
    network : torch module
    inputs : ClipInputs
    stream : str
        Which images of ``inputs`` the network sees.
    layer : str
        Name of the layer whose responses are the features.
    step : int
        Look at every ``step``-th image of a part, >= 1; neighbours hardly differ.
    batch_size : int
        >= 1.
    device : str or torch.device
        See :func:`mffcnn_core.devices.find_device`.
    progress : bool
        Show a progress bar with an estimate.

    Raises
    ------
    ParameterError
        If the network has no such layer.
    """
    place = find_device(device)
    with up_to(network, layer, place) as respond:
        return in_parts(
            inputs,
            stream,
            of_stream(stream, respond, place),
            step=step,
            batch_size=batch_size,
            progress=progress,
            name=f"{stream} features",
        )


def centre_frames(inputs: ClipInputs, clip: int, positions: Indices) -> Indices:
    """Return the frame in the middle of each temporal image of a clip.

    A two-stream network sees an ordered flow map together with this face.
    """
    spans = inputs.streams["temporal"].spans(int(inputs.lengths[clip]))[positions]
    return spans.sum(axis=1) // 2


def fusion_parts(
    network: TwoStreamFusionNet,
    inputs: ClipInputs,
    *,
    step: int = 1,
    batch_size: int = 64,
    device: Device = "cpu",
    progress: bool = False,
) -> ClipParts:
    """Return the pooled features of both streams of a fused network, part by part.

    Each temporal image is shown together with the face frame at its centre; the parts are
    those of the temporal stream.

    Paper: Sec. 3.5.

    Parameters
    ----------
    network : TwoStreamFusionNet
    inputs : ClipInputs
        With the streams ``"spatial"`` (single frames) and ``"temporal"``.
    step, batch_size, device, progress
        As for :func:`network_parts`.
    """
    place = find_device(device)

    def respond(inputs: ClipInputs, clips: Indices, positions: Indices) -> Mapping[str, Tensor]:
        centres = np.concatenate(
            [centre_frames(inputs, clip, positions[clips == clip]) for clip in np.unique(clips)]
        )
        frames, flow = (
            inputs.on(place, stream, clips, shown).movedim(-1, -3)
            for stream, shown in (("spatial", centres), ("temporal", positions))
        )
        output = network(frames, flow)
        return {stream: getattr(output, stream).features for stream in ("spatial", "temporal")}

    with _evaluating(network, place):
        return in_parts(
            inputs,
            "temporal",
            respond,
            step=step,
            batch_size=batch_size,
            progress=progress,
            name="features",
        )
