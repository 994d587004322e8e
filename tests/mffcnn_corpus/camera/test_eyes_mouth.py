import numpy as np
import pytest

from mffcnn_corpus.camera._camera import Camera
from mffcnn_corpus.camera._eyes_mouth import (
    EYE_RADIUS,
    eye_color,
    gaze_rotation,
    head_rays,
    mouth_color,
    on_plane,
    on_sphere,
    on_teeth,
)
from mffcnn_corpus.camera._pose import rigid_motion
from mffcnn_corpus.person._identity import Identity

MOTION = rigid_motion([0.2, -0.1, 0.05, 0.03, 0.02, 0.01])


@pytest.fixture
def rays(camera: Camera):
    x, y = np.meshgrid(np.arange(70.0, 110.0, 3), np.arange(40.0, 80.0, 3))
    return head_rays(camera, MOTION, x.ravel(), y.ravel())


def test_points_on_a_plane_project_back_to_their_pixels(rays, camera: Camera) -> None:
    points = on_plane(rays, 0.4)
    x, y = camera.project(MOTION.apply(points))

    np.testing.assert_allclose(points[:, 2], 0.4, atol=1e-5)
    np.testing.assert_allclose(x.reshape(14, 14)[0], np.arange(70, 110, 3), atol=1e-3)
    np.testing.assert_allclose(y.reshape(14, 14)[:, 0], np.arange(40, 80, 3), atol=1e-3)


def test_hits_on_a_sphere_lie_on_its_near_side(rays) -> None:
    center = np.array([0.0, 0.1, 0.6], np.float32)
    points = on_sphere(rays, center, 0.5)
    distance = np.linalg.norm(points - center, axis=1)
    hit = distance < 0.5 + 1e-4

    assert hit.mean() > 0.3
    np.testing.assert_allclose(distance[hit], 0.5, atol=1e-4)
    assert (points[hit, 2] > center[2] - 0.2).all()


def test_dental_arch_bends_backwards(rays) -> None:
    points = on_teeth(rays, 0.8)

    points = points[np.abs(points[:, 0]) < 0.4]  # a mouth is not wider

    np.testing.assert_allclose(points[:, 2], 0.8 - 0.9 * points[:, 0] ** 2, atol=5e-3)
    assert np.ptp(points[:, 2]) > 0.1


def test_gaze_turns_the_iris_to_the_right_and_up() -> None:
    pupil = gaze_rotation(np.array([0.04, 0.02])) @ np.array([0, 0, EYE_RADIUS])

    np.testing.assert_allclose(pupil[:2], (0.04, 0.02), atol=2e-3)


def test_pupil_is_dark_and_the_white_is_white(symmetric_identity: Identity) -> None:
    center = np.zeros(3, np.float32)
    gaze = np.array([0.05, 0.0])
    looks_at = gaze_rotation(gaze) @ np.array([0, 0, EYE_RADIUS])
    away = gaze_rotation(np.array([-0.05, 0.0])) @ np.array([0, 0, EYE_RADIUS])
    pupil, white = eye_color(
        symmetric_identity, np.stack([looks_at, away]).astype(np.float32), center, gaze, 0.0
    )

    assert pupil.max() < 0.1
    assert white.min() > 0.5


def test_lower_teeth_fall_with_the_jaw(symmetric_identity: Identity) -> None:
    y = np.linspace(0.05, -0.4, 300) + symmetric_identity.mouth_level
    points = np.stack([np.zeros_like(y), y, np.ones_like(y)], 1)
    brightest = []
    for jaw in (0.05, 0.15):
        color, with_jaw = mouth_color(symmetric_identity, points, jaw)
        lower = np.where(with_jaw > 0.5, color.mean(axis=1), 0)
        brightest.append(y[(lower > 0.9 * lower.max()).argmax()])
        assert with_jaw[0] == 0  # the upper teeth stay

    assert brightest[0] - brightest[1] == pytest.approx(0.10, abs=0.01)
