"""Responses of a network's layer to images, and to the parts of clips."""

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torchvision.models.feature_extraction import create_feature_extractor
from tqdm.std import tqdm

from mffcnn_core.errors import ParameterError
from mffcnn_core.features._images import Images, Indices, StreamImages
from mffcnn_core.features._inputs import ClipInputs, PreparedLike, check_request, load_inputs
from mffcnn_core.features._parts import ClipParts, average_parts
from mffcnn_core.nets import TwoStreamFusionNet
from mffcnn_core.settings import did_you_mean

Matrix = npt.NDArray[np.float32]
Device = str | torch.device
# from the positions of images in a clip to the responses of each stream
Respond = Callable[[ClipInputs, int, Indices], Mapping[str, Matrix]]


def as_tensor(images: Images) -> Tensor:
    """Return images (..., H, W, c) as networks take them: (..., c, H, W); nothing is copied."""
    return torch.from_numpy(images).movedim(-1, -3)


@contextlib.contextmanager
def _evaluating(network: nn.Module) -> Iterator[None]:
    """Compute without gradients and in evaluation mode; the network gets its mode back."""
    training = network.training
    network.eval()
    try:
        with torch.no_grad():
            yield
    finally:
        network.train(training)


@contextlib.contextmanager
def _up_to(
    network: nn.Module, layer: str, batch_size: int, device: Device
) -> Iterator[Callable[[Images], Matrix]]:
    """Yield a function from images to the responses of a layer."""
    known = [name for name, _ in network.named_modules() if name]
    if layer not in known:
        raise ParameterError(
            f"layer: expected a layer of {type(network).__name__}, got {layer!r}. "
            f"{did_you_mean(layer, known)}"
        )

    def respond(images: Images) -> Matrix:
        batches = as_tensor(images).split(batch_size)
        parts = [extractor(batch.to(device))["features"].flatten(1).cpu() for batch in batches]
        return torch.cat(parts).numpy()

    with _evaluating(network):
        extractor = create_feature_extractor(network, {layer: "features"}).to(device).eval()
        yield respond


def network_responses(
    network: nn.Module,
    images: Images,
    *,
    layer: str,
    batch_size: int = 256,
    device: Device = "cpu",
) -> Matrix:
    """Return the responses of one layer to images: no gradient, evaluation mode.

    Parameters
    ----------
    network : torch module
        Left as it is, also its mode.
    images : ndarray of float32, shape (n, H, W, c) or (n, frames, H, W, c)
    layer : str
        Name of a layer as in ``network.named_modules()``, e.g. ``"relu3"``.
    batch_size : int
        >= 1.
    device : str or torch.device

    Returns
    -------
    ndarray of float32, shape (n, d)
        Responses, flattened where a layer has maps.

    Raises
    ------
    ParameterError
        If the network has no such layer.
    """
    with _up_to(network, layer, batch_size, device) as respond:
        return respond(images)


def _parts_of(
    inputs: ClipInputs, clip: int, parts_from: str, step: int, respond: Respond
) -> dict[str, Matrix]:
    """Return the mean response to each part of a clip; no image is looked at twice."""
    parts = inputs.streams[parts_from].parts(int(inputs.lengths[clip]))[:, ::step]
    positions, places = np.unique(parts, return_inverse=True)
    responses = respond(inputs, clip, positions)
    return {name: average_parts(r, places.reshape(parts.shape)) for name, r in responses.items()}


def _of_stream(stream: str, layer: Callable[[Images], Matrix]) -> Respond:
    def respond(inputs: ClipInputs, clip: int, positions: Indices) -> Mapping[str, Matrix]:
        return {stream: layer(inputs.images(stream, np.full(len(positions), clip), positions))}

    return respond


def _collect(
    clips: tuple, one: Callable[[int], Mapping[str, Matrix]], progress: bool, name: str
) -> ClipParts:
    bar = tqdm(range(len(clips)), desc=name, unit="clip", disable=not progress)
    every = [one(clip) for clip in bar]
    return ClipParts(clips, {stream: tuple(own[stream] for own in every) for stream in every[0]})


def network_parts(
    network: nn.Module,
    inputs: ClipInputs,
    stream: str,
    *,
    layer: str,
    step: int = 1,
    batch_size: int = 256,
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
    progress : bool
        Show a progress bar with an estimate.

    Raises
    ------
    ParameterError
        If the network has no such layer.
    """
    with _up_to(network, layer, batch_size, device) as respond:
        of_stream = _of_stream(stream, respond)
        return _collect(
            inputs.clips,
            lambda clip: _parts_of(inputs, clip, stream, step, of_stream),
            progress,
            f"{stream} features",
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
    batch_size: int = 256,
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

    def respond(inputs: ClipInputs, clip: int, positions: Indices) -> Mapping[str, Matrix]:
        here = np.full(len(positions), clip)
        pairs = zip(
            as_tensor(inputs.images("spatial", here, centre_frames(inputs, clip, positions))).split(
                batch_size
            ),
            as_tensor(inputs.images("temporal", here, positions)).split(batch_size),
            strict=True,
        )
        outputs = [network(frames.to(device), flow.to(device)) for frames, flow in pairs]
        return {
            stream: torch.cat([getattr(output, stream).features for output in outputs])
            .cpu()
            .numpy()
            for stream in ("spatial", "temporal")
        }

    with _evaluating(network):
        return _collect(
            inputs.clips,
            lambda clip: _parts_of(inputs, clip, "temporal", step, respond),
            progress,
            "features",
        )


def read_parts(
    prepared: Iterable[PreparedLike],
    size: int,
    streams: Mapping[str, StreamImages],
    networks: Mapping[str, nn.Module],
    *,
    layer: str,
    step: int = 1,
    batch_size: int = 32,
    device: Device = "cpu",
    progress: bool = False,
) -> ClipParts:
    """Return the responses of networks that are not trained here, clip by clip from disk.

    Only one clip's images are in memory at a time.

    Paper: Sec. 3.4 (fc6 responses).

    Parameters
    ----------
    prepared : iterable of PreparedClip
    size : int
        Side of the square network images in px, >= 8.
    streams : mapping of str to StreamImages
    networks : mapping of str to torch module
        By the same names; e.g. one ``VGG16FC6`` for both.
    layer, step, batch_size, device, progress
        As for :func:`network_parts`.

    Raises
    ------
    ParameterError
        If there is no clip, ``size`` is too small, or a network has no such layer.
    PreparationError
        If a clip's arrays are not what a recogniser needs; the message names the clip.
    """
    prepared = list(prepared)
    check_request(prepared, size)
    with contextlib.ExitStack() as opened:
        responds = {
            name: _of_stream(
                name, opened.enter_context(_up_to(networks[name], layer, batch_size, device))
            )
            for name in streams
        }

        def one(number: int) -> Mapping[str, Matrix]:
            inputs = load_inputs([prepared[number]], size, streams)
            own: dict[str, Matrix] = {}
            for name, respond in responds.items():
                own |= _parts_of(inputs, 0, name, step, respond)
            return own

        return _collect(tuple(item.clip for item in prepared), one, progress, "features")
