import numpy as np
import pytest

from mffcnn_book.experiments import CONTROL_CORPORA, Workspace, control_table, load_profile
from mffcnn_book.experiments._controls import controlled
from mffcnn_core.errors import ParameterError
from mffcnn_corpus import CorpusSettings, plan_corpus


def of(name, root):
    return load_profile(root / "notebooks" / "profiles" / f"quick+{name}.yaml")


def test_a_control_changes_the_acting_and_nothing_else(root):
    own = load_profile(root / "notebooks" / "profiles" / "quick.yaml")
    for name, control in CONTROL_CORPORA.items():
        changed = of(name, root)
        assert changed.name == f"quick+{name}"
        assert changed.corpus == own.corpus.replace(subjects=12, takes=4, **control.changes)
        assert (changed.pipelines, changed.preparation) == (own.pipelines, own.preparation)
    assert len({repr(of(name, root).corpus) for name in CONTROL_CORPORA}) == len(CONTROL_CORPORA)


def test_doses_are_shares_of_takes_with_a_blind_spot(root):
    doses = {control.dose: name for name, control in CONTROL_CORPORA.items()}
    doses.pop(None)
    plans = {dose: plan_corpus(of(name, root).corpus) for dose, name in sorted(doses.items())}
    blind = [np.mean([clip.take != "standard" for clip in plan]) for plan in plans.values()]
    assert blind[0] == 0
    assert (np.diff(blind) > 0).all()
    plain = CorpusSettings()
    full = of(doses[1.0], root).corpus
    assert full.same_apex_share == plain.same_apex_share
    assert full.sustained_share == plain.sustained_share


def test_a_control_is_no_larger_than_its_profile():
    small = controlled(CorpusSettings(subjects=2, takes=1), "held")
    assert (small.subjects, small.takes, small.sustained_share) == (2, 1, 1.0)


def test_an_unknown_control_is_refused(root):
    with pytest.raises(ParameterError, match="control corpus: expected one of held, .*got 'hold'"):
        of("hold", root)


def test_each_control_has_a_row_of_its_own(tiny_project):
    work = Workspace.open("tiny", root=tiny_project, jobs=1)
    assert control_table(work).over_stills.isna().all()  # nothing is measured yet
    own = Workspace.open("tiny+held", root=tiny_project, jobs=1)
    own.recognition("two_stream")
    table = control_table(work).set_index("name")
    assert table.loc["held", ["stills", "motion", "both"]].between(0, 1).all()
    assert table.over_stills.notna().sum() == 1
    assert table.trainings.to_dict() == dict.fromkeys(CONTROL_CORPORA, 0) | {"held": 1}
    held = table.loc["held"]
    assert held.over_stills == pytest.approx(held.both - held.stills)
    assert np.isnan(held["product"])
