import numpy as np
import pytest

from mffcnn_core.errors import ParameterError
from mffcnn_core.features import DynamicImages, FaceFrames, load_inputs, local_contrast
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


def test_windows_outside_their_range():
    with pytest.raises(ParameterError, match="window: expected at least 1, got 0"):
        DynamicImages(window=0)


def test_local_contrast_does_not_see_the_light(make_clip):
    (face,) = make_clip("a", frames=1, size=64).faces
    shadow = np.linspace(0.4, 1, 64)[:, None, None] * np.array([1, 0.8, 0.7])
    lit = np.rint(face * shadow).astype(np.uint8)
    one, other = (local_contrast(picture).astype(float) for picture in (face, lit))
    assert np.abs(face.astype(float) - lit).mean() > 4 * np.abs(one - other).mean()
    assert np.corrcoef(one.ravel(), other.ravel())[0, 1] > 0.97
    assert (one == one[..., :1]).all()
    np.testing.assert_array_equal(local_contrast(np.full_like(face, 200)), 128)


def test_frames_of_local_contrast(make_clip):
    clip = make_clip("a", frames=3)
    inputs = load_inputs([clip], 16, {"x": FaceFrames(contrast="local")})
    plain = load_inputs([clip], 16, {"x": FaceFrames()}).stacks["x"].rows
    expected = [local_contrast(face) for face in plain]
    np.testing.assert_array_equal(inputs.stacks["x"].rows, expected)
    with pytest.raises(ParameterError, match="contrast: expected .* got 'global'"):
        FaceFrames(contrast="global")
