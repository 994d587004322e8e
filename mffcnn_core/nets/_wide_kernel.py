"""Convolution with wide kernels, as a product of spectra."""

import torch
from torch import Tensor, nn

WIDE = 15
"""Side of a kernel in px from which spectra are cheaper on a processor."""


class WideConv2d(nn.Conv2d):
    """What ``nn.Conv2d`` computes, at a cost that the size of the kernels does not change.

    A sum over a kernel of k x k px costs k^2 products per pixel; in the frequency domain it is
    one product.  A graphics card is left to its own library, which chooses by itself.  Kernels
    are square and odd, padding is ``"valid"`` or ``"same"``, and stride, dilation and groups are 1.

    Paper: Sec. 4.3, Table 3 (kernels up to 35 x 35).

    Examples
    --------
    >>> images = torch.rand(2, 3, 40, 40)
    >>> wide = WideConv2d(3, 8, 35)
    >>> maps = nn.functional.conv2d(images, wide.weight, wide.bias)
    >>> torch.allclose(wide(images), maps, atol=1e-5)
    True
    """

    def _conv_forward(self, images: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
        if images.device.type != "cpu":
            return super()._conv_forward(images, weight, bias)
        side = self.kernel_size[0]
        if self.padding == "same":
            images = nn.functional.pad(images, 4 * [side // 2])
        size = images.shape[-2:]
        seen = torch.fft.rfft2(images.to(weight.dtype).contiguous())
        kernels = torch.fft.rfft2(weight.contiguous(), s=size).conj()
        maps = torch.fft.irfft2(torch.einsum("nchw,ochw->nohw", seen, kernels), s=size)
        # the rest is of kernels that reach over the border, around to the other side
        maps = maps[..., : size[0] - side + 1, : size[1] - side + 1]
        return maps if bias is None else maps + bias[:, None, None]
