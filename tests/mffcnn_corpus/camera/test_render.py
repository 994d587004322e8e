import numpy as np
import pytest

from mffcnn_core.errors import ParameterError
from mffcnn_corpus.acting._state import FaceState
from mffcnn_corpus.camera._camera import Camera
from mffcnn_corpus.camera._head import Head
from mffcnn_corpus.camera._render import render_frame, sensor_noise
from mffcnn_corpus.camera._scene import Scene, make_scene
from mffcnn_corpus.camera._view import face_box, head_mask
from mffcnn_corpus.person._action_units import action_unit_vector
from mffcnn_corpus.person._identity import make_identity


def test_frame_is_rgb_of_the_camera_s_size(head: Head, scene: Scene, camera: Camera) -> None:
    frame = render_frame(head, scene, camera, FaceState(), noise=None)

    assert frame.dtype == np.uint8
    assert frame.shape == (camera.height, camera.width, 3)
    assert frame.std() > 15


def test_same_seed_same_bytes(head: Head, scene: Scene, camera: Camera) -> None:
    again_head = Head(head.identity, image_height=camera.height)
    again_scene = make_scene(0, "a clip", camera.width, camera.height)
    state = FaceState(action_unit_vector({12: 0.8}), [0.1, 0, 0, 0, 0, 0])
    first = render_frame(head, scene, camera, state, noise=np.random.default_rng(5))
    again = render_frame(again_head, again_scene, camera, state, noise=np.random.default_rng(5))

    np.testing.assert_array_equal(first, again)


def test_noise_is_the_only_difference_between_two_draws(
    head: Head, scene: Scene, camera: Camera
) -> None:
    clean, again, noisy = (
        render_frame(head, scene, camera, FaceState(), noise=noise).astype(float)
        for noise in (None, None, np.random.default_rng(0))
    )

    np.testing.assert_array_equal(clean, again)
    assert 0.3 * scene.noise < (noisy - clean).std() / 255 < 3 * scene.noise


def test_noise_has_unit_deviation() -> None:
    noise = sensor_noise(np.random.default_rng(0), (120, 180))

    assert noise.std() == pytest.approx(1, abs=0.25)
    assert noise.mean() == pytest.approx(0, abs=0.05)


def test_drawing_leaves_the_scene_as_it_was(head: Head, camera: Camera) -> None:
    scene = make_scene(0, "a clip", camera.width, camera.height)
    background = scene.background.copy()
    render_frame(head, scene, camera, FaceState(), noise=np.random.default_rng(0))

    np.testing.assert_array_equal(scene.background, background)


def test_two_people_differ(head: Head, scene: Scene, camera: Camera) -> None:
    other = Head(make_identity(0, "s11"), image_height=camera.height)
    mine, theirs = (
        render_frame(person, scene, camera, FaceState(), noise=None).astype(float)
        for person in (head, other)
    )

    assert np.abs(mine - theirs)[head_mask(head, camera, FaceState())].mean() > 10


def test_closed_lids_hide_the_iris(head: Head, scene: Scene, camera: Camera) -> None:
    points = head.eye_centers + np.array([0, 0, 0.17])
    x, y = camera.project(points)
    frames = [
        render_frame(head, scene, camera, FaceState(action_unit_vector(units)), noise=None)
        for units in ({5: 0.5}, {43: 1.0})
    ]
    pupils = [
        frame[np.rint(y).astype(int), np.rint(x).astype(int)].astype(float).mean()
        for frame in frames
    ]

    assert pupils[1] > pupils[0] + 15


def test_smile_shows_teeth_and_neutral_does_not(head: Head, scene: Scene, camera: Camera) -> None:
    x, y = camera.project(np.array([0, head.identity.mouth_level, head.teeth_front], np.float32))
    row, column = round(float(y)), round(float(x))
    mouth = (slice(row - 6, row + 6), slice(column - 3, column + 4))
    neutral, smile = (
        render_frame(head, scene, camera, FaceState(action_unit_vector(units)), noise=None)[mouth]
        for units in ({}, {12: 1.0, 25: 1.0, 10: 0.5})
    )

    # Teeth are the only bluish (least red) thing in the mouth's middle.
    assert (smile[..., 2] / smile[..., 0]).max() > (neutral[..., 2] / neutral[..., 0]).max() + 0.05


def test_face_box_holds_brows_and_chin_and_follows_the_head(head: Head, camera: Camera) -> None:
    x, y, width, height = face_box(head, camera, FaceState())
    moved = face_box(head, camera, FaceState(pose=[0, 0, 0, 0.2, 0, 0]))
    dropped = face_box(head, camera, FaceState(action_unit_vector({26: 1.0})))

    assert x + width / 2 == pytest.approx(camera.center[0], abs=1)
    assert 0.8 < width / height < 1.25
    assert y < camera.center[1] < y + height
    assert moved[0] > x + 3
    assert dropped[1] + dropped[3] > y + height + 3


def test_head_mask_has_ears_and_locks_but_no_neck(
    head: Head, long_haired_head: Head, camera: Camera
) -> None:
    mask = head_mask(head, camera, FaceState())
    with_locks = head_mask(long_haired_head, camera, FaceState())
    _, neck_row = camera.project(np.array([0, -1.3, 0.2], np.float32))

    assert mask[round(camera.center[1]), round(camera.center[0])]
    assert not mask[round(float(neck_row)), round(camera.center[0])]
    assert with_locks.sum() > 1.1 * mask.sum()


def test_head_outside_of_the_image_is_refused(head: Head, camera: Camera) -> None:
    with pytest.raises(ParameterError, match="pose: expected the head within the image"):
        head_mask(head, camera, FaceState(pose=[0, 0, 0, 9, 0, 0]))
