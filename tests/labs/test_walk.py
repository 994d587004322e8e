"""A lecturer's walk: twelve people, everything that goes wrong with submissions, one lab.

The course folder is all that is used after the lab was handed out: the walk goes from a folder
outside of the checkout, by the commands of the guide.
"""

import json
import os
import subprocess
import sys
import zipfile

import nbformat
import pandas as pd
import pytest

from mffcnn_book.labs import best_sandbox, find_lab, load_planted, make_copy, student_edition
from mffcnn_book.labs._whole import grade_id

pytestmark = pytest.mark.slow
LAB, FULL = 6, 16
ROSTER = """id;name;e-mail;ID number;group
ada;Ada Lovelace;ada@uni.example;101;
ben;Ben Okri;ben@uni.example;102;
cy;Cy Twombly;cy@uni.example;103;
dee;Dee Brown;dee@uni.example;104;
eve;Eve Ensler;eve@uni.example;105;
fay;Fay Weldon;fay@uni.example;106;
gus;Gus Van Sant;gus@uni.example;107;1
hal;Hal Hartley;hal@uni.example;108;1
ida;Ida Lupino;ida@uni.example;109;
jim;Anna Berg;jim@uni.example;110;
kim;Anna Berg;kim@uni.example;111;
lou;Lou Reed;lou@uni.example;112;
"""


def answered(lab, name, answers=None, edit=None):
    """Return what a student hands in: the released notebook with answers and a name."""
    released = student_edition(lab)
    copy = make_copy(lab, answers=answers, edit=edit)
    for cell, theirs in zip(released.cells, copy.cells, strict=True):
        if cell.metadata.get("nbgrader", {}).get("solution"):
            cell.source = theirs.source
        if cell.source.startswith("STUDENT = "):
            cell.source = f"STUDENT = {name!r}"
    return released


def without(notebook, *names):
    notebook.cells = [cell for cell in notebook.cells if grade_id(cell) not in names]
    return notebook


def with_code(notebook, name, code):
    for cell in notebook.cells:
        if grade_id(cell) == name:
            cell.source = code
    return notebook


def moodle(person, number):
    return f"{person}_{number}_assignsubmission_file/lab06.ipynb"


