import numpy as np
import pytest
import torch
from sklearn.base import clone

from mffcnn_core.errors import ParameterError
from mffcnn_core.evaluation import count_parameters
from mffcnn_core.features import FaceFrames, as_tensor, load_inputs
from mffcnn_core.nets import FLOW_LIMIT, EfficientNetLite0, FlowPicture
from mffcnn_core.pipelines import (
    FrozenRecogniser,
    TwoStreamRecogniser,
    load_recogniser,
    make_recogniser,
    save_recogniser,
)

LITE = {"backbone": "efficientnet_lite0", "size": 32, "feature_step": 8}


def _labels(clips):
    return np.array([one.clip.expression for one in clips])


def _split(clips):
    return [c for c in clips if c.clip.subject != "s3"], [
        c for c in clips if c.clip.subject == "s3"
    ]


@pytest.fixture(scope="module")
def fitted(toy_clips):
    train, _ = _split(toy_clips)
    model = FrozenRecogniser.from_settings(**LITE, ordered_flow={"window": 8})
    return model.fit(train, _labels(train))


def test_imagenet_tells_bright_bars_apart(fitted, toy_clips):
    _, test = _split(toy_clips)
    scores = fitted.stream_scores(test)
    assert list(scores) == ["both", "spatial", "temporal"]
    said = fitted.classes_[scores["spatial"].argmax(axis=1)]
    heights = [list(fitted.classes_).index(name) % 3 for name in said]
    true = [list(fitted.classes_).index(name) % 3 for name in _labels(test)]
    assert np.mean(np.array(heights) == true) > 0.6  # a frame shows the height, and no direction


def test_responses_are_those_of_the_network_and_the_same_after_a_fit(fitted, toy_clips):
    parts = fitted.load(toy_clips[:1])
    assert parts.responses["spatial"][0].shape == (1, 1280)
    frames = load_inputs(toy_clips[:1], 32, {"spatial": FaceFrames()})
    images = frames.images("spatial", np.zeros(2, int), np.array([1, 9]))  # 16 of 18, every 8th
    with torch.no_grad():
        expected = EfficientNetLite0().eval()(as_tensor(images)).mean(dim=0, keepdim=True)
    np.testing.assert_allclose(parts.responses["spatial"][0], expected, rtol=1e-4, atol=1e-4)
    again = clone(fitted).fit(toy_clips, _labels(toy_clips)).load(toy_clips[:1])
    np.testing.assert_array_equal(again.responses["spatial"][0], parts.responses["spatial"][0])


def test_it_is_saved_without_the_backbone_and_comes_back(fitted, toy_clips, tmp_path):
    save_recogniser(fitted, tmp_path / "m.mffcnn")
    assert (tmp_path / "m.mffcnn").stat().st_size < 10e6
    loaded, _ = load_recogniser(tmp_path / "m.mffcnn")
    np.testing.assert_array_equal(
        loaded.decision_function(toy_clips[:6]), fitted.decision_function(toy_clips[:6])
    )


def test_its_weights_count_although_they_are_not_trained():
    model = FrozenRecogniser.from_settings(**LITE)
    model.networks_, model.classifiers_ = {}, {}
    expected = sum(p.numel() for p in EfficientNetLite0(None).parameters())
    assert count_parameters(model.kept()) == expected


def test_flow_is_shown_as_a_picture(toy_clips):
    model = FrozenRecogniser.from_settings(
        **LITE, streams="temporal", temporal_images="flow", flow_run=8
    )
    parts = model.load(toy_clips)
    responses = np.concatenate(parts.responses["temporal"])
    to_the_left = np.isin(_labels(toy_clips), ["anger", "disgust", "fear"])
    left, right = (responses[which].mean(axis=0) for which in (to_the_left, ~to_the_left))
    assert np.abs(left - right).max() > 0.1  # what moves to the left looks otherwise
    shown = FlowPicture()(torch.tensor([-FLOW_LIMIT, 0.0, FLOW_LIMIT]))
    assert shown.tolist() == [0.0, 127.5, 255.0]


def test_a_profile_of_trained_networks_can_be_asked_for_a_backbone():
    own = {"size": 48, "temporal": {"epochs": 3}}
    assert isinstance(
        make_recogniser("ordered_flow", backbone="trained", **own), TwoStreamRecogniser
    )
    lite = make_recogniser("ordered_flow", backbone="efficientnet_lite0", **own)
    assert (type(lite), lite.streams, lite.size) == (FrozenRecogniser, "temporal", 48)


def test_an_unknown_backbone_is_refused(toy_clips):
    model = FrozenRecogniser.from_settings(backbone="efficientnet")
    with pytest.raises(ParameterError, match="backbone: expected one of vgg16, efficientnet_lite0"):
        model.load(toy_clips[:1])


def test_a_spatial_stream_can_begin_with_imagenet_and_keep_its_lower_stages(toy_clips, tmp_path):
    train, test = _split(toy_clips)
    model = make_recogniser(
        "two_stream",
        size=32,
        streams="spatial",
        spatial={
            "network": {"kind": "efficientnet_lite0", "frozen": 5, "dropout": 0.0},
            "weights": "package", "epochs": 3, "images_per_clip": 1, "batch_size": 12,
            "learning_rate": 0.01, "mirror": False, "shift": 0,
        },
    )  # fmt: skip
    network = model.fit(train, _labels(train)).networks_["spatial"]
    before = EfficientNetLite0().state_dict()
    after = network.state_dict()
    same = {name for name, value in before.items() if value.equal(after[name])}
    assert {name for name in before if name.startswith(("conv_stem", "blocks.0", "blocks.4"))} <= (
        same
    )
    assert not {"blocks.5.0.conv_pw.weight", "conv_head.weight"} & same
    save_recogniser(model, tmp_path / "m.mffcnn")
    loaded, _ = load_recogniser(tmp_path / "m.mffcnn")
    np.testing.assert_allclose(
        loaded.decision_function(test), model.decision_function(test), atol=1e-5
    )
    assert loaded.spatial.network == model.spatial.network


def test_other_networks_have_no_kind():
    with pytest.raises(ParameterError, match="kind: expected 'efficientnet_lite0', got 'vgg'"):
        make_recogniser("two_stream", spatial={"network": {"kind": "vgg"}})
