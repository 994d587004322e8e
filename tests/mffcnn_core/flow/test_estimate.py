import numpy as np
import pytest

from mffcnn_core.errors import ParameterError
from mffcnn_core.flow import METHODS, end_point_error, estimate_flow, iter_flow


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("shift", [(2, 0), (0, 2), (-1.5, 0.75), (0.4, -0.3)])
def test_translation(moved, inner, method, shift):
    """x counts to the right, y down, and the flow points to where the content goes."""
    frames, truth = moved(np.eye(2), shift)
    flow = estimate_flow(frames, method=method)
    assert flow.shape == (1, 96, 128, 2)
    assert flow.dtype == np.float32
    np.testing.assert_allclose(np.median(flow[0][inner], axis=0), shift, atol=0.1)
    assert end_point_error(flow[0], truth, inner) < 0.15


@pytest.mark.parametrize("method", sorted(METHODS))
def test_affine(moved, inner, method):
    frames, truth = moved([[1.02, 0.015], [-0.01, 0.985]], [-1.0, 1.5])
    flow = estimate_flow(frames, method=method)[0]
    assert end_point_error(flow, truth, inner) < 0.15 * end_point_error(0 * truth, truth, inner)


@pytest.mark.parametrize("method", sorted(METHODS))
def test_static_clip_has_no_flow_inside(texture, inner, method):
    flow = estimate_flow(np.stack([texture] * 3), method=method)
    assert flow.shape == (2, 96, 128, 2)
    assert np.abs(flow[:, inner]).max() < 1e-3
    assert np.abs(flow).mean() < 5e-3  # Farnebäck is ill-conditioned in the corners


@pytest.mark.parametrize("method", sorted(METHODS))
def test_same_frames_same_bytes_whatever_came_before(moved, method):
    frames, _ = moved(np.eye(2), (1, 1))
    first = estimate_flow(frames, method=method)
    longer = estimate_flow(np.concatenate([frames[::-1], frames]), method=method)
    assert estimate_flow(frames, method=method).tobytes() == first.tobytes()
    assert longer[-1].tobytes() == first[0].tobytes()


@pytest.mark.parametrize(
    ("method", "option"), [("farneback", {"winsize": 31}), ("dis", {"preset": "ultrafast"})]
)
def test_options_reach_the_solver(moved, method, option):
    frames, _ = moved([[1.02, 0], [0, 1.02]], (0, 0))
    assert not np.array_equal(
        estimate_flow(frames, method=method), estimate_flow(frames, method=method, **option)
    )


@pytest.mark.parametrize("method", sorted(METHODS))
def test_pair_by_pair_is_the_whole(moved, method):
    frames, _ = moved(np.eye(2), (1, 1))
    frames = np.concatenate([frames, frames[::-1]])
    fields = list(iter_flow(iter(frames), method=method))
    np.testing.assert_array_equal(fields, estimate_flow(frames, method=method))


def test_pairs_are_read_one_frame_ahead(texture):
    read = []

    def source():
        for t in range(5):
            read.append(t)
            yield texture

    next(iter_flow(source()))
    assert read == [0, 1]


def test_fewer_than_two_frames_have_no_pair(texture):
    assert list(iter_flow([texture])) == []


def test_refuses_what_it_cannot_do(texture):
    frames = np.stack([texture, texture])
    with pytest.raises(ParameterError, match="frames: expected at least 2 non-empty"):
        estimate_flow(frames[:1])
    with pytest.raises(ParameterError, match="at least 16 pixels, got 96 x 15"):
        estimate_flow(np.ascontiguousarray(frames[:, :, :15]))
    with pytest.raises(ParameterError, match="got 'farnback'. Did you mean 'farneback'"):
        estimate_flow(frames, method="farnback")
    with pytest.raises(ParameterError, match="'winsze'. Did you mean 'winsize'"):
        estimate_flow(frames, winsze=3)
    with pytest.raises(ParameterError, match="Did you mean 'farneback'"):
        iter_flow(frames, method="farnback")
    with pytest.raises(ParameterError, match="frames: expected uint8 RGB frames"):
        next(iter_flow(frames.astype(np.float32)))
