"""What looks alike is listed; what merely does the same is not."""

import nbformat
import pandas as pd
import pytest

from mffcnn_book.labs import find_copies, find_lab, load_planted, make_copy
from mffcnn_book.labs._copies import syntax
from mffcnn_book.labs._whole import grade_id

PROGRAM = '''
def decreases(values):
    """Return whether it does."""
    for i in range(len(values) - 1):  # each step
        if values[i + 1] >= values[i]:
            return False
    return True
'''


def test_names_comments_and_layout_leave_no_trace():
    renamed = PROGRAM.replace("values", "xs").replace("i in", "k in").replace("[i", "[k")
    renamed = renamed.replace("  # each step", "").replace("Return whether", "Say whether")
    assert syntax(renamed) == syntax(PROGRAM)
    assert syntax(PROGRAM.replace(">=", ">")) != syntax(PROGRAM)


@pytest.fixture
def course(root, tmp_path):
    lab = find_lab(root, 6)
    right = load_planted(lab).right["audit-as-a-comprehension"]
    folder = tmp_path / "received" / lab.name
    folder.mkdir(parents=True)

    def hand_in(student, name, edit=None, change=None):
        copy = make_copy(lab, answers=() if edit is None else None, edit=edit, student=name)
        for cell in copy.cells:
            if change and grade_id(cell) == "audit":
                cell.source = change(cell.source)
            elif edit and cell.metadata.get("nbgrader", {}).get("solution"):
                cell.source = cell.source if grade_id(cell) == "audit" else f"{student} = 1"
        nbformat.write(copy, folder / f"{student}.ipynb")

    hand_in("ada", "Ada", right)
    hand_in("ben", "Ben", right, lambda text: text.replace("recall", "r_").replace("m[", "m ["))
    hand_in("cy", "Cy")
    hand_in("dee", "dee ", None)
    hand_in("eve", "Dee", None)
    return lab, tmp_path


def test_pairs_that_look_alike(course):
    lab, folder = course
    found = find_copies(lab, folder)
    pairs = set(found[["one", "other", "what"]].itertuples(index=False, name=None))
    assert ("ada", "ben", "the answer audit") in pairs
    assert ("dee", "eve", "the name in the first cell") in pairs
    assert not [pair for pair in pairs if "cy" in pair]
    written = pd.read_csv(folder / "marking" / "lab06_copies.csv")
    assert len(written) == len(found)
    program = (folder / "marking" / "jplag" / "lab06" / "ada" / "answers.py").read_text("utf-8")
    assert "def audit(report)" in program
