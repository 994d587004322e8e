"""A convolution over time that changes nothing until it is trained."""

from torch import Tensor, nn


class TemporalKernel(nn.Module):
    """Convolve the maps of a fragment's frames over time; at first the identity.

    ::

        y[t] = W[0] x[t - 1] + W[1] x[t] + W[2] x[t + 1] + b        (size 3)
        at first W[1] = I, every other weight is 0

    Paper: not in it; see :class:`FusionSettings`.

    Parameters
    ----------
    channels : int
    size : int
        Frames that the kernel spans, odd, >= 3.
    frames : int
        Frames of a fragment; before the first and after the last one there is nothing (0).

    Examples
    --------
    >>> import torch
    >>> x = torch.rand(8, 2, 1, 1)
    >>> torch.equal(TemporalKernel(2, size=3, frames=4)(x), x)
    True
    """

    def __init__(self, channels: int, *, size: int, frames: int) -> None:
        super().__init__()
        self.size = size
        self.fragments = nn.Unflatten(0, (-1, frames))
        self.conv = nn.Conv3d(channels, channels, (size, 1, 1), padding=(size // 2, 0, 0))
        nn.init.dirac_(self.conv.weight)
        nn.init.zeros_(self.conv.bias)

    def forward(self, x: Tensor) -> Tensor:
        """Return maps (n * frames, c, H, W) of the same shape."""
        fragments = self.fragments(x).transpose(1, 2)  # (n, c, frames, H, W)
        return self.conv(fragments).transpose(1, 2).flatten(0, 1)
