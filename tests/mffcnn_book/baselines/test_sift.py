import cv2
import numpy as np
import pytest

from mffcnn_book.baselines import dense_sift
from mffcnn_core.errors import ParameterError


@pytest.fixture
def face():
    noise = np.random.default_rng(0).integers(0, 256, (64, 64), dtype=np.uint8)
    return cv2.GaussianBlur(noise, (0, 0), 1.5)


def test_descriptors_are_of_length_one_and_do_not_mind_the_light(face):
    descriptors = dense_sift(face, grid=4)
    np.testing.assert_allclose(np.linalg.norm(descriptors, axis=1), 1, atol=0.01)
    np.testing.assert_allclose(descriptors, dense_sift(face // 2, grid=4), atol=0.05)


def test_rows_are_the_points_of_the_grid_row_by_row(face):
    other = face.copy()
    other[56:, 56:] = 255 - other[56:, 56:]
    changes = np.abs(dense_sift(other, grid=4) - dense_sift(face, grid=4)).max(axis=1)
    assert changes.argmax() == 15
    assert changes[[0, 1, 2, 4, 8]].max() == 0


def test_wrong_pictures_and_grids(face):
    with pytest.raises(ParameterError, match=r"grey: .* got uint8 of shape \(64, 32\)"):
        dense_sift(face[:, :32])
    with pytest.raises(ParameterError, match="grey: .* got float64"):
        dense_sift(face.astype(float))
    with pytest.raises(ParameterError, match="grid: expected 1 to 16 .* got 17"):
        dense_sift(face, grid=17)
