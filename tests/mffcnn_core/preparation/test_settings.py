import pytest

from mffcnn_core.errors import ParameterError
from mffcnn_core.preparation import PreparationSettings


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"size": 8}, "size: expected at least 16, got 8"),
        ({"detect_every": 0}, "detect_every: expected at least 1, got 0"),
        ({"max_gap": -1}, "max_gap: expected at least 0, got -1"),
        ({"min_frames": 1}, "min_frames: expected at least 2, got 1"),
        ({"margin": -0.6}, "margin: expected at least -0.49, got -0.6"),
        ({"below": float("nan")}, "below: expected at least 0, got nan"),
        ({"flow_dtype": "int8"}, "flow_dtype: expected one of float16, float32, got 'int8'"),
        ({"detector": "har"}, "Did you mean 'haar'"),
        ({"detector_options": {"min_fce": 1}}, "Did you mean 'min_face'"),
        ({"flow": "diss"}, "Did you mean 'dis'"),
        ({"flow_options": {"preset": "fast"}}, "method 'farneback': expected known options"),
        ({"fps": 0}, "fps: expected 1 to 240 frames per second or None, got 0"),
        ({"fps": 25, "detector": "openface"}, "fps: expected None with the detector 'openface'"),
        ({"detector_options": {"score": 0.9}}, "HaarDetector: expected known settings"),
        ({"sise": 128}, "PreparationSettings: expected known settings, got 'sise'"),
    ],
)
def test_refuses_at_once_what_would_fail_later(values, message):
    with pytest.raises(ParameterError, match=message):
        PreparationSettings.from_dict(values)


def test_there_and_back():
    settings = PreparationSettings(flow="dis", flow_options={"preset": "fast"})
    assert PreparationSettings.from_dict(settings.to_dict()) == settings
    assert hash(settings) == hash(PreparationSettings.from_dict(settings.to_dict()))


def test_the_detector_that_is_used_is_named(monkeypatch, tmp_path):
    asked = PreparationSettings(detector_options={"min_face": 0.2})
    assert asked.detector == "auto"
    found = asked.resolved()
    assert (found.detector, found.detector_options) == ("haar", {"min_face": 0.2})
    assert found.resolved() == found
    monkeypatch.setattr("mffcnn_core.faces._models.check_model", lambda path, sha256: None)
    assert asked.resolved().detector == "yunet"
    assert PreparationSettings(detector="haar").resolved().detector == "haar"


def test_landmarks_are_not_had_from_a_fallback():
    with pytest.raises(ParameterError, match="align: expected 'box' with the detector 'haar'"):
        PreparationSettings(align="landmarks").resolved()
