"""How an expression of each class moves: durations, trembling and head movement, as data.

Book: ch. 1.  What the literature says is kept in direction; the figures are this
project's choice, scaled to clips of two seconds.

* Surprise is the briefest expression [1]_: fast onset, short hold.
* Sadness is recognised best when it unfolds slowly, happiness and surprise when they do
  so fast, anger in between [2]_.
* The onset of a smile takes about half a second [3]_.
* Head movement differs between emotions [4]_.
* Fear comes with trembling; its 6-9 Hz stay below half of 25 frames per second.

References
----------
.. [1] Ekman, P. and Friesen, W. V. Unmasking the Face. Prentice-Hall, 1975.
.. [2] Kamachi, M. et al. Dynamic properties influence the perception of facial
   expressions. Perception 30(7):875-887, 2001.
.. [3] Schmidt, K. L. et al. Movement differences between deliberate and spontaneous facial
   expressions: zygomaticus major action in smiling. J. Nonverbal Behav. 30:37-52, 2006.
.. [4] Livingstone, S. R. and Palmer, C. Head movements encode emotions during speech and
   song. Emotion 16(3):365-380, 2016.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

Range = tuple[float, float]


@dataclass(frozen=True)
class Dynamics:
    """The course of one class in time.

    Attributes
    ----------
    onset, hold, offset : (float, float)
        Shortest and longest duration, s.
    tremor : float
        Amplitude of the trembling, as a share of each unit's strength.
    head : tuple of 6 floats
        Displacement of the head at the apex of a full expression, in the order and the
        units of :class:`FaceState.pose`.
    either_side : bool
        Whether turns and tilts (yaw, roll, x) go to a side drawn per clip.
    """

    onset: Range
    hold: Range
    offset: Range
    tremor: float = 0.0
    head: tuple[float, float, float, float, float, float] = (0, 0, 0, 0, 0, 0)
    either_side: bool = False


START: Range = (0.05, 0.45)
"""When the onset begins, s."""

TREMOR_RATE: Range = (6.0, 9.0)
"""Of the trembling, Hz."""

DYNAMICS: Mapping[str, Dynamics] = MappingProxyType(
    {
        # leans in and stays there
        "anger": Dynamics((0.15, 0.35), (1.2, 2.0), (0.4, 0.9), head=(0, 0.05, 0, 0, 0, 0.25)),
        # turns away, briefly
        "disgust": Dynamics(
            (0.45, 0.85),
            (0.2, 0.45),
            (0.5, 0.9),
            head=(0.10, 0, 0, 0, 0, -0.15),
            either_side=True,
        ),
        # draws back and freezes, trembling
        "fear": Dynamics(
            (0.12, 0.3), (1.2, 2.0), (0.6, 1.2), tremor=0.12, head=(0, 0, 0, 0, 0, -0.18)
        ),
        "happiness": Dynamics(
            (0.4, 0.8), (0.6, 1.4), (0.6, 1.2), head=(0, 0, 0.05, 0, 0, 0), either_side=True
        ),
        # sinks slowly
        "sadness": Dynamics((0.8, 1.4), (0.8, 2.0), (0.8, 1.5), head=(0, 0.09, 0.04, 0, 0, 0)),
        # up, and gone
        "surprise": Dynamics((0.12, 0.3), (0.15, 0.4), (0.25, 0.5), head=(0, -0.05, 0, 0, 0, 0)),
    }
)
"""Expression -> its course in time."""
