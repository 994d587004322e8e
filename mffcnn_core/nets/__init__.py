"""Networks as torch modules; every layer has a name that features can be taken at."""

from mffcnn_core.nets._backbones import (
    BACKBONES,
    FLOW_LIMIT,
    FlowPicture,
    make_backbone,
    outline_backbone,
)
from mffcnn_core.nets._efficientnet import (
    EfficientNetLite0,
    EfficientNetSettings,
    load_efficientnet_weights,
)
from mffcnn_core.nets._frame_cnn import FrameCNN, FrameCNNSettings
from mffcnn_core.nets._fusion import FusionOutput, StreamOutput, TwoStreamFusionNet
from mffcnn_core.nets._fusion_settings import FusionSettings
from mffcnn_core.nets._resnet_weights import load_resnet_weights
from mffcnn_core.nets._se_resnet import SMALL_SE_RESNET, SEResNet, SEResNetSettings
from mffcnn_core.nets._settings import NetworkSettings
from mffcnn_core.nets._squeeze_excitation import SqueezeExcitation
from mffcnn_core.nets._standardise import Standardise
from mffcnn_core.nets._vgg import VGG16FC6
from mffcnn_core.nets._weights import (
    IMAGENET_MEAN,
    IMAGENET_STD,
    Weights,
    match_weights,
    read_weights,
)

__all__ = [
    "BACKBONES",
    "FLOW_LIMIT",
    "IMAGENET_MEAN",
    "IMAGENET_STD",
    "SMALL_SE_RESNET",
    "VGG16FC6",
    "EfficientNetLite0",
    "EfficientNetSettings",
    "FlowPicture",
    "FrameCNN",
    "FrameCNNSettings",
    "FusionOutput",
    "FusionSettings",
    "NetworkSettings",
    "SEResNet",
    "SEResNetSettings",
    "SqueezeExcitation",
    "Standardise",
    "StreamOutput",
    "TwoStreamFusionNet",
    "Weights",
    "load_efficientnet_weights",
    "load_resnet_weights",
    "make_backbone",
    "match_weights",
    "outline_backbone",
    "read_weights",
]
