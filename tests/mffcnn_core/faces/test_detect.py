import pickle
from types import SimpleNamespace

import cv2
import numpy as np
import pytest

from mffcnn_core.errors import ParameterError
from mffcnn_core.faces import DETECTORS, HaarDetector, _detect, make_detector


@pytest.mark.parametrize("size", [20, 30, 40])
@pytest.mark.parametrize("scale", [1, 6])
def test_finds_a_drawn_face_at_any_size_of_frame(draw_face, size, scale):
    frame = draw_face(120 * scale, 160 * scale, 70 * scale, 60 * scale, size * scale)
    boxes = HaarDetector().detect(frame)
    assert boxes.shape == (1, 4)
    assert boxes.dtype == np.float64
    centre = boxes[0, :2] + boxes[0, 2:] / 2
    np.testing.assert_allclose(centre, [70 * scale, 62 * scale], atol=0.2 * size * scale)
    assert 1.6 * size * scale < boxes[0, 2] < 2.8 * size * scale


def test_largest_face_first(draw_face):
    frame = np.hstack([draw_face(size=20), draw_face(size=40), draw_face(size=30)])
    widths = HaarDetector(min_face=0).detect(frame)[:, 2]
    assert len(widths) == 3
    assert (np.diff(widths) < 0).all()


def test_small_faces_can_be_ignored(draw_face):
    frame = draw_face(size=20)  # its box has 63 of 120 pixels
    assert len(HaarDetector(min_face=0.3).detect(frame)) == 1
    assert len(HaarDetector(min_face=0.6).detect(frame)) == 0


def test_works_for_a_picture_smaller_than_the_cascade():
    assert HaarDetector().detect(np.zeros((16, 16, 3), np.uint8)).shape == (0, 4)


def test_travels_to_another_process(draw_face):
    detector = HaarDetector(min_neighbors=4)
    detector.detect(draw_face())
    assert pickle.loads(pickle.dumps(detector)) == detector


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        ("scale_factor", 1.0, "scale_factor: expected more than 1, at least 1.01, got 1.0"),
        ("min_neighbors", -1, "min_neighbors: expected 0 or more, got -1"),
        ("max_side", 10, "max_side: expected at least 24 pixels"),
        ("min_face", 1.0, r"min_face: expected a share of the shorter side in \[0, 1\), got 1.0"),
    ],
)
def test_refuses_values_outside_their_range(option, value, message):
    with pytest.raises(ParameterError, match=message):
        HaarDetector(**{option: value})


def test_says_what_opencv_5_lacks(draw_face, monkeypatch):
    _detect._cascade.cache_clear()
    monkeypatch.setattr(cv2, "data", SimpleNamespace(haarcascades="/nowhere/"))
    with pytest.raises(ParameterError, match="expected OpenCV 4 .* Install 'opencv-python<5'"):
        HaarDetector().detect(draw_face())


def test_detectors_by_name():
    assert make_detector("haar", min_face=0.3) == HaarDetector(min_face=0.3)
    assert set(DETECTORS) == {"haar", "yunet", "openface"}
    with pytest.raises(ParameterError, match="got 'har'. Did you mean 'haar'"):
        make_detector("har")
    with pytest.raises(ParameterError, match="'min_fce'. Did you mean 'min_face'"):
        make_detector("haar", min_fce=0.3)
