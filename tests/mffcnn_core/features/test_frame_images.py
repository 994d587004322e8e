import numpy as np
import pytest

from mffcnn_core.errors import ParameterError
from mffcnn_core.features import DynamicImages, FrameRuns, load_inputs
from mffcnn_core.pooling import dynamic_images


@pytest.mark.parametrize(("frames", "spans"), [(3, [[0, 2]]), (12, [[0, 7], [4, 11]])])
def test_dynamic_images_are_those_of_the_windows(make_clip, frames, spans):
    clip, images = make_clip(frames=frames), DynamicImages(window=8)
    assert images.spans(frames).tolist() == spans
    assert images.parts(frames).tolist() == [[k] for k in range(len(spans))]
    inputs = load_inputs([make_clip("b", frames=9, seed=1), clip], 16, {"x": images})
    assert inputs.counts("x")[1] == len(spans)
    got = inputs.images("x", np.ones(len(spans), int), np.arange(len(spans)))
    np.testing.assert_allclose(got, dynamic_images(clip.faces, window=8), atol=0.13)


@pytest.mark.parametrize(
    ("n", "starts", "seen"),
    [
        (20, [0, 4, 8, 12], [[0, 4, 7], [4, 8, 11], [8, 12, 15], [12, 16, 19]]),
        (8, [0], [[0, 4, 7]]),
        (5, [0], [[0, 2, 4]]),
        (2, [0], [[0, 0, 1]]),
    ],
)
def test_runs_are_evenly_spaced_frames_of_the_right_clip(make_clip, n, starts, seen):
    clip = make_clip("a", frames=n)
    images = FrameRuns(frames=3, length=8)
    inputs = load_inputs([make_clip("b", frames=11, seed=1), clip], 16, {"x": images})
    assert images.parts(n).tolist() == [[start] for start in starts]
    assert images.count(n) == max(1, n - 7)
    got = inputs.images("x", np.ones(len(starts), int), images.parts(n)[:, 0])
    np.testing.assert_array_equal(got, clip.faces[np.array(seen)].astype(np.float32))
    for (first, last), own in zip(images.spans(n)[starts], seen, strict=True):
        assert (first, last) == (own[0], own[-1])


@pytest.mark.parametrize(("frames", "length"), [(1, 8), (9, 8)])
def test_runs_outside_their_range(frames, length):
    with pytest.raises(ParameterError, match=f"frames, length: .* got {frames} and {length}"):
        FrameRuns(frames=frames, length=length)


def test_windows_outside_their_range():
    with pytest.raises(ParameterError, match="window: expected at least 1, got 0"):
        DynamicImages(window=0)
