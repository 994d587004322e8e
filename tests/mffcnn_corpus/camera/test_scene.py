import numpy as np

from mffcnn_corpus.camera._scene import make_scene


def test_scene_hangs_on_its_key() -> None:
    one, same, other = (make_scene(0, key, 120, 80) for key in ("a", "a", "b"))

    np.testing.assert_array_equal(one.background, same.background)
    np.testing.assert_array_equal(one.torso, same.torso)
    assert np.abs(one.background - other.background).mean() > 0.01


def test_images_are_within_range_and_the_torso_is_below() -> None:
    for key in map(str, range(12)):
        scene = make_scene(1, key, 120, 80)
        assert scene.background.shape == (80, 120, 3)
        assert scene.background.min() >= 0
        assert scene.background.max() <= 1
        assert not scene.torso[: scene.torso_top, :, 3].any()
        assert scene.torso_top > 40
        assert scene.torso[-1, 60, 3] == 1


def test_light_comes_from_the_front_and_scenes_differ_in_it() -> None:
    lights = [make_scene(0, str(k), 60, 60).light for k in range(20)]

    for light in lights:
        assert light.direction[2] > 0
        np.testing.assert_allclose(np.linalg.norm(light.direction), 1, rtol=1e-6)
    assert np.ptp([light.direction[0] for light in lights]) > 0.5
