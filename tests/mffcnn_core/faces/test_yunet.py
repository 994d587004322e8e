from itertools import islice

import cv2
import numpy as np
import pytest

from mffcnn_core.errors import DetectorError, ParameterError
from mffcnn_core.faces import (
    HaarDetector,
    YuNetDetector,
    aligned_square,
    crop_faces,
    fetch_yunet,
    track_face,
)
from mffcnn_core.video import iter_frames


@pytest.fixture(scope="session")
def yunet(realdata):
    return YuNetDetector(model=str(realdata / "face_detection_yunet_2023mar.onnx"))


@pytest.fixture(scope="session")
def still(realdata):
    return next(iter_frames(realdata / "single_face.mp4"))


def test_it_finds_the_face_where_haar_does_with_landmarks_inside(yunet, still):
    (face,) = yunet.detect(still)
    (box,) = HaarDetector().detect(still)
    assert face.shape == (14,)
    np.testing.assert_allclose(face[:2] + face[2:4] / 2, box[:2] + box[2:] / 2, atol=0.2 * box[2])
    left_eye, right_eye, nose, left_corner, right_corner = face[4:].reshape(5, 2)
    assert left_eye[0] < nose[0] < right_eye[0]
    assert left_corner[0] < right_corner[0]
    assert max(left_eye[1], right_eye[1]) < nose[1] < min(left_corner[1], right_corner[1])


@pytest.mark.parametrize("name", ["single_face.mp4", "face_noface.mov"])
def test_sizes_mean_the_same_as_with_haar(realdata, yunet, name):
    for frame in islice(iter_frames(realdata / name), 0, 72, 12):
        (face,) = yunet.detect(frame)
        (box,) = HaarDetector().detect(frame)
        assert face[2] == face[3] == pytest.approx(box[2], rel=0.12)
        np.testing.assert_allclose(face[:2], box[:2], atol=0.08 * box[2])
        share = face[2] / min(frame.shape[:2])
        assert len(yunet.replace(min_face=share - 0.01).detect(frame)) == 1
        assert len(yunet.replace(min_face=share + 0.01).detect(frame)) == 0


def test_small_faces_and_empty_frames_give_none(yunet, still):
    assert yunet.detect(np.zeros((64, 96, 3), np.uint8)).shape == (0, 14)
    assert yunet.replace(min_face=0.9).detect(still).shape == (0, 14)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "with_face"), [("face_noface.mov", range(72)), ("noface_face.mov", range(96, 168))]
)
def test_every_frame_is_right(realdata, yunet, name, with_face):
    found = [len(yunet.detect(frame)) for frame in iter_frames(realdata / name)]
    assert found == [int(t in with_face) for t in range(169)]


def test_one_similarity_brings_a_leaning_face_upright(yunet, still):
    height, width = still.shape[:2]
    track = track_face([still] * 3, yunet)
    box, angle = aligned_square(track)
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -25, 0.8)  # clockwise
    leaning = cv2.warpAffine(still, matrix, (width, height))
    turned_box, turned_angle = aligned_square(track_face([leaning] * 3, yunet))
    assert 15 < turned_angle - angle < 26  # its landmarks lean less than the face
    assert turned_box[2] / box[2] == pytest.approx(0.8, abs=0.1)
    upright = crop_faces([still], box, 96, angle)[0]
    back = crop_faces([leaning], turned_box, 96, turned_angle)[0]
    plain = crop_faces([leaning], turned_box, 96)[0]
    alike = [np.corrcoef(upright.ravel(), crop.ravel())[0, 1] for crop in (back, plain)]
    assert alike[0] > 0.85
    assert alike[0] > alike[1] + 0.05


def test_a_missing_or_other_model_is_told(tmp_path, still):
    with pytest.raises(DetectorError, match="got no file. Fetch it with `mffcnn data model`"):
        YuNetDetector(model=str(tmp_path / "absent.onnx")).detect(still)
    (tmp_path / "other.onnx").write_bytes(b"other")
    with pytest.raises(DetectorError, match="expected the model with sha256 8f2383"):
        YuNetDetector(model=str(tmp_path / "other.onnx")).detect(still)


def test_fetching_says_what_went_wrong(tmp_path, monkeypatch):
    pytest.importorskip("pooch")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with pytest.raises(DetectorError, match=r"expected the model of YuNet, got none .*by hand"):
        fetch_yunet("http://127.0.0.1:9/face.onnx")


@pytest.mark.parametrize("options", [{"score": 1}, {"max_side": 8}, {"min_face": -1}])
def test_options_out_of_range(options):
    with pytest.raises(ParameterError, match=next(iter(options))):
        YuNetDetector(**options)


def test_haar_sees_no_landmarks(scripted):
    frames, detector = scripted(3, {t: [[0, 0, 4, 4]] for t in range(3)})
    with pytest.raises(ParameterError, match="expected a detector that sees landmarks"):
        aligned_square(track_face(frames, detector))
