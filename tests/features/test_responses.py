import numpy as np
import pytest
import torch

from mffcnn_core.errors import ParameterError
from mffcnn_core.features import (
    SpatialStream,
    TemporalStream,
    clip_features,
    load_inputs,
    network_responses,
)
from mffcnn_core.nets import FrameCNN, FrameCNNSettings


@pytest.fixture
def network():
    torch.manual_seed(0)
    return FrameCNN(FrameCNNSettings(batch_norm=True, dropout=0.5), size=16)


def _by_hand(network, images):
    network.eval()
    layers = dict(network.named_children())
    layers.pop("output")
    with torch.no_grad():
        x = torch.from_numpy(images).permute(0, 3, 1, 2)
        for layer in layers.values():
            x = layer(x)
    return x.numpy()


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


@pytest.mark.parametrize("stream", [SpatialStream(), TemporalStream()])
@pytest.mark.parametrize("step", [1, 3])
def test_a_clips_features_are_the_mean_over_its_fragments(network, make_clip, stream, step):
    clips = [make_clip("a", frames=20), make_clip("b", frames=35, seed=5)]
    inputs = load_inputs(clips, 16)
    features = clip_features(network, inputs, stream, layer="relu3", normalise=False, step=step)
    for k, clip in enumerate(clips):
        kept = stream.fragments(len(clip.faces))[:, ::step].ravel()
        images = stream.images(inputs, np.full(len(kept), k), kept)
        expected = _by_hand(network, images).mean(axis=0)
        np.testing.assert_allclose(features[k], expected, rtol=1e-4, atol=1e-6)


def test_features_have_length_one_unless_asked_otherwise(network, make_clip):
    inputs = load_inputs([make_clip(frames=16)], 16)
    features = clip_features(network, inputs, SpatialStream(), layer="relu3")
    assert np.linalg.norm(features, axis=1) == pytest.approx(1)
