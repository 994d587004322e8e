import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import LeaveOneGroupOut, cross_val_predict

from mffcnn_core.errors import ParameterError
from mffcnn_core.expressions import EXPRESSIONS
from mffcnn_core.features import load_inputs
from mffcnn_core.pipelines import TwoStreamRecogniser
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
    svm = recogniser.classifiers_["both"]
    features = np.hstack(
        [recogniser._features(recogniser.load(test))[s] for s in ("spatial", "temporal")]
    )
    np.testing.assert_array_equal(recogniser.classes_[svm.predict(features)], predicted)
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


def test_a_mapping_changes_the_small_stream(recogniser):
    recogniser.set_params(spatial={"epochs": 3, "network": {"pool": 2}}, temporal=None)
    told = recogniser.describe()
    assert told["spatial"]["epochs"] == 3
    assert told["spatial"]["momentum"] == SMALL_STREAM.momentum
    assert told["spatial"]["network"]["pool"] == 2
    assert told["spatial"]["network"]["batch_norm"] == SMALL_STREAM.network.batch_norm
    assert told["temporal"] == SMALL_STREAM.to_dict()
    assert "progress" not in told
    with pytest.raises(ParameterError, match="got 'epoch'. Did you mean 'epochs'"):
        recogniser.set_params(spatial={"epoch": 3}).describe()


def test_unfitted_it_says_so(recogniser, toy_clips):
    with pytest.raises(NotFittedError):
        recogniser.predict(toy_clips)


def test_wrong_inputs_are_refused(recogniser, toy_clips):
    with pytest.raises(ParameterError, match="streams: expected one of both, .* got 'flow'"):
        TwoStreamRecogniser(streams="flow").fit(toy_clips, _labels(toy_clips))
    with pytest.raises(ParameterError, match="expected inputs of 16 px and flow_run=4, got 24 px"):
        recogniser.fit(load_inputs(toy_clips[:2], 24, flow_run=4), ["fear", "anger"])
    with pytest.raises(ParameterError, match="16 px and flow_run=1. Load them with"):
        recogniser.fit(load_inputs(toy_clips[:2], 16), ["fear", "anger"])
    with pytest.raises(ParameterError, match=r"got 48 clip\(s\), 1 label\(s\) of 1 class\(es\)"):
        recogniser.fit(toy_clips, ["fear"])
    with pytest.raises(ParameterError, match=r"2 label\(s\) of 1 class\(es\) and 2 person\(s\)"):
        recogniser.fit(toy_clips[:2], ["fear", "fear"])
    with pytest.raises(ParameterError, match=r"two or more classes.* 1 person\(s\)"):
        recogniser.fit(toy_clips[:2], ["fear", "anger"], groups=["s1"])


def test_early_stopping_follows_the_groups(recogniser, toy_clips, monkeypatch):
    seen = []
    monkeypatch.setattr(
        "mffcnn_core.training._fit.inner_split",
        lambda subjects, **_: (seen.append(subjects), (np.arange(24), np.arange(24, 48)))[1],
    )
    groups = tuple(f"p{i % 3}" for i in range(48))
    recogniser.set_params(spatial=StreamSettings(epochs=1), temporal=StreamSettings(epochs=1))
    recogniser.fit(toy_clips, _labels(toy_clips), groups=groups)
    recogniser.fit(toy_clips, _labels(toy_clips))
    assert seen == [groups] * 2 + [tuple(c.clip.subject for c in toy_clips)] * 2
