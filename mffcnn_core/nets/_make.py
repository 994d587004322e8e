"""The network of one stream, by the kind of its settings."""

from collections.abc import Sequence

from mffcnn_core.nets._frame_cnn import FrameCNN, FrameCNNSettings
from mffcnn_core.nets._resnet_weights import load_resnet_weights
from mffcnn_core.nets._se_resnet import SEResNet, SEResNetSettings
from mffcnn_core.nets._video_net import VideoNet, VideoNetSettings, load_video_weights
from mffcnn_core.nets._weights import Weights

NetworkSettings = FrameCNNSettings | SEResNetSettings | VideoNetSettings


def make_network(
    settings: NetworkSettings,
    *,
    size: int,
    classes: int = 6,
    mean: Sequence[float] | None = None,
    std: Sequence[float] | None = None,
) -> FrameCNN | SEResNet | VideoNet:
    """Return the network that belongs to settings, with weights drawn at random.

    Parameters
    ----------
    settings : FrameCNNSettings, SEResNetSettings or VideoNetSettings
    size : int
        Side of the square images in px.
    classes, mean, std
        As for :class:`FrameCNN`, :class:`SEResNet` and :class:`VideoNet`.

    Examples
    --------
    >>> type(make_network(SEResNetSettings(units=(1, 1, 1, 1)), size=32)).__name__
    'SEResNet'
    """
    if isinstance(settings, SEResNetSettings):
        return SEResNet(settings, classes=classes, mean=mean, std=std)
    if isinstance(settings, VideoNetSettings):
        return VideoNet(settings, classes=classes, mean=mean, std=std)
    return FrameCNN(settings, size=size, classes=classes, mean=mean, std=std)


def load_weights(network: SEResNet | VideoNet, weights: Weights) -> None:
    """Load what the same network has learnt elsewhere.

    Parameters
    ----------
    network : SEResNet or VideoNet
        Changed in place.
    weights : path, ``"torchvision"``, or mapping of names to tensors
        See :func:`load_resnet_weights` and :func:`load_video_weights`.

    Raises
    ------
    WeightsError
        If the weights cannot be had, or are not those of this network.
    """
    load = load_video_weights if isinstance(network, VideoNet) else load_resnet_weights
    load(network, weights)
