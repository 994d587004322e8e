import numpy as np
import pytest
import torch
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import LeaveOneGroupOut, cross_val_predict
from torch import nn
from torchvision.models import VGG

from mffcnn_core.errors import ParameterError, WeightsError
from mffcnn_core.evaluation import count_parameters
from mffcnn_core.expressions import EXPRESSIONS
from mffcnn_core.features import (
    ClipParts,
    DynamicImages,
    FaceFrames,
    FlowImages,
    OrderedFlowMaps,
    load_inputs,
)
from mffcnn_core.nets import VGG16FC6
from mffcnn_core.pipelines import FrozenRecogniser, FusionRecogniser, TwoStreamRecogniser
from mffcnn_core.training import SMALL_STREAM, StreamSettings


def _split(clips, left_out="s3"):
    train = [c for c in clips if c.clip.subject != left_out]
    test = [c for c in clips if c.clip.subject == left_out]
    return train, test


def _labels(clips):
    return [c.clip.expression for c in clips]


def test_each_stream_sees_its_half_and_both_see_all(recogniser, toy_clips):
    train, test = _split(toy_clips)
    recogniser.fit(train, _labels(train))
    truth = np.array(_labels(test))
    right = {
        name: np.mean(recogniser.classes_[scores.argmax(axis=1)] == truth)
        for name, scores in recogniser.stream_scores(test).items()
    }
    assert right["both"] >= 0.9
    assert 0.25 <= right["spatial"] <= 0.75
    assert 0.1 <= right["temporal"] <= 0.6


def test_scores_have_a_column_per_class_and_the_largest_is_predicted(recogniser, toy_clips):
    train, test = _split(toy_clips)
    recogniser.fit(train, _labels(train))
    assert tuple(recogniser.classes_) == EXPRESSIONS
    scores = recogniser.decision_function(test)
    assert scores.shape == (len(test), 6)
    predicted = recogniser.predict(test)
    np.testing.assert_array_equal(predicted, recogniser.classes_[scores.argmax(axis=1)])
    np.testing.assert_array_equal(scores, recogniser.stream_scores(test)["both"])
    parts = recogniser.parts(test)
    classifier = recogniser.classifiers_["both"]
    np.testing.assert_array_equal(recogniser.classes_[classifier.predict(parts)], predicted)
    labels = classifier.svm_.predict(parts.pooled())  # ties and all
    np.testing.assert_array_equal(recogniser.classes_[labels], predicted)
    assert recogniser.score(test, _labels(test)) == np.mean(predicted == np.array(_labels(test)))


def test_one_stream_is_the_same_alone_and_in_company(recogniser, toy_clips):
    train, test = _split(toy_clips)
    both = clone(recogniser).fit(train, _labels(train)).stream_scores(test)
    for name in ("spatial", "temporal"):
        alone = clone(recogniser).set_params(streams=name).fit(train, _labels(train))
        assert set(alone.networks_) == {name}
        np.testing.assert_array_equal(alone.decision_function(test), both[name])
        assert set(alone.stream_scores(test)) == {name}


def test_loaded_inputs_and_clips_give_the_same(recogniser, toy_clips):
    train, test = _split(toy_clips)
    inputs = recogniser.load(train)
    assert recogniser.load(inputs) is inputs
    a = clone(recogniser).fit(train, _labels(train)).decision_function(test)
    b = clone(recogniser).fit(inputs, _labels(train)).decision_function(recogniser.load(test))
    np.testing.assert_array_equal(a, b)


def test_parameters_survive_a_clone(recogniser):
    copy = clone(recogniser)
    assert copy.get_params() == recogniser.get_params()
    assert copy.set_params(C=2.0).C == 2.0
    with pytest.raises(ValueError, match="Invalid parameter 'c'"):
        copy.set_params(c=2.0)


def test_it_is_a_scikit_learn_estimator(recogniser, toy_clips):
    recogniser.set_params(streams="spatial", spatial={"epochs": 1, "network": {"pool": 2}})
    labels, people = _labels(toy_clips), [c.clip.subject for c in toy_clips]
    predicted = cross_val_predict(
        recogniser, toy_clips, labels, groups=people, cv=LeaveOneGroupOut()
    )
    train, test = _split(toy_clips, "s3")
    by_hand = clone(recogniser).fit(train, _labels(train)).predict(test)
    np.testing.assert_array_equal(predicted[[person == "s3" for person in people]], by_hand)


def test_two_classes_have_two_columns(recogniser, toy_clips):
    two = [c for c in toy_clips if c.clip.expression in ("anger", "disgust")]
    model = recogniser.set_params(streams="spatial").fit(two, _labels(two))
    scores = model.decision_function(two)
    assert scores.shape == (len(two), 2)
    np.testing.assert_array_equal(model.predict(two), model.classes_[scores.argmax(axis=1)])


