import numpy as np
import pytest

from mffcnn_core.expressions import EXPRESSIONS
from mffcnn_corpus._settings import CorpusSettings
from mffcnn_corpus.acting._performance import expected_apex, perform
from mffcnn_corpus.acting._plan import ClipSpec, plan_corpus
from mffcnn_corpus.acting._prototypes import APEX_PARTNERS
from mffcnn_corpus.person._action_units import UNIT_INDEX

SETTINGS = CorpusSettings(subjects=4)
QUIET = SETTINGS.replace(speech=0, idle=0, blinks=0)
PLAN = plan_corpus(SETTINGS)


def clips(take, expression=None):
    return [s for s in PLAN if s.take == take and expression in (None, s.expression)]


def changed_units(one, other):
    differs = (one.action_units != other.action_units).any(axis=0)
    return {number for number, index in UNIT_INDEX.items() if differs[index]}


def test_shapes_ranges_and_apex():
    for spec in PLAN[::7]:
        performance = perform(spec, SETTINGS)
        assert len(performance) == SETTINGS.frames
        assert performance.action_units.shape == (50, 17)
        assert performance.pose.shape == (50, 6)
        assert performance.gaze.shape == (50, 2)
        assert 0 <= performance.action_units.min() <= performance.action_units.max() <= 1
        assert performance.course[performance.apex] == performance.course.max()
        assert SETTINGS.intensity_min <= performance.intensity <= SETTINGS.intensity_max
        assert performance.take == spec.take


def test_the_same_clip_is_acted_the_same_whatever_else_is_made():
    spec = PLAN[5]
    one, other = perform(spec, SETTINGS), perform(spec, SETTINGS.replace(subjects=9, takes=2))
    assert np.array_equal(one.action_units, other.action_units)
    assert np.array_equal(one.pose, other.pose)


def test_another_seed_is_another_performance():
    one, other = (perform(PLAN[5], SETTINGS.replace(seed=seed)) for seed in (0, 1))
    assert not np.array_equal(one.action_units, other.action_units)


def test_a_state_holds_its_frame():
    performance = perform(PLAN[0], SETTINGS)
    state = performance.state(7)
    assert np.array_equal(state.action_units, performance.action_units[7])
    assert np.array_equal(state.pose, performance.pose[7])
    assert np.array_equal(state.gaze, performance.gaze[7])


@pytest.mark.parametrize("expression", sorted(APEX_PARTNERS))
def test_partners_expect_the_same_apex_and_take_another_course(expression):
    partner = APEX_PARTNERS[expression]
    one = ClipSpec("s01", expression, 1, "same_apex")
    other = ClipSpec("s01", partner, 1, "same_apex")
    assert np.array_equal(expected_apex(one, SETTINGS), expected_apex(other, SETTINGS))
    standard = expected_apex(ClipSpec("s01", expression, 1, "standard"), SETTINGS)
    assert not np.allclose(expected_apex(one, SETTINGS), standard)
    seconds_near_apex = {
        name: np.mean([(perform(s, QUIET).course > 0.9).sum() for s in clips("same_apex", name)])
        for name in (expression, partner)
    }
    longer, shorter = sorted(seconds_near_apex.values(), reverse=True)
    assert longer > 1.5 * shorter


def test_same_apex_takes_keep_the_head_still():
    for spec in clips("same_apex")[::5]:
        cued, uncued = (perform(spec, SETTINGS.replace(head_motion_cue=k)) for k in (1, 0))
        assert np.array_equal(cued.pose, uncued.pose)


def test_standard_takes_have_an_onset_and_sustained_takes_have_none():
    for spec in clips("standard")[::3]:
        performance = perform(spec, QUIET)
        assert not performance.action_units[0].any()
        assert performance.course.max() > 0.5
    for spec in clips("sustained")[::3]:
        performance = perform(spec, QUIET)
        assert performance.course.min() >= 0.5
        strengths = performance.action_units.sum(axis=1)
        assert strengths[0] > 0.5 * strengths.max()


def test_only_fear_trembles():
    for expression in EXPRESSIONS:
        spec = ClipSpec("s01", expression, 1, "standard")
        still, trembling = (perform(spec, QUIET.replace(tremor=k)) for k in (0, 1))
        assert bool(changed_units(still, trembling)) == (expression == "fear")


def test_head_motion_cue_moves_the_head_and_zero_leaves_only_drift():
    for spec in clips("standard")[::9]:
        drift, cued, twice = (perform(spec, SETTINGS.replace(head_motion_cue=k)) for k in (0, 1, 2))
        assert not changed_units(drift, cued)
        assert (twice.pose - drift.pose) == pytest.approx(2 * (cued.pose - drift.pose), abs=1e-6)
        assert np.abs(cued.pose - drift.pose).max() > 0.01
        alone = perform(spec, SETTINGS.replace(head_motion_cue=0, head_drift=0))
        assert not alone.pose.any()


def test_knobs_change_their_own_units_only():
    spec = PLAN[3]
    base = perform(spec, SETTINGS)
    assert changed_units(base, perform(spec, SETTINGS.replace(speech=0))) <= {16, 20, 25, 26}
    assert changed_units(base, perform(spec, SETTINGS.replace(idle=0))) <= {1, 2, 4, 12, 15, 17}
    assert changed_units(base, perform(spec, SETTINGS.replace(blinks=0))) <= {43}


def test_blinks_close_the_eyes_in_many_clips():
    closed = [perform(s, SETTINGS).action_units[:, UNIT_INDEX[43]].max() > 0.9 for s in PLAN[::5]]
    assert 0.3 < np.mean(closed) < 0.95


def test_tempo_is_the_person_s():
    settings = QUIET.replace(frames=150, style=2)

    def seconds(subject):
        specs = [ClipSpec(subject, "happiness", k, "standard") for k in range(1, 15)]
        return np.mean([(perform(s, settings).course > 0).sum() for s in specs]) / settings.fps

    assert np.ptp([seconds(f"s{k:02d}") for k in range(1, 5)]) > 0.3


def test_dropout_leaves_units_out():
    spec = ClipSpec("s01", "fear", 1, "sustained")
    full = perform(spec, QUIET.replace(unit_dropout=0, style=0))
    some = perform(spec, QUIET.replace(unit_dropout=0.5, style=0))
    active = [(p.action_units > 0).any(axis=0).sum() for p in (full, some)]
    assert active[0] == 8
    assert active[1] < 8


def test_one_face_for_all_leaves_the_course_in_time_alone():
    shared = QUIET.replace(
        one_face=True, same_apex_share=0, sustained_share=0, unit_jitter=0, unit_dropout=0
    )
    plan = [s for s in plan_corpus(shared) if s.subject == PLAN[0].subject]
    apexes = np.array([expected_apex(s, shared) for s in plan])
    assert np.ptp(apexes, axis=0).max() == 0
    acted = [perform(s, shared) for s in plan]
    still = np.array([p.action_units[p.apex] / p.intensity for p in acted])
    trembling = np.array([s.expression == "fear" for s in plan])
    assert np.ptp(still[~trembling], axis=0).max() < 1e-3  # a course peaks between two frames
    courses = np.array([p.course for p in acted])
    assert np.ptp(courses, axis=0).max() > 0.5
    assert "one_face" not in SETTINGS.to_dict()  # off, it leaves other corpora as they were


def test_one_face_has_no_head_movement_of_the_class():
    still = QUIET.replace(one_face=True, head_drift=0, same_apex_share=0, sustained_share=0)
    assert all(not perform(s, still).pose.any() for s in plan_corpus(still)[:12])
