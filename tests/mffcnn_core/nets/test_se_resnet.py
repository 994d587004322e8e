import pytest
import torch

from mffcnn_core.errors import ParameterError
from mffcnn_core.nets import SMALL_SE_RESNET, SEResNet, SEResNetSettings


def _count(network):
    return sum(parameter.numel() for parameter in network.parameters())


def test_se_resnet_50_is_resnet_50_and_squeeze_excitation():
    with torch.device("meta"):
        network = SEResNet(classes=1000)
    # ResNet-50 has 25 557 032 parameters; each unit adds two layers between c and c / 16
    channels = [256] * 3 + [512] * 4 + [1024] * 6 + [2048] * 3
    extra = sum(2 * c * (c // 16) + c + c // 16 for c in channels)
    assert _count(network) == 25_557_032 + extra


def test_the_small_network_comes_from_the_same_code():
    network = SEResNet(SMALL_SE_RESNET)
    assert _count(network) == 708_820
    assert network(torch.rand(2, 3, 64, 64)).shape == (2, 6)


@pytest.mark.parametrize("block", ["basic", "bottleneck"])
def test_units_carry_the_papers_numbers(tiny, block):
    network = SEResNet(tiny.replace(block=block))
    assert list(network.units) == [
        (stage, i)
        for stage, count in zip((2, 3, 4, 5), (2, 2, 3, 2), strict=True)
        for i in range(1, count + 1)
    ]
    assert network.units[4, 3] is network.get_submodule("conv4.3")


@pytest.mark.parametrize("block", ["basic", "bottleneck"])
def test_the_description_is_what_happens(tiny, block):
    network = SEResNet(tiny.replace(block=block)).eval()
    seen = []
    for unit in network.units.values():
        unit.register_forward_hook(lambda unit, args, y: seen.append((args[0].shape, y.shape)))
    network(torch.rand(1, 3, 64, 64))
    for told, (x, y) in zip(network.describe(), seen, strict=True):
        assert told["channels"] == y[1]
        assert told["stride"] == x[2] // y[2]
        assert told["projected_skip"] == (x != y)
        assert told["block"] == block
        assert told["temporal_kernel"] is None
    assert seen[0][0][2] == 16
    assert seen[-1][1][2] == 2


def test_a_unit_is_skip_plus_weighted_branch(tiny, stir):
    unit = stir(SEResNet(tiny)).eval().units[3, 1]
    x = torch.randn(2, 4, 8, 8)
    b = unit.branch
    inner = b.norm2(b.conv2(torch.relu(b.norm1(b.conv1(x)))))
    torch.testing.assert_close(unit(x), unit.skip.norm(unit.skip.conv(x)) + b.se(inner))
    other = torch.randn_like(x)
    torch.testing.assert_close(unit(x, other), unit.skip(x) + unit.branch(other))


def test_features_are_means_over_the_image(tiny):
    network = SEResNet(tiny).eval()
    maps = []
    network.relu.register_forward_hook(lambda layer, args, y: maps.append(y))
    features = []
    network.get_submodule(network.feature_layer).register_forward_hook(
        lambda layer, args, y: features.append(y)
    )
    scores = network(torch.rand(2, 3, 64, 64))
    torch.testing.assert_close(features[0], maps[-1].mean(dim=(2, 3)))
    torch.testing.assert_close(scores, network.scores(features[0]))


def test_dropout_is_of_the_pooled_features(tiny):
    network = SEResNet(tiny.replace(dropout=0.5))
    features = torch.ones(200, 10)
    assert network.eval().dropout(features).equal(features)
    assert (network.train().dropout(features) == 0).float().mean() == pytest.approx(0.5, abs=0.1)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"block": "wide"}, "block: expected one of basic, bottleneck, got 'wide'"),
        ({"units": (3, 4, 6)}, "units: expected four numbers >= 1, .*got \\(3, 4, 6\\)"),
        ({"widths": (8, 8, 8, 0)}, "widths: expected four numbers >= 1"),
        ({"reduction": 0}, "reduction: expected at least 1, got 0"),
        ({"se_start": 1.0}, "start of squeeze-excitation: expected a weight in"),
        ({"dropout": 1.0}, r"dropout: expected a share in \[0, 1\), got 1.0"),
    ],
)
def test_settings_refuse_values_outside_their_range(values, message):
    with pytest.raises(ParameterError, match=message):
        SEResNetSettings(**values)


def test_settings_take_lists_as_a_profile_gives_them():
    assert SEResNetSettings.from_dict({"units": [2, 2, 2, 2]}).units == (2, 2, 2, 2)


def test_a_small_stem_leaves_twice_the_maps(tiny):
    network = SEResNet(tiny.replace(stem="3x3"))
    last = []
    network.relu.register_forward_hook(lambda layer, args, y: last.append(y))
    network(torch.rand(2, 3, 64, 64))
    assert last[0].shape[2:] == (32, 32)
    assert last[-1].shape[2:] == (4, 4)


def test_an_unknown_stem_is_refused(tiny):
    with pytest.raises(ParameterError, match="stem: expected one of 7x7, 3x3, got '5x5'"):
        tiny.replace(stem="5x5")
