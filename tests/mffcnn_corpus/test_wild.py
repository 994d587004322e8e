import dataclasses

import numpy as np
import pytest

from mffcnn_core.errors import ParameterError
from mffcnn_core.expressions import EXPRESSIONS
from mffcnn_corpus import (
    ClipSpec,
    CorpusSettings,
    WildSettings,
    make_scene,
    perform,
    render_clip,
    true_flow,
)
from mffcnn_corpus._clips import face_boxes
from mffcnn_corpus.camera._wild import degrade, wild_framing, wild_glasses

OFF = WildSettings(**dict.fromkeys((f.name for f in dataclasses.fields(WildSettings)), 0))
PLAIN = CorpusSettings(frames=4, width=180, height=120)
WILD = PLAIN.replace(wild=WildSettings())
SPECS = [ClipSpec(f"s{n:02d}", e, 1, "standard") for n in (1, 2, 3) for e in EXPRESSIONS]


def test_what_is_off_is_no_part_of_the_settings():
    assert "wild" not in PLAIN.to_dict()
    assert CorpusSettings.from_dict(PLAIN.to_dict()) == PLAIN
    assert CorpusSettings.from_dict(WILD.to_dict()) == WILD
    assert CorpusSettings.from_dict({"wild": {"pose": 10}}).wild.pose == 10


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"pose": 60}, r"pose: expected a number between 0 and 40, got 60\. See WildSettings"),
        ({"glasses": -0.1}, r"glasses: expected a number between 0 and 1, got -0\.1"),
        ({"fog": 1}, "WildSettings: expected known settings, got 'fog'"),
    ],
)
def test_refuses_what_is_out_of_range(values, message):
    with pytest.raises(ParameterError, match=message):
        CorpusSettings(wild=values)


def test_without_any_strength_a_clip_is_the_plain_one():
    spec = SPECS[0]
    np.testing.assert_array_equal(
        render_clip(spec, PLAIN.replace(wild=OFF)), render_clip(spec, PLAIN)
    )


def test_a_clip_is_the_same_every_time_and_another_than_the_plain_one():
    spec = SPECS[0]
    once = render_clip(spec, WILD)
    np.testing.assert_array_equal(once, render_clip(spec, WILD))
    assert np.abs(once.astype(int) - render_clip(spec, PLAIN)).mean() > 10


def test_the_face_stays_in_the_picture_and_its_place_differs():
    boxes = np.array([face_boxes(spec, WILD)[0] for spec in SPECS])
    x, y, width, height = boxes.T
    assert (x > 0).all()
    assert (y > 0).all()
    assert (x + width < WILD.width).all()
    assert (y + height < WILD.height).all()
    assert height.max() > 1.3 * height.min()


def test_the_true_flow_is_that_of_the_same_camera():
    flow, visible = true_flow(SPECS[0], WILD, 1)
    ys, xs = np.nonzero(visible)
    x, y, width, height = face_boxes(SPECS[0], WILD)[1]
    assert abs(xs.mean() - (x + width / 2)) < width
    assert abs(ys.mean() - (y + height / 2)) < height
    assert np.abs(flow[visible]).max() < 10


def test_heads_are_turned_as_far_as_asked_for():
    still = {"head_drift": 0, "head_motion_cue": 0}
    turned = PLAIN.replace(**still, wild=OFF.replace(pose=30))
    yaw, pitch, roll = np.abs([perform(spec, turned).pose[0, :3] for spec in SPECS]).T
    assert 20 < np.rad2deg(yaw).max() <= 30
    assert np.rad2deg(pitch).max() <= 15
    assert np.rad2deg(roll).max() <= 15
    assert not perform(SPECS[0], PLAIN.replace(**still)).pose[:, :3].any()


def test_expressions_begin_or_end_off_screen():
    settings = PLAIN.replace(frames=75, sustained_share=0)
    courses = [perform(spec, settings).course for spec in SPECS]
    assert all(course[0] == 0 for course in courses)
    courses = [perform(s, settings.replace(wild=OFF.replace(off_screen=1))).course for s in SPECS]
    begun, unended = (np.mean([course[k] > 0.05 for course in courses]) for k in (0, -1))
    assert 0.2 < begun < 0.8
    assert 0.2 < unended < 0.9


def test_who_wears_glasses_always_does():
    people = [f"s{n:02d}" for n in range(1, 60)]
    worn = [wild_glasses(0, person, 0.3) for person in people]
    assert 0.1 < np.mean([one is not None for one in worn]) < 0.5
    assert worn == [wild_glasses(0, person, 0.3) for person in people]
    scenes = [
        make_scene(0, name, 180, 120, wild=OFF.replace(glasses=1))
        for name in ("s01_fear_01", "s01_anger_02")
    ]
    assert scenes[0].glasses == scenes[1].glasses is not None
    assert make_scene(0, "s01_fear_01", 180, 120).glasses is None


def test_glasses_are_seen_at_the_eyes_and_nowhere_else():
    spec = SPECS[0]
    without = render_clip(spec, PLAIN.replace(wild=OFF))[0].astype(int)
    with_them = render_clip(spec, PLAIN.replace(wild=OFF.replace(glasses=1)))[0]
    rows, columns = np.nonzero(np.abs(with_them - without).max(axis=-1) > 8)
    x, y, width, height = face_boxes(spec, PLAIN)[0]
    assert len(rows) > 40
    assert (rows < y + 0.6 * height).all()
    assert (columns > x - 0.2 * width).all()
    assert (columns < x + 1.2 * width).all()


def test_pictures_lose_detail_and_nothing_at_no_strength():
    rng = np.random.default_rng(0)
    frames = rng.integers(0, 256, (3, 60, 80, 3), dtype=np.uint8)
    kept = frames.copy()
    degrade(kept, np.random.default_rng(1), OFF)
    np.testing.assert_array_equal(kept, frames)
    for name in ("low_resolution", "blur", "compression"):
        worse = frames.copy()
        degrade(worse, np.random.default_rng(1), OFF.replace(**{name: 1}))
        assert worse.std() < 0.97 * frames.std(), name
    tinted = np.full((1, 8, 8, 3), 128, np.uint8)
    degrade(tinted, np.random.default_rng(1), OFF.replace(sensor=1))
    assert np.ptp(tinted[0, 0, 0]) > 0


def test_without_strength_the_framing_is_the_usual_one():
    assert wild_framing(np.random.default_rng(0), 0.0) == {
        "head_share": 0.60, "distance": 7.0, "center": (0.5, 0.47),
    }  # fmt: skip
