import numpy as np
import pytest
import torch

from mffcnn_book.baselines import HogFlowRecogniser
from mffcnn_core.errors import ExperimentError, LeakageError
from mffcnn_core.evaluation import Fold
from mffcnn_core.files import write_json
from mffcnn_core.pipelines import (
    Evaluation,
    FusionRecogniser,
    TwoStreamRecogniser,
    evaluate_by_subject,
    evaluate_side_by_side,
)

FITS = []


class RememberingTwoStream(TwoStreamRecogniser):
    """A recogniser whose fitted copies, and what they were given, can be looked at."""

    def fit(self, X, y, groups=None):
        super().fit(X, y, groups=groups)
        FITS.append((self, X, tuple(groups)))
        return self


class RememberingFusion(FusionRecogniser):
    """The same of the other kind."""

    def fit(self, X, y, groups=None):
        super().fit(X, y, groups=groups)
        FITS.append((self, X, tuple(groups)))
        return self


def _evaluate(clips, recogniser):
    """Return predictions and what the recogniser of each fold was fitted on."""
    fused = isinstance(recogniser, FusionRecogniser)
    kind = RememberingFusion if fused else RememberingTwoStream
    remembering = kind(**recogniser.get_params())
    FITS.clear()
    predictions = evaluate_by_subject(clips, remembering, seed=0)
    assert not hasattr(remembering, "networks_")
    return predictions, list(FITS)


@pytest.fixture(scope="module")
def evaluated(toy_clips, shared_recogniser):
    return _evaluate(toy_clips, shared_recogniser)


def _fitted_state(model):
    """Return every number that a fitted recogniser has learnt."""
    for name, network in model.networks_.items():
        for key, value in network.state_dict().items():
            if not key.endswith("num_batches_tracked"):
                yield f"{name}.{key}", value.numpy()
    for name, rows in model.histories_.items():
        for key in rows[0]:
            if key != "epoch":
                yield f"{name}.{key}", np.array([row[key] for row in rows])
    for name, classifier in model.classifiers_.items():
        scaler, svm = classifier.svm_[0], classifier.svm_[-1]
        for part in (scaler.mean_, scaler.scale_, svm.coef_, svm.intercept_):
            yield f"{name}.classifier", part
        if classifier.dbn_ is not None:
            yield f"{name}.range", classifier.dbn_.scaler_.data_max_
            for layer in classifier.dbn_.layers_:
                yield f"{name}.dbn", layer.weights


def test_every_clip_is_scored_by_a_model_that_never_met_its_person(evaluated, toy_clips):
    predictions, fits = evaluated
    assert predictions.clips == tuple(c.clip.clip for c in toy_clips)
    assert predictions.variants == ("both", "spatial", "temporal")
    everybody = {c.clip.subject for c in toy_clips}
    assert len(fits) == len(predictions.folds) == len(everybody)
    for fold, (_, inputs, groups) in zip(predictions.folds, fits, strict=True):
        assert set(groups) == set(inputs.subjects) == everybody - {fold.name}
    assert predictions.metrics("both", seed=0)["accuracy"] > 0.8


def test_every_person_is_scored_by_the_model_of_their_fold(evaluated, toy_clips, recogniser):
    predictions, fits = evaluated
    inputs = recogniser.load(toy_clips)
    for fold, (model, *_) in zip(predictions.folds, fits, strict=True):
        test = fold.indices(inputs.subjects)[1]
        for name, scores in model.stream_scores(inputs[test]).items():
            np.testing.assert_allclose(predictions.scores[name][test], scores, atol=1e-6)  # rounded


@pytest.mark.parametrize("dbn_then_pool", [False, True])
@pytest.mark.parametrize("kind", ["recogniser", "fusion"])
def test_nothing_that_is_fitted_sees_the_person_left_out(toy_clips, request, kind, dbn_then_pool):
    """The model of a fold is the same when its test person's clips are replaced by garbage."""
    recogniser = request.getfixturevalue(kind)
    if dbn_then_pool:
        epochs = {part: {"epochs": 1} for part in ("binary", "gaussian", "finetuning")}
        recogniser.set_params(dbn=epochs, pool_order="dbn_then_pool")
    _, clean = _evaluate(toy_clips, recogniser)
    garbage = [c.poisoned() if c.clip.subject == "s0" else c for c in toy_clips]
    _, poisoned = _evaluate(garbage, recogniser)
    same, other = (
        {
            name: np.array_equal(a, b)
            for (name, a), (_, b) in zip(
                _fitted_state(clean[fold][0]), _fitted_state(poisoned[fold][0]), strict=True
            )
        }
        for fold in (0, 1)  # s0 is tested; s0 is among the training people
    )
    assert all(same.values())
    # the comparison would have noticed (the last unit's excitation may start out flat)
    assert sum(other.values()) <= 0.05 * len(other), [n for n, equal in other.items() if equal]


def test_folds_of_groups(toy_clips, recogniser):
    recogniser.set_params(streams="spatial", spatial={"epochs": 1, "network": {"pool": 2}})
    predictions = evaluate_by_subject(toy_clips, recogniser, groups=2, seed=0)
    assert [fold.name for fold in predictions.folds] == ["s0+s1", "s2+s3"]
    assert predictions.variants == ("spatial",)


