import numpy as np
import pytest

from mffcnn_core.seeding import generator
from mffcnn_corpus.acting._nuisance import blinks, gaze, head_drift, idle_units, speech
from mffcnn_corpus.person._action_units import UNIT_INDEX

TIMES = np.arange(50) / 25
MINUTE = np.arange(25 * 60) / 25


def moving(units):
    return {number for number, index in UNIT_INDEX.items() if units[:, index].any()}


def test_speech_moves_the_mouth_only():
    assert moving(speech(generator(0, "a"), TIMES, 1.0)) == {16, 20, 25, 26}


def test_idle_movements_are_small():
    units = idle_units(generator(0, "a"), TIMES, 1.0)
    assert moving(units) <= {1, 2, 4, 12, 15, 17}
    assert 0 < units.max() <= 0.2


@pytest.mark.parametrize("part", [speech, idle_units, head_drift])
def test_strength_scales_and_zero_is_absence(part):
    one, two, none = (part(generator(0, "a"), TIMES, strength) for strength in (1.0, 2.0, 0.0))
    assert two == pytest.approx(2 * one)
    assert not none.any()


def test_blinks_happen_close_the_eyes_and_are_short():
    closure = blinks(generator(0, "a"), MINUTE, 1.0)
    closed = closure > 0.5
    count = np.count_nonzero(np.diff(closed.astype(int)) == 1)
    assert 15 <= count <= 40
    assert closure.max() == 1
    assert closed.mean() < 0.15
    assert closure.min() >= 0


def test_blink_rate():
    assert not blinks(generator(0, "a"), MINUTE, 0).any()
    often, seldom = (blinks(generator(0, "a"), MINUTE, rate).mean() for rate in (2.0, 0.5))
    assert often > 2 * seldom


def test_head_and_gaze_stay_within_reach():
    poses = np.concatenate([head_drift(generator(0, k), TIMES, 1.0) for k in range(50)])
    assert poses.shape == (2500, 6)
    assert np.abs(poses[:, :3]).max() < 0.5  # rad
    gazes = np.concatenate([gaze(generator(0, k), TIMES) for k in range(50)])
    assert gazes.shape == (2500, 2)
    assert 0 < np.abs(gazes).max() < 0.06