def test_a_mapping_changes_the_record_that_is_there():
    recogniser = TwoStreamRecogniser().set_params(spatial={"epochs": 3, "network": {"pool": 2}})
    told = recogniser.describe()
    assert told["spatial"]["epochs"] == 3
    assert told["spatial"]["momentum"] == SMALL_STREAM.momentum
    assert told["spatial"]["network"]["pool"] == 2
    assert told["spatial"]["network"]["batch_norm"] == SMALL_STREAM.network.batch_norm
    assert told["temporal"] == SMALL_STREAM.to_dict()
    assert "progress" not in told
    with pytest.raises(ParameterError, match="got 'epoch'. Did you mean 'epochs'"):
        recogniser.set_params(spatial={"epoch": 3})


def test_unfitted_it_says_so(recogniser, toy_clips):
    with pytest.raises(NotFittedError):
        recogniser.predict(toy_clips)


def test_wrong_inputs_are_refused(recogniser, toy_clips):
    with pytest.raises(ParameterError, match="streams: expected one of both, .* got 'flow'"):
        TwoStreamRecogniser(streams="flow").fit(toy_clips, _labels(toy_clips))
    streams = {"spatial": FaceFrames(), "temporal": FlowImages(run=4)}
    with pytest.raises(ParameterError, match=r"or images of 16 px.* got images of 24 px"):
        recogniser.fit(load_inputs(toy_clips[:2], 24, streams), ["fear", "anger"])
    streams["temporal"] = FlowImages()
    with pytest.raises(ParameterError, match=r"run=4.*got images of 16 px.*run=1.*Load them with"):
        recogniser.fit(load_inputs(toy_clips[:2], 16, streams), ["fear", "anger"])
    with pytest.raises(ParameterError, match="X: .* or images .* got responses of a network"):
        recogniser.fit(ClipParts(("a",), {}), ["fear"])
    with pytest.raises(ParameterError, match=r"got 48 clip\(s\), 1 label\(s\) of 1 class\(es\)"):
        recogniser.fit(toy_clips, ["fear"])
    with pytest.raises(ParameterError, match=r"2 label\(s\) of 1 class\(es\) and 2 person\(s\)"):
        recogniser.fit(toy_clips[:2], ["fear", "fear"])
    with pytest.raises(ParameterError, match=r"two or more classes.* 1 person\(s\)"):
        recogniser.fit(toy_clips[:2], ["fear", "anger"], groups=["s1"])


def test_early_stopping_follows_the_groups(recogniser, toy_clips, monkeypatch):
    seen = []
    monkeypatch.setattr(
        "mffcnn_core.training._data.inner_split",
        lambda subjects, **_: (seen.append(tuple(subjects)), (np.arange(24), np.arange(24, 48)))[1],
    )
    groups = tuple(f"p{i % 3}" for i in range(48))
    recogniser.set_params(spatial=StreamSettings(epochs=1), temporal=StreamSettings(epochs=1))
    recogniser.fit(toy_clips, _labels(toy_clips), groups=groups)
    recogniser.fit(toy_clips, _labels(toy_clips))
    assert seen == [groups] * 2 + [tuple(c.clip.subject for c in toy_clips)] * 2


def test_what_scikit_learn_takes_for_granted(recogniser, toy_clips):
    labels, people = _labels(toy_clips), [c.clip.subject for c in toy_clips]
    recogniser.set_params(streams="spatial", spatial={"epochs": 1, "network": {"pool": 2}})
    args = {"groups": people, "cv": LeaveOneGroupOut(), "method": "decision_function"}
    loaded = cross_val_predict(recogniser, recogniser.load(toy_clips), labels, **args)
    np.testing.assert_array_equal(loaded, cross_val_predict(recogniser, toy_clips, labels, **args))


def test_the_temporal_stream_sees_what_it_is_told_to(recogniser, toy_clips):
    recogniser.set_params(temporal_images="ordered_flow", ordered_flow={"window": 8})
    inputs = recogniser.load(toy_clips[:2])
    assert inputs.streams == {"spatial": FaceFrames(), "temporal": OrderedFlowMaps(window=8)}
    assert inputs.counts("temporal").tolist() == [3, 3]
    recogniser.set_params(temporal_images="dynamic_image")
    assert recogniser.images()["temporal"] == DynamicImages(window=8)


def test_a_deep_belief_network_is_reported_beside_its_absence(recogniser, toy_clips):
    train, test = _split(toy_clips)
    without = clone(recogniser).fit(train, _labels(train)).stream_scores(test)
    dbn = {part: {"epochs": 3} for part in ("binary", "gaussian", "finetuning")}
    scores = recogniser.set_params(dbn=dbn).fit(train, _labels(train)).stream_scores(test)
    assert list(scores) == ["both", "without_dbn", "spatial", "temporal"]
    np.testing.assert_array_equal(scores["without_dbn"], without["both"])
    assert (scores["both"] != without["both"]).any()
    np.testing.assert_array_equal(recogniser.decision_function(test), scores["both"])


def test_the_softmax_of_the_networks_decides(recogniser, toy_clips):
    train, test = _split(toy_clips)
    model = recogniser.set_params(decision="softmax").fit(train, _labels(train))
    scores = model.stream_scores(test)
    for own in scores.values():
        np.testing.assert_allclose(own.sum(axis=1), 1, rtol=1e-5)
    np.testing.assert_allclose(scores["both"], (scores["spatial"] + scores["temporal"]) / 2)
    assert model.classifiers_ == {}
    assert model.score(test, _labels(test)) > 0.5


