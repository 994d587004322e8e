"""A video network: convolutions over space, then over time."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from mffcnn_core.errors import ParameterError
from mffcnn_core.nets import NetworkSettings, Standardise, Weights, match_weights, read_weights
from mffcnn_core.settings import check_share

KINETICS_MEAN = (0.43216, 0.394666, 0.37645)
KINETICS_STD = (0.22803, 0.22145, 0.216989)
"""Mean and standard deviation of RGB in [0, 1] that torchvision's video networks expect."""

_MODEL = "r2plus1d_18"


@dataclass(frozen=True, kw_only=True)
class VideoNetSettings(NetworkSettings):
    """Settings of :class:`VideoNet`; the defaults are R(2+1)D-18.

    Parameters
    ----------
    width : int
        Maps of the first stage, >= 1; each of the next three has twice as many.
    units : tuple of int
        Residual units of the four stages, each >= 1.
    frames : int
        Frames that the network sees together, >= 2.
    dropout : float
        Share of the pooled features that training leaves out, in [0, 1).

    Raises
    ------
    ParameterError
        If a value is outside its range.
    """

    width: int = 64
    units: tuple[int, int, int, int] = (2, 2, 2, 2)
    frames: int = 16
    dropout: float = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "units", tuple(self.units))  # a YAML profile has lists
        sound = 1 <= self.width <= 10_000 and 2 <= self.frames <= 1000 and len(self.units) == 4
        if not sound or min(self.units) < 1 or max(self.units) > 100:
            raise ParameterError(
                "width, units, frames: expected a width >= 1, four numbers >= 1 and 2 frames or "
                f"more, got {self.width}, {self.units} and {self.frames}. R(2+1)D-18 has 64, "
                "(2, 2, 2, 2) and 16."
            )
        check_share("dropout", self.dropout, "0 switches it off.")

    def make(
        self,
        *,
        size: int,
        classes: int = 6,
        mean: Sequence[float] | None = None,
        std: Sequence[float] | None = None,
    ) -> "VideoNet":
        """Return a :class:`VideoNet`, see :class:`~mffcnn_core.nets.NetworkSettings`."""
        return VideoNet(self, classes=classes, mean=mean, std=std)

    def load(self, network: "VideoNet", weights: Weights) -> None:
        """Load weights from elsewhere, see :func:`load_video_weights`."""
        load_video_weights(network, weights)


SMALL_VIDEO_NET = VideoNetSettings(width=16, units=(1, 1, 1, 1), frames=8, dropout=0.3)
"""A narrow network that a CPU can train, with 0.8 million parameters."""


class VideoNet(nn.Module):
    """R(2+1)D: a residual network whose 3D convolutions are split into space and time.

    ::

        frames (n, t, c, S, S)
          standardise; time after the channels
          stem     1x7x7/2, norm, relu, 3x1x1, norm, relu    t    S/2
          layer1   units[0] residual units                   t    S/2
          layer2   units[1], the first /2                    t/2  S/4
          layer3   units[2], the first /2                    t/4  S/8
          layer4   units[3], the first /2                    t/8  S/16
          pool     mean over time and image; flatten              -> features
          dropout, output                                         -> scores

    Not in the paper: what one would try today.  The units are torchvision's, and so are the
    names of the layers, so that its weights fit.

    Parameters
    ----------
    settings : VideoNetSettings
    classes : int
    mean, std : sequence of float, optional
        Of the training frames, per channel; without them the input is used as it is.

    References
    ----------
    Tran, Wang, Torresani, Ray, LeCun, Paluri, "A Closer Look at Spatiotemporal Convolutions
    for Action Recognition", CVPR 2018.

    Examples
    --------
    >>> VideoNet(SMALL_VIDEO_NET)(torch.zeros(2, 8, 3, 48, 48)).shape
    torch.Size([2, 6])
    """

    feature_layer = "flatten"

    def __init__(
        self,
        settings: VideoNetSettings | None = None,
        *,
        classes: int = 6,
        mean: Sequence[float] | None = None,
        std: Sequence[float] | None = None,
    ) -> None:
        super().__init__()
        self.settings = s = settings if settings is not None else VideoNetSettings()
        self.standardise = Standardise(
            mean if mean is not None else [0.0] * 3, std if std is not None else [1.0] * 3
        )
        between = max(1, 45 * s.width // 64)  # as many weights as in a 3x7x7 convolution
        self.stem = nn.Sequential(
            nn.Conv3d(3, between, (1, 7, 7), (1, 2, 2), (0, 3, 3), bias=False),
            nn.BatchNorm3d(between),
            nn.ReLU(inplace=True),
            nn.Conv3d(between, s.width, (3, 1, 1), padding=(1, 0, 0), bias=False),
            nn.BatchNorm3d(s.width),
            nn.ReLU(inplace=True),
        )
        maps = s.width
        for k, count in enumerate(s.units):
            units, own = nn.Sequential(), s.width * 2**k
            for i in range(count):
                units.append(_unit(maps, own, stride=2 if k > 0 and i == 0 else 1))
                maps = own
            self.add_module(f"layer{k + 1}", units)
        self.pool = nn.AdaptiveAvgPool3d(1)
        self.flatten = nn.Flatten()
        self.dropout = nn.Dropout(s.dropout)
        self.output = nn.Linear(maps, classes)
        for layer in self.modules():
            if isinstance(layer, nn.Conv3d):
                nn.init.kaiming_normal_(layer.weight, mode="fan_out", nonlinearity="relu")
                # frames come from arrays (n, t, H, W, c): kernels in the same order are faster
                layer.to(memory_format=torch.channels_last_3d)

    def forward(self, frames: Tensor) -> Tensor:
        """Return the scores (n, classes) of frames (n, t, c, S, S), before the softmax."""
        x = self.stem(self.standardise(frames).transpose(1, 2))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.output(self.dropout(self.flatten(self.pool(x))))


def _unit(maps: int, own: int, *, stride: int) -> nn.Module:
    # loads torch's compiler, which takes longer than torch
    from torchvision.models.video.resnet import BasicBlock, Conv2Plus1D

    skip = None
    if stride != 1 or maps != own:
        skip = nn.Sequential(nn.Conv3d(maps, own, 1, stride, bias=False), nn.BatchNorm3d(own))
    return BasicBlock(maps, own, Conv2Plus1D, stride, skip)


def load_video_weights(network: VideoNet, weights: Weights = "torchvision") -> None:
    """Load what a R(2+1)D-18 has learnt elsewhere into all layers but the last.

    Parameters
    ----------
    network : VideoNet
        Changed in place.
    weights : path, ``"torchvision"``, or mapping of names to tensors
        State dict of torchvision's R(2+1)D-18; ``"torchvision"`` downloads the one trained on
        the actions of Kinetics-400.

    Raises
    ------
    WeightsError
        If the weights cannot be had, or are not those of this network.
    """
    state = read_weights(weights, model=_MODEL, option="weights")
    given = {name: value for name, value in state.items() if not name.startswith("fc.")}
    own = network.state_dict()
    matched = match_weights(
        own, given, model=_MODEL, optional=lambda name: name.startswith(("standardise.", "output."))
    )
    network.load_state_dict(own | matched)
