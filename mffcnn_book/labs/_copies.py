"""Programs that look alike: a report for the teacher, who decides what it means."""

import ast
import hashlib
import re
from collections import defaultdict
from difflib import SequenceMatcher
from itertools import combinations
from pathlib import Path

import nbformat
import pandas as pd
from nbformat import NotebookNode

from mffcnn_book.labs._roster import Person, read_roster
from mffcnn_book.labs._source import Lab
from mffcnn_book.labs._whole import grade_id, student_of
from mffcnn_core.errors import LabError
from mffcnn_core.files import atomic_path

NEAR, SHORTEST = 0.95, 40
"""Likeness from which cells are listed, and how many marks of syntax a cell must have."""
COMMON = 1 / 4
"""A program that more students than this share is the obvious one, and is not listed."""


def find_copies(lab: Lab, course: Path | str) -> pd.DataFrame:
    """Compare what was handed in; write and return the pairs that look alike.

    Listed are equal files, equal names in the first cell, and answers whose syntax trees are
    nearly equal when names, comments and layout are left out.  Equal answers to a small question
    prove nothing: read both before you speak.  People of one group of the roster are not compared.

    Parameters
    ----------
    lab : Lab
    course : Path or str

    Returns
    -------
    DataFrame
        ``one``, ``other``, ``what``, ``likeness``; also in ``marking/labNN_copies.csv``.
        The answers lie in ``marking/jplag/labNN``, a folder for each student, for JPlag and
        programs like it.

    Raises
    ------
    LabError
        If nothing was collected.
    """
    course = Path(course).resolve()
    received = {
        path.stem: nbformat.read(path, as_version=4)
        for path in sorted((course / "received" / lab.name).glob("*.ipynb"))
    }
    if not received:
        raise LabError(
            f"{course}: expected submissions of {lab.name}, got none. `mffcnn labs collect` first."
        )
    rows = []
    texts = {student: _digest(notebook) for student, notebook in received.items()}
    names = {student: student_of(notebook).casefold() for student, notebook in received.items()}
    marks = {student: _answers(lab, notebook) for student, notebook in received.items()}
    common = _common(marks)
    roster = read_roster(course)
    for one, other in combinations(received, 2):
        if _in_one_group(one, other, roster):
            continue
        if texts[one] == texts[other]:
            rows.append((one, other, "the whole notebook", 1.0))
            continue
        if names[one] and names[one] == names[other]:
            rows.append((one, other, "the name in the first cell", 1.0))
        for cell in sorted(marks[one].keys() & marks[other].keys()):
            a, b = marks[one][cell], marks[other][cell]
            if min(len(a), len(b)) < SHORTEST or {(cell, a), (cell, b)} & common:
                continue
            likeness = SequenceMatcher(None, a, b, autojunk=False).ratio()
            if likeness >= NEAR:
                rows.append((one, other, f"the answer {cell}", round(likeness, 3)))
    found = pd.DataFrame(rows, columns=["one", "other", "what", "likeness"])
    with atomic_path(course / "marking" / f"{lab.name}_copies.csv") as part:
        found.to_csv(part, index=False, encoding="utf-8-sig")
    for student, notebook in received.items():
        with atomic_path(course / "marking" / "jplag" / lab.name / student / "answers.py") as part:
            part.write_text(_program(notebook), encoding="utf-8")
    return found


def _in_one_group(one: str, other: str, roster: dict[str, Person]) -> bool:
    groups = {roster[who].group if who in roster else "" for who in (one, other)}
    return len(groups) == 1 and groups != {""}


def _digest(notebook: NotebookNode) -> str:
    text = "\0".join(re.sub(r"\s+", " ", cell.source) for cell in notebook.cells)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _solution_cells(notebook: NotebookNode) -> list[NotebookNode]:
    return [
        cell
        for cell in notebook.cells
        if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("solution")
    ]


def _program(notebook: NotebookNode) -> str:
    return "\n\n\n".join(cell.source for cell in _solution_cells(notebook)) + "\n"


def _answers(lab: Lab, notebook: NotebookNode) -> dict[str, tuple[str, ...]]:
    """Return the syntax of each answer, without names; answers that do not parse are left out."""
    answers = {}
    for cell in _solution_cells(notebook):
        try:
            answers[grade_id(cell)] = syntax(cell.source)
        except SyntaxError:
            continue
    return answers


def syntax(source: str) -> tuple[str, ...]:
    """Return the kinds of nodes of a program, in their order, with names by first occurrence.

    Docstrings, comments, layout and the student's choice of names leave no trace.
    """
    tree, marks, names = ast.parse(source), [], {}
    for node in _in_order(tree):
        marks.append(type(node).__name__)
        if isinstance(node, ast.Name | ast.arg):
            word = node.id if isinstance(node, ast.Name) else node.arg
            marks.append(str(names.setdefault(word, len(names))))
        elif isinstance(node, ast.Attribute):
            marks.append(node.attr)
        elif isinstance(node, ast.Constant):
            marks.append(repr(node.value))
    return tuple(marks)


def _in_order(node: ast.AST) -> list[ast.AST]:
    nodes = [node]
    for child in ast.iter_child_nodes(node):
        is_text = isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant)
        if not is_text and not isinstance(child, ast.expr_context):
            nodes += _in_order(child)
    return nodes


def _common(marks: dict[str, dict[str, tuple[str, ...]]]) -> set[tuple[str, tuple[str, ...]]]:
    by = defaultdict(set)
    for student, answers in marks.items():
        for cell, answer in answers.items():
            by[cell, answer].add(student)
    return {what for what, who in by.items() if len(who) > max(2, COMMON * len(marks))}
