import numpy as np
import pytest

from mffcnn_core.errors import ParameterError
from mffcnn_corpus._clips import face_boxes, render_clip, true_flow
from mffcnn_corpus._settings import CorpusSettings
from mffcnn_corpus.acting._plan import ClipSpec

SETTINGS = CorpusSettings(width=120, height=80, frames=3)
SPEC = ClipSpec("s01", "surprise", 1, "standard")


def test_a_clip_has_the_asked_shape_and_moves():
    frames = render_clip(SPEC, SETTINGS)
    assert frames.shape == (3, 80, 120, 3)
    assert frames.dtype == np.uint8
    assert not np.array_equal(frames[0], frames[2])


def test_the_same_seed_gives_the_same_frames_and_another_seed_another_person():
    frames = render_clip(SPEC, SETTINGS)
    assert np.array_equal(frames, render_clip(SPEC, SETTINGS.replace(subjects=2, takes=1)))
    other = render_clip(SPEC, SETTINGS.replace(seed=1))
    assert np.abs(frames.astype(int) - other).mean() > 5


def test_noise_can_be_turned_off():
    noisy, clean = (render_clip(SPEC, SETTINGS.replace(noise=noise)) for noise in (True, False))
    difference = np.abs(noisy.astype(int) - clean)
    assert 0 < difference.mean() < 10


def test_clips_of_one_person_differ_in_scene():
    other = render_clip(ClipSpec("s01", "surprise", 2, "standard"), SETTINGS)
    assert np.abs(render_clip(SPEC, SETTINGS).astype(int) - other).mean() > 5


def test_true_flow_of_a_clip_explains_its_motion():
    settings = SETTINGS.replace(frames=16, noise=False)
    flow, visible = true_flow(SPEC, settings, 8)
    assert flow.shape == (80, 120, 2)
    assert visible.shape == (80, 120)
    assert 0.02 < visible.mean() < 0.8
    assert 0.01 < np.linalg.norm(flow[visible], axis=1).max() < 10


@pytest.mark.parametrize("t", [-1, 2])
def test_true_flow_refuses_a_frame_without_a_next_one(t):
    with pytest.raises(ParameterError, match=rf"t: expected 0 to 1, got {t}\. A clip of 3 frames"):
        true_flow(SPEC, SETTINGS, t)


def test_face_boxes_hold_the_face():
    boxes = face_boxes(SPEC, SETTINGS)
    assert boxes.shape == (3, 4)
    x, y, width, height = boxes.T
    assert np.all((x >= 0) & (x + width <= 120) & (y >= 0) & (y + height <= 80))
    assert np.all((width > 20) & (height > 20))
