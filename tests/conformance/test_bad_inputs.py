"""Whatever is broken ends in a typed error or a line that names it; the rest goes on."""

import contextlib
import os
import runpy
import signal
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mffcnn_book.acquisition import build_index
from mffcnn_core.datasets import load_manifest, open_dataset, read_index
from mffcnn_core.errors import DetectorError, ManifestError, MffcnnError, VideoError
from mffcnn_core.faces import read_openface
from mffcnn_core.preparation import PreparationSettings, prepare_dataset
from mffcnn_core.video import iter_frames, write_video

BROKEN = runpy.run_path(str(Path(__file__).with_name("broken.py")))
ENOUGH = 200
PATIENCE = 300  # seconds after which a test counts as hanging

# The content is random, the machine may be busy, and files are written: all of it is meant.
fuzzed = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture(autouse=True)
def _nothing_hangs():
    def stop(*args):
        raise TimeoutError(f"still at work after {PATIENCE} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(PATIENCE)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.fixture(scope="module")
def frames():
    draw = runpy.run_path(str(Path(__file__).parents[1] / "mffcnn_core" / "faces" / "drawing.py"))[
        "draw_face"
    ]
    return np.stack([draw(mouth=0.09 + 0.01 * t) for t in range(8)])


@pytest.fixture(scope="module")
def sound_files(frames, films, tmp_path_factory):
    folder = tmp_path_factory.mktemp("sound")
    write_video(folder / "a.mp4", frames)
    films.write_film(folder / "a.webm", frames, **films.WEBM)
    return {path.suffix[1:]: path.read_bytes() for path in sorted(folder.iterdir())}


@pytest.fixture(scope="module")
def videos(sound_files, frames):
    return dict(BROKEN["videos"](sound_files["mp4"], sound_files["webm"], frames))


def test_there_are_enough_of_them(videos):
    assert len(videos) + len(BROKEN["SHEETS"]) >= ENOUGH


@pytest.mark.slow
def test_every_broken_video_is_told_of_and_the_sound_ones_are_prepared(
    videos, sound_files, manifest, tmp_path
):
    folder = tmp_path / "copy" / "fear" / "anna"
    folder.mkdir(parents=True)
    for number, (name, data) in enumerate(videos.items()):
        # bytes of their own: the same rubbish twice would be left out as a copy
        tail = (
            number.to_bytes(2, "big") if data and not name.startswith(("pointer", "cut")) else b""
        )
        (folder / name).write_bytes(data + tail)
    (folder / "sound.mp4").write_bytes(sound_files["mp4"])
    (folder / "sound.webm").write_bytes(sound_files["webm"])
    build = build_index(manifest("own"), tmp_path / "copy")
    left_out = {one.path: one.reason for one in build.problems}
    assert {c.path for c in build.clips} | set(left_out) == {
        f"fear/anna/{name}" for name in (*videos, "sound.mp4", "sound.webm")
    }
    build.write(tmp_path / "data")
    data = open_dataset(build.manifest, tmp_path / "data")
    report = prepare_dataset(data, PreparationSettings(size=16), tmp_path / "store")
    assert [row.clip for row in report.rows] == [clip.clip for clip in data.clips]
    rows = {
        clip.path.split("/")[-1]: row for clip, row in zip(data.clips, report.rows, strict=True)
    }
    for name, row in rows.items():
        assert (row.status == "failed") == bool(row.reason), name
        assert (row.status == "prepared") == (row.counts is not None), name
    for name in ("sound.mp4", "sound.webm", "turned.mp4", "tail of rubbish.mp4"):
        assert name in rows, left_out
    for name in ("sound.mp4", "sound.webm"):
        assert rows[name].status == "prepared"
        assert rows[name].problems == ()
    must_fail = "one byte, zeros, text, page, sound only, archive, list, playlist, backwards"
    for name in must_fail.split(", "):
        assert rows[f"{name}.mp4"].status == "failed", name
    must_fail = "0 by 0, huge, negative, one frame, no frame, ten bits, grey, odd size"
    for name in must_fail.split(", "):
        assert rows[f"{name}.avi"].status == "failed", name
    assert "expected frames of at most" in rows["huge pictures.avi"].reason
    assert "face: expected one" in rows["ten bits.avi"].reason  # it is read, and shows no face
    assert left_out["fear/anna/nothing.mp4"].startswith("an empty file")
    assert "git-lfs" in left_out["fear/anna/pointer.mp4"]
    # a video cut short is never taken for a whole one
    for name, row in rows.items():
        if name.startswith("cut ") and row.status == "prepared":
            assert row.problems or row.counts.frames == 8, name


@fuzzed
@given(data=st.data())
def test_any_bytes_are_frames_or_a_typed_error(data, sound_files, tmp_path):
    sound = sound_files[data.draw(st.sampled_from(sorted(sound_files)))]
    path = tmp_path / "clip.mp4"
    start = data.draw(st.integers(0, len(sound)))
    stop = data.draw(st.integers(start, len(sound)))
    path.write_bytes(sound[:start] + data.draw(st.binary(max_size=64)) + sound[stop:])
    try:
        for frame in iter_frames(path):
            assert frame.dtype == np.uint8
            assert frame.ndim == 3
    except VideoError as error:
        assert "clip.mp4" in str(error)


@pytest.mark.parametrize("name", BROKEN["SHEETS"])
def test_every_broken_sheet_is_told_of(name, manifest, tmp_path):
    (tmp_path / "a.mp4").write_text("a")
    (tmp_path / "clips.csv").write_bytes(BROKEN["SHEETS"][name])
    sound = "byte order mark, windows lines, semicolons, tabs, backslashes, a title above, "
    sound += "capitals and blanks, utf-16, not utf-8, the same row twice, too many cells"
    sound += ", old mac lines, columns twice"
    try:
        build = build_index(manifest("own"), tmp_path)
    except ManifestError as error:
        assert "clips.csv" in str(error)
        assert name not in sound.split(", ")
        return
    accounted = [c.path for c in build.clips] + [one.path for one in build.problems]
    assert accounted == ["a.mp4"]
    if name in sound.split(", "):
        assert [(c.subject[:2], c.expression) for c in build.clips] in (
            [("an", "fear")],
            [("zo", "fear")],
        )


@fuzzed
@given(st.binary(max_size=400) | st.text(max_size=400).map(str.encode))
def test_any_bytes_are_a_sheet_or_a_typed_error(manifest, tmp_path, content):
    (tmp_path / "a.mp4").write_text("a")
    (tmp_path / "clips.csv").write_bytes(content)
    try:
        build = build_index(manifest("own"), tmp_path)
    except ManifestError as error:
        assert "clips.csv" in str(error)
    else:
        assert len(build.clips) + len(build.problems) == 1


cells = st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=12)


