from urllib.error import URLError

import pytest
import torch
from torch import nn
from torchvision.models import VGG, VGG16_Weights, vgg16

from mffcnn_core.errors import WeightsError
from mffcnn_core.nets import IMAGENET_MEAN, IMAGENET_STD, VGG16FC6


def small_vgg():
    """Make a network of torchvision's class with few weights."""
    with torch.device("meta"):  # its own classifier is large
        network = VGG(nn.Sequential())
    network.features = nn.Sequential(nn.Conv2d(3, 4, 3, padding=1), nn.ReLU(True), nn.MaxPool2d(2))
    network.classifier = nn.Sequential(
        nn.Linear(4 * 7 * 7, 12), nn.ReLU(True), nn.Dropout(),
        nn.Linear(12, 12), nn.ReLU(True), nn.Dropout(), nn.Linear(12, 2),
    )  # fmt: skip
    return network


@pytest.fixture
def theirs():
    return small_vgg().eval()


def _fc6(network, images, relu):
    mean, std = (torch.tensor(v).reshape(1, 3, 1, 1) for v in (IMAGENET_MEAN, IMAGENET_STD))
    x = network.avgpool(network.features((images / 255 - mean) / std)).flatten(1)
    x = network.classifier[0](x)
    return x.relu() if relu else x


@pytest.mark.parametrize("relu", [True, False])
def test_features_are_torchvisions_fc6_of_normalised_images(tmp_path, theirs, relu):
    torch.save(theirs.state_dict(), tmp_path / "weights.pth")
    network = VGG16FC6(tmp_path / "weights.pth", relu=relu, architecture=small_vgg).eval()
    images = torch.randint(0, 256, (2, 3, 20, 20))
    with torch.no_grad():
        torch.testing.assert_close(
            network(images.float()), _fc6(theirs, images, relu), rtol=1e-4, atol=1e-5
        )
    assert (network(images.float()).min() < 0) == (not relu)


def test_bytes_are_as_good_as_numbers(theirs):
    network = VGG16FC6(theirs.state_dict(), architecture=small_vgg)
    images = torch.randint(0, 256, (1, 3, 20, 20), dtype=torch.uint8)
    assert network(images).equal(network(images.float()))


def test_relu_is_the_default_and_the_layer_of_the_features(theirs):
    network = VGG16FC6(theirs.state_dict(), architecture=small_vgg)
    assert isinstance(network.get_submodule(VGG16FC6.feature_layer), nn.ReLU)


def test_it_learns_without_changing_the_state_that_was_given(theirs):
    state = theirs.state_dict()
    before = state["classifier.0.weight"].clone()
    network = VGG16FC6(state, architecture=small_vgg)
    network(255 * torch.rand(1, 3, 20, 20)).sum().backward()
    assert all(parameter.grad is not None for parameter in network.parameters())
    nn.init.zeros_(network.fc6.weight)
    assert torch.equal(before, state["classifier.0.weight"])


def test_it_is_vgg_16_unless_told_otherwise(theirs):
    with pytest.raises(WeightsError, match=r"those of vgg16, .*features.28.weight is missing"):
        VGG16FC6(theirs.state_dict())


def test_every_weight_must_be_there(theirs):
    state = theirs.state_dict()
    without = {name: value for name, value in state.items() if name != "classifier.0.bias"}
    with pytest.raises(WeightsError, match="got others: fc6.bias is missing"):
        VGG16FC6(without, architecture=small_vgg)
    with pytest.raises(WeightsError, match="features.9.weight is unknown"):
        VGG16FC6(state | {"features.9.weight": torch.zeros(1)}, architecture=small_vgg)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(WeightsError, match=r"vgg.pth: expected a file of weights, got no file"):
        VGG16FC6(tmp_path / "vgg.pth")


def test_without_a_connection_the_message_names_file_and_option(monkeypatch):
    def fail(*args, **kwargs):
        raise URLError("no network")

    monkeypatch.setattr(VGG16_Weights, "get_state_dict", fail)
    with pytest.raises(WeightsError, match=r"vgg16: .*weights='vgg16-397923af.pth'"):
        VGG16FC6()


@pytest.mark.slow
def test_the_whole_vgg_16():
    with torch.device("meta"):
        shapes = vgg16().state_dict()
    state = {
        name: torch.full(value.shape, 1e-3)
        for name, value in shapes.items()
        if not name.startswith(("classifier.3", "classifier.6"))
    }
    network = VGG16FC6(state)
    assert sum(p.numel() for p in network.parameters()) == 14_714_688 + 25_088 * 4096 + 4096
    with torch.no_grad():
        assert network.fc6(torch.ones(1, 25_088)).shape == (1, 4096)
        maps = network.pool(network.features(torch.zeros(1, 3, 32, 32)))
    assert maps.shape == (1, 512, 7, 7)
