import numpy as np
import pytest

from mffcnn_core.features import SpatialStream, TemporalStream, load_inputs


@pytest.fixture
def inputs(make_clip):
    clips = [make_clip("a", frames=5), make_clip("b", frames=7)]
    for clip in clips:  # flow i of a clip is (i, 0) everywhere
        clip.flow[:] = 0
        clip.flow[..., 0] = np.arange(len(clip.flow))[:, None, None]
    return load_inputs(clips, 16)


def test_spatial_images_are_the_frames_of_the_right_clip(inputs):
    images = SpatialStream().images(inputs, np.array([1, 0]), np.array([2, 4]))
    np.testing.assert_array_equal(images[0], inputs.faces[5 + 2].astype(np.float32) / 255)
    np.testing.assert_array_equal(images[1], inputs.faces[4].astype(np.float32) / 255)
    assert SpatialStream().count(inputs).tolist() == [5, 7]


def test_temporal_images_are_the_flows_of_the_right_clip(inputs):
    assert TemporalStream().count(inputs).tolist() == [4, 6]
    images = TemporalStream().images(inputs, np.array([0, 1, 1]), np.array([3, 0, 5]))
    assert images.shape == (3, 16, 16, 3)
    assert images[:, 0, 0].tolist() == [[3, 0, 3], [0, 0, 0], [5, 0, 5]]


@pytest.mark.parametrize(("frames", "first"), [(16, 0), (20, 2), (50, 1)])
def test_a_fragment_has_one_flow_less_than_frames(frames, first):
    frames_of = SpatialStream().fragments(frames)
    flows_of = TemporalStream().fragments(frames)
    assert frames_of.shape == (frames // 16, 16)
    assert flows_of.shape == (frames // 16, 15)
    np.testing.assert_array_equal(flows_of, frames_of[:, :-1])
    assert flows_of[0, 0] == first


@pytest.mark.parametrize("frames", [2, 5, 15])
def test_copied_frames_of_a_short_clip_have_no_flow(frames):
    assert SpatialStream().fragments(frames).shape == (1, 16)
    assert TemporalStream().fragments(frames).tolist() == [list(range(frames - 1))]


@pytest.mark.parametrize("stream", [SpatialStream(), TemporalStream()])
def test_a_mirror_shows_the_mirrored_clip(make_clip, stream):
    clip, mirrored = make_clip(), make_clip()
    mirrored.faces = mirrored.faces[:, :, ::-1].copy()
    mirrored.flow = mirrored.flow[:, :, ::-1] * np.array([-1, 1], np.float32)
    both = load_inputs([clip, mirrored], 16)
    images, expected = (stream.images(both, np.array([k]), np.array([2])) for k in (0, 1))
    np.testing.assert_allclose(stream.mirror(images), expected)
