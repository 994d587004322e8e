"""The network of one stream, by the kind of its settings."""

from collections.abc import Sequence

from mffcnn_core.nets._efficientnet import (
    EfficientNetLite0,
    EfficientNetSettings,
    load_efficientnet_weights,
)
from mffcnn_core.nets._frame_cnn import FrameCNN, FrameCNNSettings
from mffcnn_core.nets._resnet_weights import load_resnet_weights
from mffcnn_core.nets._se_resnet import SEResNet, SEResNetSettings
from mffcnn_core.nets._video_net import VideoNet, VideoNetSettings, load_video_weights
from mffcnn_core.nets._weights import Weights

NetworkSettings = FrameCNNSettings | SEResNetSettings | VideoNetSettings | EfficientNetSettings
Network = FrameCNN | SEResNet | VideoNet | EfficientNetLite0


def make_network(
    settings: NetworkSettings,
    *,
    size: int,
    classes: int = 6,
    mean: Sequence[float] | None = None,
    std: Sequence[float] | None = None,
) -> Network:
    """Return the network that belongs to settings, with weights drawn at random.

    Parameters
    ----------
    settings : FrameCNNSettings, SEResNetSettings, VideoNetSettings or EfficientNetSettings
    size : int
        Side of the square images in px.
    classes, mean, std
        As for :class:`FrameCNN`, :class:`SEResNet`, :class:`VideoNet` and
        :class:`EfficientNetLite0`; that one gets images of half the deviation, as photographs
        were shown to it in its own training.

    Examples
    --------
    >>> type(make_network(SEResNetSettings(units=(1, 1, 1, 1)), size=32)).__name__
    'SEResNet'
    """
    if isinstance(settings, SEResNetSettings):
        return SEResNet(settings, classes=classes, mean=mean, std=std)
    if isinstance(settings, VideoNetSettings):
        return VideoNet(settings, classes=classes, mean=mean, std=std)
    if isinstance(settings, EfficientNetSettings):
        twice = None if std is None else [2 * value for value in std]
        return EfficientNetLite0(None, settings=settings, classes=classes, mean=mean, std=twice)
    return FrameCNN(settings, size=size, classes=classes, mean=mean, std=std)


def load_weights(network: SEResNet | VideoNet | EfficientNetLite0, weights: Weights) -> None:
    """Load what the same network has learnt elsewhere.

    Parameters
    ----------
    network : SEResNet, VideoNet or EfficientNetLite0
        Changed in place.
    weights : path, ``"torchvision"`` or ``"package"``, or mapping of names to tensors
        See :func:`load_resnet_weights`, :func:`load_video_weights` and
        :func:`load_efficientnet_weights`.

    Raises
    ------
    WeightsError
        If the weights are not available, or are not those of this network.
    """
    if isinstance(network, EfficientNetLite0):
        load_efficientnet_weights(network, weights)
    elif isinstance(network, VideoNet):
        load_video_weights(network, weights)
    else:
        load_resnet_weights(network, weights)
