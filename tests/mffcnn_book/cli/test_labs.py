"""What ``mffcnn labs`` answers to the ways in which a new lecturer goes wrong."""

import json
import os
import subprocess
import zipfile

import nbformat
import pytest

from mffcnn_book import cli
from mffcnn_book.labs import find_lab, release, student_edition, unmarked

LAB = 2
ROSTER = "id,name\nada,Ada Lovelace\n"


@pytest.fixture(scope="module")
def released(root, tmp_path_factory):
    folder = tmp_path_factory.mktemp("lecturer")
    release(find_lab(root, LAB), folder / "course")
    return folder


@pytest.fixture
def course(root, released, tmp_path, monkeypatch):
    """Return a course in which a lab is released, beside a download of what was handed in."""
    lab, folder = find_lab(root, LAB), tmp_path / "course"
    subprocess.run(["cp", "-R", released / "course", folder], check=True)
    with zipfile.ZipFile(tmp_path / "downloads.zip", "w") as archive:
        put = archive.writestr
        put(
            "Ada Lovelace_1_assignsubmission_file/lab02.ipynb",
            nbformat.writes(student_edition(lab)),
        )
        put("Ben Okri_2_assignsubmission_file/lab02.pdf", b"%PDF-1.4")
    monkeypatch.chdir(tmp_path)
    return folder


def run(capsys, step, *more):
    code = cli.main(["labs", step, str(LAB), "--course", "course", *more])
    shown = capsys.readouterr()
    return code, shown.out, shown.err


def collect(capsys, *more):
    return run(capsys, "collect", "--inbox", "downloads.zip", *more)


@pytest.mark.parametrize("due", ["2027-01-15", "15.1.2027 23:59"])
def test_a_time_that_is_due_is_a_day_and_a_minute(course, capsys, due):
    with pytest.raises(SystemExit):
        collect(capsys, "--due", due)
    said = capsys.readouterr().err
    assert f"expected a date and a time such as 2027-01-15T23:59, got {due!r}" in said


def test_a_time_of_another_zone_is_one_of_this_machine(course, capsys, monkeypatch):
    monkeypatch.setattr("mffcnn_book.labs._files.datetime", _Noon)
    assert "look at Ada-Lovelace: late" in collect(capsys, "--due", "2027-01-15T11:59+00:00")[1]
    assert "late" not in collect(capsys, "--due", "2027-01-15T12:01+00:00")[1]


class _Noon:
    """In place of the time at which a file was put into a zip file."""

    def __new__(cls, *_):
        return cli_moment("2027-01-15T12:00+00:00")


def cli_moment(text):
    from mffcnn_book.cli._labs import _moment

    return _moment(text)


def test_a_pattern_that_names_nobody(course, capsys):
    code, _, said = collect(capsys, "--pattern", "(.+)-submission")
    assert code == 1
    assert "pattern: expected a group (?P<student>...)" in said


def test_a_file_that_names_nobody_is_nobody_in_the_grades(course, capsys):
    (course / "roster.csv").write_text(ROSTER)
    code, out, _ = collect(capsys)
    assert code == 3
    assert "Ben Okri_2_assignsubmission_file/lab02.pdf: no student follows" in out
    assert list(json.loads((course / "received" / "lab02.json").read_text())) == ["ada"]


def test_a_roster_that_comes_late_makes_nobody_twice(course, capsys):
    collect(capsys)
    (course / "roster.csv").write_text(ROSTER)
    code, _, said = collect(capsys)
    assert code == 1
    assert "expected the ids under which people were collected, got ada for Ada-Lovelace" in said
    (course / "roster.csv").write_text(ROSTER.replace("ada,", "Ada-Lovelace,"))
    assert "1 submission(s) of lab02: Ada-Lovelace\n" in collect(capsys)[1]


@pytest.mark.parametrize(
    ("step", "first"), [("copies", "collect"), ("report", "grade"), ("export", "grade")]
)
def test_a_step_too_early_names_the_one_before(course, capsys, step, first):
    code, out, said = run(capsys, step)
    assert (code, out) == (1, "")
    assert f"`mffcnn labs {first}` first" in said


def test_a_course_that_is_not_there(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    code, _, said = run(capsys, "grade")
    assert code == 1
    assert "`mffcnn labs release` makes a course folder" in said


def test_an_export_says_who_is_not_in_it(root, course, capsys):
    collect(capsys)
    (course / "grades.csv").write_text(
        "student,lab02 points,lab02 maximum,lab02 remarks\nAda-Lovelace,,20,\n"
    )
    code, out, _ = run(capsys, "export")
    assert code == 0
    assert "not in it: Ada-Lovelace, collected since the last marking" in out
    marked = course / "autograded" / "Ada-Lovelace" / "lab02" / "lab02.ipynb"
    marked.parent.mkdir(parents=True)
    marked.write_text("{}")
    assert unmarked(find_lab(root, LAB), course) == []
    os.utime(marked, (1, 1))
    assert unmarked(find_lab(root, LAB), course) == ["Ada-Lovelace"]


def test_make_without_an_inbox_does_not_take_the_folder_one_is_in(root):
    done = subprocess.run(
        ["make", "--dry-run", "labs-collect", "LAB=2"],
        cwd=root, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "labs collect 2" in done.stdout
    assert "--inbox" not in done.stdout


def test_a_student_checks_a_notebook_that_is_not_there(tmp_path, capsys):
    assert cli.main(["labs", "check", str(tmp_path / "lab02.ipynb")]) == 1
    assert 'lab02.ipynb: expected a file or folder, got "No such file' in capsys.readouterr().err
