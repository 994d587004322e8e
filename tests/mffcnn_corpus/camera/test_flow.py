import cv2
import numpy as np
import pytest

from mffcnn_corpus.acting._state import FaceState
from mffcnn_corpus.camera._camera import Camera
from mffcnn_corpus.camera._flow import flow_between
from mffcnn_corpus.camera._head import Head
from mffcnn_corpus.camera._render import render_frame
from mffcnn_corpus.camera._scene import Scene
from mffcnn_corpus.camera._view import head_mask
from mffcnn_corpus.person._action_units import action_unit_vector

REST = FaceState()


def _state(units=None, pose=(0,) * 6, gaze=(0, 0)) -> FaceState:
    return FaceState(action_unit_vector(units or {}), pose, gaze)


def _pixel(camera: Camera, head: Head, s: float, t: float) -> tuple[int, int]:
    """Return row and column of a chart point of the resting face."""
    x, y = camera.project(head.points(REST)[: head.grid.face_rows])
    nearest = np.hypot(head.grid.s - s, head.grid.t - t).argmin()
    return round(float(y.flat[nearest])), round(float(x.flat[nearest]))


def test_nothing_moves_between_equal_states(head: Head, camera: Camera) -> None:
    state = _state({12: 0.7, 26: 0.3}, [0.1, 0, 0, 0, 0, 0])
    flow, visible = flow_between(head, camera, state, state)

    assert flow.dtype == np.float32
    assert flow.shape == (*visible.shape, 2)
    np.testing.assert_allclose(flow, 0, atol=1e-4)
    # Even at rest some pixels count as covered, but only at rims.
    mask = head_mask(head, camera, state)
    assert visible[mask].mean() > 0.97
    assert not visible[~mask].any()


def test_sideways_shift_is_uniform(head: Head, camera: Camera) -> None:
    shift = 0.05
    flow, visible = flow_between(head, camera, REST, _state(pose=(0, 0, 0, shift, 0, 0)))
    expected = shift * camera.focal / camera.distance

    assert flow[visible, 0].min() > 0.95 * expected
    assert flow[visible, 0].max() < 1.25 * expected  # the nose is nearer than the ears
    np.testing.assert_allclose(flow[visible, 1], 0, atol=1e-3)


@pytest.mark.parametrize(
    ("unit", "place", "axis", "sign"),
    [
        (1, (0.15, 0.32), 1, -1),
        (4, (0.15, 0.32), 1, 1),
        (12, (0.30, -0.57), 1, -1),
        (12, (0.30, -0.57), 0, 1),
        (15, (0.30, -0.60), 1, 1),
        (26, (0.0, -0.90), 1, 1),
        (9, (0.11, -0.24), 1, -1),
    ],
)
def test_image_moves_as_facs_says(head, camera, unit, place, axis, sign) -> None:
    flow, _ = flow_between(head, camera, REST, _state({unit: 0.6}))

    assert sign * flow[(*_pixel(camera, head, *place), axis)] > 0.3


def test_expression_of_a_symmetric_person_is_symmetric(head: Head, camera: Camera) -> None:
    flow, visible = flow_between(head, camera, REST, _state({12: 0.5, 1: 0.5, 26: 0.4}))
    mirrored = flow[:, :0:-1] * np.array([-1, 1], np.float32)  # the axis lies at column W / 2
    both = visible[:, 1:] & visible[:, :0:-1]

    error = np.linalg.norm(flow[:, 1:] - mirrored, axis=-1)[both]
    assert np.quantile(error, 0.98) < 0.02
    assert flow[visible].max() > 1


def test_gaze_moves_the_iris_and_only_the_eyes(head: Head, camera: Camera) -> None:
    flow, visible = flow_between(head, camera, REST, _state(gaze=(0.04, 0)))
    eye = _pixel(camera, head, head.identity.eye_distance, head.identity.eye_level + 0.01)
    expected = 0.04 * camera.focal / camera.distance

    assert flow[eye][0] == pytest.approx(expected, rel=0.25)
    assert abs(flow[eye][1]) < 0.1
    moving = np.abs(flow[..., 0]) > 0.1
    assert 0 < moving[visible].mean() < 0.03


