import pickle
import subprocess
import sys
from types import SimpleNamespace

import cv2
import numpy as np
import pytest

from mffcnn_core.errors import ParameterError
from mffcnn_core.faces import DETECTORS, HaarDetector, choose_detector, make_detector
from mffcnn_core.faces.detectors import haar


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
        ("min_face", 1.0, r"min_face: expected a share in \[0, 1\), got 1.0"),
    ],
)
def test_refuses_values_outside_their_range(option, value, message):
    with pytest.raises(ParameterError, match=message):
        HaarDetector(**{option: value})


def test_says_what_opencv_5_lacks(draw_face, monkeypatch):
    haar._cascade.cache_clear()
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


def test_the_choice_of_a_detector_says_why(monkeypatch):
    assert choose_detector("openface") == ("openface", "as the settings say")
    name, why = choose_detector("auto")
    assert (name, why[:25]) == ("haar", "as YuNet's model is missi")
    assert "missing and could not be fetched" in choose_detector("auto", fetch=True).why
    monkeypatch.setattr("mffcnn_core.faces._models.fetch_yunet", lambda: None)
    assert choose_detector("auto", fetch=True) == ("yunet", "as its model is at hand")


def test_a_damaged_model_is_not_used(monkeypatch, tmp_path):
    (tmp_path / "model.onnx").write_bytes(b"damaged")
    monkeypatch.setattr("mffcnn_core.faces._models.yunet_path", lambda: tmp_path / "model.onnx")
    assert choose_detector("auto").why.startswith("as YuNet's model is damaged")


OPENCV_5 = """
import sys
import cv2
del cv2.CascadeClassifier, cv2.data  # as OpenCV 5 comes
cv2.__version__ = "5.0.0"
import numpy as np
from mffcnn_core.errors import ParameterError
from mffcnn_core.faces import YuNetDetector, HaarDetector
frame = np.zeros((96, 128, 3), np.uint8)
assert YuNetDetector(model=sys.argv[1]).detect(frame).shape == (0, 14)
try:
    HaarDetector().detect(frame)
except ParameterError as error:
    print(error)
"""


def test_opencv_5_has_yunet_and_says_so_of_haar(realdata):
    model = realdata / "face_detection_yunet_2023mar.onnx"
    done = subprocess.run(
        [sys.executable, "-c", OPENCV_5, str(model)], capture_output=True, text=True, check=True
    )
    assert "detector 'haar': expected OpenCV 4 with the cascade" in done.stdout
    assert "got OpenCV 5.0.0" in done.stdout
