import pytest
import torch

from mffcnn_core.nets import SEResNetSettings


@pytest.fixture(autouse=True)
def _one_seed():
    torch.manual_seed(0)


@pytest.fixture
def tiny():
    """Settings of a network that a test can afford."""
    return SEResNetSettings(block="basic", units=(2, 2, 3, 2), widths=(4, 6, 8, 10), reduction=2)


@pytest.fixture
def stir():
    """Give every parameter and every running statistic of a network a value of its own."""

    def stirred(network):
        with torch.no_grad():
            for name, value in network.state_dict().items():
                if (value.is_floating_point() and value.ndim < 2) or ".se." in name:
                    value.copy_(0.5 + torch.rand_like(value))
        return network

    return stirred
