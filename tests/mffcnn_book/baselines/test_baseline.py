"""What holds for every baseline, evaluated like the pipelines."""

from dataclasses import dataclass, replace

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.utils import estimator_checks

from mffcnn_book.baselines import DWMVRecogniser, ICLTPRecogniser, UDSGPLVMRecogniser
from mffcnn_core.errors import ParameterError, PreparationError
from mffcnn_core.evaluation import count_parameters
from mffcnn_core.expressions import EXPRESSIONS
from mffcnn_core.features import ClipParts, FaceFrames, load_inputs
from mffcnn_core.pipelines import evaluate_by_subject, score_over_time


@dataclass(frozen=True)
class Arrays:
    """What the timeline needs of a prepared video."""

    faces: np.ndarray
    flow: np.ndarray
    times: np.ndarray = None


KINDS = [ICLTPRecogniser, DWMVRecogniser, UDSGPLVMRecogniser]
CHECKS = [
    estimator_checks.check_estimator_cloneable,
    estimator_checks.check_estimator_repr,
    estimator_checks.check_get_params_invariance,
    estimator_checks.check_mixin_order,
    estimator_checks.check_no_attributes_set_in_init,
    estimator_checks.check_parameters_default_constructible,
    estimator_checks.check_set_params,
    estimator_checks.check_valid_tag_types,
]


def expressions(clips):
    return [c.clip.expression for c in clips]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
@pytest.mark.parametrize("kind", KINDS)
def test_scikit_learns_own_checks(kind, check):
    check(kind.__name__, kind())


def test_people_that_were_left_out_are_recognised(baseline, toy_clips):
    predictions = evaluate_by_subject(toy_clips, baseline, seed=0)
    assert len(predictions.folds) == 3
    assert predictions.metrics("method", seed=0)["accuracy"] > 0.8
    assert not hasattr(baseline, "classes_")


def test_the_method_comes_before_its_controls(baseline, toy_clips):
    scores = baseline.fit(toy_clips, expressions(toy_clips)).stream_scores(toy_clips[:5])
    assert next(iter(scores)) == "method"
    assert all(values.shape == (5, 6) for values in scores.values())
    np.testing.assert_array_equal(baseline.decision_function(toy_clips[:5]), scores["method"])
    assert tuple(baseline.classes_) == EXPRESSIONS


@pytest.mark.slow
def test_processes_do_not_change_the_result(baseline, toy_clips):
    loaded = baseline.load(toy_clips)
    one, two = (evaluate_by_subject(loaded, baseline, seed=0, jobs=jobs) for jobs in (1, 2))
    for name in one.scores:
        np.testing.assert_array_equal(one.scores[name], two.scores[name])


def test_descriptions_are_those_of_single_clips_and_are_made_once(baseline, toy_clips):
    together = baseline.load(toy_clips)
    assert baseline.load(together) is together
    alone = baseline.load(toy_clips[4:5])
    for view in baseline.views:
        np.testing.assert_array_equal(alone.responses[view][0], together.responses[view][4])
        assert alone.responses[view][0].dtype == np.float32


def test_nothing_that_is_fitted_sees_the_person_left_out(baseline, toy_clips):
    """A clip's scores stay when all other clips of its person are replaced by garbage."""
    first, *rest = [c for c in toy_clips if c.clip.subject == "s0"]
    others = [c for c in toy_clips if c.clip.subject != "s0"]
    clean, garbage = (
        evaluate_by_subject([first, *own, *others], baseline, seed=0).scores
        for own in (rest, [c.poisoned() for c in rest])
    )
    for name, scores in clean.items():
        np.testing.assert_array_equal(scores[0], garbage[name][0])
        # the comparison would have noticed: the models of other folds learn from s0
        learnt = slice(1 + len(rest), None)
        assert not np.array_equal(scores[learnt], garbage[name][learnt])


def test_what_results_depend_on_is_told(baseline):
    told = baseline.describe()
    assert not {"progress", "checkpoints"} & set(told)
    assert type(baseline)(**told).describe() == told


