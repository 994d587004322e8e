import pytest
import torch
from torch import nn

from mffcnn_core.nets import FrameCNN, FrameCNNSettings
from mffcnn_core.nets._wide_kernel import WideConv2d


@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize("side", [1, 5, 15, 33])
def test_it_is_a_convolution_and_so_are_its_gradients(side, padding):
    torch.manual_seed(side)
    wide = WideConv2d(3, 4, side, padding=padding).double()
    images = torch.rand(2, 3, 41, 37, dtype=torch.double).to(memory_format=torch.channels_last)

    def seen(convolve):
        wide.zero_grad()
        shown = images.clone().requires_grad_()
        maps = convolve(shown)
        (maps**2).sum().backward()
        return maps, shown.grad, wide.weight.grad.clone(), wide.bias.grad.clone()

    plain = seen(lambda x: nn.functional.conv2d(x, wide.weight, wide.bias, padding=padding))
    for one, other in zip(seen(wide), plain, strict=True):
        assert one.shape == other.shape
        torch.testing.assert_close(one, other)


def test_only_wide_kernels_need_it_and_weights_are_drawn_alike():
    kinds = {}
    for kernels in ((5, 3), (17, 15)):
        torch.manual_seed(0)
        network = FrameCNN(FrameCNNSettings(kernels=kernels), size=64)
        kinds[kernels] = type(network.conv1), type(network.conv2)
    assert kinds == {(5, 3): (nn.Conv2d, nn.Conv2d), (17, 15): (WideConv2d, WideConv2d)}
    torch.manual_seed(0)
    torch.testing.assert_close(network.conv1.weight.contiguous(), nn.Conv2d(3, 8, 17).weight)