def test_jaw_carries_the_lower_teeth_but_not_the_upper(head: Head, camera: Camera) -> None:
    wide = {25: 1.0, 16: 1.0, 10: 1.0, 26: 0.3}
    flow, _ = flow_between(head, camera, _state(wide), _state({**wide, 26: 0.6}))
    row, column = _pixel(camera, head, 0.0, head.identity.mouth_level)
    below_upper_lip = flow[row - 1, column, 1]
    lower = flow[row + 1 : row + 8, column, 1].max()

    assert abs(below_upper_lip) < 0.2
    assert lower > 1


def test_lid_covers_the_eye(head: Head, camera: Camera) -> None:
    eye = _pixel(camera, head, head.identity.eye_distance, head.identity.eye_level + 0.02)
    _, open_eye = flow_between(head, camera, REST, _state({12: 0.1}))
    _, closing = flow_between(head, camera, REST, _state({43: 1.0}))

    assert open_eye[eye]
    assert not closing[eye]


def test_what_turns_away_is_not_visible(head: Head, camera: Camera) -> None:
    mask = head_mask(head, camera, REST)
    _, visible = flow_between(head, camera, REST, _state(pose=(0.5, 0, 0, 0, 0, 0)))
    hidden = mask & ~visible
    columns = np.nonzero(hidden)[1]

    assert hidden.sum() > 0.03 * mask.sum()
    # The face turns to the right: its right side is lost.
    assert (columns > camera.center[0]).mean() > 0.8


def test_what_leaves_the_image_is_not_visible(head: Head, camera: Camera) -> None:
    flow, visible = flow_between(head, camera, REST, _state(pose=(0, 0, 0, 1.2, 0, 0)))
    columns = np.broadcast_to(np.arange(camera.width), visible.shape)

    assert visible.any()
    assert (columns + flow[..., 0])[visible].max() <= camera.width - 1


def test_background_is_still_and_not_visible(head: Head, camera: Camera) -> None:
    flow, visible = flow_between(head, camera, REST, _state({26: 0.5}, (0.05, 0, 0, 0.02, 0, 0)))
    border = np.ones(visible.shape, bool)
    border[5:, 10:-10] = False

    assert not flow[border].any()
    assert not visible[border].any()


def test_locks_move_rigidly_and_hide_what_is_behind(long_haired_head: Head, camera: Camera) -> None:
    nod = _state(pose=(0, 0, 0, 0.05, 0, 0))
    flow, visible = flow_between(long_haired_head, camera, REST, nod)
    lock = camera.project(np.array([0.74, -0.5, 0.28], np.float32))
    row, column = round(float(lock[1])), round(float(lock[0]))
    expected = 0.05 * camera.focal / (camera.distance - 0.28)

    assert visible[row, column]
    np.testing.assert_allclose(flow[row, column], (expected, 0), atol=0.01)


def test_warping_by_the_flow_explains_the_next_frame(
    head: Head, camera: Camera, scene: Scene
) -> None:
    states = [
        _state({12: 0.4 + 0.15 * k, 6: 0.3, 25: 0.2}, (0.015 * k, 0, 0, 0, 0.01 * k, 0))
        for k in range(2)
    ]
    frames = [
        cv2.cvtColor(
            render_frame(head, scene, camera, state, noise=None), cv2.COLOR_RGB2GRAY
        ).astype(np.float32)
        for state in states
    ]
    flow, _ = flow_between(head, camera, *states)
    grid = np.stack(np.meshgrid(*map(np.arange, (camera.width, camera.height))), -1)
    warped = cv2.remap(frames[1], (grid + flow).astype(np.float32), None, cv2.INTER_CUBIC)
    inner = cv2.erode(head_mask(head, camera, states[0]).astype(np.uint8), np.ones((5, 5))) > 0

    before = np.abs(frames[1] - frames[0])[inner].mean()
    after = np.abs(warped - frames[0])[inner].mean()
    assert after < 0.5 * before
