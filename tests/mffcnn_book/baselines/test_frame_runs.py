import numpy as np
import pytest

from mffcnn_book.baselines import FrameRuns
from mffcnn_core.errors import ParameterError
from mffcnn_core.features import load_inputs


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
