"""Every action unit moves the face as the FACS manual describes it."""

import numpy as np
import pytest

from mffcnn_corpus.person._action_units import ACTION_UNITS, UNIT_INDEX
from mffcnn_corpus.person._identity import Identity
from mffcnn_corpus.surface._displacement import displacement_fields

RIGHT, UP, OUT = 0, 1, 2


@pytest.fixture(scope="module")
def chart() -> tuple[np.ndarray, np.ndarray]:
    return np.meshgrid(
        np.linspace(-1.2, 1.2, 121).astype(np.float32),
        np.linspace(1.2, -1.1, 116).astype(np.float32),
    )


@pytest.fixture(scope="module")
def fields(symmetric_identity: Identity, chart: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    return displacement_fields(symmetric_identity, *chart)


def _places(identity: Identity) -> dict[str, tuple[float, float]]:
    return {
        "inner brow": (0.15, identity.brow_level),
        "outer brow": (0.46, identity.brow_level),
        "upper lid": (identity.eye_distance, identity.eye_level + 0.07),
        "lower lid": (identity.eye_distance, identity.eye_level - 0.05),
        "cheek": (0.38, -0.14),
        "nose wing": (0.11, -0.24),
        "upper lip": (0.06, identity.mouth_level + 0.06),
        "lower lip": (0.0, identity.mouth_level - 0.07),
        "mouth corner": (identity.mouth_width, identity.mouth_level),
        "chin": (0.0, -0.85),
    }


@pytest.mark.parametrize(
    ("unit", "place", "axis", "sign"),
    [
        (1, "inner brow", UP, 1),
        (2, "outer brow", UP, 1),
        (4, "inner brow", UP, -1),
        (4, "inner brow", RIGHT, -1),
        (5, "upper lid", UP, 1),
        (6, "cheek", UP, 1),
        (6, "cheek", OUT, 1),
        (7, "lower lid", UP, 1),
        (9, "nose wing", UP, 1),
        (10, "upper lip", UP, 1),
        (12, "mouth corner", UP, 1),
        (12, "mouth corner", RIGHT, 1),
        (15, "mouth corner", UP, -1),
        (16, "lower lip", UP, -1),
        (17, "chin", UP, 1),
        (20, "mouth corner", RIGHT, 1),
        (23, "mouth corner", RIGHT, -1),
        (25, "upper lip", UP, 1),
        (25, "lower lip", UP, -1),
        (26, "chin", UP, -1),
        (43, "upper lid", UP, -1),
    ],
)
def test_unit_moves_its_part(fields, chart, symmetric_identity, unit, place, axis, sign) -> None:
    s, t = _places(symmetric_identity)[place]
    nearest = np.unravel_index(np.hypot(chart[0] - s, chart[1] - t).argmin(), chart[0].shape)
    moved = fields[UNIT_INDEX[unit], axis][nearest]

    assert sign * moved > 0.006


@pytest.mark.parametrize(("unit", "still"), [(1, "outer brow"), (2, "inner brow"), (12, "chin")])
def test_unit_leaves_other_parts_mostly_alone(
    fields, chart, symmetric_identity, unit, still
) -> None:
    s, t = _places(symmetric_identity)[still]
    nearest = np.unravel_index(np.hypot(chart[0] - s, chart[1] - t).argmin(), chart[0].shape)
    field = fields[UNIT_INDEX[unit], UP]

    assert abs(field[nearest]) < 0.5 * np.abs(field).max()


def test_every_unit_moves_something_and_no_field_tears(fields) -> None:
    largest = np.abs(fields).max(axis=(1, 2, 3))

    assert len(fields) == len(ACTION_UNITS) + 1
    assert (largest > 0.02).all()
    assert (largest < 0.25).all()


def test_both_brow_raisers_together_lift_the_brow_evenly(fields, chart, symmetric_identity) -> None:
    row = np.abs(chart[1][:, 0] - symmetric_identity.brow_level - 0.02).argmin()
    lift = (fields[UNIT_INDEX[1], UP] + fields[UNIT_INDEX[2], UP])[row]
    brow = np.abs(chart[0][row]) < 0.5

    assert lift[brow].min() > 0.85 * lift[brow].max()


def test_fields_of_a_symmetric_face_mirror(fields) -> None:
    mirrored = fields[..., ::-1] * np.array([-1, 1, 1], np.float32)[:, None, None]

    np.testing.assert_allclose(fields, mirrored, atol=1e-5)
