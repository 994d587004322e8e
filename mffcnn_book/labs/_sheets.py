"""Tables for people: the answers to be read, and the grades."""

from pathlib import Path
from typing import Any

import nbformat
import pandas as pd

from mffcnn_book.labs._ledger import read_ledger
from mffcnn_book.labs._roster import read_roster
from mffcnn_book.labs._source import Lab
from mffcnn_core.errors import LabError
from mffcnn_core.files import atomic_path
from mffcnn_core.tables import open_table

COLUMNS = ("student", "question", "maximum", "answer", "points", "comment")
"""Of the marking sheet; a column ``remarks`` follows, which is not read."""


def sheet_path(lab: Lab, course: Path) -> Path:
    """Return where the marking sheet of a lab lies."""
    return course / "marking" / f"{lab.name}.csv"


def write_marking_sheet(lab: Lab, course: Path, gradebook: Any) -> pd.DataFrame:
    """Write the answers that a person reads, one row each, with room for points.

    Points and comments that were given before stand in their columns; an answer that has
    changed since then asks for points again.  Answers are those that were marked last.  Who has
    no answer to be read but a remark has a row as well.
    """
    path, ledger = sheet_path(lab, course), read_ledger(lab, course)
    before = {}
    if path.is_file():
        before = {(row["student"], row["question"]): row["answer"] for _, row in _rows(path)}
    rows = []
    with gradebook:
        submissions = gradebook.assignment_submissions(lab.name)
        for student, one in sorted((s.student.id, s) for s in submissions):
            answers = _answers(course / "autograded" / student / lab.name / lab.source.name)
            for given in sorted(one.notebooks[0].grades, key=lambda grade: grade.cell.name):
                question = given.cell.name
                if question in answers and given.auto_score is None:
                    answer = _harmless(answers[question])
                    if given.manual_score is not None and _same(
                        answer, before.get((student, question))
                    ):
                        given.needs_manual_grade = False
                    waits = given.needs_manual_grade or given.manual_score is None
                    comment = gradebook.find_comment(question, lab.name, lab.name, student)
                    rows.append(
                        {
                            "student": student,
                            "question": question,
                            "maximum": given.max_score,
                            "answer": answer,
                            "points": None if waits else given.manual_score,
                            "comment": comment.manual_comment or "",
                            "remarks": ledger[student].said if student in ledger else "",
                        }
                    )
        gradebook.db.commit()
    listed = {row["student"] for row in rows}
    rows += [
        {"student": student, "question": "", "answer": "", "comment": "", "remarks": entry.said}
        for student, entry in ledger.items()
        if student not in listed and entry.said
    ]
    sheet = pd.DataFrame(rows, columns=[*COLUMNS, "remarks"])
    _write(sheet, path)
    return sheet


def read_marking_sheet(lab: Lab, course: Path, gradebook: Any) -> int:
    """Take points and comments from the marking sheet; return how many answers still wait.

    A row with neither leaves alone what the gradebook has: it may have been marked on the page
    of nbgrader, Formgrader.

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
        raise LabError(f"{path}: expected a marking sheet, got no file. `mffcnn labs grade` first.")
    rows = _rows(path)
    from nbgrader.api import MissingEntry

    wrong, taken = [], []
    with gradebook:
        for number, row in rows:
            place = row["question"], lab.name, lab.name, row["student"]
            if not place[0]:  # a remark on somebody who has no answer to be read
                continue
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
            if points is None and not said:
                continue  # not read yet, or marked on nbgrader's own page
            comment.manual_comment = said or None
            if points is not None:
                given.manual_score, given.needs_manual_grade = points, False
        gradebook.db.commit()
        waits = [given.needs_manual_grade or given.manual_score is None for given, *_ in taken]
    return sum(waits)


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


def grades_table(course: Path, gradebook: Any) -> pd.DataFrame:
    """Return one row per student: what the tests gave, all points, and what is to be said.

    The points of a lab stand there when all its answers are read; until then the column ``to be
    read`` says how many wait, for an answer that nobody has read is not worth 0.
    """
    roster = read_roster(course)
    rows: dict[str, dict[str, Any]] = {}
    with gradebook:
        known = {student.id for student in gradebook.students}
        labs = sorted(assignment.name for assignment in gradebook.assignments)
        ledgers = {
            name: read_ledger(Lab(course / "source", int(name[3:])), course) for name in labs
        }
        for student in sorted({*roster, *known, *(s for one in ledgers.values() for s in one)}):
            person = roster.get(student)
            rows[student] = {"student": student}
            if roster:
                rows[student] |= {
                    "name": person.name if person else "",
                    "email": person.email if person else "",
                    "group": person.group if person else "",
                }
        for name in labs:
            parts = ("points", "maximum", "tests", "to be read", "remarks")
            for student, row in rows.items():
                row |= {f"{name} {part}": None for part in parts}
                if student in ledgers[name]:
                    row[f"{name} remarks"] = ledgers[name][student].said
            for one in gradebook.assignment_submissions(name):
                grades = one.notebooks[0].grades
                waiting = sum(
                    g.auto_score is None and (g.needs_manual_grade or g.manual_score is None)
                    for g in grades
                )
                by_tests = sum(g.auto_score or 0 for g in grades)
                rows[one.student.id] |= {
                    f"{name} points": None if waiting else one.score,
                    f"{name} maximum": one.max_score,
                    f"{name} tests": by_tests,
                    f"{name} to be read": waiting,
                }
    return pd.DataFrame(list(rows.values()))


def write_grades(course: Path, gradebook: Any) -> Path:
    """Write ``grades.csv``, which learning-management systems read."""
    path = course / "grades.csv"
    _write(grades_table(course, gradebook), path)
    return path


def _same(answer: str, before: str | None) -> bool:
    """Compare answers as far as a spreadsheet leaves them alone: without blanks and line ends."""
    return before is not None and answer.split() == before.split()


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
    """Write CSV with the mark by which spreadsheets know UTF-8."""
    with atomic_path(path) as part:
        table.to_csv(part, index=False, encoding="utf-8-sig")
