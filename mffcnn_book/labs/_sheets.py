"""Tables for people: the answers to be read, and the grades."""

from pathlib import Path
from typing import Any

import nbformat
import pandas as pd

from mffcnn_book.labs._source import Lab
from mffcnn_core.errors import LabError
from mffcnn_core.files import atomic_path
from mffcnn_core.tables import open_table

COLUMNS = ("student", "question", "maximum", "answer", "points", "comment")


def sheet_path(lab: Lab, course: Path) -> Path:
    """Return where the marking sheet of a lab lies."""
    return course / "marking" / f"{lab.name}.csv"


def write_marking_sheet(lab: Lab, course: Path, gradebook: Any) -> pd.DataFrame:
    """Write the answers that a person reads, one row each, with room for points.

    Points and comments that were given before stand in their columns; an answer that has
    changed since then asks for points again.  Answers are those that were marked last.
    """
    rows = []
    with gradebook:
        submissions = gradebook.assignment_submissions(lab.name)
        for student, one in sorted((s.student.id, s) for s in submissions):
            answers = _answers(course / "autograded" / student / lab.name / lab.source.name)
            for given in sorted(one.notebooks[0].grades, key=lambda grade: grade.cell.name):
                if given.cell.name in answers and given.auto_score is None:
                    waits = given.needs_manual_grade or given.manual_score is None
                    comment = gradebook.find_comment(
                        given.cell.name, lab.name, lab.name, student
                    ).manual_comment
                    rows.append(
                        {
                            "student": student,
                            "question": given.cell.name,
                            "maximum": given.max_score,
                            "answer": _harmless(answers[given.cell.name]),
                            "points": None if waits else given.manual_score,
                            "comment": comment or "",
                        }
                    )
    sheet = pd.DataFrame(rows, columns=list(COLUMNS))
    _write(sheet, sheet_path(lab, course))
    return sheet


def read_marking_sheet(lab: Lab, course: Path, gradebook: Any) -> int:
    """Take points and comments from the marking sheet; return how many answers still wait.

    Raises
    ------
    LabError
        One that lists every row with points that are no number from 0 to the maximum, or
        that belongs to no answer; then nothing is taken.
    InputError
        If the sheet cannot be read.
    """
    path = sheet_path(lab, course)
    if not path.is_file():
        raise LabError(f"{path}: expected a marking sheet, got no file. `make labs-grade` first.")
    rows = _rows(path)
    from nbgrader.api import MissingEntry

    wrong, taken = [], []
    with gradebook:
        for number, row in rows:
            place = row["question"], lab.name, lab.name, row["student"]
            try:
                given, comment = gradebook.find_grade(*place), gradebook.find_comment(*place)
            except MissingEntry:
                wrong.append(f"line {number}: no answer {place[0]!r} of {place[-1]!r}")
                continue
            text = row["points"].strip().replace(",", ".")
            try:
                points = float(text) if text else None
            except ValueError:
                points = -1.0
            if points is not None and not 0 <= points <= given.max_score:
                wrong.append(f"line {number}: points {row['points']!r} of {given.max_score:g}")
            taken.append((given, comment, points, row["comment"].strip()))
        if wrong:
            raise LabError(
                f"{path}: expected points from 0 to the maximum for known answers, got\n"
                + "\n".join(wrong)
                + "\nMend those lines; nothing was taken."
            )
        for given, comment, points, said in taken:
            comment.manual_comment = said or None
            if points is not None:
                given.manual_score, given.needs_manual_grade = points, False
        gradebook.db.commit()
    return sum(points is None for _, _, points, _ in taken)


def _rows(path: Path) -> list[tuple[int, dict[str, str]]]:
    """Return the number and the cells of each row of a marking sheet, however it was saved."""
    header, *lines = open_table(path).rows or [[]]
    if missing := sorted(set(COLUMNS) - set(header)):
        raise LabError(
            f"{path}: expected the columns {', '.join(COLUMNS)}, got none of the name "
            f"{', '.join(missing)}. Leave the first line as it is."
        )
    return [
        (number, dict(zip(header, line + [""] * (len(header) - len(line)), strict=False)))
        for number, line in enumerate(lines, start=2)
        if any(line)
    ]


def grades_table(gradebook: Any) -> pd.DataFrame:
    """Return one row per student: points, maximum and answers that wait, of every lab."""
    rows: dict[str, dict[str, Any]] = {}
    with gradebook:
        labs = sorted(assignment.name for assignment in gradebook.assignments)
        for student in sorted(gradebook.students, key=lambda one: one.id):
            rows[student.id] = {"student": student.id}
        for lab in labs:
            for row in rows.values():
                row |= {f"{lab} points": None, f"{lab} maximum": None, f"{lab} to be read": None}
            for one in gradebook.assignment_submissions(lab):
                waiting = sum(g.needs_manual_grade for g in one.notebooks[0].grades)
                rows[one.student.id] |= {
                    f"{lab} points": one.score,
                    f"{lab} maximum": one.max_score,
                    f"{lab} to be read": waiting,
                }
    return pd.DataFrame(list(rows.values()))


def write_grades(course: Path, gradebook: Any) -> Path:
    """Write ``grades.csv``, which learning-management systems read."""
    path = course / "grades.csv"
    _write(grades_table(gradebook), path)
    return path


def _answers(notebook: Path) -> dict[str, str]:
    """Return the answers of a marked notebook that a person reads."""
    if not notebook.is_file():  # nbgrader could not mark it, and has said so
        return {}
    cells = nbformat.read(notebook, as_version=4).cells
    facts = [(cell.metadata.get("nbgrader", {}), cell.source) for cell in cells]
    return {f["grade_id"]: text for f, text in facts if f.get("grade") and f.get("solution")}


def _harmless(text: str) -> str:
    """Keep a spreadsheet from running a student's answer as a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _write(table: pd.DataFrame, path: Path) -> None:
    with atomic_path(path) as part:
        table.to_csv(part, index=False)
