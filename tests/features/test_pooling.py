import numpy as np
import pytest

from mffcnn_core.errors import ParameterError
from mffcnn_core.features import l2_normalise, pool_fragments


def test_fragments_of_equal_length_count_alike():
    responses = np.arange(12, dtype=np.float32).reshape(6, 2)
    pooled = pool_fragments(responses, np.array([[0, 1, 2], [3, 4, 5]]))
    np.testing.assert_allclose(pooled, responses.mean(axis=0))


def test_copied_images_count_as_often_as_they_stand():
    assert pool_fragments(np.array([[0.0], [4.0]]), np.array([[0, 0, 0, 1]])) == [1.0]


@pytest.mark.parametrize("fragments", [np.array([[0, 2]]), np.array([[-1, 0]])])
def test_fragments_of_another_clip_are_refused(fragments):
    with pytest.raises(ParameterError, match="fragments: expected indices from 0 to 1, got"):
        pool_fragments(np.zeros((2, 3)), fragments)


@pytest.mark.parametrize("fragments", [np.array([0, 1]), np.zeros((0, 16), int)])
def test_fragments_have_two_axes_and_images(fragments):
    with pytest.raises(ParameterError, match=r"fragments of shape \(k, length\), got"):
        pool_fragments(np.zeros((2, 3)), fragments)


def test_l2_keeps_the_direction():
    features = np.random.default_rng(0).normal(size=(5, 7))
    unit = l2_normalise(features)
    np.testing.assert_allclose(np.linalg.norm(unit, axis=1), 1, rtol=1e-6)
    np.testing.assert_allclose(l2_normalise(3 * features), unit, rtol=1e-5)
