from types import SimpleNamespace

import cv2
import numpy as np
import pytest

from mffcnn_core.faces import HaarDetector, SecondLook, _second_look, confirmed
from mffcnn_core.video import iter_frames


@pytest.mark.parametrize("name", ["single_face.mp4", "WolfgangLanger_Pexels.mp4"])
def test_real_faces_are_confirmed_and_other_places_are_not(realdata, name):
    frame = next(iter_frames(realdata / name))
    (box,) = HaarDetector().detect(frame)
    assert confirmed(frame, box)
    height, width = frame.shape[:2]
    corner = [0 if box[0] > width / 2 else width - box[2] / 2, height - box[3] / 2]
    assert not confirmed(frame, [*corner, box[2] / 2, box[3] / 2])


def test_noise_and_what_lies_outside_are_no_faces():
    noise = np.random.default_rng(0).integers(0, 256, (120, 160, 3), dtype=np.uint8)
    assert confirmed(noise, [20, 20, 60, 60]) is False
    assert confirmed(noise, [500, 500, 60, 60]) is False
    assert confirmed(noise, [20, 20, 0, 0]) is False


def test_without_cascades_there_is_no_answer(monkeypatch):
    _second_look._cascade.cache_clear()
    monkeypatch.setattr(cv2, "data", SimpleNamespace(haarcascades="/nowhere/"))
    frames = np.zeros((3, 40, 40, 3), np.uint8)
    look = SecondLook({1: [0, 0, 20, 20]}, [])
    assert len(list(look.passing(frames))) == 3
    assert look.answers == []
    _second_look._cascade.cache_clear()


def test_it_looks_where_it_is_told(monkeypatch):
    seen = []
    monkeypatch.setattr(_second_look, "confirmed", lambda frame, box: seen.append(box) or True)
    frames = np.zeros((5, 40, 40, 3), np.uint8)
    look = SecondLook({1: "a", 3: "b"}, [])
    list(look.passing(frames))
    assert (seen, look.answers) == (["a", "b"], [True, True])