def test_frames_are_evenly_spaced(toy_clips):
    seen = []

    class Watching(ICLTPRecogniser):
        def _describe_faces(self, faces):
            seen.append(faces)
            return super()._describe_faces(faces)

    faces = toy_clips[0].load().faces
    for frames, chosen in ((None, [0, 1, 2]), (2, [0, 2]), (7, [0, 1, 2]), (1, [0])):
        Watching(size=48, frames=frames).load(toy_clips[:1])
        np.testing.assert_array_equal(seen.pop(), faces[chosen])


def test_clips_of_another_size_are_scaled(baseline, toy_clips):
    bigger = baseline.set_params(size=64).load(toy_clips[:1])
    assert set(bigger.responses) == set(baseline.views)


def test_what_cannot_be_loaded(baseline, toy_clips):
    with pytest.raises(ParameterError, match="at least one clip .* got 0 clip"):
        baseline.load([])
    with pytest.raises(ParameterError, match="got 1 clip.s. and frames=0"):
        baseline.set_params(frames=0).load(toy_clips[:1])
    baseline.set_params(frames=None)
    images = load_inputs(toy_clips[:1], 48, {"spatial": FaceFrames()})
    with pytest.raises(ParameterError, match="X: expected .* got images of 48 px.*spatial"):
        baseline.load(images)
    with pytest.raises(ParameterError, match="X: .* got responses of a network"):
        baseline.load(ClipParts(images.clips, {"spatial": (np.zeros((1, 3)),)}))


def test_what_it_has_loaded_serves_another_fit_and_no_other_settings(baseline, toy_clips):
    loaded = baseline.load(toy_clips[:3])
    again = clone(baseline).set_params(seed=7)
    assert again.load(loaded[[0, 2]]).clips == (loaded.clips[0], loaded.clips[2])
    with pytest.raises(ParameterError, match="'size': 64.* got .*'size': 48"):
        again.set_params(size=64).load(loaded)


def test_a_broken_clip_is_named(baseline, toy_clips):
    class Broken:
        clip = toy_clips[0].clip

        def load(self):
            return Arrays(faces=np.zeros((0, 8, 8, 3), np.uint8), flow=None)

    with pytest.raises(PreparationError, match=f"{toy_clips[0].clip.clip}: frames: expected"):
        baseline.load([Broken()])


def test_labels_must_fit(baseline, toy_clips):
    with pytest.raises(ParameterError, match="y, groups: .* got 3 clip.s., 2 label"):
        baseline.fit(toy_clips[:3], ["fear", "anger"])


def test_wrong_share_of_variance(toy_clips):
    for kind in (DWMVRecogniser, UDSGPLVMRecogniser):
        with pytest.raises(ParameterError, match="variance: .* got 1.5"):
            kind(variance=1.5, size=48).fit(toy_clips, expressions(toy_clips))


def test_progress_is_shown_when_asked_for(baseline, toy_clips, capsys):
    baseline.load(toy_clips[:2])
    assert capsys.readouterr() == ("", "")
    baseline.set_params(progress=True).load(toy_clips[:2])
    assert "describe clips: 100%" in capsys.readouterr().err


def test_a_video_is_scored_over_time(baseline, toy_clips):
    baseline.fit(toy_clips, expressions(toy_clips))
    arrays = Arrays(**vars(toy_clips[7].load()))
    arrays = replace(arrays, times=np.arange(len(arrays.faces) + 1) / 25)
    timeline = score_over_time(baseline, arrays, window=2)
    assert timeline.expression == toy_clips[7].clip.expression
    assert timeline.window_scores.shape == (2, 6)


def test_what_is_kept_is_what_the_method_needs_and_not_its_controls(baseline, toy_clips):
    model = baseline.fit(toy_clips, expressions(toy_clips))
    kept = count_parameters(model.kept())
    controls = {DWMVRecogniser: ["svm_"], UDSGPLVMRecogniser: ["svm_", "one_level_"]}
    for control in controls.get(type(model), []):
        delattr(model, control)
    assert count_parameters(model.kept()) == kept > 0
    if isinstance(model, ICLTPRecogniser):
        d = 2 * 2 * 16 * 200  # radii, sides, blocks and codes
        assert kept == 15 * (d + 1) + 3 * d
