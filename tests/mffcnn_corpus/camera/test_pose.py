import numpy as np
import pytest

from mffcnn_corpus.camera._pose import PIVOT, rigid_motion

POSE = [0.3, -0.2, 0.1, 0.05, -0.04, 0.03]


def test_pose_is_a_rotation() -> None:
    rotation = rigid_motion(POSE).rotation.astype(float)

    np.testing.assert_allclose(rotation @ rotation.T, np.eye(3), atol=1e-6)
    assert np.linalg.det(rotation) == pytest.approx(1, abs=1e-6)


def test_distances_stay_and_undo_undoes() -> None:
    points = np.random.default_rng(0).normal(size=(20, 3)).astype(np.float32)
    motion = rigid_motion(POSE)
    moved = motion.apply(points)

    np.testing.assert_allclose(
        np.linalg.norm(moved[1:] - moved[:-1], axis=1),
        np.linalg.norm(points[1:] - points[:-1], axis=1),
        rtol=1e-5,
    )
    np.testing.assert_allclose(motion.undo(moved), points, atol=1e-5)


def test_head_turns_about_the_neck() -> None:
    np.testing.assert_allclose(
        rigid_motion([0.4, 0.2, 0.1, 0, 0, 0]).apply(PIVOT), PIVOT, atol=1e-6
    )


@pytest.mark.parametrize(
    ("pose", "axis", "sign"),
    [([0.2, 0, 0, 0, 0, 0], 0, 1), ([0, 0.2, 0, 0, 0, 0], 1, -1), ([0, 0, 0.2, 0, 0, 0], 0, -1)],
)
def test_yaw_turns_right_pitch_nods_down_roll_tilts_left(
    pose: list[float], axis: int, sign: int
) -> None:
    nose_tip = np.array([0, -0.26, 1.0], np.float32)

    assert np.sign((rigid_motion(pose).apply(nose_tip) - nose_tip)[axis]) == sign
