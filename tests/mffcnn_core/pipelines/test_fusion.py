import numpy as np
import pytest
import torch
from sklearn.base import clone

from mffcnn_core.errors import ParameterError
from mffcnn_core.nets import FusionSettings
from mffcnn_core.pipelines import FusionRecogniser, PartsClassifier
from mffcnn_core.pipelines import _fusion as pipeline
from mffcnn_core.training import SMALL_STREAM


@pytest.fixture
def halves(toy_clips):
    train = [c for c in toy_clips if c.clip.subject != "s3"]
    test = [c for c in toy_clips if c.clip.subject == "s3"]
    return train, [c.clip.expression for c in train], test, [c.clip.expression for c in test]


def test_it_learns_what_neither_stream_tells_alone(fusion, halves):
    train, labels, test, truth = halves
    fusion.set_params(temporal_images="flow", flow_run=4).fit(train, labels)
    assert fusion.score(test, truth) >= 0.8
    scores = fusion.stream_scores(test)
    assert list(scores) == ["both", "without_dbn", "spatial", "temporal", "softmax"]
    np.testing.assert_allclose(scores["softmax"][0], _by_hand(fusion, test[:1]), rtol=1e-4)
    assert list(fusion.histories_) == ["spatial", "temporal", "fusion"]
    assert [len(fusion.histories_[n]) for n in fusion.histories_] == [3, 3, 2]


def _by_hand(fusion, clip):
    """Return the probabilities of the output layers: mean over the parts, then over streams."""
    parts, found = fusion.parts(clip), []
    for stream in ("spatial", "temporal"):
        layer = getattr(fusion.networks_["fusion"], stream).output
        logits = parts.responses[stream][0] @ layer.weight.detach().numpy().T
        odds = np.exp(logits + layer.bias.detach().numpy())
        found.append((odds / odds.sum(axis=1, keepdims=True)).mean(axis=0))
    return np.mean(found, axis=0)


def test_stages_and_direction_reach_the_network(fusion, halves):
    train, labels, test, _ = halves
    fusion.set_params(stream={"epochs": 1}, joint={"epochs": 1}, dbn=None)
    scores = {}
    for name, settings in {
        "T->S": {},
        "S->T": {"direction": "S->T"},
        "none": {"fuse_stages": ()},
    }.items():
        model = clone(fusion).set_params(fusion=settings).fit(train, labels)
        assert model.networks_["fusion"].settings == FusionSettings(**settings)
        scores[name] = model.decision_function(test)
    assert (scores["T->S"] != scores["S->T"]).any()
    assert (scores["T->S"] != scores["none"]).any()


def test_same_seed_same_scores(fusion, halves):
    train, labels, test, _ = halves
    one = clone(fusion).fit(train, labels).decision_function(test)
    torch.rand(3)
    np.testing.assert_array_equal(clone(fusion).fit(train, labels).decision_function(test), one)
    other = clone(fusion).set_params(seed=1).fit(train, labels).decision_function(test)
    assert (other != one).any()


def test_the_classifier_may_learn_from_people_whom_the_networks_have_not_seen(
    fusion, halves, monkeypatch
):
    train, labels, *_ = halves
    seen = {}

    def fit_stream(inputs, labels, name, settings, **options):
        seen[name] = set(inputs.subjects)
        assert len(labels) == len(inputs) == len(options["subjects"])
        return before(inputs, labels, name, settings, **options)

    def fit(self, X, y):
        seen.setdefault("classifier", set(X.subjects))
        return classify(self, X, y)

    before, classify = pipeline.fit_stream, PartsClassifier.fit
    monkeypatch.setattr(pipeline, "fit_stream", fit_stream)
    monkeypatch.setattr(PartsClassifier, "fit", fit)
    fusion.set_params(stream={"epochs": 1}, joint={"epochs": 1}, dbn=None, held_out=0.3)
    fusion.fit(train, labels)
    assert seen["spatial"] == seen["temporal"]
    assert not seen["spatial"] & seen["classifier"]
    assert seen["spatial"] | seen["classifier"] == {"s0", "s1", "s2"}
    assert len(seen["classifier"]) == 1


@pytest.mark.parametrize("share", [-0.1, 1.0])
def test_somebody_must_be_left_for_the_networks(fusion, halves, share):
    train, labels, *_ = halves
    with pytest.raises(ParameterError, match=r"held_out: expected a share in \[0, 1\), got"):
        fusion.set_params(held_out=share).fit(train, labels)


def test_an_interrupted_training_goes_on(fusion, halves, tmp_path, monkeypatch):
    train, labels, test, _ = halves
    fusion.set_params(checkpoints=tmp_path)
    whole = clone(fusion).set_params(checkpoints=None).fit(train, labels).decision_function(test)
    with monkeypatch.context() as patched:
        patched.setattr(
            "mffcnn_core.pipelines._fusion.fit_fusion",
            lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt),
        )
        with pytest.raises(KeyboardInterrupt):
            clone(fusion).fit(train, labels)
    assert {p.name.partition("-")[0] for p in tmp_path.iterdir()} == {"spatial", "temporal"}
    np.testing.assert_array_equal(clone(fusion).fit(train, labels).decision_function(test), whole)


def test_a_network_without_residual_branches_is_refused(fusion, halves):
    train, labels, *_ = halves
    with pytest.raises(ParameterError, match="stream: expected a squeeze-excitation network"):
        fusion.set_params(stream=SMALL_STREAM).fit(train, labels)


def test_it_describes_itself_completely(fusion):
    told = fusion.describe()
    assert FusionRecogniser.from_settings(**told).describe() == told
    assert told["fusion"]["fuse_stages"] == (4, 5)
    assert not {"device", "progress", "checkpoints"} & set(told)
