import numpy as np
import pytest

from mffcnn_core.errors import ParameterError
from mffcnn_corpus.acting._state import FaceState


def test_resting_state_is_all_zero() -> None:
    state = FaceState()

    assert not state.action_units.any()
    assert not state.pose.any()
    assert not state.gaze.any()


def test_values_become_float32_vectors() -> None:
    state = FaceState([0.5] * 17, [0.1] * 6, [0.0, 0.01])

    assert state.action_units.dtype == state.pose.dtype == state.gaze.dtype == np.float32


@pytest.mark.parametrize(
    ("name", "value"), [("action_units", [0.0] * 16), ("pose", [np.nan] * 6), ("gaze", [0.0])]
)
def test_wrong_shapes_and_values_are_refused(name: str, value: list[float]) -> None:
    with pytest.raises(ParameterError, match=rf"FaceState\.{name}: expected \d+ finite numbers"):
        FaceState(**{name: value})


@pytest.mark.parametrize("intensity", [-0.1, 1.6])
def test_intensities_out_of_range_are_refused(intensity: float) -> None:
    with pytest.raises(ParameterError, match=r"expected intensities from 0 to 1\.5"):
        FaceState([intensity] + [0.0] * 16)
