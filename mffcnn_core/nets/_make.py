"""The network of one stream, by the kind of its settings."""

from collections.abc import Sequence

from mffcnn_core.nets._frame_cnn import FrameCNN, FrameCNNSettings
from mffcnn_core.nets._se_resnet import SEResNet, SEResNetSettings


def make_network(
    settings: FrameCNNSettings | SEResNetSettings,
    *,
    size: int,
    classes: int = 6,
    mean: Sequence[float] | None = None,
    std: Sequence[float] | None = None,
) -> FrameCNN | SEResNet:
    """Return the network that belongs to settings, with weights drawn at random.

    Parameters
    ----------
    settings : FrameCNNSettings or SEResNetSettings
    size : int
        Side of the square images in px.
    classes, mean, std
        As for :class:`FrameCNN` and :class:`SEResNet`.

    Examples
    --------
    >>> type(make_network(SEResNetSettings(units=(1, 1, 1, 1)), size=32)).__name__
    'SEResNet'
    """
    if isinstance(settings, SEResNetSettings):
        return SEResNet(settings, classes=classes, mean=mean, std=std)
    return FrameCNN(settings, size=size, classes=classes, mean=mean, std=std)
