import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mffcnn_core.errors import ParameterError
from mffcnn_core.evaluation import accuracy, confusion, macro_recall
from mffcnn_core.expressions import EXPRESSIONS

labels = st.sampled_from(EXPRESSIONS)


@given(st.lists(st.tuples(labels, labels), min_size=1, max_size=40))
def test_confusion_rows_sum_to_class_counts_and_agree_with_the_rates(pairs):
    truth, predicted = zip(*pairs, strict=True)
    matrix = confusion(truth, predicted)
    assert matrix.sum(axis=1).tolist() == [truth.count(name) for name in EXPRESSIONS]
    assert np.trace(matrix) / len(pairs) == pytest.approx(accuracy(truth, predicted))
    counts = matrix.sum(axis=1)
    recalls = np.diag(matrix)[counts > 0] / counts[counts > 0]
    assert macro_recall(truth, predicted) == pytest.approx(recalls.mean())


def test_rows_are_true_and_columns_predicted():
    matrix = confusion(["fear", "fear", "anger"], ["anger", "fear", "anger"])
    fear, anger = EXPRESSIONS.index("fear"), EXPRESSIONS.index("anger")
    assert matrix[fear, anger] == 1
    assert matrix[anger, fear] == 0


def test_a_large_class_does_not_hide_a_small_one():
    truth = ["anger"] * 9 + ["fear"]
    assert accuracy(truth, ["anger"] * 10) == pytest.approx(0.9)
    assert macro_recall(truth, ["anger"] * 10) == pytest.approx(0.5)


@pytest.mark.parametrize("measure", [accuracy, macro_recall, confusion])
@pytest.mark.parametrize(("truth", "predicted"), [([], []), (["fear"], []), (["fear"], ["a", "b"])])
def test_one_prediction_per_clip(measure, truth, predicted):
    with pytest.raises(ParameterError, match="expected one label per clip and at least one clip"):
        measure(truth, predicted)


def test_unknown_labels_are_named():
    with pytest.raises(ParameterError, match=r"labels: expected the classes .*, got bored\. Map"):
        confusion(["fear"], ["bored"])


def test_several_trainings_count_alike():
    truth = ["fear", "fear", "anger", "anger"]
    said = [["fear"] * 4, ["fear", "fear", "anger", "fear"]]
    assert accuracy(truth, said) == pytest.approx((0.5 + 0.75) / 2)
    assert macro_recall(truth, said) == pytest.approx((0.5 + 0.75) / 2)
    with pytest.raises(ParameterError, match="expected one label per clip .* got 3 for 4"):
        accuracy(truth, [["fear"] * 3] * 2)
