from dataclasses import dataclass

import numpy as np
import pytest

from mffcnn_core.errors import ParameterError
from mffcnn_core.pipelines import score_over_time


@dataclass(frozen=True)
class Arrays:
    faces: np.ndarray
    flow: np.ndarray
    times: np.ndarray


@pytest.fixture
def arrays(toy_clips):
    by_label = {c.clip.expression: c.load() for c in toy_clips}
    first, second = by_label["anger"], by_label["disgust"]  # bars at other heights
    faces = np.concatenate([first.faces] * 2 + [second.faces] * 2)
    flow = np.concatenate([first.flow] * 4 + [first.flow[:3]])
    times = 2 + np.arange(len(faces) + 1) / 18
    times[40:] += 1  # the camera stopped for a second
    return Arrays(faces, flow[: len(faces) - 1], times)


def test_windows_are_scored_like_clips(recogniser, toy_clips, arrays):
    recogniser.set_params(streams="spatial").fit(toy_clips, [c.clip.expression for c in toy_clips])
    timeline = score_over_time(recogniser, arrays, window=18)
    assert timeline.first.tolist() == [0, 9, 18, 27, 36, 45, 54]
    assert timeline.stop.tolist() == [18, 27, 36, 45, 54, 63, 72]
    rows = timeline.rows(arrays.times)
    assert [row["part"] for row in rows[:2]] == ["whole", "window 1"]
    assert (rows[0]["start"], rows[0]["end"]) == (2.0, 7.0)
    assert (rows[1]["start"], rows[1]["end"]) == (2.0, 3.0)
    assert (rows[4]["start"], rows[4]["end"]) == (3.5, 5.5)
    # fear has the bar of anger and moves the other way: a face alone does not tell them apart
    heights = {"anger": 0, "happiness": 0, "disgust": 1, "sadness": 1, "fear": 2, "surprise": 2}
    seen = [heights[row["expression"]] for row in rows[1:]]
    assert seen[:3] == [0, 0, 0]
    assert seen[-3:] == [1, 1, 1]
    assert rows[0]["expression"] == timeline.expression
    best = max(timeline.classes, key=lambda name: rows[1][name])
    assert rows[1]["expression"] == best


def test_a_short_video_is_one_window(recogniser, toy_clips, arrays):
    recogniser.set_params(streams="spatial", spatial={"epochs": 1, "network": {"pool": 2}})
    recogniser.fit(toy_clips, [c.clip.expression for c in toy_clips])
    short = Arrays(arrays.faces[:9], arrays.flow[:8], arrays.times[:10])
    timeline = score_over_time(recogniser, short)
    assert len(timeline.window_scores) == 1
    np.testing.assert_array_equal(timeline.window_scores[0], timeline.scores)
    with pytest.raises(ParameterError, match="window: expected at least 2, got 1"):
        score_over_time(recogniser, short, window=1)