@fuzzed
@given(st.lists(st.lists(cells, min_size=1, max_size=7), max_size=5))
def test_any_rows_are_an_index_or_a_typed_error(tmp_path, rows):
    head = "clip,path,subject,expression,sha256"
    lines = [head, *(",".join(row) for row in rows)]
    (tmp_path / "index.csv").write_text("\n".join(lines), encoding="utf-8")
    try:
        clips = read_index(tmp_path / "index.csv")
    except ManifestError as error:
        assert "index.csv" in str(error)
    else:
        assert all(clip.path and clip.subject for clip in clips)


@fuzzed
@given(st.binary(max_size=300) | st.text("frame,confidence.success_x0123nan \n", max_size=300))
def test_anything_is_output_of_openface_or_a_typed_error(tmp_path, content):
    path = tmp_path / "a.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with contextlib.suppress(MffcnnError):  # any other error fails the test
        read_openface(path).track()


scalars = st.none() | st.booleans() | st.integers() | st.text(max_size=8)


@fuzzed
@given(
    st.sampled_from("format name access index expressions other expected layout downloads".split()),
    st.recursive(
        scalars, lambda x: st.lists(x, max_size=3) | st.dictionaries(scalars, x, max_size=3)
    ),
)
def test_any_value_is_a_manifest_or_all_its_problems(root, tmp_path, field, value):
    import yaml

    raw = yaml.safe_load((root / "data_manifests" / "ravdess.yaml").read_text())
    raw[field] = value
    (tmp_path / "x.yaml").write_text(yaml.safe_dump(raw))
    try:
        load_manifest(tmp_path / "x.yaml")
    except ManifestError as error:
        assert "x.yaml" in str(error)


