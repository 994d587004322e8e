"""Files for learning-management systems: grades for Moodle and Canvas, feedback for Moodle."""

import zipfile
from pathlib import Path

import pandas as pd

from mffcnn_book.labs._ledger import read_ledger
from mffcnn_book.labs._roster import Person, read_roster
from mffcnn_book.labs._source import Lab
from mffcnn_core.errors import LabError
from mffcnn_core.files import atomic_path
from mffcnn_core.tables import open_table


def export(lab: Lab, course: Path | str) -> list[Path]:
    """Write what learning-management systems import into ``lms`` in the course folder.

    ``labNN_moodle.csv`` is read by Moodle's grade import (by e-mail address or ID number),
    ``labNN_canvas.csv`` by Canvas' gradebook, ``labNN_feedback.zip`` by Moodle's "upload multiple
    feedback files in a zip".  Who has answers that nobody has read yet has no grade in them.

    Parameters
    ----------
    lab : Lab
    course : Path or str

    Returns
    -------
    list of Path

    Raises
    ------
    LabError
        If nothing has been marked.
    """
    course = Path(course).resolve()
    if not (course / "grades.csv").is_file():
        raise LabError(f"{course}: expected grades.csv, got no file. `mffcnn labs grade` first.")
    header, *lines = open_table(course / "grades.csv").rows
    grades = [dict(zip(header, line, strict=True)) for line in lines]
    if f"{lab.name} points" not in header:
        raise LabError(f"{course}: expected grades of {lab.name}, got none. Mark it first.")
    roster, title = read_roster(course), f"Lab {lab.number}"
    moodle, canvas = [], []
    maximum = max((float(row[f"{lab.name} maximum"] or 0) for row in grades), default=0)
    for row in grades:
        person = roster.get(row["student"], Person(row["student"]))
        points, said = row[f"{lab.name} points"], row[f"{lab.name} remarks"]
        moodle.append(
            {
                "Username": person.id,
                "ID number": person.lms_id,
                "Email address": person.email,
                title: points,
                f"{title} (feedback)": said,
            }
        )
        canvas.append(
            {
                "Student": person.name or person.id,
                "ID": person.lms_id,
                "SIS User ID": "",
                "SIS Login ID": person.id,
                "Section": person.group,
                title: points,
            }
        )
    possible = dict.fromkeys(canvas[0], "") | {"Student": "    Points Possible", title: maximum}
    written = [
        _write(pd.DataFrame(moodle), course / "lms" / f"{lab.name}_moodle.csv"),
        _write(pd.DataFrame([possible, *canvas]), course / "lms" / f"{lab.name}_canvas.csv"),
    ]
    return [*written, _feedback_zip(lab, course, roster)]


def _feedback_zip(lab: Lab, course: Path, roster: dict[str, Person]) -> Path:
    """Pack the feedback in the folders that Moodle made for the submissions."""
    path = course / "lms" / f"{lab.name}_feedback.zip"
    with atomic_path(path) as part, zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
        for student, entry in read_ledger(lab, course).items():
            page = course / "feedback" / student / lab.name / f"{lab.name}.html"
            if page.is_file():
                theirs = entry.file.split("/")[0]
                if "_assignsubmission_" not in theirs:
                    name = roster[student].name if student in roster else ""
                    number = entry.number or (roster[student].lms_id if student in roster else "")
                    theirs = f"{name or student}_{number or student}_assignsubmission_file"
                archive.write(page, f"{theirs}/{lab.name}_feedback.html")
    return path


def _write(table: pd.DataFrame, path: Path) -> Path:
    with atomic_path(path) as part:
        table.to_csv(part, index=False, encoding="utf-8")
    return path
