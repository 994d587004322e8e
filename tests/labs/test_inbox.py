import json
import zipfile

import nbformat
import pytest

from mffcnn_book.labs import find_lab, student_edition
from mffcnn_book.labs._inbox import read_inbox
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
    assert list(read_inbox(lab, tmp_path)) == [student]


def test_names_of_another_make(tmp_path, lab, text):
    put(tmp_path, "2026-ada-submission.ipynb", text=text)
    pattern = r"\d+-(?P<student>.+)-submission"
    assert list(read_inbox(lab, tmp_path, pattern=pattern)) == ["ada"]
    with pytest.raises(LabError, match=r"2026-ada-submission\.ipynb: no student follows"):
        read_inbox(lab, tmp_path, pattern=r"(?P<student>\w+)")


def test_a_zip_file(tmp_path, lab, text):
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("ada/lab02.ipynb", text)
        archive.writestr("ben/lab02.ipynb", text)
        archive.writestr("__MACOSX/ben/lab02.ipynb", "rubbish")
    assert list(read_inbox(lab, tmp_path / "all.zip")) == ["ada", "ben"]


def test_all_that_does_not_fit_is_told_at_once(tmp_path, lab, text):
    other = nbformat.writes(student_edition(find_lab(lab.root, 1)))
    put(tmp_path, "ada.ipynb", "lab02_ada.ipynb", text=text)
    put(tmp_path, "ben.ipynb", text=other)
    put(tmp_path, "cy.ipynb", text="{broken")
    put(tmp_path, "dee.ipynb", text=json.dumps({"cells": 3}))
    with pytest.raises(LabError) as told:
        read_inbox(lab, tmp_path)
    said = str(told.value)
    assert "lab02_ada.ipynb: ada has also handed in ada.ipynb" in said
    for name in ("ben", "cy", "dee"):
        assert f"{name}.ipynb: not a notebook of lab02" in said


def test_an_empty_folder_and_no_folder(tmp_path, lab):
    with pytest.raises(LabError, match="expected one notebook of lab02 for each student, got\nno "):
        read_inbox(lab, tmp_path)
    with pytest.raises(LabError, match="expected a folder or a zip file of submissions"):
        read_inbox(lab, tmp_path / "missing")


def test_what_systems_add_is_passed_over(tmp_path, lab, text):
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        for name in ("hand in/ada/lab02.ipynb", "hand in\\ben\\lab02.ipynb"):
            archive.writestr(name, text)
        for name in ("hand in/__MACOSX/ada/lab02.ipynb", "hand in/ada/._lab02.ipynb"):
            archive.writestr(name, b"\x00\x05\x16\x07")
    assert list(read_inbox(lab, tmp_path / "all.zip")) == ["ada", "ben"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_editors_write_other_encodings(tmp_path, lab, text, encoding):
    (tmp_path / "ada.ipynb").write_text(text, encoding=encoding)
    assert read_inbox(lab, tmp_path)["ada"] == text


def test_a_name_without_a_student_and_a_file_without_text(tmp_path, lab, text):
    put(tmp_path, "lab02.ipynb", text=text)
    (tmp_path / "ada.ipynb").write_bytes(b"\x93")
    with pytest.raises(LabError) as told:
        read_inbox(lab, tmp_path)
    assert "lab02.ipynb: no student follows from the name" in str(told.value)
    assert "ada.ipynb: neither UTF-8 nor UTF-16" in str(told.value)


def test_a_notebook_that_unfolds_without_end(tmp_path, lab, monkeypatch):
    monkeypatch.setattr("mffcnn_book.labs._inbox.NOTEBOOK_BYTES", 1000)
    with zipfile.ZipFile(tmp_path / "all.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("ada.ipynb", b" " * 5000)
    with pytest.raises(LabError, match="expected notebooks of at most .* in ada.ipynb"):
        read_inbox(lab, tmp_path / "all.zip")


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
