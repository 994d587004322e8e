import numpy as np
import pytest

from mffcnn_core.errors import ParameterError
from mffcnn_core.pooling import dynamic_images, min_max, rank_pool


@pytest.fixture
def frames():
    return np.random.default_rng(0).integers(0, 256, (9, 6, 5, 3), dtype=np.uint8)


@pytest.mark.parametrize("solver", ["exact", "approximate"])
def test_channels_are_pooled_as_those_of_flow_are(frames, solver):
    """A problem in two channels is one of flow; where the coefficients sum to 0, so is this."""
    frames[..., 2] = 90
    pooled = rank_pool(frames[..., :2].astype(np.float32), solver=solver)
    image = dynamic_images(frames, window=9, solver=solver)
    assert image.shape == (1, 6, 5, 3)
    np.testing.assert_allclose(image[0, ..., :2], min_max(pooled), atol=0.02)
    assert not image[..., 2].any()


def test_frames_are_put_in_order(frames):
    """Later frames are more like the pooled image than earlier ones."""
    pooled = dynamic_images(frames, window=9, normalisation="joint", smoothing="none")[0]
    scores = np.einsum("nhwc,hwc->n", frames - frames.mean(axis=0), pooled - pooled.mean())
    assert (np.diff(scores) > 0).all()


def test_one_image_for_each_window(frames):
    images = dynamic_images(frames, window=4)
    assert len(images) == 3  # from the frames 0, 2 and 4; one frame is left over
    np.testing.assert_allclose(images[2], dynamic_images(frames[4:8], window=4)[0], atol=0.05)


@pytest.mark.parametrize("solver", ["exact", "approximate", "svr"])
def test_a_clip_that_stands_still_gives_zeros(frames, solver):
    assert not dynamic_images(np.repeat(frames[:1], 7, axis=0), solver=solver).any()


def test_wrong_frames_and_options(frames):
    with pytest.raises(ParameterError, match="frames: expected"):
        dynamic_images(frames.astype(float))
    with pytest.raises(ParameterError, match="solver: expected one of .* got 'best'"):
        dynamic_images(frames, solver="best")
