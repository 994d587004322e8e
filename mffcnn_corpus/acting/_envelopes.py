"""Curves over time that everything else is made of.

Book: ch. 1.  Every function takes the times of the frames, so that a movement lasts as
many seconds at 25 as at 50 frames per second.
"""

import numpy as np
import numpy.typing as npt

from mffcnn_corpus._functions import smoothstep

Curve = npt.NDArray[np.float64]


def onset_hold_offset(
    times: Curve, *, start: float, onset: float, hold: float, offset: float
) -> Curve:
    """Return an expression's course: rest, onset, apex held, offset, rest.

    Parameters
    ----------
    times : ndarray, shape (n,)
        Of the frames, s.
    start : float
        When the onset begins, s.
    onset, hold, offset : float
        Durations, s, > 0.

    Returns
    -------
    ndarray, shape (n,)
        0 at rest, 1 at the apex.
    """
    rise = smoothstep((times - start) / onset)
    fall = smoothstep((times - start - onset - hold) / offset)
    return np.minimum(rise, 1 - fall)


def drift(generator: np.random.Generator, times: Curve, rate: float) -> Curve:
    """Return a smooth wander about 0 that turns about ``rate`` times per second.

    Unit normal deviates, one per ``1 / rate`` seconds, joined by smooth steps: no overshoot,
    so no movement that was not drawn.

    Parameters
    ----------
    generator : numpy.random.Generator
    times : ndarray, shape (n,)
        Of the frames, s, ascending.
    rate : float
        Draws per second, > 0.

    Returns
    -------
    ndarray, shape (n,)
    """
    phase = generator.uniform(0, 1)  # or every clip would turn at the same frames
    position = (times - times[0]) * rate + phase
    before = position.astype(int)
    knots = generator.standard_normal(before[-1] + 2)
    return knots[before] + smoothstep(position - before) * np.diff(knots)[before]
