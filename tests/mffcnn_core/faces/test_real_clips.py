"""The detector and the track on clips of real people, in which every frame is known."""

from itertools import islice

import cv2
import numpy as np
import pytest

from mffcnn_core.errors import NoFaceError
from mffcnn_core.faces import HaarDetector, clip_box, longest_run, track_face
from mffcnn_core.video import iter_frames


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "with_face"), [("face_noface.mov", range(72)), ("noface_face.mov", range(96, 168))]
)
def test_every_single_frame_is_right(realdata, scripted, name, with_face):
    found = [HaarDetector().detect(frame) for frame in iter_frames(realdata / name)]
    assert [len(boxes) for boxes in found] == [int(t in with_face) for t in range(169)]
    # Looking at every fifth frame only, the track has the same first and last frame.
    track = track_face(*scripted(169, dict(enumerate(found))), every=5)
    assert np.flatnonzero(track.present).tolist() == list(with_face)
    assert track.looked.sum() < 45


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "n"), [("single_face.mp4", 72), ("WolfgangLanger_Pexels.mp4", 472)]
)
def test_a_face_in_every_frame(realdata, name, n):
    track = track_face(iter_frames(realdata / name), HaarDetector(), every=5)
    assert longest_run(track.present, max_gap=15) == (0, n)
    assert (~track.present).sum() <= 0.02 * n
    side = clip_box(track)[2]
    centres = track.boxes[:, :2] + track.boxes[:, 2:] / 2
    assert np.abs(centres - np.median(centres, axis=0)).max() < side / 2


def test_no_face_is_none(realdata):
    with pytest.raises(NoFaceError, match="of 95 frames looked at"):
        track_face(iter_frames(realdata / "no_face.mp4"), HaarDetector(), every=5)


def _turned(frame, degrees):
    height, width = frame.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
    return cv2.warpAffine(frame, matrix, (width, height))


def _noisy(frame):
    noise = np.random.default_rng(0).normal(0, 15, frame.shape)
    return (frame + noise).clip(0, 255).astype(np.uint8)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda frame: _turned(frame, 10),
        lambda frame: frame // 3,
        lambda frame: cv2.resize(frame, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA),
        _noisy,
    ],
    ids=["turned", "dark", "small", "noisy"],
)
def test_spoiled_pictures_keep_their_face(realdata, spoil):
    for frame in islice(iter_frames(realdata / "single_face.mp4"), 0, 72, 18):
        assert len(HaarDetector().detect(spoil(frame))) == 1
