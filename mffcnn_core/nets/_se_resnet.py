"""Residual networks with squeeze-excitation: one stream of the paper's two."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import torch
from torch import Tensor, nn

from mffcnn_core.errors import ParameterError
from mffcnn_core.nets._resnet_weights import load_resnet_weights
from mffcnn_core.nets._settings import NetworkSettings
from mffcnn_core.nets._squeeze_excitation import SqueezeExcitation, check_excitation
from mffcnn_core.nets._standardise import Standardise
from mffcnn_core.nets._weights import Weights
from mffcnn_core.settings import check_at_least, check_choice, check_share

Block = Literal["basic", "bottleneck"]
Stem = Literal["7x7", "3x3"]
EXPANSION = {"basic": 1, "bottleneck": 4}
STAGES = (2, 3, 4, 5)
"""Stages that consist of residual units; stage 1 is a convolution and a pooling."""
_MOST = {"units": 100, "widths": 10_000}


@dataclass(frozen=True, kw_only=True)
class SEResNetSettings(NetworkSettings):
    """Settings of :class:`SEResNet`; the defaults are SE-ResNet-50.

    Parameters
    ----------
    block : {"basic", "bottleneck"}
        Two 3x3 convolutions in a unit, or 1x1, 3x3 and 1x1.
    units : tuple of int
        Residual units of the stages 2 to 5, each >= 1.
    widths : tuple of int
        Maps of the 3x3 convolutions of the stages 2 to 5; a bottleneck unit returns four
        times as many.  Stage 1 has as many maps as stage 2 is wide.
    stem : {"7x7", "3x3"}
        Stage 1: a 7x7 convolution of stride 2 and a pooling of stride 2, for images of 224
        px; or one 3x3 convolution of stride 2, for small images, of which the other
        leaves next to nothing for stage 5.
    pool : int
        Side of the grid that the last maps are averaged over, >= 1.  1 is the average over
        the whole image; a larger grid keeps where on the face something was.
    reduction : int
        r of the squeeze-excitation, >= 1.
    se_start : float
        Weight of every channel before training, in (0, 1), see
        :class:`SqueezeExcitation`.
    dropout : float
        Share of the pooled features that training leaves out, in [0, 1).

    Raises
    ------
    ParameterError
        If a value is outside its range.
    """

    block: Block = "bottleneck"
    units: tuple[int, int, int, int] = (3, 4, 6, 3)
    widths: tuple[int, int, int, int] = (64, 128, 256, 512)
    stem: Stem = "7x7"
    pool: int = 1
    reduction: int = 16
    se_start: float = 0.98
    dropout: float = 0.0

    def __post_init__(self) -> None:
        for name in ("units", "widths"):  # a list from a YAML profile is as good as a tuple
            object.__setattr__(self, name, tuple(getattr(self, name)))
            values = getattr(self, name)
            if len(values) != len(STAGES) or min(values) < 1 or max(values) > _MOST[name]:
                raise ParameterError(
                    f"{name}: expected four numbers >= 1, <= {_MOST[name]}, one per stage 2 to 5, "
                    f"got {values}. "
                    "SE-ResNet-50 has units (3, 4, 6, 3) and widths (64, 128, 256, 512)."
                )
        check_choice("block", self.block, get_args(Block), "SE-ResNet-50 has bottleneck units.")
        check_choice("stem", self.stem, get_args(Stem), "SE-ResNet-50 begins with 7x7.")
        check_at_least("pool", self.pool, 1, "1 averages over the whole image.")
        check_excitation(self.reduction, self.se_start)
        check_share("dropout", self.dropout, "0 switches it off.")

    def make(
        self,
        *,
        size: int,
        classes: int = 6,
        mean: Sequence[float] | None = None,
        std: Sequence[float] | None = None,
    ) -> "SEResNet":
        """Return a :class:`SEResNet`, see :class:`NetworkSettings`."""
        return SEResNet(self, classes=classes, mean=mean, std=std)

    def load(self, network: "SEResNet", weights: Weights) -> None:
        """Load weights from elsewhere, see :func:`load_resnet_weights`."""
        load_resnet_weights(network, weights)


SMALL_SE_RESNET = SEResNetSettings(block="basic", units=(2, 2, 2, 2), widths=(16, 32, 64, 128))
"""A narrow network of basic units that a CPU can train, with 0.7 million parameters."""


class SEUnit(nn.Module):
    """A residual unit: ``y = skip(x) + SE(F(x))``; the ReLU of y is left to the caller.

    ::

        basic       F: 3x3, norm, relu, 3x3, norm
        bottleneck  F: 1x1, norm, relu, 3x3, norm, relu, 1x1, norm

    The last inner ReLU is followed by ``time``, a place for a temporal kernel, which does
    nothing here.

    Parameters
    ----------
    channels : int
        Of x.
    width, stride : int
        Maps and step of the 3x3 convolution (the first one of a basic unit).
    settings : SEResNetSettings
    """

    def __init__(self, channels: int, width: int, stride: int, settings: SEResNetSettings) -> None:
        super().__init__()
        out = width * EXPANSION[settings.block]
        plan = {  # kernel, maps, stride
            "basic": [(3, width, stride), (3, out, 1)],
            "bottleneck": [(1, width, 1), (3, width, stride), (1, out, 1)],
        }[settings.block]
        self.branch = nn.Sequential()
        maps = channels
        for k, (kernel, new_maps, step) in enumerate(plan, start=1):
            convolution = nn.Conv2d(
                maps, new_maps, kernel, stride=step, padding=kernel // 2, bias=False
            )
            self.branch.add_module(f"conv{k}", convolution)
            self.branch.add_module(f"norm{k}", nn.BatchNorm2d(new_maps))
            if k < len(plan):
                self.branch.add_module(f"relu{k}", nn.ReLU(inplace=True))
            if k == len(plan) - 1:
                self.branch.add_module("time", nn.Identity())
            maps = new_maps
        se = SqueezeExcitation(out, reduction=settings.reduction, start=settings.se_start)
        self.branch.add_module("se", se)
        self.skip: nn.Module = nn.Identity()
        if stride != 1 or channels != out:
            self.skip = nn.Sequential()
            self.skip.add_module("conv", nn.Conv2d(channels, out, 1, stride=stride, bias=False))
            self.skip.add_module("norm", nn.BatchNorm2d(out))
        self.channels, self.width, self.stride = out, width, stride

    def forward(self, x: Tensor, into_branch: Tensor | None = None) -> Tensor:
        """Return y before its ReLU; ``into_branch`` takes the place of x in F only."""
        return self.skip(x) + self.branch(x if into_branch is None else into_branch)


class SEResNet(nn.Module):
    """A residual network whose units weigh their channels.

    ::

        images (n, c, S, S)
          standardise
          conv1   7x7/2, norm, relu, max-pool 3x3/2      S/4   (stage 1)
          conv2   units[0] x SEUnit                      S/4
          conv3   units[1] x SEUnit, the first /2        S/8
          conv4   units[2] x SEUnit, the first /2        S/16
          conv5   units[3] x SEUnit, the first /2        S/32  (twice that with stem "3x3")
          pool    mean over the image, or over each place of a grid; flatten -> features
          dropout, output                                -> scores

    Unit i of stage k is ``conv<k>.<i>``, i from 1: the paper's C_k_i; its ReLU, C_k_i_R,
    follows the addition.

    Paper: Sec. 3.5, Fig. 3; names of the layers from Tables 1, 2.

    Parameters
    ----------
    settings : SEResNetSettings
    channels : int
        Of the images: 3 for frames, flow images and ordered flow maps.
    classes : int
    mean, std : sequence of float, optional
        Of the training images, per channel; without them the input is used as it is.
        With weights from ImageNet: ``IMAGENET_MEAN``, ``IMAGENET_STD`` and RGB in [0, 1].

    Notes
    -----
    Departures from the paper: (I) Depth, widths and r are not given; SE-ResNet-50 is the
    network of the likely source.  (II) Squeeze-excitation comes after the last
    normalisation of a branch and before the addition.  (III) The weights are drawn at
    random unless :func:`load_resnet_weights` is called.

    Examples
    --------
    >>> import torch
    >>> network = SEResNet(SMALL_SE_RESNET)
    >>> network(torch.zeros(2, 3, 64, 64)).shape
    torch.Size([2, 6])
    """

    feature_layer = "flatten"

    def __init__(
        self,
        settings: SEResNetSettings | None = None,
        *,
        channels: int = 3,
        classes: int = 6,
        mean: Sequence[float] | None = None,
        std: Sequence[float] | None = None,
    ) -> None:
        super().__init__()
        self.settings = s = settings if settings is not None else SEResNetSettings()
        self.standardise = Standardise(
            mean if mean is not None else [0.0] * channels,
            std if std is not None else [1.0] * channels,
        )
        maps = s.widths[0]
        side = int(s.stem[0])
        self.conv1 = nn.Sequential()
        convolution = nn.Conv2d(channels, maps, side, 2, padding=side // 2, bias=False)
        self.conv1.add_module("conv", convolution)
        self.conv1.add_module("norm", nn.BatchNorm2d(maps))
        self.conv1.add_module("relu", nn.ReLU(inplace=True))
        if s.stem == "7x7":
            self.conv1.add_module("pool", nn.MaxPool2d(3, 2, padding=1))
        for stage, count, width in zip(STAGES, s.units, s.widths, strict=True):
            units = nn.Sequential()
            for i in range(1, count + 1):
                unit = SEUnit(maps, width, 2 if i == 1 and stage > 2 else 1, s)
                units.add_module(str(i), unit)
                maps = unit.channels
            self.add_module(f"conv{stage}", units)
        self.relu = nn.ReLU()
        self.pool = nn.AdaptiveAvgPool2d(s.pool)
        self.flatten = nn.Flatten()
        self.dropout = nn.Dropout(s.dropout)
        self.output = nn.Linear(maps * s.pool**2, classes)
        for layer in self.modules():
            if isinstance(layer, nn.Conv2d) and layer.bias is None:
                nn.init.kaiming_normal_(layer.weight, mode="fan_out", nonlinearity="relu")
        # images come from arrays (n, H, W, c): kernels in the same order are faster
        self.to(memory_format=torch.channels_last)

    @property
    def units(self) -> dict[tuple[int, int], SEUnit]:
        """The residual units by (stage, number), both as in the paper, in order."""
        return {
            (stage, int(i)): unit
            for stage in STAGES
            for i, unit in getattr(self, f"conv{stage}").named_children()
        }

    def describe(self) -> list[dict[str, Any]]:
        """Return the units in order as plain data, e.g. to draw the network."""
        return [
            {
                "stage": stage,
                "unit": i,
                "block": self.settings.block,
                "channels": unit.channels,
                "width": unit.width,
                "stride": unit.stride,
                "projected_skip": not isinstance(unit.skip, nn.Identity),
                "temporal_kernel": getattr(unit.branch.time, "size", None),
            }
            for (stage, i), unit in self.units.items()
        ]

    def stem(self, images: Tensor) -> Tensor:
        """Return what the first unit sees of images (n, c, S, S): standardise and stage 1."""
        return self.conv1(self.standardise(images))

    def features(self, x: Tensor) -> Tensor:
        """Return the features (n, d) of the last unit's maps."""
        return self.flatten(self.pool(x))

    def scores(self, features: Tensor) -> Tensor:
        """Return the scores (n, classes) of features, before the softmax."""
        return self.output(self.dropout(features))

    def forward(self, images: Tensor) -> Tensor:
        """Return the scores (n, classes) of images (n, c, S, S), before the softmax."""
        x = self.stem(images)
        for unit in self.units.values():
            x = self.relu(unit(x))
        return self.scores(self.features(x))
