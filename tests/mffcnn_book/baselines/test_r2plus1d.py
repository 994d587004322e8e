from urllib.error import URLError

import pytest
import torch
from torchvision.models.video import R2Plus1D_18_Weights, r2plus1d_18

from mffcnn_book.baselines import (
    SMALL_VIDEO_NET,
    VideoNet,
    VideoNetSettings,
    load_video_weights,
)
from mffcnn_core.errors import ParameterError, WeightsError

TINY = VideoNetSettings(width=4, units=(1, 1, 1, 1), frames=4)


@pytest.fixture(scope="module")
def theirs():
    torch.manual_seed(0)
    network = r2plus1d_18(weights=None)
    for layer in network.modules():  # as if it were trained
        if isinstance(layer, torch.nn.BatchNorm3d):
            layer.running_mean.uniform_(-0.1, 0.1)
            layer.running_var.uniform_(0.5, 2)
    return network.eval()


@pytest.mark.slow
def test_at_full_width_it_is_torchvisions_network(theirs):
    ours = VideoNet().eval()
    ours.settings.load(ours, theirs.state_dict())
    ours.output.load_state_dict(r2plus1d_18(weights=None, num_classes=6).fc.state_dict())
    theirs_with_our_output = torch.nn.Sequential(*list(theirs.children())[:-1])
    frames = torch.randn(1, 8, 3, 32, 32)
    with torch.no_grad():
        features = theirs_with_our_output(frames.transpose(1, 2)).flatten(1)
        torch.testing.assert_close(ours(frames), ours.output(features), rtol=1e-3, atol=1e-4)
    own = sum(p.numel() for p in ours.parameters())
    assert own == sum(p.numel() for p in theirs.parameters()) - 394 * 513


def test_the_small_network_comes_from_the_same_code():
    network = SMALL_VIDEO_NET.make(size=48, mean=[1, 2, 3], std=[1, 1, 1])
    assert sum(p.numel() for p in network.parameters()) == 783_877
    assert network.standardise.mean.flatten().tolist() == [1, 2, 3]
    frames = torch.rand(2, 8, 3, 48, 48)
    assert network(frames).shape == (2, 6)
    reached = network.layer4(network.layer3(network.layer2(network.layer1(
        network.stem(frames.transpose(1, 2))
    ))))  # fmt: skip
    assert reached.shape == (2, 128, 1, 3, 3)


def test_the_order_of_frames_matters():
    torch.manual_seed(0)
    network = VideoNet(TINY).eval()
    frames = torch.randn(1, 4, 3, 16, 16)
    with torch.no_grad():
        assert (network(frames) - network(frames.flip(1))).abs().max() > 1e-3


def test_weights_of_another_network_are_refused(theirs):
    with pytest.raises(WeightsError, match=r"those of r2plus1d_18, got others: .*has shape"):
        load_video_weights(VideoNet(TINY), theirs.state_dict())


def test_without_a_connection_the_message_names_file_and_option(monkeypatch):
    def fail(*args, **kwargs):
        raise URLError("no network")

    monkeypatch.setattr(R2Plus1D_18_Weights, "get_state_dict", fail)
    message = r"r2plus1d_18: expected KINETICS400_V1 weights .*weights='r2plus1d_18-91a641e6.pth'"
    with torch.device("meta"):
        network = VideoNet()
    with pytest.raises(WeightsError, match=message):
        load_video_weights(network)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"width": 0}, "width, units, frames: .* got 0, "),
        ({"units": [1, 1, 1]}, r"got 64, \(1, 1, 1\) and 16"),
        ({"units": [1, 1, 1, 0]}, r"got 64, \(1, 1, 1, 0\)"),
        ({"frames": 1}, "and 1. R"),
        ({"dropout": 1.0}, r"dropout: expected a share in \[0, 1\), got 1.0"),
    ],
)
def test_settings_outside_their_range(values, message):
    with pytest.raises(ParameterError, match=message):
        VideoNetSettings(**values)
