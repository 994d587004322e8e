import os
import stat
from pathlib import Path

import numpy as np
import pytest

from mffcnn_core.errors import DetectorError, NoFaceError, ParameterError
from mffcnn_core.faces import OpenFaceTracker, aligned_square, read_openface, run_openface


def points(x=50.0, y=40.0, size=20.0):
    """68 landmarks of an upright face: the five that count are in place, the rest around."""
    angles = np.linspace(0, 2 * np.pi, 68)
    face = np.column_stack([x + size * np.cos(angles), y + size * np.sin(angles)])
    face[36:42] = (x - 7, y - 5)
    face[42:48] = (x + 7, y - 5)
    face[30] = (x, y + 2)
    face[48] = (x - 5, y + 9)
    face[54] = (x + 5, y + 9)
    return face


def write(path, rows, *, face_id=False, blanks=False):
    """Write a CSV as OpenFace does; a row is (frame, face, confidence, success, points)."""
    names = ["frame", *(["face_id"] if face_id else []), "timestamp", "confidence", "success"]
    names += [f"{axis}_{i}" for axis in "xy" for i in range(68)]
    lines = [(", " if blanks else ",").join(names)]
    for frame, face, confidence, success, where in rows:
        cells = [frame, *([face] if face_id else []), frame / 25, confidence, success]
        lines.append(",".join(map(str, [*cells, *where[:, 0], *where[:, 1]])))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.mark.parametrize("form", [{"face_id": True}, {"blanks": True}])
def test_both_forms_of_the_header(tmp_path, form):
    rows = [(t, 0, 0.98, 1, points(x=50 + t)) for t in range(1, 6)]
    rows[2] = (3, 0, 0.1, 0, points(x=900))
    output = read_openface(write(tmp_path / "a.csv", rows, **form))
    track = output.track(5)
    assert track.found.tolist() == [True, True, False, True, True]
    np.testing.assert_allclose(track.landmarks[:, 2, 0], 50 + np.arange(1, 6))  # 3 is filled in
    box, angle = aligned_square(track)
    assert angle == pytest.approx(0, abs=1e-6)
    assert box[0] < 43 < 57 < box[0] + box[2]


def test_real_output(realdata):
    output = read_openface(realdata / "OpenFace_Test.csv")
    assert len(output.frames) == 100
    assert output.frames[0] == 0
    assert output.problems == ()
    track = output.track()
    assert track.landmarks.shape == (100, 5, 2)
    eyes = track.landmarks[track.found]
    assert (eyes[:, 0, 0] < eyes[:, 1, 0]).all()


def test_of_several_faces_the_largest_is_followed(tmp_path):
    rows = [(t, f, 0.9, 1, points(x=50 + 60 * f, size=20 + 10 * f)) for t in (1, 2) for f in (0, 1)]
    track = read_openface(write(tmp_path / "a.csv", rows, face_id=True)).track(2)
    assert track.n_faces.tolist() == [2, 2]
    assert track.boxes[0, 2] == pytest.approx(60, rel=0.02)


def test_bad_rows_are_left_out_and_told(tmp_path):
    rows = [(1, 0, 0.9, 1, points()), (1, 0, 0.9, 1, points()), (2, 0, "nan", 1, points())]
    rows += [(0, 0, 0.9, 1, points()), (3, 0, 0.9, 1, np.full((68, 2), np.nan))]
    output = read_openface(write(tmp_path / "a.csv", rows))
    assert output.problems == (
        "a.csv: 2 row(s) without usable numbers left out",
        "a.csv: 1 row(s) of a frame that was there left out",
    )
    assert output.track(3).found.tolist() == [True, False, False]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "got no column frame and confidence"),
        ("frame,confidence,success\n", "got no row"),
        ("frame,success\n1,1\n", "got no column confidence"),
        ("frame,confidence,success\nx,y,z\n", "expected rows with numbers"),
        ("frame,confidence,success,x_0\n1,1,1,3\n", "expected 68 landmarks, got no column x_1"),
        ("frame,confidence\n1,2,3,4\n1\n", "got no column success"),
    ],
)
def test_what_is_no_output_of_openface(tmp_path, text, told):
    path = tmp_path / "a.csv"
    path.write_text(text)
    with pytest.raises(DetectorError, match=told):
        read_openface(path)


def test_missing_file_and_bytes(tmp_path):
    with pytest.raises(DetectorError, match="cannot be read"):
        read_openface(tmp_path / "absent.csv")
    (tmp_path / "a.csv").write_bytes(b"\xff\xfe\x00\x00frame")
    with pytest.raises(DetectorError, match="a.csv: expected"):
        read_openface(tmp_path / "a.csv")


