import pickle
import shutil
import subprocess
import sys
from dataclasses import replace
from types import SimpleNamespace

import cv2
import numpy as np
import pytest

from mffcnn_core.datasets import Clip
from mffcnn_core.errors import ParameterError
from mffcnn_core.faces.detectors import haar
from mffcnn_core.files import read_json
from mffcnn_core.preparation import ClipReport, VideoCounts, _dataset, prepare_dataset
from mffcnn_core.preparation._files import array_path

_COUNTS = VideoCounts(
    frames=9,
    used=9,
    first=0,
    left_out=0,
    filled_in=0,
    face_share=1.0,
    several_faces=0,
    stray=0,
    off_crop=0,
)


@pytest.fixture(scope="module")
def first(dataset, settings, tmp_path_factory):
    return prepare_dataset(dataset, settings, tmp_path_factory.mktemp("store"))


@pytest.fixture
def store(first, tmp_path):
    """A copy of the first store, to spoil."""
    return shutil.copytree(first.store, tmp_path / "store")


def _files(store):
    return {path.name: path.stat().st_mtime_ns for path in store.glob("*.npy")}


def test_every_clip_stands_there_once_and_in_order(first, dataset):
    assert [row.clip for row in first.rows] == [clip.clip for clip in dataset.clips]
    assert {row.clip: row.status for row in first.rows} == {
        "moving": "prepared",
        "part": "prepared",
        "empty": "failed",
        "broken": "failed",
        "cut": "prepared",
        "picture": "failed",
        "absent": "failed",
    }
    assert [p.clip.clip for p in first.prepared] == ["moving", "part", "cut"]
    assert first.made == 3
    assert not any(row.altered for row in first.rows)


@pytest.mark.parametrize(
    ("clip", "reason"),
    [
        ("empty", "face: expected one in at least 3 neighbouring frames, got 0"),
        ("broken", "expected a video that FFmpeg can open, got 10 bytes"),
        ("picture", "expected at least 2 frames, got 1"),
        ("absent", "expected a video file, got no file"),
    ],
)
def test_reasons(first, clip, reason):
    (row,) = [row for row in first.failed if row.clip == clip]
    assert row.reason.startswith(reason)
    assert row.counts is None


def test_a_cut_video_is_used_and_told_of(first):
    (row,) = [row for row in first.rows if row.clip == "cut"]
    assert any("cut.webm: expected 1.44 s by its header" in text for text in row.problems)


def test_handles_load(first, settings):
    for prepared in first.prepared:
        arrays = prepared.load()
        assert arrays.faces.shape[1:] == (48, 48, 3)
        assert len(arrays.flow) == len(arrays.faces) - 1


def test_report_file(first, dataset):
    (path,) = first.store.glob("report-drawn-*.json")
    report = read_json(path)
    assert [row["clip"] for row in report["clips"]] == [clip.clip for clip in dataset.clips]
    assert report["settings"]["size"] == 48
    assert report["dataset_sha256"] == dataset.sha256
    assert str(dataset.root) not in path.read_text()


def test_what_exists_is_not_made_again(first, dataset, settings, store):
    before = _files(store)
    again = prepare_dataset(dataset, settings, store)
    assert again.made == 0
    assert again.rows == first.rows
    assert _files(store) == before


def test_missing_and_damaged_files_are_made_again(first, dataset, settings, store):
    moving, part, cut = (
        array_path(store / prepared.path.name, "flow") for prepared in first.prepared
    )
    whole = part.read_bytes()
    moving.unlink()
    part.write_bytes(whole[:-200])
    kept = cut.stat().st_mtime_ns
    again = prepare_dataset(dataset, settings, store)
    assert again.made == 2
    assert part.read_bytes() == whole
    assert cut.stat().st_mtime_ns == kept


def test_a_changed_setting_makes_new_files_and_keeps_the_old(dataset, settings, store):
    before = _files(store)
    changed = prepare_dataset(dataset, settings.replace(flow="dis"), store)
    assert changed.made == 3
    assert before.items() < _files(store).items()
    assert len(list(store.glob("report-drawn-*.json"))) == 2


def test_a_changed_code_makes_new_files(dataset, settings, store, monkeypatch):
    monkeypatch.setattr(_dataset, "code_fingerprint", lambda *_: "changed")
    assert prepare_dataset(dataset, settings, store).made == 3


def test_a_changed_video_is_made_again_and_called_altered(
    dataset, settings, store, make_dataset, tmp_path
):
    root = shutil.copytree(dataset.root, tmp_path / "copy")
    shutil.copy(root / "moving.mp4", root / "part.mp4")
    copy = prepare_dataset(make_dataset(root, dataset.clips), settings, store)
    assert copy.made == 0  # these bytes were prepared as "moving"
    moving, part = copy.rows[:2]
    assert part.file == moving.file
    assert (moving.altered, part.altered) == (False, True)
    assert "1 file not as in the index" in copy.summary()


def test_a_killed_call_resumes(dataset, settings, tmp_path, monkeypatch):
    prepare, calls = _dataset.prepare_file, []

    def killed(path, file, settings):
        calls.append(path)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return prepare(path, file, settings)

    monkeypatch.setattr(_dataset, "prepare_file", killed)
    with pytest.raises(KeyboardInterrupt):
        prepare_dataset(dataset, settings, tmp_path)
    assert len(_files(tmp_path)) == 2  # faces and flow of one clip
    assert prepare_dataset(dataset, settings, tmp_path).made == 2
    assert not list(tmp_path.glob(".*"))


