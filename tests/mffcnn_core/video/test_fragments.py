import numpy as np
import pytest

from mffcnn_core.errors import ParameterError
from mffcnn_core.video import fragments


@pytest.mark.parametrize(
    ("n", "k", "first", "last"),
    [
        (1, 1, 0, 0),
        (5, 1, 0, 4),
        (15, 1, 0, 14),
        (16, 1, 0, 15),
        (17, 1, 0, 15),  # a remainder of 1: nothing off the front, 1 off the back
        (20, 1, 2, 17),
        (31, 1, 7, 22),  # a remainder of 15: 7 and 8
        (150, 9, 3, 146),  # a remainder of 6: 3 and 3
    ],
)
def test_paper_rule(n, k, first, last):
    index = fragments(n)
    assert index.shape == (k, 16)
    assert (index[0, 0], index[-1, -1]) == (first, last)
    assert set(np.diff(index.ravel())) <= {0, 1}


@pytest.mark.parametrize(("n", "front", "back"), [(1, 7, 8), (5, 5, 6), (15, 0, 1), (16, 0, 0)])
def test_short_videos_repeat_their_ends(n, front, back):
    expected = [0] * front + list(range(n)) + [n - 1] * back
    assert fragments(n).tolist() == [expected]


@pytest.mark.parametrize("n", [16, 17, 20, 31, 150])
def test_no_frame_stands_twice_in_a_long_video(n):
    index = fragments(n).ravel()
    assert len(set(index)) == len(index)


@pytest.mark.parametrize("n", [1, 5, 15, 16, 17, 20, 31, 150])
def test_center16_is_one_central_fragment(n):
    index = fragments(n, rule="center16")
    assert index.shape == (1, 16)
    assert index.min() >= 0
    assert index.max() < n
    if n >= 16:
        front, back = index[0, 0], n - 1 - index[0, -1]
        assert back - front in (0, 1)


@pytest.mark.parametrize("length", range(2, 21))
def test_every_length_of_the_papers_search(length):
    assert fragments(150, length).shape == (150 // length, length)


def test_refuses_bad_arguments():
    with pytest.raises(ParameterError, match="n_frames: expected at least 1, got 0"):
        fragments(0)
    with pytest.raises(ParameterError, match="length: expected at least 1, got 0"):
        fragments(16, length=0)
    with pytest.raises(ParameterError, match="rule: expected one of paper, center16, got 'middle'"):
        fragments(16, rule="middle")
