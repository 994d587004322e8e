"""Which clips a corpus has: who acts what, in which kind of take."""

from dataclasses import dataclass
from typing import Literal, get_args

from mffcnn_core.expressions import EXPRESSIONS
from mffcnn_corpus._settings import CorpusSettings
from mffcnn_corpus.acting._prototypes import APEX_PARTNERS

Take = Literal["standard", "same_apex", "sustained"]
TAKES: tuple[Take, ...] = get_args(Take)


@dataclass(frozen=True)
class ClipSpec:
    """One clip before it is acted.

    Attributes
    ----------
    subject : str
        Person, e.g. ``"s03"``.
    expression : str
        Canonical name.
    number : int
        From 1, within person and expression.
    take : {"standard", "same_apex", "sustained"}
        ``standard``: the class's own units and course in time.  ``same_apex``: the units
        of a mixture of two classes, the course of one.  ``sustained``: the class's own
        units, there from the first frame to the last.
    """

    subject: str
    expression: str
    number: int
    take: Take

    @property
    def name(self) -> str:
        """Unique name, e.g. ``"s03_fear_05"``; every draw for the clip depends on it."""
        return f"{self.subject}_{self.expression}_{self.number:02d}"

    @property
    def partner(self) -> str:
        """The class whose still picture a same-apex take shares; else empty."""
        return APEX_PARTNERS[self.expression] if self.take == "same_apex" else ""


def _takes(expression: str, settings: CorpusSettings) -> list[Take]:
    """Return the kind of every take of a class, each kind at its share.

    The next take is of the kind that lags its share the most.  So every beginning of the
    list is balanced as well, and a longer list begins like a shorter one.
    """
    same_apex = settings.same_apex_share if expression in APEX_PARTNERS else 0.0
    sustained = settings.sustained_share
    shares = dict(zip(TAKES, (1 - same_apex - sustained, same_apex, sustained), strict=True))
    takes: list[Take] = []
    for count in range(1, settings.takes + 1):
        lag = {take: round(shares[take] * count - takes.count(take), 9) for take in TAKES}
        takes.append(max(TAKES, key=lag.__getitem__))
    return takes


def plan_corpus(settings: CorpusSettings) -> list[ClipSpec]:
    """Return the clips of a corpus, ordered by person, expression and number.

    A clip keeps its name and its kind of take when ``subjects`` or ``takes`` grow.

    Parameters
    ----------
    settings : CorpusSettings

    Returns
    -------
    list of ClipSpec, length ``6 * settings.subjects * settings.takes``

    Examples
    --------
    >>> plan = plan_corpus(CorpusSettings(subjects=2, takes=3))
    >>> len(plan), plan[0].name, plan[-1].name
    (36, 's01_anger_01', 's02_surprise_03')
    """
    return [
        ClipSpec(f"s{subject:02d}", expression, number, take)
        for subject in range(1, settings.subjects + 1)
        for expression in EXPRESSIONS
        for number, take in enumerate(_takes(expression, settings), start=1)
    ]
