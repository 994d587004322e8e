from mffcnn_core.expressions import EXPRESSIONS
from mffcnn_corpus._settings import CorpusSettings
from mffcnn_corpus.acting._dynamics import DYNAMICS, TREMOR_RATE
from mffcnn_corpus.acting._prototypes import APEX_PARTNERS


def test_every_expression_has_possible_durations():
    assert tuple(DYNAMICS) == EXPRESSIONS
    for dynamics in DYNAMICS.values():
        for low, high in (dynamics.onset, dynamics.hold, dynamics.offset):
            assert 0 < low < high


def test_partners_differ_in_time_beyond_overlap():
    for name, partner in APEX_PARTNERS.items():
        one, other = DYNAMICS[name], DYNAMICS[partner]
        apart = one.hold[0] > other.hold[1] or other.hold[0] > one.hold[1]
        assert apart, f"{name} and {partner} cannot be told apart by their holds"


def test_as_the_literature_says():
    def middle(limits):
        return sum(limits) / 2

    total = {
        name: middle(d.onset) + middle(d.hold) + middle(d.offset) for name, d in DYNAMICS.items()
    }
    assert min(total, key=total.get) == "surprise"
    assert max(DYNAMICS, key=lambda name: middle(DYNAMICS[name].onset)) == "sadness"
    assert [name for name, d in DYNAMICS.items() if d.tremor] == ["fear"]


def test_the_frame_rate_can_show_the_tremor():
    assert TREMOR_RATE[1] < CorpusSettings().fps / 2
