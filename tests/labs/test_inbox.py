import json
import os
import zipfile
from datetime import datetime

import nbformat
import pytest

from mffcnn_book.labs import find_lab, student_edition
from mffcnn_book.labs._inbox import read_inbox
from mffcnn_book.labs._roster import read_roster
from mffcnn_core.errors import LabError


@pytest.fixture(scope="module")
def lab(root):
    return find_lab(root, 2)


@pytest.fixture(scope="module")
def text(lab):
    return nbformat.writes(student_edition(lab))


def put(folder, *names, text):
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "student"),
    [
        ("ada.ipynb", "ada"),
        ("lab02_ada.ipynb", "ada"),
        ("ada_lab02.ipynb", "ada"),
        ("ada/lab02.ipynb", "ada"),
        ("Ada Lovelace_4711_assignsubmission_file/lab02.ipynb", "Ada-Lovelace"),
        ("Ada Lovelace_4711_assignsubmission_file_lab02.ipynb", "Ada-Lovelace"),
        ("lovelaceada_12_345_lab02.ipynb", "lovelaceada"),
        ("lovelaceada_LATE_12_345_lab02.ipynb", "lovelaceada"),
        ("..ada.ipynb", "ada"),
        ("Lab 2_ada_attempt_2026-05-01-12-30-45_lab02.ipynb", "ada"),
        ("ada_lab02 (1).ipynb", "ada"),
        ("ada(2).ipynb", "ada"),
        ("lab02_ada - Kopie.ipynb", "ada"),
    ],
)
def test_the_student_follows_from_the_name(tmp_path, lab, text, name, student):
    put(tmp_path, name, text=text)
    assert list(read_inbox(lab, tmp_path).taken) == [student]


def test_names_of_another_make(tmp_path, lab, text):
    put(tmp_path, "2026-ada-submission.ipynb", text=text)
    pattern = r"\d+-(?P<student>.+)-submission"
    assert list(read_inbox(lab, tmp_path, pattern=pattern).taken) == ["ada"]
    inbox = read_inbox(lab, tmp_path, pattern=r"(?P<student>\w+)")
    assert (inbox.refused, inbox.strays) == ({}, ["2026-ada-submission.ipynb"])


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("(.+)-submission", r"pattern: expected a group \(\?P<student>\.\.\.\), got '\(\.\+\)-sub"),
        ("(?P<student>.+", "pattern: expected a regular expression, got .* unterminated"),
    ],
)
def test_a_pattern_that_names_nobody(tmp_path, lab, text, pattern, said):
    put(tmp_path, "2026-ada-submission.ipynb", text=text)
    with pytest.raises(LabError, match=said):
        read_inbox(lab, tmp_path, pattern=pattern)


def test_a_zip_file(tmp_path, lab, text):
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("ada/lab02.ipynb", text)
        archive.writestr("ben/lab02.ipynb", text)
        archive.writestr("__MACOSX/ben/lab02.ipynb", "rubbish")
    assert list(read_inbox(lab, tmp_path / "all.zip").taken) == ["ada", "ben"]


def test_what_is_good_is_taken_and_the_rest_is_listed(tmp_path, lab, text):
    other = nbformat.writes(student_edition(find_lab(lab.sources, 1)))
    put(tmp_path, "ada.ipynb", text=text)
    put(tmp_path, "ben.ipynb", text=other)
    put(tmp_path, "cy.ipynb", text="{broken")
    put(tmp_path, "dee.ipynb", text=json.dumps({"cells": 3}))
    put(tmp_path, "eve.pdf", "fay/report.py", "lab02.ipynb", text="x")
    (tmp_path / "gus.zip").write_bytes(b"PK rubbish")
    inbox = read_inbox(lab, tmp_path)
    assert list(inbox.taken) == ["ada"]
    assert "ben.ipynb: not a notebook of lab02 (it begins: # Lab 1" in inbox.refused["ben"]
    for name in ("cy", "dee"):
        assert f"{name}.ipynb is damaged" in inbox.refused[name]
    assert inbox.refused["eve"] == "eve.pdf is no notebook"
    assert inbox.refused["fay"] == "report.py is no notebook"
    assert inbox.refused["gus"] == "gus.zip: a damaged zip file"
    assert inbox.strays == ["lab02.ipynb"]


def test_of_several_notebooks_the_newest_counts(tmp_path, lab, text):
    put(tmp_path, "ada.ipynb", text=text)
    put(tmp_path, "lab02_ada.ipynb", text=text.replace("your name", "Ada"))
    os.utime(tmp_path / "ada.ipynb", (1, 1))
    ada = read_inbox(lab, tmp_path).taken["ada"]
    assert (ada.name, ada.remarks) == ("lab02_ada.ipynb", ["also handed in, older: ada.ipynb"])


def test_namesakes_are_told_apart_by_the_number_of_the_submission(tmp_path, lab, text):
    for number in (11, 12):
        put(tmp_path, f"Anna Berg_{number}_assignsubmission_file/lab02.ipynb", text=text)
    inbox = read_inbox(lab, tmp_path)
    assert list(inbox.taken) == ["Anna-Berg-11", "Anna-Berg-12"]
    assert "there is another Anna Berg" in inbox.taken["Anna-Berg-11"].remarks[0]


