"""What happens on a face whatever it expresses: talk, blinks, small movements, gaze.

Book: ch. 1.  Each function draws from its own generator, so one kind can be turned off
and the others stay as they are.
"""

import numpy as np
import numpy.typing as npt

from mffcnn_corpus.acting._envelopes import Curve, drift
from mffcnn_corpus.person._action_units import ACTION_UNITS, UNIT_INDEX, action_unit_vector

_OPENING = action_unit_vector({16: 0.15, 25: 0.55, 26: 0.22})
_STRETCHING = action_unit_vector({20: 0.15})
_IDLE_UNITS = (1, 2, 4, 12, 15, 17)
_SYLLABLE_RATE = 5.0  # Hz
_BLINK_INTERVAL = (1.2, 4.0)  # s; about the 17 blinks a minute of people at rest, and more
_BLINK_WIDTH = 0.07  # s, to 1/e
_RESTING_POSE = (0.06, 0.04, 0.03, 0.0, 0.0, 0.0)  # standard deviation between clips
_DRIFT = (0.035, 0.025, 0.018, 0.02, 0.02, 0.04)  # within a clip
_GAZE = (0.012, 0.006)

Units = npt.NDArray[np.float64]


def speech(draw: np.random.Generator, times: Curve, strength: float) -> Units:
    """Return the units of a mouth that talks; how much is drawn per clip.

    Parameters
    ----------
    draw : numpy.random.Generator
    times : ndarray, shape (n,)
        Of the frames, s.
    strength : float
        Of the most talkative clip.

    Returns
    -------
    ndarray, shape (n, 17)
        To add to the expression's units; lips part, the jaw drops, the lower lip goes
        down with the syllables, and the lips stretch at times.
    """
    amount = strength * draw.uniform(0, 1)
    syllables = np.clip(0.5 + 0.8 * drift(draw, times, _SYLLABLE_RATE), 0, 1.2)
    stretches = np.clip(drift(draw, times, 3.0), 0, 1)
    return amount * (np.outer(syllables, _OPENING) + np.outer(stretches, _STRETCHING))


def idle_units(draw: np.random.Generator, times: Curve, strength: float) -> Units:
    """Return slow, small movements of brows, lip corners and chin, shape (n, 17)."""
    units = np.zeros((len(times), len(ACTION_UNITS)))
    for unit in _IDLE_UNITS:
        units[:, UNIT_INDEX[unit]] = np.clip(drift(draw, times, 0.8), 0, 2)
    return 0.1 * strength * units


def blinks(draw: np.random.Generator, times: Curve, rate: float) -> Curve:
    """Return how far blinks close the eyes in every frame, 0-1, shape (n,).

    Parameters
    ----------
    rate : float
        Multiple of the resting rate; 0 for none.
    """
    closure = np.zeros(len(times))
    if rate == 0:
        return closure
    at = draw.uniform(0, _BLINK_INTERVAL[1]) / rate - 0.5
    while at < times[-1] + _BLINK_WIDTH:
        closure = np.maximum(closure, 1.15 * np.exp(-(((times - at) / _BLINK_WIDTH) ** 2)))
        at += max(draw.uniform(*_BLINK_INTERVAL) / rate, 3 * _BLINK_WIDTH)
    return np.clip(closure, 0, 1)


def head_drift(draw: np.random.Generator, times: Curve, strength: float) -> Units:
    """Return where the head is held in a clip and how it drifts, shape (n, 6).

    In the order and the units of :class:`FaceState.pose`.
    """
    resting = draw.normal(0, _RESTING_POSE)
    wander = np.stack([scale * drift(draw, times, 1.0) for scale in _DRIFT], axis=1)
    return strength * (resting + wander)


def gaze(draw: np.random.Generator, times: Curve) -> Units:
    """Return where the eyes wander, shape (n, 2), as in :class:`FaceState.gaze`."""
    return np.stack([scale * drift(draw, times, 1.2) for scale in _GAZE], axis=1)
