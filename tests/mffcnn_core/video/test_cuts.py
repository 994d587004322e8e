import cv2
import numpy as np
import pytest

from mffcnn_core.video import CutWatcher, iter_frames


def watch(frames):
    watcher, frames = CutWatcher(), list(frames)
    assert all(a is b for a, b in zip(watcher.watch(frames), frames, strict=True))
    return watcher


@pytest.fixture
def other(moving):
    return moving[:, ::-1, ::-1].copy()


def test_motion_and_light_are_no_cut(moving):
    assert watch(moving).cuts == []
    lights = [np.clip(moving[0].astype(int) + d, 0, 255).astype(np.uint8) for d in (0, 60, -60)]
    assert watch(lights).cuts == []


def test_each_cut_is_noted_and_shots_lie_between(moving, other):
    watcher = watch([*moving[:5], *other[:3], *moving[5:7]])
    assert watcher.cuts == [5, 8]
    assert watcher.shots == [(0, 5), (5, 8), (8, 10)]


def test_to_black_is_a_cut_and_black_itself_is_none(moving):
    black = np.zeros_like(moving[0])
    assert watch([moving[0], black, black]).cuts == [1]


def test_a_small_thing_that_jumps_is_no_cut():
    frames = np.zeros((4, 96, 128, 3), np.uint8)
    for t in range(4):
        frames[t, 40:56, 30 * t : 30 * t + 16] = 255
    assert watch(frames).cuts == []


def test_a_film_without_frames_has_one_empty_shot():
    assert watch([]).shots == [(0, 0)]


@pytest.mark.parametrize("jerk", [(20, 0), (-25, 10), (12, -18)])
def test_a_jerked_camera_is_no_cut(moving, jerk):
    large = np.tile(moving[0], (2, 2, 1))
    at = np.array([48, 64])
    windows = [at, at, at + jerk[::-1], at + jerk[::-1], at]
    frames = [large[y : y + 96, x : x + 128] for y, x in windows]
    assert watch(frames).cuts == []


def test_to_another_scene_is_a_cut_wherever_one_looks(moving, other):
    noise = np.random.default_rng(1).integers(0, 256, (12, 16, 3), dtype=np.uint8)
    third = cv2.resize(noise, (128, 96), interpolation=cv2.INTER_CUBIC)
    assert watch([moving[0], other[0], third]).cuts == [1, 2]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "cuts"),
    [("single_face.mp4", []), ("WolfgangLanger_Pexels.mp4", []), ("noface_face.mov", [96, 168])],
)
def test_real_clips(realdata, name, cuts):
    watcher = CutWatcher()
    for _ in watcher.watch(iter_frames(realdata / name)):
        pass
    assert watcher.cuts == cuts


@pytest.mark.slow
@pytest.mark.parametrize("name", ["single_face.mp4", "WolfgangLanger_Pexels.mp4"])
def test_jerks_of_real_clips_are_no_cuts(realdata, name):
    frames = [frame for t, frame in enumerate(iter_frames(realdata / name)) if t < 60 and not t % 6]
    rng, shaken = np.random.default_rng(0), []
    for frame in frames:
        height, width = frame.shape[:2]
        x, y = rng.uniform(-0.15, 0.15, 2) * (width, height)
        shift = np.array([[1, 0, x], [0, 1, y]])
        moved = cv2.warpAffine(frame, shift, (width, height), borderMode=cv2.BORDER_REFLECT)
        shaken += [frame, cv2.blur(moved, (max(1, int(abs(x) / 2)), 1))]
    assert watch(shaken).cuts == []