def test_a_zip_file_that_a_student_has_sent_is_opened(tmp_path, lab, text):
    folder = tmp_path / "Ada_7_assignsubmission_file"
    folder.mkdir()
    with zipfile.ZipFile(folder / "all my files.zip", "w") as archive:
        archive.writestr("work/lab02 final.ipynb", text)
        archive.writestr("__MACOSX/mine/._lab02 final.ipynb", "rubbish")
    (folder / "notes.txt").write_text("see the zip")
    ada = read_inbox(lab, tmp_path).taken["Ada"]
    assert ada.remarks == ["also handed in, not looked at: notes.txt is no notebook"]


def test_a_roster_gives_the_names_and_lateness_is_seen(tmp_path, lab, text):
    (tmp_path / "roster.csv").write_text(
        "id;name;e-mail;ID number\nal1;Ada Lovelace;ada@x.org;900\ngh2;Grace Hopper;gh@x.org;901\n"
    )
    roster = read_roster(tmp_path)
    inbox = tmp_path / "in"
    put(inbox, "lovelaceada_LATE_12_345_lab02.ipynb", "stranger_12_345_lab02.ipynb", text=text)
    put(inbox, "lab02 (1).ipynb", text=text.replace("your name", "Grace Hopper"))
    found = read_inbox(lab, inbox, roster=roster)
    assert sorted(found.taken) == ["al1", "gh2", "stranger"]
    assert found.taken["al1"].late and not found.taken["gh2"].late
    assert found.taken["stranger"].remarks == ["stranger: not on the roster"]
    assert read_inbox(lab, inbox, roster=roster, due=datetime(2000, 1, 1)).taken["gh2"].late


@pytest.mark.parametrize(
    ("text", "said"),
    [("name\nAda\n", "expected a column id"), ("id,name\na,Ada\na,Ben\n", "line 3: .* got 'a'")],
)
def test_a_roster_that_does_not_tell_people_apart(tmp_path, text, said):
    (tmp_path / "roster.csv").write_text(text)
    with pytest.raises(LabError, match=said):
        read_roster(tmp_path)


def test_an_empty_folder_and_no_folder(tmp_path, lab):
    with pytest.raises(LabError, match="expected submissions of lab02, got no file"):
        read_inbox(lab, tmp_path)
    with pytest.raises(LabError, match="expected a folder or a zip file of submissions"):
        read_inbox(lab, tmp_path / "missing")


def test_what_systems_add_is_passed_over(tmp_path, lab, text):
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        for name in ("hand in/ada/lab02.ipynb", "hand in\\ben\\lab02.ipynb"):
            archive.writestr(name, text)
        for name in ("hand in/__MACOSX/ada/lab02.ipynb", "hand in/ada/._lab02.ipynb"):
            archive.writestr(name, b"\x00\x05\x16\x07")
    assert list(read_inbox(lab, tmp_path / "all.zip").taken) == ["ada", "ben"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_editors_write_other_encodings(tmp_path, lab, text, encoding):
    (tmp_path / "ada.ipynb").write_text(text, encoding=encoding)
    assert read_inbox(lab, tmp_path).taken["ada"].notebook == nbformat.reads(text, as_version=4)


def test_a_notebook_that_unfolds_without_end(tmp_path, lab, text, monkeypatch):
    monkeypatch.setattr("mffcnn_book.labs._files.NOTEBOOK_BYTES", 200_000)
    with zipfile.ZipFile(tmp_path / "all.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("ada.ipynb", b" " * 500_000)
        archive.writestr("ben.ipynb", text)
    inbox = read_inbox(lab, tmp_path / "all.zip")
    assert list(inbox.taken) == ["ben"]
    assert "larger than" in inbox.refused["ada"]


def test_a_zip_file_whose_files_unfold_to_more_than_a_course_hands_in(
    tmp_path, lab, text, monkeypatch
):
    monkeypatch.setattr("mffcnn_book.labs._files.INBOX_BYTES", int(1.5 * len(text)))
    with zipfile.ZipFile(tmp_path / "all.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("ada.ipynb", text)
        archive.writestr("ben.ipynb", text)
    inbox = read_inbox(lab, tmp_path / "all.zip")
    assert list(inbox.taken) == ["ada"]
    assert "may unpack to" in inbox.refused["ben"]


def test_a_marking_sheet_as_a_spreadsheet_saves_it(cases, tmp_path):
    from mffcnn_book.labs._sheets import _rows

    ((number, row),) = _rows(cases / "labs" / "marking_sheet_excel_ansi.csv")
    assert (number, row["points"], row["comment"]) == (2, "2", "Schön, aber warum wächst er?")
    text = (cases / "labs" / "marking_sheet_excel_ansi.csv").read_bytes().decode("cp1252")
    (tmp_path / "sheet.csv").write_text(text, encoding="utf-16")
    assert _rows(tmp_path / "sheet.csv") == [(number, row)]
    (tmp_path / "sheet.csv").write_text("student;points\nada;2\n")
    with pytest.raises(LabError, match="none of the name answer, comment, maximum, question"):
        _rows(tmp_path / "sheet.csv")