def test_three_frames_are_seen_together(recogniser, toy_clips):
    train, test = _split(toy_clips)
    recogniser.set_params(
        streams="spatial",
        decision="softmax",
        spatial=recogniser.spatial.replace(network={"frames": 3}),
    ).fit(train, _labels(train))
    assert recogniser.networks_["spatial"].conv2.in_channels == 3 * 4
    assert recogniser.score(test, _labels(test)) >= 0.25


def test_vgg_responses_are_read_once_and_never_trained(
    recogniser, toy_clips, tmp_path, monkeypatch
):
    def small_vgg():
        network = VGG(nn.Sequential(), init_weights=False)
        network.features = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.MaxPool2d(2))
        network.classifier = nn.Sequential(nn.Linear(4 * 7 * 7, 12))
        return network

    torch.manual_seed(0)
    torch.save(small_vgg().state_dict(), tmp_path / "weights.pth")
    monkeypatch.setattr(
        VGG16FC6.__init__, "__kwdefaults__", {"relu": True, "architecture": small_vgg}
    )
    recogniser = FrozenRecogniser(
        size=recogniser.size,
        weights=tmp_path / "weights.pth",
        temporal_images="ordered_flow",
        ordered_flow={"window": 8},
        dbn={part: {"epochs": 1} for part in ("binary", "gaussian", "finetuning")},
    )
    train, test = _split(toy_clips)
    parts = recogniser.load(train)
    assert parts.responses["spatial"][0].shape == (1, 12)  # one fragment
    assert parts.responses["temporal"][0].shape == (3, 12)  # three windows of 17 flows
    recogniser.fit(parts, _labels(train))
    assert recogniser.networks_ == {}
    scores = recogniser.stream_scores(test)
    assert list(scores) == ["both", "without_dbn", "spatial", "temporal"]
    again = clone(recogniser).fit(train, _labels(train)).stream_scores(recogniser.load(test))
    np.testing.assert_array_equal(again["both"], scores["both"])
    assert np.mean(recogniser.classes_[scores["spatial"].argmax(1)] == _labels(test)) >= 0.3


def test_what_is_kept_is_networks_and_the_classifier_of_the_method(recogniser, toy_clips):
    train, _ = _split(toy_clips)
    model = recogniser.fit(train, _labels(train))
    networks = sum(p.numel() for net in model.networks_.values() for p in net.parameters())
    d = 2 * 16  # both streams side by side
    assert count_parameters(model.kept()) == networks + 15 * (d + 1) + 3 * d


def test_vgg_counts_although_it_is_not_trained():
    model = FrozenRecogniser()
    model.networks_, model.classifiers_ = {}, {}
    assert count_parameters(model.kept()) == 14_714_688 + 25_088 * 4096 + 4096


def test_vgg_without_weights_names_the_option(recogniser, toy_clips, tmp_path):
    recogniser = FrozenRecogniser(size=recogniser.size, weights=tmp_path / "none.pth")
    with pytest.raises(WeightsError, match=r"none.pth: expected a file .*Correct weights"):
        recogniser.fit(toy_clips, _labels(toy_clips))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"decision": "max"}, "decision: expected one of svm, softmax, got 'max'"),
        ({"decision": "softmax", "dbn": {}}, "decision: expected 'svm' with a dbn"),
        ({"temporal_images": "maps"}, "temporal_images: expected one of flow, ordered_flow"),
        ({"pool_order": "dbn"}, "pool_order: expected one of pool_then_dbn, dbn_then_pool"),
        ({"dbn": {"hiden": 3}}, "dbn: expected settings of the deep belief network.*Known: "),
        (
            {"temporal_images": "dynamic_image", "ordered_flow": {"third": "zero"}},
            "DynamicImages: expected known settings, got 'third'",
        ),
        (
            {"temporal_images": "ordered_flow", "ordered_flow": {"windows": 3}},
            "got 'windows'. Did you mean 'window'",
        ),
    ],
)
def test_unknown_options_are_told_before_anything_is_trained(
    recogniser, toy_clips, changes, message, monkeypatch
):
    monkeypatch.setattr(
        "mffcnn_core.pipelines._two_stream.fit_stream", lambda *_, **__: pytest.fail("was trained")
    )
    with pytest.raises(ParameterError, match=message):
        recogniser.set_params(**changes).fit(toy_clips, _labels(toy_clips))


def test_the_contrast_of_frames_reaches_the_images_and_only_then_the_records():
    plain, local = TwoStreamRecogniser(), TwoStreamRecogniser(contrast="local")
    assert "contrast" not in plain.describe()
    assert local.images()["spatial"] == FaceFrames(contrast="local")
    assert local.images()["temporal"] == plain.images()["temporal"]
    for one in (plain, local):
        again = TwoStreamRecogniser.from_settings(**one.describe())
        assert again.describe() == one.describe()
        assert again.contrast == one.contrast
    assert FusionRecogniser(contrast="local").images()["spatial"].contrast == "local"
