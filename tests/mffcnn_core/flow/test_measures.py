import numpy as np
import pytest

from mffcnn_core.errors import ParameterError
from mffcnn_core.flow import end_point_error, flow_image, warp


def test_flow_image_is_equation_1():
    flow = np.random.default_rng(0).standard_normal((3, 4, 5, 2)).astype(np.float32)
    image = flow_image(flow)
    assert image.shape == (3, 4, 5, 3)
    assert image.dtype == np.float32
    np.testing.assert_array_equal(image[..., :2], flow)
    np.testing.assert_allclose(image[..., 2] ** 2, (flow**2).sum(axis=-1), rtol=1e-5)


def test_flow_image_refuses_frames():
    with pytest.raises(ParameterError, match="flow: expected float32 flow"):
        flow_image(np.zeros((3, 4, 5, 3), np.float32))


def test_true_flow_warps_the_next_frame_back(moved, inner):
    (frame, following), truth = moved([[1.01, 0.01], [-0.01, 1.01]], [1.0, -2.0])
    back = warp(following, truth)
    before = np.abs(following.astype(float) - frame)[inner].mean()
    assert np.abs(back.astype(float) - frame)[inner].mean() < 0.1 * before
    wrong = warp(following, -truth)
    assert np.abs(wrong.astype(float) - frame)[inner].mean() > before


def test_warp_by_whole_pixels_is_exact(texture):
    flow = np.broadcast_to(np.array([3.0, -2.0]), (96, 128, 2))
    moved_on = np.roll(texture, (-2, 3), axis=(0, 1))  # 3 to the right, 2 up
    np.testing.assert_array_equal(warp(moved_on, flow)[2:, :-3], texture[2:, :-3])
    assert warp(moved_on[..., 0], flow).shape == (96, 128)


def test_warp_refuses_another_size(texture):
    with pytest.raises(ParameterError, match=r"flow: expected shape \(96, 128, 2\) to warp"):
        warp(texture, np.zeros((96, 127, 2)))


def test_end_point_error_counts_only_the_mask():
    truth = np.zeros((2, 4, 4, 2))
    flow = truth.copy()
    flow[0, 0, 0] = [3, 4]
    mask = np.zeros((2, 4, 4), bool)
    mask[0, 0, :2] = True
    assert end_point_error(flow, truth) == pytest.approx(5 / 32)
    assert end_point_error(flow, truth, mask) == 2.5


def test_end_point_error_refuses_what_cannot_be_compared():
    flow = np.zeros((4, 4, 2))
    with pytest.raises(ParameterError, match=r"truth: .* got \(4, 5, 2\) for a flow of shape"):
        end_point_error(flow, np.zeros((4, 5, 2)))
    with pytest.raises(ParameterError, match=r"mask: expected shape \(4, 4\), got \(4, 4, 2\)"):
        end_point_error(flow, flow, np.ones((4, 4, 2), bool))
    with pytest.raises(ParameterError, match="mask: expected at least one pixel"):
        end_point_error(flow, flow, np.zeros((4, 4), bool))
