import numpy as np
import pytest

from mffcnn_corpus.camera._head import Head
from mffcnn_corpus.person._action_units import ACTION_UNITS, action_unit_vector
from mffcnn_corpus.surface._wrinkles import DRIVERS, SETTLED, wrinkle_depths


def test_drivers_are_action_units_of_the_corpus() -> None:
    for drivers in DRIVERS.values():
        assert set(drivers) <= set(ACTION_UNITS)


def test_young_face_at_rest_has_no_folds_and_an_old_one_has() -> None:
    rest = action_unit_vector({})

    assert not wrinkle_depths(rest, age=0.1).any()
    old = dict(zip(DRIVERS, wrinkle_depths(rest, age=1.0), strict=True))
    assert {name for name, depth in old.items() if depth > 0} == set(SETTLED)


@pytest.mark.parametrize(("unit", "name"), [(1, "forehead"), (4, "glabella"), (12, "nasolabial")])
def test_unit_deepens_its_folds(unit: int, name: str) -> None:
    position = list(DRIVERS).index(name)
    half, full = (wrinkle_depths(action_unit_vector({unit: x}), 0.0)[position] for x in (0.5, 1.0))

    assert 0 < half < full


def test_frown_smooths_the_forehead() -> None:
    forehead = list(DRIVERS).index("forehead")
    raised = wrinkle_depths(action_unit_vector({1: 1.0}), 0.0)[forehead]
    frowned = wrinkle_depths(action_unit_vector({1: 1.0, 4: 1.0}), 0.0)[forehead]

    assert frowned < raised


def test_maps_darken_where_they_fold(head: Head) -> None:
    assert head.wrinkles.shape == (len(DRIVERS), *head.gloss.shape)
    assert (head.wrinkles.min(axis=(1, 2)) < -0.05).all()
    # Most of the skin keeps its shade.
    assert np.abs(np.median(head.wrinkles, axis=(1, 2))).max() < 0.01
