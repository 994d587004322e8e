import pytest
import torch

from mffcnn_core.errors import ParameterError
from mffcnn_core.nets import Standardise


def test_channels_get_zero_mean_and_unit_variance():
    images = torch.rand(50, 3, 8, 8) * torch.tensor([1.0, 5, 9]).reshape(1, 3, 1, 1) + 3
    layer = Standardise(images.mean((0, 2, 3)).tolist(), images.std((0, 2, 3)).tolist())
    torch.testing.assert_close(layer(images).mean((0, 2, 3)), torch.zeros(3), atol=1e-4, rtol=0)
    torch.testing.assert_close(layer(images).std((0, 2, 3)), torch.ones(3))


def test_numbers_are_saved_with_the_weights_but_not_trained():
    layer = Standardise([1.0], [2.0])
    assert set(layer.state_dict()) == {"mean", "std"}
    assert not list(layer.parameters())


@pytest.mark.parametrize(("mean", "std"), [([0.0], [0.0]), ([0.0, 0.0], [1.0])])
def test_a_constant_channel_is_refused(mean, std):
    with pytest.raises(ParameterError, match="a mean and a standard deviation > 0 per channel"):
        Standardise(mean, std)
