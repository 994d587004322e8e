import numpy as np
import pytest

from mffcnn_corpus.camera._shading import Light, cross, vertex_normals


@pytest.fixture
def light() -> Light:
    direction = np.array([0.6, 0.0, 0.8], np.float32)
    return Light(direction, 0.6, 0.1, 0.4, 1.0, np.ones(3, np.float32))


def test_normals_of_a_sphere_point_outwards() -> None:
    s, t = np.meshgrid(np.linspace(-1, 1, 60), np.linspace(1, -1, 60))
    sphere = np.stack([np.sin(s) * np.cos(t), np.sin(t), np.cos(s) * np.cos(t)], -1)
    normals = vertex_normals(sphere.astype(np.float32))

    np.testing.assert_allclose(normals[1:-1, 1:-1], sphere[1:-1, 1:-1], atol=2e-3)


def test_cross_is_numpy_s() -> None:
    a, b = np.random.default_rng(0).normal(size=(2, 7, 3))

    np.testing.assert_allclose(cross(a, b), np.cross(a, b))


def test_side_towards_the_light_is_brighter_and_shade_is_redder(light: Light) -> None:
    lit, shaded = light.irradiance(np.array([[0.6, 0, 0.8], [-0.95, 0, 0.31]], np.float32))

    assert (lit > shaded).all()
    assert shaded[0] > shaded[2]


def test_exposure_never_reaches_past_white(light: Light) -> None:
    color = np.linspace(0, 5, 200)
    exposed = light.expose(color)

    assert exposed.max() <= 1
    assert (np.diff(exposed) >= 0).all()
    np.testing.assert_allclose(exposed[color < 0.8], color[color < 0.8])