def test_programming_errors_are_not_swallowed(dataset, settings, tmp_path, monkeypatch):
    def wrong(path, file, settings):
        raise TypeError("a slip in the code")

    monkeypatch.setattr(_dataset, "prepare_file", wrong)
    with pytest.raises(TypeError, match="a slip in the code"):
        prepare_dataset(dataset, settings, tmp_path)


def test_a_missing_cascade_is_told_once_and_not_for_every_clip(
    dataset, settings, tmp_path, monkeypatch
):
    haar._cascade.cache_clear()
    monkeypatch.setattr(cv2, "data", SimpleNamespace(haarcascades="/nowhere/"))
    with pytest.raises(ParameterError, match="expected OpenCV 4"):
        prepare_dataset(dataset, settings, tmp_path)


@pytest.mark.parametrize("jobs", [0, -2])
def test_refuses_impossible_jobs(dataset, settings, tmp_path, jobs):
    with pytest.raises(ParameterError, match=f"jobs: expected at least 1 process.*got {jobs}"):
        prepare_dataset(dataset, settings, tmp_path, jobs=jobs)


@pytest.mark.slow
def test_processes_change_nothing(first, dataset, settings, tmp_path):
    parallel = prepare_dataset(dataset, settings, tmp_path, jobs=2)
    assert parallel.rows == first.rows
    for one, other in zip(first.prepared, parallel.prepared, strict=True):
        for name in ("faces", "flow"):
            assert (
                array_path(one.path, name).read_bytes() == array_path(other.path, name).read_bytes()
            )


def test_number_of_threads_is_left_as_it_was(dataset, settings, tmp_path):
    before = cv2.getNumThreads()
    cv2.setNumThreads(3)
    try:
        prepare_dataset(dataset, settings, tmp_path)
        assert cv2.getNumThreads() == 3
    finally:
        cv2.setNumThreads(before)


def test_a_face_of_another_size_than_usual_is_doubted():
    def row(name, size, status="prepared"):
        counts = None if status == "failed" else replace(_COUNTS, size=size)
        return ClipReport(clip=name, status=status, counts=counts)

    sizes = [("a", "s1", 0.5), ("b", "s1", 0.55), ("c", "s1", 0.45), ("d", "s1", 0.12)]
    sizes += [("e", "s2", 0.5), ("f", "s2", 0.1)]  # too few to say what is usual
    clips = tuple(Clip(name, name, subject, "fear") for name, subject, _ in sizes)
    rows = _dataset._with_odd_sizes(clips, [row(name, size) for name, _, size in sizes])
    assert [one.clip for one in rows if one.doubts] == ["d"]
    assert rows[3].doubts == ("it is 0.3 times as large as in the person's other clips",)


def test_what_is_prepared_is_found_without_a_process(dataset, settings, store, monkeypatch):
    first = prepare_dataset(dataset, settings, store)
    assert len(first.prepared) > 1
    failed = {row.clip for row in first.rows if row.status == "failed"}  # looked at every time
    looked_at = []
    original = _dataset._prepare_clip
    monkeypatch.setattr(
        _dataset, "_prepare_clip", lambda task: looked_at.append(task.clip.clip) or original(task)
    )
    monkeypatch.setattr(
        _dataset, "Parallel", lambda **_: lambda tasks: [t[0](*t[1]) for t in tasks]
    )
    again = prepare_dataset(dataset, settings, store, jobs=2)
    assert (again.rows, again.made) == (first.rows, 0)
    assert set(looked_at) == failed


def test_silent_unless_asked(dataset, settings, store, capfd):
    prepare_dataset(dataset, settings, store)
    assert "preparing" not in "".join(capfd.readouterr())
    prepare_dataset(dataset, settings, store, progress=True)
    assert "preparing: 100%" in capfd.readouterr().err


def test_flow_is_stored_as_asked(dataset, settings, tmp_path):
    report = prepare_dataset(dataset, settings.replace(flow_dtype="float32"), tmp_path)
    assert report.prepared[0].open().flow.dtype == np.float32
    half = prepare_dataset(dataset, settings, tmp_path)
    assert half.prepared[0].open().flow.dtype == np.float16
    assert half.prepared[0].load().flow.dtype == np.float32


@pytest.mark.slow
def test_a_killed_process_costs_one_clip_which_is_named(first, dataset, settings, tmp_path):
    script = f"""
import os, pickle, signal, sys
from mffcnn_core.preparation import ClipReport, VideoCounts, _dataset, prepare_dataset
def _clip(task):
    if task.clip.clip == "moving":
        os.kill(os.getpid(), signal.SIGKILL)
    return original(task)
original, _dataset._prepare_clip = _dataset._prepare_clip, _clip
dataset, settings = pickle.loads(sys.stdin.buffer.read())
report = prepare_dataset(dataset, settings, {str(tmp_path)!r}, jobs=2)
for row in report.rows:
    print(row.clip, row.status, row.reason)
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        input=pickle.dumps((dataset, settings)),
        capture_output=True,
        timeout=200,
    )
    assert done.returncode == 0, done.stderr.decode()
    told = done.stdout.decode().splitlines()
    assert told[0].startswith("moving failed expected its process to end by itself, got it killed")
    others = [f"{row.clip} {row.status} {row.reason}" for row in first.rows[1:]]
    assert [line.rstrip() for line in told[1:]] == [line.rstrip() for line in others]