def test_an_overlap_of_people_is_refused_before_anything_is_fitted(
    toy_clips, recogniser, monkeypatch
):
    monkeypatch.setattr(
        Fold, "indices", lambda self, subjects: (np.arange(len(subjects)), np.arange(3))
    )
    monkeypatch.setattr(TwoStreamRecogniser, "fit", lambda *_, **__: pytest.fail("was fitted"))
    with pytest.raises(LeakageError, match="no person on both sides, got s0"):
        evaluate_by_subject(toy_clips, recogniser, seed=0)


@pytest.mark.slow
def test_seed_decides_and_the_number_of_processes_does_not(recogniser, toy_clips, tmp_path):
    recogniser.set_params(
        spatial={"epochs": 1, "network": {"pool": 2}},
        temporal={"epochs": 1, "network": {"pool": 2}},
    )

    def write(name, seed, jobs):
        torch.rand(3)
        told = evaluate_by_subject(toy_clips, recogniser, seed=seed, jobs=jobs)
        write_json(tmp_path / name, vars(told))
        return (tmp_path / name).read_bytes()

    one = write("one", 0, 1)
    assert write("two", 0, 2) == one
    assert write("other", 1, 1) != one


def test_a_missing_expression_is_named(recogniser, toy_clips):
    surprised = [c for c in toy_clips if c.clip.expression != "surprise" or c.clip.subject == "s2"]
    with pytest.raises(ExperimentError, match="fold s2: .* got none of surprise"):
        evaluate_by_subject(surprised, recogniser.set_params(streams="spatial"), seed=0)


def test_an_expression_that_nobody_shows_is_never_answered(recogniser, toy_clips):
    others = [clip for clip in toy_clips if clip.clip.expression != "surprise"]
    recogniser.set_params(streams="temporal", temporal={"epochs": 1, "network": {"pool": 2}})
    told = evaluate_by_subject(others, recogniser, seed=0)
    assert "surprise" not in told.predicted("temporal")
    scores = np.array(told.scores["temporal"])
    np.testing.assert_allclose(scores[:, 5], scores[:, :5].min(axis=1) - 1)


def test_progress_is_a_bar_over_the_folds(recogniser, toy_clips, capsys):
    recogniser.set_params(streams="temporal", temporal={"epochs": 1, "network": {"pool": 2}})
    evaluate_by_subject(toy_clips, recogniser, seed=0)
    assert capsys.readouterr() == ("", "")
    evaluate_by_subject(toy_clips, recogniser, seed=0, progress=True)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "folds: 100%" in captured.err
    assert "train" not in captured.err


@pytest.mark.parametrize("jobs", [1, 2])
def test_evaluations_side_by_side_are_those_one_by_one(recogniser, toy_clips, tmp_path, jobs):
    recogniser.set_params(streams="temporal", temporal={"epochs": 1, "network": {"pool": 2}})
    inputs = recogniser.load(toy_clips)
    asked = []

    def wanted():
        for seed in (0, 1, 0):
            asked.append(seed)
            yield Evaluation(inputs=inputs, recogniser=recogniser, seed=seed, groups=2)

    found = list(evaluate_side_by_side(wanted(), jobs=jobs))
    assert asked == [0, 1, 0]
    one, other, again = (told.scores["temporal"] for told in found)
    assert (one == again).all()
    assert (one != other).any()
    alone = evaluate_by_subject(toy_clips, recogniser, seed=1, groups=2)
    assert (alone.scores["temporal"] == other).all()


def test_an_evaluation_that_fails_stops_no_other_one(recogniser, toy_clips):
    surprised = [c for c in toy_clips if c.clip.expression != "surprise" or c.clip.subject == "s2"]
    recogniser.set_params(streams="temporal", temporal={"epochs": 1, "network": {"pool": 2}})
    wanted = [
        Evaluation(inputs=recogniser.load(clips), recogniser=recogniser, seed=0)
        for clips in (surprised, toy_clips)
    ]
    failed, told = evaluate_side_by_side(wanted)
    assert isinstance(failed, ExperimentError)
    assert told.variants == ("temporal",)


def test_clips_are_loaded_when_processes_will_soon_be_free(recogniser, toy_clips):
    recogniser.set_params(streams="temporal", temporal={"epochs": 1, "network": {"pool": 2}})
    inputs, loaded = recogniser.load(toy_clips), []

    def wanted():
        for number in range(3):
            loaded.append(number)
            yield Evaluation(inputs=inputs, recogniser=recogniser, seed=number)

    found = evaluate_side_by_side(wanted())
    next(found)
    assert loaded == [0]


@pytest.mark.parametrize("kind", ["recogniser", "baseline"])
def test_clips_read_in_shares_are_those_read_at_once(recogniser, toy_clips, kind):
    reader = recogniser if kind == "recogniser" else HogFlowRecogniser(size=48)
    whole = reader.load(toy_clips)
    parts = [reader.load(toy_clips[:7]), reader.load(toy_clips[7:8]), reader.load(toy_clips[8:])]
    joined = type(whole).joined(parts)
    assert joined.clips == whole.clips
    if kind == "baseline":
        for name, rows in whole.responses.items():
            for one, other in zip(rows, joined.responses[name], strict=True):
                np.testing.assert_array_equal(one, other)
        return
    for name, stack in whole.stacks.items():
        np.testing.assert_array_equal(joined.stacks[name].rows, stack.rows)
        np.testing.assert_array_equal(joined.stacks[name].starts, stack.starts)
    np.testing.assert_array_equal(joined.lengths, whole.lengths)
