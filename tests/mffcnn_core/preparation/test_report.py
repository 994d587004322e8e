from pathlib import Path

import pytest

from mffcnn_core.datasets import Clip
from mffcnn_core.preparation import (
    ClipReport,
    PreparationReport,
    PreparationSettings,
    VideoCounts,
)

SOUND = VideoCounts(
    frames=50,
    used=50,
    first=0,
    left_out=0,
    filled_in=0,
    face_share=1.0,
    several_faces=0,
    stray=0,
    off_crop=0,
)
ODD = VideoCounts(
    frames=90,
    used=60,
    first=10,
    left_out=30,
    filled_in=1,
    face_share=0.6,
    several_faces=4,
    stray=2,
    off_crop=5,
)


def _report(*rows):
    return PreparationReport(
        dataset="drawn",
        dataset_sha256="0" * 64,
        settings=PreparationSettings(detector="haar"),
        detector_why="as the settings say",
        store=Path("store"),
        videos=Path("videos"),
        clips=tuple(Clip(row.clip, f"{row.clip}.mp4", "s1", "fear") for row in rows),
        rows=rows,
        made=0,
    )


@pytest.fixture
def report():
    return _report(
        ClipReport(clip="a", status="prepared", file="1.json", counts=SOUND),
        ClipReport(clip="b", status="prepared", file="2.json", counts=ODD, problems=("b: odd",)),
        ClipReport(clip="c", status="failed", reason="No face.", altered=True),
    )


def test_summary_tells_everything_once(report):
    assert report.summary() == (
        "2 of 3 clips prepared (110 frames); "
        "30 frames without a usable face left out in 1 clip; "
        "1 frame filled in between neighbours in 1 clip; "
        "4 frames with several faces (the main one used) in 1 clip; "
        "5 frames with the face partly off the crop in 1 clip; "
        "1 video problem found in 1 clip; "
        "1 file not as in the index. "
        "1 failed: c (No face.). "
        "Detector: haar, as the settings say."
    )


def test_summary_of_a_sound_data_set_is_short():
    report = _report(ClipReport(clip="a", status="prepared", file="1.json", counts=SOUND))
    assert report.summary() == (
        "1 of 1 clip prepared (50 frames). Detector: haar, as the settings say."
    )


def test_summary_lists_five_failures_and_counts_the_rest():
    rows = [ClipReport(clip=f"c{i}", status="failed", reason="Broken.") for i in range(7)]
    text = _report(*rows).summary()
    assert text.startswith("0 of 7 clips prepared (0 frames). 7 failed: c0 (Broken.); ")
    assert "c4 (Broken.) and 2 more. Detector: haar" in text


def test_frame_has_one_row_per_clip(report):
    frame = report.to_frame()
    assert frame["clip"].tolist() == ["a", "b", "c"]
    assert frame["used"].tolist()[:2] == [50, 60]
    assert frame.loc[2, ["used", "face_share"]].isna().all()
    assert frame.loc[1, "problems"] == "b: odd"
    assert (frame["subject"] == "s1").all()


def test_prepared_are_handles_in_order(report):
    assert [(p.clip.clip, p.path) for p in report.prepared] == [
        ("a", Path("store/1.json")),
        ("b", Path("store/2.json")),
    ]
    assert [row.clip for row in report.failed] == ["c"]


def test_doubtful_clips_are_named():
    doubts = ("a second detector sees no face there in 3 frames",)
    row = ClipReport(clip="a", status="prepared", file="1.json", counts=SOUND, doubts=doubts)
    report = _report(row)
    assert report.doubtful == [row]
    assert "1 doubtful, look at them: a (a second detector sees no face" in report.summary()
    assert report.to_frame().loc[0, "doubts"] == doubts[0]
