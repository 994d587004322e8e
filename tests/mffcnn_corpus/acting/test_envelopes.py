import numpy as np
import pytest

from mffcnn_core.seeding import generator
from mffcnn_corpus.acting._envelopes import drift, onset_hold_offset

TIMES = np.arange(50) / 25


def test_course_rises_holds_and_falls_when_told():
    course = onset_hold_offset(TIMES, start=0.2, onset=0.4, hold=0.4, offset=0.4)
    assert np.all(course[TIMES <= 0.2] == 0)
    assert np.all(np.diff(course[(TIMES > 0.2) & (TIMES < 0.6)]) > 0)
    assert course[(TIMES > 0.61) & (TIMES < 0.99)] == pytest.approx(1)
    assert np.all(np.diff(course[(TIMES > 1.01) & (TIMES < 1.4)]) < 0)
    assert course[TIMES >= 1.41] == pytest.approx(0)


def test_a_movement_lasts_as_long_at_any_frame_rate():
    phases = {"start": 0.1, "onset": 0.3, "hold": 0.2, "offset": 0.5}
    slow = onset_hold_offset(TIMES, **phases)
    fast = onset_hold_offset(np.arange(100) / 50, **phases)
    assert np.array_equal(fast[::2], slow)


@pytest.mark.parametrize("n", [2, 7, 50, 400])
def test_drift_covers_every_length(n):
    values = drift(generator(0, "noise", n), np.arange(n) / 25, 1.0)
    assert values.shape == (n,)
    assert np.isfinite(values).all()


def test_drift_has_unit_strength_and_the_asked_rate():
    times = np.arange(25 * 400) / 25
    slow, fast = (drift(generator(0, "rate"), times, rate) for rate in (1.0, 5.0))
    assert slow.mean() == pytest.approx(0, abs=0.15)
    assert 0.6 < slow.std() < 1.1  # below 1: between two draws it lies between them
    assert np.abs(np.diff(fast)).mean() > 3 * np.abs(np.diff(slow)).mean()