def hand_in(lab, path):
    """Write the download of a learning-management system: a zip file of what people send."""
    write, wrong = nbformat.writes, load_planted(lab).wrong["columns-summed"]
    doubled = answered(lab, "Cy")
    test = next(n for n, c in enumerate(doubled.cells) if grade_id(c) == "mended_cell")
    doubled.cells.insert(test, nbformat.from_dict(doubled.cells[test]))
    shell = answered(lab, "Eve")
    shell.cells.insert(2, nbformat.v4.new_code_cell("!pip install numpy\nimport os"))
    dead = with_code(answered(lab, "Fay"), "claims", "import os\nos._exit(1)")
    liar = with_code(
        answered(lab, "Lou", answers=()), "bad_rows", "np.isclose = lambda *a, **k: True"
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        put = archive.writestr
        put(moodle("Ada Lovelace", 1), write(answered(lab, "Ada")))
        put("__MACOSX/Ada Lovelace_1_assignsubmission_file/._lab06.ipynb", b"\0\5\26\7")
        put(moodle("Ben Okri", 2), write(answered(lab, "Ben", edit=wrong)).encode("utf-16"))
        put(moodle("Cy Twombly", 3), write(doubled))
        put(moodle("Dee Brown", 4), write(without(answered(lab, "Dee"), "noise_or_not", "setup")))
        put(moodle("Eve Ensler", 5), write(shell))
        put(moodle("Fay Weldon", 6), write(dead))
        put(moodle("Gus Van Sant", 7), write(answered(lab, "Gus and Hal")))
        put("Ida Lupino_9_assignsubmission_file/report.pdf", b"%PDF-1.4")
        put("Ida Lupino_9_assignsubmission_onlinetext/onlinetext.html", "<p>see the pdf</p>")
        put(moodle("Anna Berg", 110), write(answered(lab, "Anna Berg")))
        put(moodle("Anna Berg", 111), write(answered(lab, "Anna Berg", answers=())))
        put(moodle("Lou Reed", 12), write(liar))
        put("timetable.xlsx", b"not for us")


MARKS = {"ada": FULL, "ben": FULL - 3, "cy": FULL, "dee": FULL, "eve": FULL, "fay": FULL - 6,
         "gus": FULL, "hal": FULL, "jim": FULL, "kim": 0, "lou": 0}  # fmt: skip


@pytest.fixture(scope="module")
def walk(root, tmp_path_factory):
    """Return the course folder and what each command of the guide has said."""
    folder = tmp_path_factory.mktemp("away")
    lab, course = find_lab(root, LAB), folder / "course"
    hand_in(lab, folder / "downloads.zip")
    environment = os.environ | {"PYTHONPATH": str(root)}

    def mffcnn(*words):
        done = subprocess.run(
            [sys.executable, "-m", "mffcnn_book.cli", "labs", *words],
            cwd=folder, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode in (0, 3), done.stderr
        return done.stdout

    said = {"release": mffcnn("release", "6", "--course", "course", "--source", str(root))}
    (course / "roster.csv").write_text(ROSTER, encoding="utf-8")
    for step, *more in (
        ["collect", "--inbox", "downloads.zip", "--groups"],
        ["grade", "--jobs", "2"],
        ["copies"],
        ["report"],
    ):
        said[step] = mffcnn(step, "6", "--course", "course", *more)
    sheet = pd.read_csv(course / "marking" / "lab06.csv", dtype=str, keep_default_na=False)
    sheet.loc[sheet["question"] != "", "points"] = "3"
    sheet.loc[sheet["student"] == "ada", "points"] = ""
    sheet.to_csv(course / "marking" / "lab06.csv", index=False, sep=";", encoding="cp1252")
    for step in ("feedback", "export"):
        said[step] = mffcnn(step, "6", "--course", "course")
    return course, said


@pytest.fixture(scope="module")
def grades(walk):
    return pd.read_csv(walk[0] / "grades.csv").set_index("student")


def test_marks_are_as_expected_for_all_twelve(grades):
    assert len(grades) == 12
    assert grades["lab06 tests"].dropna().to_dict() == MARKS
    assert grades.index[grades["lab06 tests"].isna()].tolist() == ["ida"]


def test_every_trouble_is_named(walk, grades):
    remarks = grades["lab06 remarks"].fillna("").to_dict()
    assert remarks["ada"] == remarks["ben"] == remarks["gus"] == ""
    assert "mended_cell was there twice" in remarks["cy"]
    assert "the given cell setup was missing; it was put back" in remarks["dee"]
    assert "the test noise_or_not was missing; it was put back" in remarks["dee"]
    assert "'!pip install numpy' is not run when marking" in remarks["eve"]
    assert "the kernel had died in claims" in remarks["fay"]
    assert remarks["hal"] == "handed in by gus for group 1"
    assert (
        remarks["ida"].startswith("nothing to mark: ")
        and "report.pdf is no noteb" in remarks["ida"]
    )
    assert "numpy.isclose" in remarks["lou"]
    assert "timetable.xlsx: no student follows" in walk[1]["collect"]
    sheet = pd.read_csv(walk[0] / "marking" / "lab06.csv", sep=";", encoding="cp1252")
    assert "ida" in set(sheet["student"])


def test_an_answer_that_nobody_has_read_is_not_worth_nothing(walk, grades):
    assert pd.isna(grades.loc["ada", "lab06 points"])
    assert grades.loc["ada", "lab06 to be read"] == 1
    assert grades.loc["cy", "lab06 points"] == FULL + 3
    page = (walk[0] / "feedback" / "ada" / "lab06" / "lab06.html").read_text("utf-8")
    assert "not read yet" in page


def test_copies_and_the_report_of_the_class(walk):
    copies = pd.read_csv(walk[0] / "marking" / "lab06_copies.csv")
    assert {("jim", "kim", "the name in the first cell")} <= set(
        copies[["one", "other", "what"]].itertuples(index=False, name=None)
    )
    assert not {("gus", "hal")} & set(copies[["one", "other"]].itertuples(index=False, name=None))
    report = pd.read_csv(walk[0] / "marking" / "lab06_report.csv").set_index("test")
    assert "columns-summed" in report.loc["rows_of_figure_7", "looks like"]
    assert "ben" in report.loc["rows_of_figure_7", "students"]


def test_files_for_learning_management_systems(walk):
    lms = walk[0] / "lms"
    moodle_table = pd.read_csv(lms / "lab06_moodle.csv").set_index("Email address")
    assert moodle_table.loc["cy@uni.example", "Lab 6"] == FULL + 3
    assert pd.isna(moodle_table.loc["ada@uni.example", "Lab 6"])
    canvas = pd.read_csv(lms / "lab06_canvas.csv")
    assert canvas.loc[0, "Student"].strip() == "Points Possible" and canvas.loc[0, "Lab 6"] == 20
    with zipfile.ZipFile(lms / "lab06_feedback.zip") as archive:
        names = archive.namelist()
    assert "Cy Twombly_3_assignsubmission_file/lab06_feedback.html" in names
    assert not [name for name in names if "Ida" in name]


def test_the_sandbox_that_this_machine_offers_was_used(walk):
    assert f"(sandbox: {best_sandbox()[0].kind})" in walk[1]["grade"]
    if best_sandbox()[0].kind == "none":
        assert "warning: the programs run with your rights" in walk[1]["grade"]
        assert "  not offered here: podman: expected" in walk[1]["grade"]


def test_nothing_of_the_course_points_into_the_checkout(walk, root):
    ledger = json.loads((walk[0] / "received" / "lab06.json").read_text("utf-8"))
    assert len(ledger) == 12
    assert str(root) not in (walk[0] / "nbgrader_config.py").read_text("utf-8")
