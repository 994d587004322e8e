"""Syllabus, questions and exam are made from the labs, and can be imported."""

import re
import xml.etree.ElementTree as ET
import zipfile

import pytest

from mffcnn_book.labs import find_labs, load_planted, write_material
from mffcnn_book.labs._material import Question, gift, quiz_questions, split_exam
from mffcnn_core.errors import LabError


@pytest.fixture(scope="module")
def material(root, tmp_path_factory):
    folder = tmp_path_factory.mktemp("material")
    notebooks = sorted((root / "notebooks").glob("[0-9]*.ipynb"))
    return folder, write_material(find_labs(root), notebooks, folder), notebooks


def test_the_syllabus_names_every_test_with_its_points(root, material):
    text = (material[0] / "syllabus.md").read_text("utf-8")
    for lab in find_labs(root):
        for cell in lab.read().cells:
            facts = cell.metadata.get("nbgrader", {})
            if facts.get("grade"):
                assert f"`{facts['grade_id']}` ({facts['points']:g})" in text
    assert text.count("| **together** | | **20** |") == 6


def test_every_question_has_one_right_answer(root, material):
    folder, _, notebooks = material
    text = (folder / "questions.gift").read_text("utf-8")
    entries = text.strip().split("\n\n")
    mistakes = sum(len(load_planted(lab).wrong) for lab in find_labs(root))
    assert len(entries) == len(quiz_questions(notebooks)) + mistakes
    for entry in entries:
        answers = [line for line in entry.splitlines() if line.startswith("\t")]
        assert len(answers) >= 2
        assert sum(line.startswith("\t=") for line in answers) == 1
    assert len({entry.split("::")[1] for entry in entries}) == len(entries)


def test_every_chapter_with_a_quiz_is_in_the_bank(material):
    found = {one.name.rpartition("-")[0] for one in quiz_questions(material[2])}
    assert {path.stem for path in material[2] if "{quiz}" in path.read_text("utf-8")} == found


def test_questions_hold_nothing_that_only_the_book_can_show(material):
    """Links to chapters and roles mean nothing in a learning-management system."""
    for one in quiz_questions(material[2]):
        shown = f"{one.text} {one.choices}"
        assert not re.search(r"\]\([^)]*\)|\{\w+\}`", shown), one.name


def test_gift_escapes_what_it_would_read():
    made = gift([Question("a", "x = {1: 2} # ~\ny", (("a=b", True, "so"), ("c", False, "no")))])
    assert r"x \= \{1\: 2\} \# \~\ny{" in made
    assert "\t=a\\=b#so\n\t~c#no\n}" in made


def test_the_qti_package_is_whole(material):
    with zipfile.ZipFile(material[0] / "questions_qti.zip") as archive:
        manifest = archive.read("imsmanifest.xml").decode()
        questions = ET.fromstring(archive.read("questions.xml"))
    assert 'href="questions.xml"' in manifest
    space = {"q": "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"}
    items = questions.findall(".//q:item", space)
    assert len(items) == (material[0] / "questions.gift").read_text("utf-8").count("\n}\n")
    for item in items:
        offered = {one.get("ident") for one in item.findall(".//q:response_label", space)}
        assert {one.text for one in item.findall(".//q:varequal", space)} <= offered


def test_the_exam_holds_no_key_and_the_key_all_of_it(material):
    paper = (material[0] / "exam.md").read_text("utf-8")
    key = (material[0] / "exam_key.md").read_text("utf-8")
    assert "**Key.**" not in paper
    assert key.count("**Key.**") == paper.count("\n## ") == 5


def test_an_exam_that_does_not_add_up():
    with pytest.raises(LabError, match="exam: expected questions worth 60 together, got 10"):
        split_exam("# Exam, 60 points\n\n## 1. A (10 points)\n")
    with pytest.raises(LabError, match="exam: expected every `### BEGIN KEY` to have its END"):
        split_exam("# Exam, 10 points\n\n## 1. A (10 points)\n### BEGIN KEY\nx\n")
