import numpy as np
import pytest
import torch
from torch import nn

from mffcnn_core.errors import ParameterError
from mffcnn_core.features import (
    FaceFrames,
    FlowImages,
    OrderedFlowMaps,
    as_tensor,
    fusion_parts,
    load_inputs,
    network_parts,
    network_responses,
    read_parts,
)
from mffcnn_core.nets import (
    SMALL_SE_RESNET,
    FrameCNN,
    FrameCNNSettings,
    SEResNet,
    TwoStreamFusionNet,
)


@pytest.fixture
def network():
    torch.manual_seed(0)
    return FrameCNN(FrameCNNSettings(batch_norm=True, dropout=0.5), size=16)


def _by_hand(network, images):
    network.eval()
    layers = dict(network.named_children())
    layers.pop("output")
    with torch.no_grad():
        x = as_tensor(images)
        for layer in layers.values():
            x = layer(x)
    return x.numpy()


def test_a_layer_after_it_that_works_in_place_changes_nothing():
    network = nn.Sequential(nn.Conv2d(3, 4, 1), nn.ReLU(inplace=True))
    images = np.random.default_rng(0).normal(size=(2, 5, 5, 3)).astype(np.float32)
    expected = network[0](torch.from_numpy(images).movedim(-1, -3)).flatten(1).detach()
    found = network_responses(network, images, layer="0")
    assert (found < 0).any()
    np.testing.assert_array_equal(found, expected.numpy())


def test_responses_are_those_of_the_named_layer_in_evaluation_mode(network):
    images = np.random.default_rng(0).random((5, 16, 16, 3), dtype=np.float32)
    responses = network_responses(network, images, layer="relu3", batch_size=2)
    assert responses.shape == (5, 64)
    np.testing.assert_allclose(responses, _by_hand(network, images), rtol=1e-4, atol=1e-6)


def test_maps_are_flattened(network):
    images = np.zeros((2, 16, 16, 3), np.float32)
    assert network_responses(network, images, layer="pool").shape == (2, 8 * 6 * 6)


def test_the_network_is_left_as_it_was(network):
    network.train()
    before = {name: value.clone() for name, value in network.state_dict().items()}
    network_responses(network, np.ones((3, 16, 16, 3), np.float32), layer="fc")
    assert all(layer.training for layer in network.modules())
    assert all(torch.equal(before[name], value) for name, value in network.state_dict().items())


def test_an_unknown_layer_is_named(network):
    with pytest.raises(ParameterError, match=r"a layer of FrameCNN, got 'fc6'. Did you mean 'fc'"):
        network_responses(network, np.zeros((1, 16, 16, 3), np.float32), layer="fc6")


@pytest.mark.parametrize(
    "images", [FaceFrames(), FaceFrames(frames=3), FlowImages(), OrderedFlowMaps(window=8)]
)
@pytest.mark.parametrize("step", [1, 3])
def test_a_part_has_the_mean_response_to_its_images(make_clip, images, step):
    frames = getattr(images, "frames", 1)
    network = FrameCNN(FrameCNNSettings(frames=frames), size=16)
    clips = [make_clip("a", frames=20), make_clip("b", frames=35, seed=5)]
    inputs = load_inputs(clips, 16, {"x": images})
    parts = network_parts(network, inputs, "x", layer="relu3", step=step)
    assert parts.clips == inputs.clips
    for k, clip in enumerate(clips):
        every = images.parts(len(clip.faces))[:, ::step]
        assert len(parts.responses["x"][k]) == len(every)
        for own, kept in zip(parts.responses["x"][k], every, strict=True):
            shown = inputs.images("x", np.full(len(kept), k), kept)
            expected = _by_hand(network, shown).mean(axis=0)
            np.testing.assert_allclose(own, expected, rtol=1e-4, atol=1e-4)


def test_from_disk_clip_by_clip_is_the_same(network, make_clip):
    clips = [make_clip("a", frames=20), make_clip("b", frames=35, seed=5)]
    streams = {"spatial": FaceFrames(), "temporal": OrderedFlowMaps(window=8)}
    read = read_parts(clips, 16, streams, dict.fromkeys(streams, network), layer="relu3", step=2)
    inputs = load_inputs(clips, 16, streams)
    for name in streams:
        loaded = network_parts(network, inputs, name, layer="relu3", step=2).responses[name]
        for a, b in zip(read.responses[name], loaded, strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-5)
    with pytest.raises(ParameterError, match="at least one clip"):
        read_parts([], 16, streams, dict.fromkeys(streams, network), layer="relu3")


def test_a_map_is_shown_with_the_face_at_its_centre(make_clip):
    torch.manual_seed(0)
    network = TwoStreamFusionNet(SEResNet(SMALL_SE_RESNET), SEResNet(SMALL_SE_RESNET)).train()
    clips = [make_clip("a", frames=30, size=32), make_clip("b", frames=41, size=32, seed=5)]
    streams = {"spatial": FaceFrames(), "temporal": OrderedFlowMaps(window=8)}
    inputs = load_inputs(clips, 32, streams)
    parts = fusion_parts(network, inputs, batch_size=3)
    assert network.training
    network.eval()
    for k, clip in enumerate(clips):
        spans = streams["temporal"].spans(len(clip.faces))
        centres = [(first + last) // 2 for first, last in spans]
        own = np.full(len(spans), k)
        with torch.no_grad():
            output = network(
                as_tensor(inputs.images("spatial", own, centres)),
                as_tensor(inputs.images("temporal", own, np.arange(len(spans)))),
            )
        for name in streams:
            np.testing.assert_allclose(
                parts.responses[name][k], getattr(output, name).features, rtol=1e-3, atol=1e-4
            )
