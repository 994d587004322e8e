from urllib.error import URLError

import pytest
import torch
from torchvision.models import ResNet18_Weights, ResNet50_Weights, resnet18, resnet50

from mffcnn_core.errors import ParameterError, WeightsError
from mffcnn_core.nets import SMALL_SE_RESNET, SEResNet, SEResNetSettings, load_resnet_weights

RESNET18 = SEResNetSettings(block="basic", units=(2, 2, 2, 2))


def _open_gates(network):
    """Let squeeze-excitation multiply by one."""
    for unit in network.units.values():
        torch.nn.init.constant_(unit.branch.se.expand.bias, 100.0)


@pytest.mark.parametrize(
    ("make", "settings"),
    [
        (resnet18, RESNET18),
        (resnet50, SEResNetSettings()),
    ],
)
def test_with_open_gates_the_features_are_torchvisions(tmp_path, stir, make, settings):
    theirs = stir(make(weights=None)).eval()
    torch.save(theirs.state_dict(), tmp_path / "weights.pth")
    network = SEResNet(settings)
    kept = load_resnet_weights(network.eval(), tmp_path / "weights.pth")
    assert all(".se." in name or name.startswith("output.") for name in kept)
    assert len(kept) == 4 * sum(settings.units) + 2
    images = torch.rand(2, 3, 32, 32)
    theirs.fc = torch.nn.Identity()
    with torch.no_grad():
        expected = theirs(images)
        nearly = network.features(_last_maps(network, images))
        _open_gates(network)
        exactly = network.features(_last_maps(network, images))
    torch.testing.assert_close(exactly, expected, rtol=1e-4, atol=1e-4 * expected.max().item())
    assert not torch.allclose(nearly, expected, rtol=1e-4)
    assert torch.nn.functional.cosine_similarity(nearly, expected).min() > 0.99


def _last_maps(network, images):
    x = network.stem(images)
    for unit in network.units.values():
        x = torch.relu(unit(x))
    return x


@pytest.fixture(scope="module")
def state():
    return resnet18(weights=None).state_dict()


def test_every_weight_has_its_place(state):
    network = SEResNet(RESNET18)
    load_resnet_weights(network, state)
    own = network.state_dict()
    for theirs, ours in {
        "conv1.weight": "conv1.conv.weight",
        "bn1.bias": "conv1.norm.bias",
        "layer1.0.conv1.weight": "conv2.1.branch.conv1.weight",
        "layer4.1.bn2.running_var": "conv5.2.branch.norm2.running_var",
        "layer3.0.downsample.0.weight": "conv4.1.skip.conv.weight",
        "layer2.0.downsample.1.weight": "conv3.1.skip.norm.weight",
    }.items():
        assert torch.equal(own[ours], state[theirs])


def test_training_does_not_change_the_state_that_was_given(state):
    network = SEResNet(RESNET18)
    load_resnet_weights(network, state)
    before = state["conv1.weight"].clone()
    torch.nn.init.zeros_(network.conv1.conv.weight)
    assert torch.equal(state["conv1.weight"], before)


def test_old_files_without_counts_of_batches_are_taken(state):
    old = {name: value for name, value in state.items() if "num_batches" not in name}
    load_resnet_weights(SEResNet(RESNET18), old)


def test_half_precision_becomes_the_networks(state):
    network = SEResNet(RESNET18)
    load_resnet_weights(network, {name: value.half() for name, value in state.items()})
    assert network.conv1.conv.weight.dtype == torch.float32


def test_a_name_without_a_counterpart_is_an_error(state):
    without = {name: value for name, value in state.items() if name != "layer2.1.bn1.bias"}
    message = r"those of resnet18, got others: conv3.2.branch.norm1.bias is missing\."
    with pytest.raises(WeightsError, match=message):
        load_resnet_weights(SEResNet(RESNET18), without)
    with pytest.raises(WeightsError, match="got others: extra.weight is unknown"):
        load_resnet_weights(SEResNet(RESNET18), state | {"extra.weight": torch.zeros(1)})


def test_a_refused_file_changes_nothing(state):
    network = SEResNet(SMALL_SE_RESNET)
    before = {name: value.clone() for name, value in network.state_dict().items()}
    with pytest.raises(WeightsError, match=r"has shape \(64, 3, 7, 7\), not \(16, 3, 7, 7\)"):
        load_resnet_weights(network, state)
    assert all(torch.equal(before[name], value) for name, value in network.state_dict().items())


def test_files_that_are_none(tmp_path):
    network = SEResNet(RESNET18)
    with pytest.raises(
        WeightsError, match=r"none.pth: expected a file of weights, got no file.*we"
    ):
        load_resnet_weights(network, tmp_path / "none.pth")
    (tmp_path / "page.pth").write_text("<html>not found</html>")
    with pytest.raises(WeightsError, match=r"page.pth: expected a state dict that torch.save"):
        load_resnet_weights(network, tmp_path / "page.pth")
    (tmp_path / "empty.pth").touch()
    with pytest.raises(WeightsError, match=r"empty.pth: expected a state dict that torch.save"):
        load_resnet_weights(network, tmp_path / "empty.pth")
    torch.save({"epoch": 3, "state_dict": {}}, tmp_path / "checkpoint.pth")
    with pytest.raises(WeightsError, match=r"checkpoint.pth: expected a state dict \(names and"):
        load_resnet_weights(network, str(tmp_path / "checkpoint.pth"))
    torch.save(resnet18, tmp_path / "code.pth")
    with pytest.raises(WeightsError, match=r"code.pth: expected a state dict that torch.save"):
        load_resnet_weights(network, tmp_path / "code.pth")


@pytest.mark.parametrize("cause", [URLError("no network"), RuntimeError("invalid hash value")])
def test_without_a_connection_the_message_names_file_and_option(monkeypatch, cause):
    def fail(*args, **kwargs):
        raise cause

    monkeypatch.setattr(ResNet50_Weights, "get_state_dict", fail)
    with torch.device("meta"):
        network = SEResNet()
    message = r"resnet50: expected IMAGENET1K_V1 weights .*got .*(no network|invalid hash)"
    with pytest.raises(WeightsError, match=message) as error:
        load_resnet_weights(network)
    assert "weights='resnet50-0676ba61.pth'" in str(error.value)
    assert "https://download.pytorch.org/models/resnet50-0676ba61.pth" in str(error.value)


def test_torchvisions_weights_are_taken_where_they_can_be_had(monkeypatch, state):
    monkeypatch.setattr(ResNet18_Weights, "get_state_dict", lambda *args, **kwargs: state)
    network = SEResNet(RESNET18)
    load_resnet_weights(network)
    assert torch.equal(network.conv1.conv.weight, state["conv1.weight"])


def test_torchvision_has_no_narrow_network():
    with pytest.raises(ParameterError, match=r"a network that torchvision has, got basic units"):
        load_resnet_weights(SEResNet(SMALL_SE_RESNET))
