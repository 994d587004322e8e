from dataclasses import replace

import numpy as np
import pytest

from mffcnn_core.errors import ParameterError
from mffcnn_core.evaluation import accuracy, leave_one_subject_out
from mffcnn_core.expressions import EXPRESSIONS


def test_the_largest_score_is_the_prediction(predictions):
    best = predictions.scores["both"].argmax(axis=1)
    assert predictions.predicted("both") == tuple(EXPRESSIONS[i] for i in best)


def test_several_variants_are_averaged(predictions):
    mean = (predictions.scores["both"] + predictions.scores["spatial"]) / 2
    averaged = replace(predictions, scores={"mean": mean}, main="mean")
    pair = ("both", "spatial")
    assert predictions.predicted(pair) == averaged.predicted("mean")
    assert predictions.predicted(pair) != predictions.predicted("both")
    assert predictions.metrics(pair, seed=0) == averaged.metrics("mean", seed=0)
    with pytest.raises(ParameterError, match="got 'temporal'"):
        predictions.predicted(("both", "temporal"))


def test_metrics_are_those_of_the_variant(predictions):
    both, spatial = (predictions.metrics(name, seed=0) for name in ("both", "spatial"))
    assert both["accuracy"] == accuracy(predictions.expressions, predictions.predicted("both"))
    assert both["accuracy"] != spatial["accuracy"]
    assert np.mean(list(both["accuracy_by_fold"].values())) == pytest.approx(both["accuracy"])
    assert np.sum(both["confusion"]) == len(predictions.clips)
    low, high = both["accuracy_interval"]
    assert low <= both["accuracy"] <= high


def test_unknown_variant_is_refused(predictions):
    with pytest.raises(ParameterError, match="expected one of both, spatial, got 'temporal'"):
        predictions.predicted("temporal")


def test_every_clip_needs_a_person_and_an_expression(predictions):
    with pytest.raises(ParameterError, match=r"got 18 clip\(s\), 17 person\(s\)"):
        replace(predictions, subjects=predictions.subjects[1:])


def test_everybody_is_tested_once(predictions):
    with pytest.raises(ParameterError, match="exactly one fold, got s0 otherwise"):
        replace(predictions, folds=predictions.folds[1:])
    with pytest.raises(ParameterError, match="exactly one fold, got s1 otherwise"):
        replace(predictions, folds=(*predictions.folds, predictions.folds[1]))
    strangers = leave_one_subject_out([*predictions.subjects, "s9"])
    with pytest.raises(ParameterError, match="exactly one fold, got s9 otherwise"):
        replace(predictions, folds=tuple(strangers))


@pytest.mark.parametrize("scores", [np.zeros((18, 5)), np.zeros((17, 6)), np.full((18, 6), np.nan)])
def test_scores_are_whole_and_finite(predictions, scores):
    with pytest.raises(
        ParameterError, match=r"scores\['x'\]: expected finite values of shape \(18"
    ):
        replace(predictions, scores={"x": scores})


def test_no_scores_at_all_are_refused(predictions):
    with pytest.raises(ParameterError, match="expected at least one variant, got none"):
        replace(predictions, scores={})


def test_a_network_that_answers_always_alike_is_found_fold_by_fold(predictions):
    stuck = predictions.scores["both"].copy()
    stuck[:6] = np.eye(6)[2]  # all clips of s0 are called one thing, those of s1 another
    stuck[6:12] = np.eye(6)[4]
    broken = replace(predictions, scores={"both": stuck})
    assert broken.collapsed("both") == ("s0", "s1")
    assert predictions.collapsed("both") == ()


def test_one_clip_or_one_expression_is_no_collapse(predictions):
    alike = replace(
        predictions,
        expressions=("fear",) * 18,
        scores={"both": np.tile(np.eye(6)[EXPRESSIONS.index("fear")], (18, 1))},
    )
    assert alike.collapsed("both") == ()


def test_the_method_itself_is_one_of_the_variants(predictions):
    assert replace(predictions, main="").main == "both"
    with pytest.raises(ParameterError, match="main: expected one of both, spatial, got 'mine'"):
        replace(predictions, main="mine")
