import pytest
import torch

from mffcnn_core.errors import ParameterError
from mffcnn_core.nets import FrameCNN, FrameCNNSettings

THREE = FrameCNNSettings(frames=3)


def _count(network):
    return sum(parameter.numel() for parameter in network.parameters())


# Table 3 of the paper does not print these counts; they follow from its sizes at 128 px.
@pytest.mark.parametrize(
    ("kernels", "side", "fc_weights"),
    [
        ((5, 3), 60, 3_686_400),
        ((11, 9), 51, 2_663_424),
        ((17, 15), 42, 1_806_336),
        ((35, 33), 15, 230_400),
    ],
)
def test_valid_kernels_shrink_the_fully_connected_layer(kernels, side, fc_weights):
    network = FrameCNN(FrameCNNSettings(kernels=kernels), size=128)
    assert network.fc.weight.numel() == fc_weights == 16 * side * side * 64


def test_the_smallest_pair_has_3_69_million_parameters():
    conv1, conv2 = 8 * (3 * 5 * 5 + 1), 16 * (8 * 3 * 3 + 1)
    fc, output = 3_686_400 + 64, 6 * (64 + 1)
    assert _count(FrameCNN(size=128)) == conv1 + conv2 + fc + output == 3_688_630


def test_same_padding_keeps_the_fully_connected_layer():
    counts = {
        FrameCNN(FrameCNNSettings(kernels=k, padding="same"), size=128).fc.weight.numel()
        for k in ((5, 3), (17, 15), (35, 33))
    }
    assert counts == {16 * 64 * 64 * 64}


@pytest.mark.parametrize("settings", [None, FrameCNNSettings(padding="same", batch_norm=True)])
def test_every_class_gets_a_score(settings):
    assert FrameCNN(settings, size=32, classes=4)(torch.rand(2, 3, 32, 32)).shape == (2, 4)


def test_layers_stand_in_the_order_of_the_figure():
    names = [name for name, _ in FrameCNN().named_children()]
    figure = ["conv1", "pool", "conv2", "fc", "output"]
    assert [name for name in names if name in figure] == figure
    assert FrameCNN.feature_layer in names


def test_standardisation_is_the_first_thing_the_images_meet():
    torch.manual_seed(0)
    plain = FrameCNN(size=16).eval()
    shifted = FrameCNN(size=16, mean=[1, 2, 3], std=[2, 2, 4]).eval()
    shifted.load_state_dict(
        plain.state_dict() | {k: v for k, v in shifted.state_dict().items() if "standardise" in k}
    )
    images = torch.rand(2, 3, 16, 16)
    mean, std = (torch.tensor(v).reshape(1, 3, 1, 1) for v in ([1.0, 2, 3], [2.0, 2, 4]))
    torch.testing.assert_close(shifted(images * std + mean), plain(images))


def test_batch_norm_and_dropout_are_off_unless_asked_for():
    kinds = {type(layer).__name__ for layer in FrameCNN().modules()}
    assert "BatchNorm2d" not in kinds
    assert FrameCNN().dropout.p == 0
    asked = FrameCNN(FrameCNNSettings(batch_norm=True, dropout=0.5))
    assert asked.dropout.p == 0.5
    assert sum(isinstance(layer, torch.nn.BatchNorm2d) for layer in asked.modules()) == 2


def test_kernels_must_fit_the_images():
    with pytest.raises(ParameterError, match="images that kernels 35/33 fit in, got 64 px"):
        FrameCNN(FrameCNNSettings(kernels=(35, 33)), size=64)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"kernels": (4, 3)}, r"kernels: expected two odd sizes >= 1, got \(4, 3\)"),
        ({"kernels": (5,)}, "kernels: expected two odd sizes"),
        ({"padding": "reflect"}, "padding: expected one of valid, same, got 'reflect'"),
        ({"maps": (8, 0)}, "expected two counts of maps and sizes >= 1"),
        ({"pool": 0}, "expected two counts of maps and sizes >= 1"),
        ({"dropout": 1.0}, r"dropout: expected a share in \[0, 1\), got 1.0"),
    ],
)
def test_settings_refuse_values_outside_their_range(values, message):
    with pytest.raises(ParameterError, match=message):
        FrameCNNSettings(**values)


def test_settings_take_lists_as_a_profile_gives_them():
    assert FrameCNNSettings.from_dict({"kernels": [11, 9]}).kernels == (11, 9)


def test_three_towers_share_their_weights_and_meet_in_the_second_convolution():
    one, three = FrameCNN(size=32), FrameCNN(THREE, size=32)
    assert three.conv1.weight.shape == one.conv1.weight.shape
    assert three.conv2.weight.shape == (16, 3 * 8, 3, 3)
    assert _count(three) - _count(one) == 16 * 2 * 8 * 3 * 3


@pytest.mark.parametrize("batch_norm", [False, True])
def test_each_tower_is_the_network_of_one_frame(batch_norm):
    torch.manual_seed(0)
    network = FrameCNN(THREE.replace(batch_norm=batch_norm), size=16, mean=[0.1, 0.5, 0.9]).eval()
    images = torch.rand(2, 3, 3, 16, 16)
    towers = [
        network.pool(network.relu1(network.norm1(network.conv1(network.standardise(frame)))))
        for frame in images.unbind(1)
    ]
    x = torch.cat(towers, dim=1)
    for name in ("conv2", "norm2", "relu2", "flatten", "fc", "relu3", "output"):
        x = getattr(network, name)(x)
    torch.testing.assert_close(network(images), x)


def test_the_order_of_the_frames_matters():
    torch.manual_seed(0)
    network = FrameCNN(THREE, size=16)
    images = torch.rand(1, 3, 3, 16, 16)
    assert not torch.allclose(network(images), network(images.flip(1)))


def test_there_is_a_frame():
    with pytest.raises(ParameterError, match="frames: expected at least 1, got 0"):
        FrameCNNSettings(frames=0)


def test_there_are_no_weights_from_elsewhere():
    network = THREE.make(size=16)
    with pytest.raises(ParameterError, match="weights: expected None for a FrameCNN, got 'x.pth'"):
        THREE.load(network, "x.pth")
