"""A course from release to feedback, with nbgrader itself."""

import math
import re
import subprocess
import sys

import nbformat
import pandas as pd
import pytest

from mffcnn_book.labs import (
    Graded,
    collect,
    feedback,
    find_lab,
    grade,
    load_planted,
    make_copy,
    release,
    student_edition,
)
from mffcnn_core.errors import LabError

LAB = 2


def submission(lab, answers, student):
    """Return what a student hands in: the released notebook, with the answers written in."""
    released = student_edition(lab)
    for cell, answered in zip(released.cells, make_copy(lab, answers=answers).cells, strict=True):
        if cell.metadata.get("nbgrader", {}).get("solution"):
            cell.source = answered.source
        if cell.source.startswith("STUDENT = "):
            cell.source = f"STUDENT = {student!r}"
    return released


@pytest.fixture(scope="module")
def course(root, tmp_path_factory):
    """A course in which four students have handed in, and which has been marked."""
    lab, folder = find_lab(root, LAB), tmp_path_factory.mktemp("course")
    release(lab, folder)
    inbox = folder / "inbox"
    inbox.mkdir()
    half = load_planted(lab).half_answers
    for student, answers in (("ada", None), ("ben", half), ("cy", ()), ("dee", ())):
        notebook = submission(lab, answers, student)
        if student == "ada":
            written = [c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("solution")]
            written[-1].source += "\n<script>alert(1)</script>"
        if student == "dee":  # empties all tests and gives them more points
            for cell in notebook.cells:
                facts = cell.metadata.get("nbgrader", {})
                if facts.get("grade") and not facts.get("solution"):
                    cell.source, facts["points"] = "pass", 100
        nbformat.write(notebook, inbox / f"{lab.name}_{student}.ipynb")
    assert collect(lab, folder, inbox).taken == ["ada", "ben", "cy", "dee"]
    assert grade(lab, folder, jobs=2) == Graded(["ada", "ben", "cy", "dee"], {})
    return folder


def grades(course, part):
    return pd.read_csv(course / "grades.csv").set_index("student")[f"lab02 {part}"].to_dict()


@pytest.mark.slow
def test_what_is_handed_out_is_the_student_edition(root, course):
    lab = find_lab(root, LAB)
    handed_out = nbformat.read(course / "release" / lab.name / lab.source.name, as_version=4)
    ours = student_edition(lab)
    assert [cell.source for cell in handed_out.cells] == [cell.source for cell in ours.cells]
    assert [cell.metadata for cell in handed_out.cells] == [cell.metadata for cell in ours.cells]


@pytest.mark.slow
def test_nbgrader_gives_the_points_that_the_quick_marking_gives(root, course):
    half = sum(load_planted(find_lab(root, LAB)).half_marks.values())
    assert grades(course, "tests") == {"ada": 16, "ben": half, "cy": 0, "dee": 0}
    assert grades(course, "to be read") == {"ada": 2, "ben": 0, "cy": 0, "dee": 0}
    assert math.isnan(grades(course, "points")["ada"])  # nobody has read the answers yet
    assert grades(course, "points")["ben"] == half
    assert "had been changed; it stands as released" in grades(course, "remarks")["dee"]