def test_a_track_needs_landmarks_certainty_and_the_right_video(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("frame,confidence,success\n1,0.9,1\n")
    with pytest.raises(DetectorError, match="Run OpenFace with -2Dfp"):
        read_openface(path).track()
    output = read_openface(write(path, [(t, 0, 0.3, 1, points()) for t in range(1, 9)]))
    with pytest.raises(NoFaceError, match="expected one that OpenFace is sure of"):
        output.track(8)
    with pytest.raises(DetectorError, match="a video of 5 frames, got 8. It belongs to another"):
        output.track(5)


@pytest.fixture
def program(tmp_path):
    """Return a stand-in for FeatureExtraction that runs the given shell lines."""

    def make(lines):
        path = tmp_path / "bin" / "FeatureExtraction"
        path.parent.mkdir(exist_ok=True)
        head = '#!/bin/sh\nname=$(basename "$2"); name=${name%.*}; out=$4\n'
        path.write_text(head + lines)
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return str(path)

    return make


def test_it_is_run_where_output_is_missing(tmp_path, program, monkeypatch):
    sample = write(tmp_path / "sample.csv", [(t, 0, 0.9, 1, points()) for t in (1, 2, 3)])
    executable = program(f'mkdir "$out/${{name}}_aligned"; cp "{sample}" "$out/$name.csv"\n')
    monkeypatch.setenv("PATH", str(Path(executable).parent), prepend=os.pathsep)
    Path(executable).rename(Path(executable).with_name("FeatureExtraction"))
    videos = [tmp_path / person / "an 1.avi" for person in ("s1", "s2")]
    for video in videos:
        video.parent.mkdir()
        video.write_text(video.parent.name)
    tracker = OpenFaceTracker(folder=str(tmp_path / "out"))
    tracker.check()
    assert len({tracker._csv(video) for video in videos}) == 2  # one name, two videos
    assert len(tracker.track(videos[0], 3)) == 3
    assert tracker.key(videos[0]) == tracker.key(videos[1])  # the same answer
    assert len(list((tmp_path / "out").rglob("*.csv"))) == 2


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ("echo no licence >&2; exit 3\n", "got exit code 3 and 'no licence'"),
        ("exit 0\n", "got exit code 0 and 'no word'"),
        ("exec sleep 20\n", "expected OpenFace to end by itself"),
    ],
)
def test_a_run_that_fails_leaves_nothing(tmp_path, program, lines, told):
    with pytest.raises(DetectorError, match=told):
        run_openface("a.avi", tmp_path / "out", executable=program(lines), timeout=0.5)
    assert list((tmp_path / "out").iterdir()) == []


def test_without_output_and_program_it_says_so_at_once(tmp_path):
    with pytest.raises(DetectorError, match="got neither"):
        OpenFaceTracker(folder=str(tmp_path)).check()
    with pytest.raises(DetectorError, match="expected OpenFace 2.0 on the PATH"):
        run_openface("a.avi", tmp_path, executable="no-such-program")
    with pytest.raises(ParameterError, match="min_confidence"):
        OpenFaceTracker(min_confidence=2)


def test_settings_name_no_program():
    with pytest.raises(ParameterError, match="expected known settings, got 'executable'"):
        OpenFaceTracker.from_dict({"executable": "bash"})


def test_output_made_elsewhere_is_found_by_folders(tmp_path):
    for person in ("s1", "s2"):
        write(tmp_path / "out" / person / "an1.csv", [(1, 0, 0.9, 1, points())])
        (tmp_path / person).mkdir()
        (tmp_path / person / "an1.avi").write_text(person)
    tracker = OpenFaceTracker(folder=str(tmp_path / "out"))
    assert tracker._csv(tmp_path / "s2" / "an1.avi").parent.name == "s2"
    (tmp_path / "s3").mkdir()
    (tmp_path / "s3" / "an1.avi").write_text("s3")
    with pytest.raises(DetectorError, match="expected one output of OpenFace for it, got 2"):
        tracker.key(tmp_path / "s3" / "an1.avi")


def test_two_videos_of_one_name_do_not_share_an_output(tmp_path):
    write(tmp_path / "out" / "a.csv", [(1, 0, 0.9, 1, points())])
    (tmp_path / "a.mp4").write_text("1")
    tracker = OpenFaceTracker(folder=str(tmp_path / "out"))
    assert tracker.key(tmp_path / "a.mp4")
    (tmp_path / "a.avi").write_text("2")
    with pytest.raises(DetectorError, match="expected one video of that name, got a.avi and a.mp4"):
        tracker.key(tmp_path / "a.avi")


def test_frames_without_a_row_are_frames_without_the_face(tmp_path, cases):
    rows = [(t, 0, 0.9, 1, points(x=50 + t)) for t in (1, 2, 3, 6, 7)]
    track = read_openface(write(tmp_path / "a.csv", rows, face_id=True)).track(20)
    assert np.flatnonzero(track.found).tolist() == [0, 1, 2, 5, 6]
    assert "a.csv: its last row is of frame 7 of 20" in track.problems[0]
    track = read_openface(cases / "openface" / "multi.csv").track(50)
    assert track.n_faces.max() == 2
    assert np.flatnonzero(track.found).max() < 50


def test_tables_that_other_programs_and_countries_write(tmp_path, cases):
    with pytest.raises(DetectorError, match="expected 141 cells in a line, .* got 279 in line 2"):
        read_openface(cases / "openface" / "comma.csv")
    with pytest.raises(DetectorError, match="that of FaceLandmarkImg, which is for pictures"):
        read_openface(cases / "openface" / "image.csv")
    path = write(tmp_path / "a.csv", [(t, 0, 0.9, 1, points()) for t in (1, 2)])
    plain = read_openface(path).track(2)
    path.write_text(path.read_text().replace("0.9", "1.9"))
    with pytest.raises(DetectorError, match="expected confidences from 0 to 1, got 1.9"):
        read_openface(path)
    german = path.read_text().replace("1.9", "0.9").replace(",", ";").replace(".", ",")
    path.write_text(german, encoding="utf-16")
    assert read_openface(path).track(2).boxes.tolist() == plain.boxes.tolist()
