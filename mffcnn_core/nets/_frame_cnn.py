"""The simple convolutional network of the paper's Fig. 2."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import torch
from torch import Tensor, nn

from mffcnn_core.errors import ParameterError
from mffcnn_core.nets._settings import NetworkSettings
from mffcnn_core.nets._standardise import Standardise
from mffcnn_core.nets._wide_kernel import WIDE, WideConv2d
from mffcnn_core.settings import check_at_least, check_choice, check_share

Padding = Literal["valid", "same"]


@dataclass(frozen=True, kw_only=True)
class FrameCNNSettings(NetworkSettings):
    """Settings of :class:`FrameCNN`; the defaults are the paper's (Sec. 4.3, Table 3).

    Parameters
    ----------
    kernels : tuple of int
        Side of the kernels of the two convolutions in px, odd.  The paper tries (5, 3),
        (11, 9), (17, 15) and (35, 33).
    padding : {"valid", "same"}
        ``"valid"`` shrinks the maps and with them the fully connected layer, so that
        Table 3 compares kernel sizes and layer sizes at once; ``"same"`` keeps the maps
        and compares kernel sizes only.
    maps : tuple of int
        Feature maps of the two convolutions.
    hidden : int
        Neurons of the fully connected layer.
    frames : int
        Frames that the network looks at together, >= 1; the paper compares one and three.
    pool : int
        Side of the down-sampling (maximum) window in px, >= 1.
    batch_norm : bool
        Batch normalisation after each convolution; not in the paper.
    dropout : float
        Share of the second convolution's responses that training leaves out, in [0, 1);
        not in the paper.

    Raises
    ------
    ParameterError
        If a value is outside its range.
    """

    kernels: tuple[int, int] = (5, 3)
    padding: Padding = "valid"
    maps: tuple[int, int] = (8, 16)
    hidden: int = 64
    frames: int = 1
    pool: int = 2
    batch_norm: bool = False
    dropout: float = 0.0

    def __post_init__(self) -> None:
        for name in ("kernels", "maps"):  # a list from a YAML profile is as good as a tuple
            object.__setattr__(self, name, tuple(getattr(self, name)))
        if len(self.kernels) != 2 or any(k < 1 or k % 2 == 0 for k in self.kernels):
            raise ParameterError(
                f"kernels: expected two odd sizes >= 1, got {self.kernels}. "
                "The paper's pairs are (5, 3), (11, 9), (17, 15) and (35, 33)."
            )
        check_choice(
            "padding",
            self.padding,
            get_args(Padding),
            "The paper's counts of parameters follow from 'valid'.",
        )
        if len(self.maps) != 2 or min(*self.maps, self.hidden, self.pool) < 1:
            raise ParameterError(
                "maps, hidden, pool: expected two counts of maps and sizes >= 1, got "
                f"{self.maps}, {self.hidden} and {self.pool}. The paper's are (8, 16) and 64."
            )
        check_at_least("frames", self.frames, 1, "The paper's are 1 and 3.")
        check_share("dropout", self.dropout, "0 switches it off.")

    def make(
        self,
        *,
        size: int,
        classes: int = 6,
        mean: Sequence[float] | None = None,
        std: Sequence[float] | None = None,
    ) -> "FrameCNN":
        """Return a :class:`FrameCNN`, see :class:`NetworkSettings`."""
        return FrameCNN(self, size=size, classes=classes, mean=mean, std=std)


class FrameCNN(nn.Module):
    """Two convolutions, one down-sampling layer, one hidden layer and six outputs.

    ::

        images (n, c, S, S)
          standardise
          conv1 8@5x5  norm1  relu1  pool 2x2
          conv2 16@3x3 norm2  relu2
          flatten  dropout  fc 64  relu3  -> features
          output 6  -> scores; their softmax is Eq. (2)

    With three frames the layers up to ``pool`` are three towers with the same weights;
    ``conv2`` sees the maps of all of them and is the layer that fuses the frames::

        frame 1 -- conv1  relu1  pool --+
        frame 2 -- conv1  relu1  pool --+- 3 x 8 maps -- conv2 16@3x3 -- ... as above
        frame 3 -- conv1  relu1  pool --+

    Images are (n, c, S, S) for one frame, and (n, frames, c, S, S) for more.

    Paper: Sec. 3.3, Fig. 2, Eq. (2); Sec. 4.3, Table 3.

    Parameters
    ----------
    settings : FrameCNNSettings
    channels : int
        Of the images: 3 for frames and for flow images (Eq. 1).
    size : int
        Side of the square images in px.
    classes : int
    mean, std : sequence of float, optional
        Of the training images, per channel; without them the input is used as it is.

    Raises
    ------
    ParameterError
        If the images are too small for the kernels.

    Notes
    -----
    Departures from the paper: (I) the order of convolutions and down-sampling is not
    given; down-sampling between the convolutions is the one that lets all four kernel
    pairs fit 128 px, and gives the fully connected layer 3 686 400 weights at kernels
    5/3 and 230 400 at 35/33.  (II) The output layer returns the numbers before the
    softmax, as torch's cross entropy wants them.  (III) ReLU; the paper names no other
    activation than the softmax.  (IV) Of the three-frame form the paper only says that a
    fusion layer connects the frames; shared towers and ``conv2`` as that layer are our
    reading.  Which frames are shown is the caller's choice: the first, middle and last
    one of a fragment are meant.

    Examples
    --------
    >>> import torch
    >>> network = FrameCNN(size=64)
    >>> network(torch.zeros(2, 3, 64, 64)).shape
    torch.Size([2, 6])
    >>> network.fc.out_features
    64
    >>> network = FrameCNN(FrameCNNSettings(frames=3), size=64)
    >>> network(torch.zeros(2, 3, 3, 64, 64)).shape
    torch.Size([2, 6])
    """

    feature_layer = "relu3"

    def __init__(
        self,
        settings: FrameCNNSettings | None = None,
        *,
        channels: int = 3,
        size: int = 128,
        classes: int = 6,
        mean: Sequence[float] | None = None,
        std: Sequence[float] | None = None,
    ) -> None:
        s = settings if settings is not None else FrameCNNSettings()
        first, second = s.kernels
        shrinks = s.padding == "valid"
        pooled = (size - (first - 1) * shrinks) // s.pool
        side = pooled - (second - 1) * shrinks
        if side < 1:
            raise ParameterError(
                f"size: expected images that kernels {first}/{second} fit in, got {size} px. "
                "Take smaller kernels, larger images or padding='same'."
            )
        together = s.frames > 1
        layers: dict[str, nn.Module] = {
            "towers": nn.Flatten(0, 1) if together else nn.Identity(),
            "standardise": Standardise(
                mean if mean is not None else [0.0] * channels,
                std if std is not None else [1.0] * channels,
            ),
            "conv1": _convolution(channels, s.maps[0], first, s.padding),
            "norm1": nn.BatchNorm2d(s.maps[0]) if s.batch_norm else nn.Identity(),
            "relu1": nn.ReLU(),
            "pool": nn.MaxPool2d(s.pool),
            "concatenate": (
                nn.Sequential(nn.Unflatten(0, (-1, s.frames)), nn.Flatten(1, 2))
                if together
                else nn.Identity()
            ),
            "conv2": _convolution(s.frames * s.maps[0], s.maps[1], second, s.padding),
            "norm2": nn.BatchNorm2d(s.maps[1]) if s.batch_norm else nn.Identity(),
            "relu2": nn.ReLU(),
            "flatten": nn.Flatten(),
            "dropout": nn.Dropout(s.dropout),
            "fc": nn.Linear(s.maps[1] * side * side, s.hidden),
            "relu3": nn.ReLU(),
            "output": nn.Linear(s.hidden, classes),
        }
        super().__init__()
        for name, layer in layers.items():
            self.add_module(name, layer)
        # images come from arrays (n, H, W, c): kernels in the same order are a third faster
        self.to(memory_format=torch.channels_last)

    def forward(self, images: Tensor) -> Tensor:
        """Return the scores (n, classes) of images, before the softmax."""
        for layer in self.children():
            images = layer(images)
        return images


def _convolution(channels: int, maps: int, side: int, padding: Padding) -> nn.Conv2d:
    kind = WideConv2d if side >= WIDE else nn.Conv2d
    return kind(channels, maps, side, padding=padding)
