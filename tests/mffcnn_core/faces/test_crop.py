import numpy as np
import pytest

from mffcnn_core.errors import NoFaceError, ParameterError
from mffcnn_core.faces import FaceTrack, clip_box, crop_faces, iter_crops


def _track(boxes, found):
    n = len(boxes)
    return FaceTrack(
        np.array(boxes, float), np.ones(n, bool), np.array(found, bool), np.ones(n, int)
    )


def test_box_is_the_median_of_the_frames_with_the_face():
    boxes = [[10, 20, 40, 40], [12, 20, 40, 40], [14, 20, 40, 40], [900, 900, 9, 9]]
    box = clip_box(_track(boxes, [1, 1, 1, 0]), margin=0, below=0)
    assert box.tolist() == [12, 20, 40, 40]


def test_a_negative_margin_cuts_down_to_the_inner_face():
    track = _track([[100, 100, 50, 50]], [1])
    assert clip_box(track, margin=-0.2, below=0).tolist() == [110, 110, 30, 30]
    assert clip_box(track, margin=-0.2, below=0.2).tolist() == [105, 110, 40, 40]


def test_margins_are_shares_of_the_face():
    track = _track([[100, 100, 50, 50]], [1])
    assert clip_box(track, margin=0.1, below=0).tolist() == [95, 95, 60, 60]
    x, y, width, height = clip_box(track, margin=0.1, below=0.2)
    assert (y, height) == (95, 70)  # down to 165 instead of 155
    assert width == height
    assert x + width / 2 == 125


def test_box_is_square_for_any_face():
    assert clip_box(_track([[0, 0, 20, 40]], [1]), margin=0, below=0).tolist() == [-10, 0, 40, 40]


def test_box_refuses():
    with pytest.raises(NoFaceError, match="expected one in the 1 frames of the track, got none"):
        clip_box(_track([[0, 0, 9, 9]], [0]))
    with pytest.raises(ParameterError, match="margin, below: .* got -0.5 and 0.1"):
        clip_box(_track([[0, 0, 9, 9]], [1]), margin=-0.5)


@pytest.fixture
def frames():
    return np.random.default_rng(0).integers(0, 256, (3, 40, 60, 3), dtype=np.uint8)


def test_same_size_is_a_plain_cut(frames):
    crops = crop_faces(frames, [10, 5, 32, 32], 32)
    np.testing.assert_array_equal(crops, frames[:, 5:37, 10:42])


def test_beyond_the_frame_the_border_is_repeated(frames):
    crops = crop_faces(frames, [-4, 12, 32, 32], 32)
    np.testing.assert_array_equal(crops[:, :28, 4:], frames[:, 12:, :28])
    np.testing.assert_array_equal(crops[:, :28, 0], frames[:, 12:, 0])
    np.testing.assert_array_equal(crops[:, 30, 4:], frames[:, -1, :28])


def test_shrinking_averages(frames):
    crops = crop_faces(frames, [0, 0, 40, 40], 20)
    means = frames[:, :, :40].astype(float).reshape(3, 20, 2, 20, 2, 3).mean(axis=(2, 4))
    np.testing.assert_allclose(crops, means, atol=1)


def test_enlarging(frames):
    assert crop_faces(iter(frames), [0, 0, 40, 40], 96).shape == (3, 96, 96, 3)


def test_crops_come_one_by_one(frames):
    read = []

    def source():
        for t, frame in enumerate(frames):
            read.append(t)
            yield frame

    crops = iter_crops(source(), [0, 0, 40, 40], 20)
    np.testing.assert_array_equal(next(crops), crop_faces(frames, [0, 0, 40, 40], 20)[0])
    assert read == [0]
    assert len(list(crops)) == 2


@pytest.mark.parametrize("box", [[60, 0, 20, 20], [-20, 0, 20, 20], [0, 40, 9, 9], [0, 0, 0, 9]])
def test_refuses_a_box_that_misses_the_frame(frames, box):
    with pytest.raises(ParameterError, match="box: expected one .* frame of 60 x 40 pixels"):
        crop_faces(frames, box)


def test_refuses_nothing(frames):
    with pytest.raises(ParameterError, match="frames: expected at least one frame, got none"):
        crop_faces([], [0, 0, 9, 9])
    with pytest.raises(ParameterError, match="size: expected at least 1, got 0"):
        crop_faces(frames, [0, 0, 9, 9], 0)
