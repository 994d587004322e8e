import numpy as np
import pytest

from mffcnn_corpus.acting._state import FaceState
from mffcnn_corpus.camera._head import Head
from mffcnn_corpus.person._action_units import action_unit_vector
from mffcnn_corpus.surface._grid import PATCHES, S_RANGE, T_RANGE, make_grid


def test_grid_lines_are_dense_at_eyes_and_mouth() -> None:
    grid = make_grid(0.04)
    t = grid.t[:, 0]
    spacing, middle = -np.diff(t), (t[1:] + t[:-1]) / 2

    assert (t[0], t[-1]) == pytest.approx((T_RANGE[1], T_RANGE[0]))
    assert (grid.s[0, 0], grid.s[0, -1]) == pytest.approx(S_RANGE)
    assert spacing.min() > 0
    assert spacing[np.abs(middle - 0.13) < 0.1].max() < 0.7 * spacing[middle > 0.8].min()


def test_patches_do_not_overlap_and_fit_the_smallest_grid() -> None:
    grid = make_grid(0.040)
    used = np.zeros(grid.shape[1], int)
    for first, columns, _, _ in PATCHES.values():
        used[first : first + columns] += 1

    assert used.max() == 1
    assert sum(columns for _, columns, _, _ in PATCHES.values()) == used.sum()


def test_resting_head_has_a_face_s_proportions(head: Head) -> None:
    points = head.points(FaceState())[: head.grid.face_rows]
    s, t = head.grid.s, head.grid.t
    nose = points[(np.abs(s) < 0.05) & (np.abs(t + 0.26) < 0.05)][:, 2].max()
    cheek = points[(np.abs(np.abs(s) - 0.4) < 0.05) & (np.abs(t + 0.26) < 0.05)][:, 2].mean()
    width, height = np.ptp(points[..., 0]), np.ptp(points[..., 1])

    assert nose > cheek + 0.25
    assert 0.6 < width / height < 0.8


def test_ears_stick_out_of_the_head(head: Head) -> None:
    points = head.points(FaceState())
    face = points[: head.grid.face_rows]
    level = np.abs(face[..., 1]) < 0.05
    for name, side in (("ear_left", -1), ("ear_right", 1)):
        ear = points[head.grid.patch(name)]
        assert (side * ear[..., 0]).max() > (side * face[level][:, 0]).max() + 0.05


def test_neck_follows_the_head_above_and_the_torso_below(head: Head) -> None:
    still, turned = (head.points(FaceState(pose=[0, 0, 0, x, 0, 0])) for x in (0, 0.1))
    rows, columns = head.grid.patch("neck")
    shift = (turned - still)[rows, columns, 0]

    assert shift[1].mean() == pytest.approx(0.1, abs=1e-3)
    assert shift[-1].mean() == pytest.approx(0, abs=1e-3)
    assert (np.diff(shift.mean(axis=1)) <= 1e-6).all()


def test_states_add_up_linearly_on_the_chart(head: Head) -> None:
    rest, smile, jaw, both = (
        head.shift(FaceState(action_unit_vector(units)))
        for units in ({}, {12: 0.5}, {26: 0.4}, {12: 0.5, 26: 0.4})
    )

    np.testing.assert_allclose(both - rest, (smile - rest) + (jaw - rest), atol=1e-5)


def test_strengths_belong_to_the_person(head: Head) -> None:
    state = FaceState(action_unit_vector({12: 1.0}))

    np.testing.assert_allclose(head.units(state), state.action_units * head.strengths)
