"""VGG-16 up to its first fully connected layer."""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from mffcnn_core.nets._standardise import Standardise
from mffcnn_core.nets._weights import (
    IMAGENET_MEAN,
    IMAGENET_STD,
    TORCHVISION,
    Weights,
    match_weights,
    read_weights,
)


def vgg16() -> nn.Module:
    """Return torchvision's VGG-16 with random weights."""
    from torchvision import models  # loads torch's compiler, which takes longer than torch

    return models.vgg16()


class VGG16FC6(nn.Module):
    """The 4096 responses of VGG-16's first fully connected layer, trained on ImageNet.

    ::

        images (n, 3, H, W), RGB from 0 to 255; meant for 224x224
          standardise    (x / 255 - mean) / std of ImageNet
          features       13 convolutions 3x3, 5 max-poolings
          pool, flatten  to 7x7, 512 maps
          fc6            4096
          relu6                                              -> features

    Paper: Sec. 3.4 (fc6 responses of the ordered flow maps).

    Parameters
    ----------
    weights : path, ``"torchvision"``, or mapping of names to tensors
        State dict of torchvision's VGG-16; ``"torchvision"`` downloads the one trained on
        ImageNet.  There is no VGG-16 here without weights.
    relu : bool
        Take the responses after the ReLU, as networks that apply it in place hand them
        out under the name fc6; False: before it, with negative ones.
    architecture : callable
        Makes torchvision's VGG without weights; any other one of the family will do.

    Raises
    ------
    WeightsError
        If the weights cannot be had, or are not those of the architecture.

    Notes
    -----
    Departures from the paper: (I) Whether fc6 is meant before or after its ReLU is not
    said.  (II) Ordered flow maps are scaled to [0, 255] and then treated as if they were
    photographs, with ImageNet's mean and standard deviation.

    References
    ----------
    K. Simonyan, A. Zisserman, "Very Deep Convolutional Networks for Large-Scale Image
    Recognition", ICLR 2015.
    """

    feature_layer = "relu6"

    def __init__(
        self,
        weights: Weights = TORCHVISION,
        *,
        relu: bool = True,
        architecture: Callable[[], nn.Module] = vgg16,
    ) -> None:
        model = architecture.__name__
        super().__init__()
        with torch.device("meta"):  # shapes only: no weight exists before it is loaded
            vgg = architecture()
        self.features = vgg.features
        self.pool = vgg.avgpool
        self.flatten = nn.Flatten()
        self.fc6 = vgg.classifier[0]
        given = {
            name.replace("classifier.0.", "fc6."): value
            for name, value in read_weights(weights, model=model, option="weights").items()
            if not name.startswith(("classifier.3.", "classifier.6."))
        }
        given = match_weights(self.state_dict(), given, model=model)
        self.load_state_dict(given, assign=True)
        self.standardise = Standardise(
            [255 * mean for mean in IMAGENET_MEAN], [255 * std for std in IMAGENET_STD]
        )
        self.relu6 = nn.ReLU() if relu else nn.Identity()

    def forward(self, images: Tensor) -> Tensor:
        """Return the features (n, 4096) of RGB images (n, 3, H, W) from 0 to 255."""
        maps = self.pool(self.features(self.standardise(images)))
        return self.relu6(self.fc6(self.flatten(maps)))
