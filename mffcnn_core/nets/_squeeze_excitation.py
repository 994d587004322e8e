"""Squeeze-and-excitation: a network weighs its own channels."""

import math

from torch import Tensor, nn

from mffcnn_core.errors import ParameterError
from mffcnn_core.settings import check_at_least


def check_excitation(reduction: int, start: float) -> None:
    """Raise :class:`ParameterError` if a value is outside its range."""
    check_at_least("reduction", reduction, 1, "The usual one is 16.")
    if not 0 < start < 1:
        raise ParameterError(
            "start of squeeze-excitation: expected a weight in (0, 1), got "
            f"{start}. At 0.98 it hardly changes the network at first."
        )


class SqueezeExcitation(nn.Module):
    """Multiply each channel by a weight in (0, 1) that depends on all channels.

    ::

        z = mean of x over the image                    squeeze   (n, c)
        s = sigmoid(W2 relu(W1 z + b1) + b2)            excite    (n, c)
        y = s x                                         scale     (n, c, H, W)

    Paper: Sec. 3.5 (squeeze-excitation residual block), without details.

    Parameters
    ----------
    channels : int
        c.
    reduction : int
        r >= 1: W1 maps c channels to max(1, c // r).
    start : float
        Every weight s before training, in (0, 1).

    Raises
    ------
    ParameterError
        If ``reduction`` or ``start`` is outside its range.

    Notes
    -----
    Departures from the paper: (I) r = 16 is the one of the original work; the paper gives
    none.  (II) W2 = 0 and sigmoid(b2) = ``start`` at first: close to 1, the unit hardly
    changes what weights without squeeze-excitation compute, so that a residual network
    trained on ImageNet can be loaded around it.  The original starts near 0.5.

    References
    ----------
    J. Hu, L. Shen, G. Sun, "Squeeze-and-Excitation Networks", CVPR 2018.

    Examples
    --------
    >>> import torch
    >>> SqueezeExcitation(32, start=0.9)(torch.ones(1, 32, 4, 4)).unique()
    tensor([0.9000], grad_fn=<Unique2Backward0>)
    """

    def __init__(self, channels: int, *, reduction: int = 16, start: float = 0.98) -> None:
        check_excitation(reduction, start)
        super().__init__()
        hidden = max(1, channels // reduction)
        self.squeeze = nn.AdaptiveAvgPool2d(1)
        self.reduce = nn.Conv2d(channels, hidden, 1)  # 1x1 on 1x1: a fully connected layer
        self.relu = nn.ReLU()
        self.expand = nn.Conv2d(hidden, channels, 1)
        self.gate = nn.Sigmoid()
        nn.init.zeros_(self.expand.weight)
        nn.init.constant_(self.expand.bias, math.log(start / (1 - start)))

    def forward(self, x: Tensor) -> Tensor:
        """Return weighted maps of the same shape."""
        return x * self.gate(self.expand(self.relu(self.reduce(self.squeeze(x)))))
