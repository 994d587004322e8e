import numpy as np
import pytest

from mffcnn_core.errors import ParameterError
from mffcnn_corpus.camera._camera import Camera


def test_head_fills_its_share_of_the_height() -> None:
    camera = Camera.for_image(360, 240, head_share=0.5)
    _, y = camera.project(np.array([[0, 1.15, 0], [0, -1.15, 0]], np.float32))

    assert y[1] - y[0] == pytest.approx(0.5 * 240)


def test_axes_point_right_and_down() -> None:
    camera = Camera.for_image(360, 240)
    x, y = camera.project(np.array([[0, 0, 0], [0.1, 0.1, 0]], np.float32))

    assert x[1] > x[0] == 180
    assert y[1] < y[0]


def test_rays_pass_through_what_they_see() -> None:
    camera = Camera.for_image(360, 240)
    points = np.random.default_rng(0).uniform(-1, 1, (30, 3)).astype(np.float32)
    origin, direction = camera.rays(*camera.project(points))
    step = (points[:, 2] - origin[2]) / direction[:, 2]

    np.testing.assert_allclose(origin + step[:, None] * direction, points, atol=1e-5)


def test_tiny_images_are_refused() -> None:
    with pytest.raises(ParameterError, match=r"image size: expected at least 48 px .*got 64 x 32"):
        Camera.for_image(64, 32)
