import pytest
import torch
from torchvision.ops import SqueezeExcitation as Torchvisions

from mffcnn_core.errors import ParameterError
from mffcnn_core.nets import SqueezeExcitation


def test_it_computes_what_torchvisions_computes():
    ours, theirs = SqueezeExcitation(32, reduction=4), Torchvisions(32, 8)
    for parameter in ours.parameters():
        torch.nn.init.normal_(parameter)
    theirs.fc1.load_state_dict(ours.reduce.state_dict())
    theirs.fc2.load_state_dict(ours.expand.state_dict())
    x = torch.randn(2, 32, 5, 5)
    torch.testing.assert_close(ours(x), theirs(x))


@pytest.mark.parametrize("start", [0.5, 0.98])
def test_at_first_every_channel_has_the_same_weight(start):
    x = torch.randn(2, 16, 3, 3)
    torch.testing.assert_close(SqueezeExcitation(16, start=start)(x), start * x)


def test_the_weights_learn_although_they_start_alike():
    unit = SqueezeExcitation(16)
    optimiser = torch.optim.SGD(unit.parameters(), lr=10.0)
    x = torch.randn(8, 16, 3, 3)
    before = unit.reduce.weight.detach().clone()
    for _ in range(3):
        optimiser.zero_grad()
        (unit(x) ** 2).mean().backward()
        optimiser.step()
    assert unit.expand.weight.abs().min() > 0
    assert not torch.equal(unit.reduce.weight, before)


def test_few_channels_are_squeezed_to_one_at_least():
    assert SqueezeExcitation(8, reduction=16).reduce.weight.shape == (1, 8, 1, 1)


def test_values_outside_their_range_are_refused():
    with pytest.raises(ParameterError, match="reduction: expected at least 1, got 0"):
        SqueezeExcitation(8, reduction=0)
    with pytest.raises(ParameterError, match=r"start .*: expected a weight in \(0, 1\), got 1.0"):
        SqueezeExcitation(8, start=1.0)
