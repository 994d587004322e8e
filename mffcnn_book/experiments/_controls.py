"""Control corpora: the same people where a stream has nothing to say, and a dose of blind spots.

A corpus on which fusion has to win proves nothing by letting it win.  On these corpora its
gain must vanish, rise and fall as the acting says it should.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from mffcnn_core.settings import check_choice
from mffcnn_corpus import CorpusSettings

CONTROL = "+"
LARGEST = {"subjects": 12, "takes": 4}
"""Size of a control corpus, unless that of the profile is smaller."""


@dataclass(frozen=True, kw_only=True)
class ControlCorpus:
    """A change of the acting, and what must become of fusion.

    Attributes
    ----------
    title : str
    expected : str
        What a method that works must show.
    changes : mapping
        Settings of :class:`mffcnn_corpus.CorpusSettings` over those of the profile.
    dose : float or None
        Share of the takes with a blind spot, as a multiple of the corpus's own; None where
        the control is no step of that ladder.
    """

    title: str
    expected: str
    changes: Mapping[str, Any]
    dose: float | None = None


def _dosed(dose: float) -> ControlCorpus:
    own = CorpusSettings()
    shares = {name: dose * getattr(own, name) for name in ("same_apex_share", "sustained_share")}
    words = f"Takes with a blind spot: {dose:g} times the default share"
    if dose == 0:
        words = "No take with a blind spot: both streams say the same"
    return ControlCorpus(
        title=words,
        expected="little gain from fusion" if dose == 0 else "a gain that grows with the dose",
        changes=shares,
        dose=dose,
    )


CONTROL_CORPORA: Mapping[str, ControlCorpus] = MappingProxyType(
    {
        "held": ControlCorpus(
            title="Motion says nothing: every expression is there from the first frame",
            expected="motion near chance, no gain over stills",
            changes={"sustained_share": 1.0, "same_apex_share": 0.0},
        ),
        "one-face": ControlCorpus(
            title="Stills say nothing: all classes end in the same face and differ only in time",
            expected="stills near chance, no gain over motion",
            changes={"sustained_share": 0.0, "same_apex_share": 0.0, "one_face": True},
        ),
        **{f"dose-{dose:g}": _dosed(dose) for dose in (0.0, 0.5, 1.0, 1.5)},
    }
)
"""By name; ``quick+held`` is the profile ``quick`` with the corpus ``held``."""


def controlled(corpus: CorpusSettings, name: str) -> CorpusSettings:
    """Return the settings of a control corpus.

    Parameters
    ----------
    corpus : CorpusSettings
        Of a profile.
    name : str
        A key of ``CONTROL_CORPORA``.

    Raises
    ------
    ParameterError
        If there is no such control.
    """
    check_choice("control corpus", name, CONTROL_CORPORA)
    size = {key: min(getattr(corpus, key), most) for key, most in LARGEST.items()}
    return corpus.replace(**size, **CONTROL_CORPORA[name].changes)
