import numpy as np
import pytest

from mffcnn_core.errors import ParameterError, PreparationError
from mffcnn_core.features import load_inputs


def test_clips_lie_one_after_the_other(make_clip):
    clips = [make_clip("a", frames=5, seed=1), make_clip("b", frames=3, seed=2)]
    inputs = load_inputs(clips, 16)
    assert inputs.starts.tolist() == [0, 5]
    assert inputs.lengths.tolist() == [5, 3]
    for k, clip in enumerate(clips):
        start, n = inputs.starts[k], inputs.lengths[k]
        np.testing.assert_array_equal(inputs.faces[start : start + n], clip.faces)
        np.testing.assert_allclose(
            inputs.flow[start : start + n - 1].astype(np.float32), clip.flow, rtol=1e-3
        )


def test_flow_stays_in_pixels_of_the_image_it_is_drawn_on(make_clip):
    clip = make_clip(size=32)
    clip.flow[:] = (4, -2)
    inputs = load_inputs([clip], 8)
    assert inputs.faces.shape[1:] == (8, 8, 3)
    assert (inputs.flow[0] == np.array([1, -0.5], np.float16)).all()


def test_a_run_of_flows_is_averaged_within_its_clip(make_clip):
    clips = [make_clip("a", frames=5), make_clip("b", frames=4)]
    for clip in clips:  # flow i of a clip is (i, -i) everywhere
        clip.flow[:] = np.arange(len(clip.flow))[:, None, None, None] * np.array([1, -1])
    inputs = load_inputs(clips, 16, flow_run=3)
    # flows 0-3 of the first clip: means of 0 1 2, 1 2 3, 2 3 and 3; its last frame has none
    assert inputs.flow[:, 0, 0, 0].tolist() == [1, 2, 2.5, 3, 0, 1, 1.5, 2, 0]
    assert (inputs.flow[..., 1] == -inputs.flow[..., 0]).all()


def test_select_shares_the_images(make_clip):
    inputs = load_inputs([make_clip(n, subject=n) for n in "abc"], 16)
    two = inputs.select([2, 0])
    assert two.subjects == ("c", "a")
    assert two.faces is inputs.faces
    assert two.starts.tolist() == [inputs.starts[2], inputs.starts[0]]


def test_nothing_to_load_is_refused(make_clip):
    with pytest.raises(
        ParameterError, match=r"at least one clip, a size >= 8 px and .* got 0 clip"
    ):
        load_inputs([], 16)
    with pytest.raises(ParameterError, match=r"got 1 clip\(s\), 4 px and 1\. "):
        load_inputs([make_clip()], 4)
    with pytest.raises(ParameterError, match=r"got 1 clip\(s\), 16 px and 0\. "):
        load_inputs([make_clip()], 16, flow_run=0)


def test_arrays_that_do_not_fit_name_their_clip(make_clip):
    clip = make_clip("s1_fear_01")
    clip.flow = clip.flow[1:]
    with pytest.raises(PreparationError, match=r"s1_fear_01: .*one flow field between neighbours"):
        load_inputs([clip], 16)
    clip.flow = np.full_like(make_clip().flow, np.nan)
    with pytest.raises(PreparationError, match=r"s1_fear_01: flow: expected finite values"):
        load_inputs([clip], 16)
    with pytest.raises(PreparationError, match=r"one: frames: expected at least 2"):
        load_inputs([make_clip("one", frames=1)], 16)