@fuzzed
@given(st.text(max_size=200) | st.binary(max_size=200))
def test_any_text_is_yaml_or_a_typed_error(tmp_path, content):
    path = tmp_path / "x.yaml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "ignore"))
    with pytest.raises(ManifestError, match=r"x\.yaml"):
        load_manifest(path)


NAMES = [
    "with  blanks .mp4",
    "übung.mp4",
    "表情.mp4",
    "quote'\".mp4",
    "percent %02d.mp4",
    "-f.mp4",
    "$(x).mp4",
    "a,b;c.mp4",
    "dots...mp4",
    "UPPER.MP4",
    "x" * 240 + ".mp4",
]


def test_odd_names_are_clips_like_others(planter, manifest, tmp_path):
    for name in NAMES:
        planter.video(f"anger/anna/{name}")
    build = build_index(manifest("own"), planter.root)
    assert build.problems == ()
    build.write(tmp_path / "data")
    data = open_dataset(build.manifest, tmp_path / "data")
    assert {clip.path for clip in data.clips} == {f"anger/anna/{name}" for name in NAMES}
    report = prepare_dataset(data, PreparationSettings(size=16), tmp_path / "store")
    assert [row.reason for row in report.failed] == []


def test_names_that_cannot_be_written_are_told(planter, manifest):
    planter.video("anger/anna/1.mp4")
    folder = os.fsencode(planter.root / "anger" / "anna")
    for name in (b"caf\xe9.mp4", b"two\nlines.mp4", b"bell\x07.mp4"):
        Path(os.fsdecode(folder + b"/" + name)).write_text("x")
    build = build_index(manifest("own"), planter.root)
    assert len(build.clips) == 1
    assert len(build.problems) == 3
    assert "caf\\xe9.mp4" in build.summary()


def test_links_and_special_files(planter, manifest, tmp_path):
    video = planter.video("anger/anna/1.mp4")
    folder = video.parent
    (folder / "loop").symlink_to(planter.root)
    (folder / "self.mp4").symlink_to(folder / "self.mp4")
    (folder / "broken.mp4").symlink_to(folder / "absent.mp4")
    os.mkfifo(folder / "pipe.mp4")  # reading it would wait for ever
    (folder / "folder.mp4").mkdir()
    elsewhere = tmp_path / "disk" / "ben"
    elsewhere.mkdir(parents=True)
    (elsewhere / "2.mp4").write_bytes(video.read_bytes() + b"2")
    (planter.root / "anger" / "ben").symlink_to(elsewhere)  # a link to another disk is fine
    build = build_index(manifest("own"), planter.root)
    assert [c.path for c in build.clips] == ["anger/anna/1.mp4", "anger/ben/2.mp4"]
    assert {one.path.split("/")[-1]: one.reason for one in build.problems}.keys() == {
        "loop", "self.mp4", "broken.mp4", "pipe.mp4",
    }  # fmt: skip


def test_what_may_not_be_read_is_told(planter, manifest, monkeypatch, tmp_path):
    planter.video("anger/anna/1.mp4")
    secret = planter.video("anger/anna/2.mp4")
    whole = sys.modules["mffcnn_book.acquisition._builder"].sha256_of_path

    def refuse(path):
        if path == secret:  # who runs the tests may be allowed to read everything
            raise PermissionError(13, "Permission denied")
        return whole(path)

    monkeypatch.setattr("mffcnn_book.acquisition._builder.sha256_of_path", refuse)
    build = build_index(manifest("own"), planter.root)
    assert [c.path for c in build.clips] == ["anger/anna/1.mp4"]
    assert build.problems[0].reason == "cannot be read (Permission denied)"
    monkeypatch.undo()
    monkeypatch.setattr("mffcnn_core.preparation._dataset.sha256_of_path", refuse)
    build_index(manifest("own"), planter.root).write(tmp_path / "data")
    data = open_dataset(manifest("own"), tmp_path / "data")
    report = prepare_dataset(data, PreparationSettings(size=16), tmp_path / "store")
    assert [row.status for row in report.rows] == ["prepared", "failed"]
    assert "Permission denied" in report.rows[1].reason


def test_a_folder_in_place_of_output_is_told(tmp_path):
    (tmp_path / "a.csv").mkdir()
    with pytest.raises(DetectorError, match="cannot be read"):
        read_openface(tmp_path / "a.csv")
