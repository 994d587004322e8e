"""What is peculiar to one person's expressions.

Book: ch. 1.  People show one emotion with different units, strengths and speeds, so a
recogniser that has met a person does better on that person.  The corpus builds this in:
without it a split that shares people between training and test would look harmless.
"""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from mffcnn_core.expressions import EXPRESSIONS
from mffcnn_core.seeding import generator
from mffcnn_corpus._settings import CorpusSettings
from mffcnn_corpus.acting._prototypes import PROTOTYPES
from mffcnn_corpus.person._action_units import ACTION_UNITS, UNIT_INDEX, action_unit_vector

_UPPER_FACE = np.array([unit < 9 or unit == 43 for unit in ACTION_UNITS])
_ACCENTS = (1, 2, 4, 6, 7, 10, 12, 15, 17, 20, 23)


@dataclass(frozen=True)
class Style:
    """One person's way to act.

    Attributes
    ----------
    apexes : mapping of str to ndarray, shape (17,)
        Expression -> this person's units at full intensity.
    tempo : float
        Factor on every duration; 1 is the class's own.
    """

    apexes: Mapping[str, npt.NDArray[np.float64]]
    tempo: float


@functools.lru_cache(maxsize=128)  # one for all clips of a person
def make_style(settings: CorpusSettings, subject: str) -> Style:
    """Return a person's style: the prototypes, bent by ``settings.style``.

    Per person: a preference for the upper or the lower face, a strength of every unit,
    and a tempo.  Per person and expression: how much each unit of the prototype counts,
    and one unit added that the prototype does not have.

    Parameters
    ----------
    settings : CorpusSettings
        ``style=0`` gives everybody the prototypes.
    subject : str
    """
    draw = generator(settings.seed, "style", subject)
    amount = settings.style
    lean = draw.uniform(-1, 1)
    weights = np.exp(amount * 0.35 * draw.standard_normal(len(ACTION_UNITS)))
    weights *= np.exp(amount * 0.35 * lean * np.where(_UPPER_FACE, 1, -1))
    tempo = float(np.exp(amount * draw.uniform(-0.33, 0.33)))
    apexes = {}
    for expression in EXPRESSIONS:
        prototype = action_unit_vector(PROTOTYPES[expression]).astype(float)
        dialect = np.exp(amount * 0.5 * draw.standard_normal(len(ACTION_UNITS)))
        apex = prototype * weights * dialect
        foreign = [unit for unit in _ACCENTS if unit not in PROTOTYPES[expression]]
        apex[UNIT_INDEX[int(draw.choice(foreign))]] += amount * draw.uniform(0.35, 0.7)
        apex.flags.writeable = False
        apexes[expression] = apex
    return Style(apexes=MappingProxyType(apexes), tempo=tempo)
