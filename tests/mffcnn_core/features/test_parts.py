import numpy as np
import pytest

from mffcnn_core.errors import ParameterError
from mffcnn_core.features import ClipParts, average_parts, l2_normalise


def test_each_part_has_its_mean():
    responses = np.arange(12, dtype=np.float32).reshape(6, 2)
    means = average_parts(responses, np.array([[0, 1, 2], [3, 4, 5]]))
    np.testing.assert_allclose(means, [[2, 3], [8, 9]])


def test_copied_images_count_as_often_as_they_stand():
    assert average_parts(np.array([[0.0], [4.0]]), np.array([[0, 0, 0, 1]])) == [[1.0]]


@pytest.mark.parametrize("parts", [np.array([[0, 2]]), np.array([[-1, 0]])])
def test_parts_of_another_clip_are_refused(parts):
    with pytest.raises(ParameterError, match="parts: expected indices from 0 to 1, got"):
        average_parts(np.zeros((2, 3)), parts)


@pytest.mark.parametrize("parts", [np.array([0, 1]), np.zeros((0, 16), int)])
def test_parts_have_two_axes_and_images(parts):
    with pytest.raises(ParameterError, match=r"parts of shape \(k, m\), got"):
        average_parts(np.zeros((2, 3)), parts)


def test_l2_keeps_the_direction():
    features = np.random.default_rng(0).normal(size=(5, 7))
    unit = l2_normalise(features)
    np.testing.assert_allclose(np.linalg.norm(unit, axis=1), 1, rtol=1e-6)
    np.testing.assert_allclose(l2_normalise(3 * features), unit, rtol=1e-5)


@pytest.fixture
def parts():
    draw = np.random.default_rng(0)

    def own(k, d):
        return draw.normal(size=(k, d)).astype(np.float32)

    return ClipParts(
        ("a", "b"), {"spatial": (own(4, 3), own(1, 3)), "temporal": (own(2, 5), own(3, 5))}
    )


def test_pooled_is_mean_then_length_one_then_side_by_side(parts):
    pooled = parts.pooled()
    assert pooled.shape == (2, 8)
    for k in range(2):
        for columns, name in ((slice(3), "spatial"), (slice(3, 8), "temporal")):
            mean = parts.responses[name][k].mean(axis=0)
            np.testing.assert_allclose(pooled[k, columns], mean / np.linalg.norm(mean), rtol=1e-5)
    np.testing.assert_array_equal(
        parts.only("temporal").pooled(normalise=False), parts.pooled(normalise=False)[:, 3:]
    )


def test_rows_pair_parts_at_the_same_place_of_the_clip(parts):
    rows, clips = parts.rows(normalise=False)
    assert clips.tolist() == [0, 0, 0, 0, 1, 1, 1]
    spatial, temporal = (parts.responses[name] for name in ("spatial", "temporal"))
    np.testing.assert_array_equal(rows[:4, :3], spatial[0])
    np.testing.assert_array_equal(rows[:4, 3:], temporal[0][[0, 0, 1, 1]])
    np.testing.assert_array_equal(rows[4:, :3], spatial[1][[0, 0, 0]])
    np.testing.assert_array_equal(rows[4:, 3:], temporal[1])


def test_clips_are_taken_with_all_their_parts(parts):
    assert len(parts[[1]]) == 1
    np.testing.assert_array_equal(parts[[1]].pooled(), parts.pooled()[1:])
