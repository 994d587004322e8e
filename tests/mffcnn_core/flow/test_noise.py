import numpy as np
import pytest

from mffcnn_core.flow import NOISE, end_point_error, estimate_flow, unexplained
from mffcnn_corpus import CorpusSettings, plan_corpus, render_clip, true_flow
from mffcnn_corpus._clips import face_boxes

# x, y, width, height of a face -> left, top, right and bottom of its inner part
CORNERS = np.array([[1, 0, 1, 0], [0, 1, 0, 1], [0.1, 0, 0.9, 0], [0, 0.2, 0, 1]])


def test_what_does_not_change_needs_no_explanation():
    frame = np.full((32, 32, 3), 90, np.uint8)
    assert unexplained(frame, frame, np.ones((32, 32, 2))) == 0


@pytest.mark.slow
def test_on_the_corpus_it_tells_flow_from_noise():
    """Where the true motion is known: which flow is farther from it than no motion at all?"""
    settings = CorpusSettings(seed=1, subjects=3, takes=1, frames=24, width=360, height=240)
    noisy, worse = [], []
    for spec in plan_corpus(settings)[::6]:
        left, top, right, bottom = face_boxes(spec, settings).mean(axis=0) @ CORNERS
        rows, columns = slice(round(top), round(bottom)), slice(round(left), round(right))
        frames = np.ascontiguousarray(render_clip(spec, settings)[:, rows, columns])
        for t, flow in enumerate(estimate_flow(frames)):
            truth, visible = (part[rows, columns] for part in true_flow(spec, settings, t))
            error = end_point_error(flow, truth, visible)
            worse.append(error > end_point_error(np.zeros_like(truth), truth, visible))
            noisy.append(unexplained(frames[t], frames[t + 1], flow) > NOISE)
    noisy, worse = np.array(noisy), np.array(worse)
    assert worse.sum() > 4
    assert (~worse).sum() > 40
    assert noisy[worse].mean() > 0.6
    assert noisy[~worse].mean() < 0.15
