"""Responses of a network's layer to images."""

import contextlib
from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt
import torch
from torch import nn
from torchvision.models.feature_extraction import create_feature_extractor
from tqdm.std import tqdm

from mffcnn_core.errors import ParameterError
from mffcnn_core.features._inputs import ClipInputs
from mffcnn_core.features._pooling import l2_normalise, pool_fragments
from mffcnn_core.features._streams import Images, Stream
from mffcnn_core.settings import did_you_mean

Matrix = npt.NDArray[np.float32]


@contextlib.contextmanager
def _up_to(
    network: nn.Module, layer: str, batch_size: int, device: str | torch.device
) -> Iterator[Callable[[Images], Matrix]]:
    """Yield a function from images to responses; the network gets its mode back."""
    known = [name for name, _ in network.named_modules() if name]
    if layer not in known:
        raise ParameterError(
            f"layer: expected a layer of {type(network).__name__}, got {layer!r}. "
            f"{did_you_mean(layer, known)}"
        )
    training = network.training
    extractor = create_feature_extractor(network, {layer: "features"}).to(device).eval()

    @torch.no_grad()
    def respond(images: Images) -> Matrix:
        batches = torch.from_numpy(images).permute(0, 3, 1, 2).split(batch_size)
        parts = [extractor(batch.to(device))["features"].flatten(1).cpu() for batch in batches]
        return torch.cat(parts).numpy()

    try:
        yield respond
    finally:
        network.train(training)


def network_responses(
    network: nn.Module,
    images: npt.NDArray[np.float32],
    *,
    layer: str,
    batch_size: int = 256,
    device: str | torch.device = "cpu",
) -> Matrix:
    """Return the responses of one layer to images: no gradient, evaluation mode.

    Parameters
    ----------
    network : torch module
        Left as it is, also its mode.
    images : ndarray of float32, shape (n, H, W, c)
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


def clip_features(
    network: nn.Module,
    inputs: ClipInputs,
    stream: Stream,
    *,
    layer: str,
    normalise: bool = True,
    step: int = 1,
    batch_size: int = 256,
    device: str | torch.device = "cpu",
    progress: bool = False,
) -> Matrix:
    """Return one feature vector per clip: responses averaged over the clip's fragments.

    Paper: Sec. 3.1 (average pooling of each stream), Sec. 3.2 (fragments of 16 frames),
    Sec. 3.4 (L2 normalisation).

    Parameters
    ----------
    network : torch module
    inputs : ClipInputs
    stream : Stream
        Which images of a clip the network sees.
    layer : str
        Name of the layer whose responses are the features.
    normalise : bool
        Scale each vector to length 1.
    step : int
        Look at every ``step``-th image of a fragment, >= 1; neighbours hardly differ.
    batch_size : int
        >= 1.
    device : str or torch.device
    progress : bool
        Show a progress bar with an estimate.

    Returns
    -------
    ndarray of float32, shape (n_clips, d)

    Raises
    ------
    ParameterError
        If the network has no such layer.
    """
    features = []
    with _up_to(network, layer, batch_size, device) as respond:
        for clip in tqdm(range(len(inputs)), desc="features", unit="clip", disable=not progress):
            fragments = stream.fragments(int(inputs.lengths[clip]))[:, ::step]
            positions, rows = np.unique(fragments, return_inverse=True)
            images = stream.images(inputs, np.full(len(positions), clip), positions)
            features.append(pool_fragments(respond(images), rows.reshape(fragments.shape)))
    pooled = np.stack(features)
    return l2_normalise(pooled) if normalise else pooled
