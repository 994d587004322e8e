import numpy as np
import pytest

from mffcnn_core.errors import ParameterError
from mffcnn_core.evaluation import average_scores


@pytest.fixture
def scores():
    return list(np.random.default_rng(0).normal(size=(3, 20, 6)))


def test_without_weights_it_is_the_mean(scores):
    np.testing.assert_allclose(average_scores(scores), (scores[0] + scores[1] + scores[2]) / 3)
    np.testing.assert_allclose(average_scores(scores), average_scores(scores, [1 / 3] * 3))


def test_weights_of_one_model_leave_it_alone(scores):
    np.testing.assert_array_equal(average_scores(scores, [0, 1, 0]), scores[1])
    np.testing.assert_array_equal(average_scores(scores[:1]), scores[0])


def test_weighted_mean_of_one_clip():
    np.testing.assert_allclose(
        average_scores([[1.0, 2.0], [3.0, 5.0]], (0.25, 0.75)), [2.5, 4.25], rtol=1e-15
    )


def test_the_literal_form_shrinks_the_scores_and_predicts_the_same(scores):
    weights = [0.5, 0.2, 0.3]
    meant, printed = (average_scores(scores, weights, literal=form) for form in (False, True))
    np.testing.assert_allclose(printed, meant / 3, rtol=1e-15)
    np.testing.assert_array_equal(printed.argmax(axis=1), meant.argmax(axis=1))
    assert (meant.argmax(axis=1) != scores[0].argmax(axis=1)).any()  # averaging does something


@pytest.mark.parametrize(
    "weights", [[0.5, 0.5], [-0.5, 0.5, 1.0], [0.5, 0.5, 0.5], [0.5, 0.5, np.nan], [[1.0, 0, 0]]]
)
def test_wrong_weights_are_refused(scores, weights):
    with pytest.raises(
        ParameterError, match=r"weights: expected 3 number\(s\) >= 0 that sum to 1, got \["
    ):
        average_scores(scores, weights)


@pytest.mark.parametrize(
    "wrong",
    [
        [],
        [np.zeros((2, 6)), np.zeros((3, 6))],
        [np.zeros((2, 6)), np.zeros(6)],
        [np.zeros(())],
        [np.full((2, 6), np.nan)],
    ],
)
def test_scores_of_other_shapes_are_refused(wrong):
    with pytest.raises(ParameterError, match=rf"scores: .* of one shape.* got {len(wrong)} of"):
        average_scores(wrong)


def test_the_literal_form_needs_weights(scores):
    with pytest.raises(ParameterError, match="literal: expected weights with it, got none"):
        average_scores(scores, literal=True)
