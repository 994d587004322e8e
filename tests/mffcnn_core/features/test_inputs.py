import numpy as np
import pytest
from sklearn.utils import _safe_indexing

from mffcnn_core.errors import ParameterError, PreparationError
from mffcnn_core.features import FaceFrames, FlowImages, OrderedFlowMaps, load_inputs

BOTH = {"spatial": FaceFrames(), "temporal": FlowImages()}


def test_clips_lie_one_after_the_other(make_clip):
    clips = [make_clip("a", frames=5, seed=1), make_clip("b", frames=3, seed=2)]
    inputs = load_inputs(clips, 16, BOTH)
    assert inputs.stacks["spatial"].starts.tolist() == [0, 5]
    assert inputs.stacks["temporal"].starts.tolist() == [0, 4]
    assert inputs.lengths.tolist() == [5, 3]
    for k, clip in enumerate(clips):
        n = len(clip.faces)
        np.testing.assert_array_equal(
            inputs.images("spatial", np.full(n, k), np.arange(n)), clip.faces
        )
        flow = inputs.images("temporal", np.full(n - 1, k), np.arange(n - 1))[..., :2]
        np.testing.assert_allclose(flow, clip.flow, rtol=1e-3, atol=1e-5)


def test_only_what_is_asked_for_is_kept(make_clip):
    inputs = load_inputs([make_clip(frames=30)], 16, {"temporal": OrderedFlowMaps()})
    assert list(inputs.stacks) == ["temporal"]
    assert inputs.stacks["temporal"].rows.shape == (1, 16, 16, 3)


def test_flow_stays_in_pixels_of_the_image_it_is_drawn_on(make_clip):
    clip = make_clip(size=32)
    clip.flow[:] = (4, -2)
    inputs = load_inputs([clip], 8, BOTH)
    assert inputs.stacks["spatial"].rows.shape[1:] == (8, 8, 3)
    assert (inputs.images("temporal", [0], [0])[..., :2] == np.array([1, -0.5])).all()


@pytest.mark.parametrize("which", [[2, 0], np.array([2, 0]), (np.array([2, 0]), Ellipsis)])
def test_clips_are_taken_without_copying_images(make_clip, which):
    inputs = load_inputs([make_clip(n, subject=n, seed=ord(n)) for n in "abc"], 16, BOTH)
    two = inputs[which]
    assert two.subjects == ("c", "a")
    assert len(two) == 2
    assert two.stacks["spatial"].rows is inputs.stacks["spatial"].rows
    np.testing.assert_array_equal(
        two.images("temporal", [0], [1]), inputs.images("temporal", [2], [1])
    )


def test_masks_and_scikit_learn(make_clip):
    inputs = load_inputs([make_clip(n, subject=n) for n in "abc"], 16, BOTH)
    assert inputs[np.array([True, False, True])].subjects == ("a", "c")
    assert _safe_indexing(inputs, np.array([1])).subjects == ("b",)


def test_nothing_to_load_is_refused(make_clip):
    with pytest.raises(ParameterError, match=r"at least one clip and a size >= 8 px, got 0 clip"):
        load_inputs([], 16, BOTH)
    with pytest.raises(ParameterError, match=r"got 1 clip\(s\) and 4 px\. "):
        load_inputs([make_clip()], 4, BOTH)


def test_arrays_that_do_not_fit_name_their_clip(make_clip):
    clip = make_clip("s1_fear_01")
    clip.flow = clip.flow[1:]
    with pytest.raises(PreparationError, match=r"s1_fear_01: .*one flow field between neighbours"):
        load_inputs([clip], 16, BOTH)
    clip.flow = np.full_like(make_clip().flow, np.nan)
    with pytest.raises(PreparationError, match=r"s1_fear_01: flow: expected finite values"):
        load_inputs([clip], 16, BOTH)
    with pytest.raises(PreparationError, match=r"one: frames: expected at least 2"):
        load_inputs([make_clip("one", frames=1)], 16, BOTH)


def test_what_was_read_is_known_by_size_and_kind_in_any_order(make_clip):
    inputs = load_inputs([make_clip("a", frames=5)], 16, BOTH)
    other = load_inputs([make_clip("b", frames=3)], 16, dict(reversed(BOTH.items())))
    assert inputs.key == other.key
    assert inputs.key != load_inputs([make_clip("a", frames=5)], 24, BOTH).key
    assert inputs.key != load_inputs([make_clip("a", frames=5)], 16, {"spatial": FaceFrames()}).key