@pytest.mark.slow
def test_marks_by_a_person_reach_grades_and_feedback(root, course):
    lab = find_lab(root, LAB)
    path = course / "marking" / "lab02.csv"
    sheet = pd.read_csv(path, dtype=str, keep_default_na=False)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")  # by which spreadsheets know UTF-8
    asked = sheet[sheet["question"] != ""]
    assert list(asked["student"]) == ["ada", "ada"]  # the others left the written answers blank
    assert "the exact picture" in asked.set_index("question")["answer"]["advice"]

    sheet.loc[asked.index, "points"] = "5"
    sheet.to_csv(path, index=False)
    with pytest.raises(
        LabError, match=r"(?s)points from 0 to the maximum.*line 2: points '5' of 2"
    ):
        feedback(lab, course)
    sheet.loc[asked.index, "points"] = ["1,5", ""]
    sheet.loc[asked.index, "comment"] = "Say which number. <b>"
    sheet.to_csv(path, index=False, sep=";", encoding="utf-16")  # as some spreadsheets save it
    waiting, pages = feedback(lab, course)
    assert (waiting, len(pages)) == (1, 4)
    page = (course / "feedback" / "ada" / lab.name / f"{lab.name}.html").read_text()
    assert "Say which number. &lt;b&gt;" in page
    assert "not read yet" in page and "0.0</td>" not in page
    assert math.isnan(grades(course, "points")["ada"])

    sheet.loc[asked.index, "points"] = ["1,5", "2"]
    sheet.to_csv(path, index=False)
    assert feedback(lab, course)[0] == 0
    page = (course / "feedback" / "ada" / lab.name / f"{lab.name}.html").read_text()
    assert "19.5 of 20.0 points" in page
    assert (grades(course, "points")["ada"], grades(course, "to be read")["ada"]) == (19.5, 0)

    # marked again, also from scratch, the points stay: the answers have not changed
    assert grade(lab, course) == Graded([], {})
    assert grade(lab, course, again=True).marked == ["ada", "ben", "cy", "dee"]
    assert (grades(course, "points")["ada"], grades(course, "to be read")["ada"]) == (19.5, 0)


@pytest.mark.slow
def test_an_empty_row_of_the_sheet_leaves_what_was_marked_elsewhere(root, course):
    from mffcnn_book.labs._engine import nbgrader

    lab, path = find_lab(root, LAB), course / "marking" / "lab02.csv"
    sheet = pd.read_csv(path, dtype=str, keep_default_na=False)
    sheet.loc[sheet["student"] == "ada", ["points", "comment"]] = ""
    sheet.to_csv(path, index=False)
    with nbgrader(course) as engine, engine.gradebook as gradebook:  # as Formgrader does it
        for question, points in (("advice", 2), ("derivation", 0.5)):
            given = gradebook.find_grade(question, lab.name, lab.name, "ada")
            given.manual_score, given.needs_manual_grade = points, False
            gradebook.find_comment(question, lab.name, lab.name, "ada").manual_comment = "Good."
        gradebook.db.commit()
    assert feedback(lab, course)[0] == 0
    assert grades(course, "points")["ada"] == 18.5
    assert grade(lab, course, again=True).failed == {}
    assert grades(course, "points")["ada"] == 18.5
    sheet = pd.read_csv(path, dtype=str, keep_default_na=False).set_index("question")
    assert sheet.loc[["advice", "derivation"], "points"].tolist() == ["2.0", "0.5"]
    assert sheet.loc["advice", "comment"] == "Good."


@pytest.mark.slow
def test_feedback_asks_no_other_host_for_anything_and_runs_no_student_html(root, course):
    feedback(find_lab(root, LAB), course)
    for path in course.glob("feedback/*/*/*.html"):
        page = path.read_text(encoding="utf-8")
        assert not re.search(r"""(src|href)\s*=\s*["'](https?:)?//""", page), path
        assert "<script" not in page
        assert "BEGIN HIDDEN" not in page


@pytest.mark.slow
def test_the_export_of_nbgrader_leaves_our_grades_alone(course):
    ours = (course / "grades.csv").read_bytes()
    command = [sys.executable, "-m", "nbgrader", "export"]
    subprocess.run(command, cwd=course, check=True, capture_output=True)
    assert (course / "grades.csv").read_bytes() == ours
    assert "raw_score" in (course / "nbgrader.csv").read_text("utf-8")


@pytest.mark.slow
def test_a_lab_without_submissions(root, course):
    with pytest.raises(LabError, match=r"expected submissions of lab01, got none"):
        grade(find_lab(root, 1), course)


@pytest.mark.parametrize(("template", "whose"), [("formgrade", "nbgrader"), ("feedback", "course")])
def test_the_page_for_marking_and_the_feedback_find_their_templates(template, whose):
    from nbconvert import HTMLExporter

    from mffcnn_book.labs._editions import COURSE, course_config

    config = course_config(COURSE)
    config.HTMLExporter.template_name = template
    found = HTMLExporter(config=config).template.filename
    assert ("formgrader" in found) == (whose == "nbgrader"), found


def test_a_folder_that_is_no_course(root, tmp_path):
    with pytest.raises(LabError, match=r"nbgrader_config\.py: expected the settings of a course"):
        grade(find_lab(root, LAB), tmp_path)
