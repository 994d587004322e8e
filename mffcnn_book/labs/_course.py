"""A course folder: hand out, collect, mark, return.  nbgrader does the work.

A course folder lies outside of the repository and holds, beside nbgrader's own folders
(``source``, ``release``, ``submitted``, ``autograded``, ``feedback``) and its gradebook,
``marking/labNN.csv`` with the answers that a person reads, and ``grades.csv``.
"""

import contextlib
import logging
import os
import shutil
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import joblib

from mffcnn_book.labs._editions import course_config
from mffcnn_book.labs._inbox import read_inbox
from mffcnn_book.labs._sheets import (
    read_marking_sheet,
    sheet_path,
    write_grades,
    write_marking_sheet,
)
from mffcnn_book.labs._source import Lab
from mffcnn_core.errors import LabError
from mffcnn_core.files import atomic_path


def release(lab: Lab, course: Path | str) -> Path:
    """Put a lab into a course folder; return the notebook to hand out.

    Raises
    ------
    LabError
        If nbgrader refuses, e.g. since a lab that was handed out has lost a test.
    """
    course = Path(course).resolve()
    for path in sorted((lab.root / "labs" / "course").rglob("*")):
        target = course / path.relative_to(lab.root / "labs" / "course")
        if path.is_file() and not target.exists():  # a teacher may have changed the settings
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
    source = course / "source" / lab.name / lab.source.name
    source.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(lab.source, source)
    with _nbgrader(course) as nbgrader:
        _check(nbgrader.generate_assignment(lab.name), f"release of {lab.name}")
    return course / "release" / lab.name / lab.source.name


def collect(lab: Lab, course: Path | str, inbox: Path | str, *, pattern: str = "") -> list[str]:
    """Take submissions out of a folder or a zip file of a learning-management system.

    Parameters
    ----------
    lab : Lab
    course : Path or str
    inbox : Path or str
        See ``read_inbox``.
    pattern : str
        Regular expression with a group ``student``; by default the usual names.

    Returns
    -------
    list of str
        The students, sorted.  A newer submission takes the place of an older one.

    Raises
    ------
    LabError
        If a file cannot be told to be a submission of this lab; then nothing is taken.
    """
    submissions = read_inbox(lab, Path(inbox), pattern=pattern)
    for student, text in submissions.items():
        path = Path(course) / "submitted" / student / lab.name / lab.source.name
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            with atomic_path(path) as part:
                part.write_text(text, encoding="utf-8")
    return sorted(submissions)


def grade(lab: Lab, course: Path | str, *, jobs: int = 1, again: bool = False) -> list[str]:
    """Mark what was collected since the last time; write the marking sheet and the grades.

    The code of students runs without a sandbox, with all rights of whoever calls this.

    Parameters
    ----------
    lab : Lab
    course : Path or str
    jobs : int
        Submissions that are marked at the same time.
    again : bool
        Mark all submissions, also those that have not changed.

    Returns
    -------
    list of str
        Students whose submission was marked.

    Raises
    ------
    LabError
        If there is no submission, or nbgrader could not mark some; the others are marked.
    """
    course = Path(course).resolve()
    course_config(course)
    submitted = sorted(course.glob(f"submitted/*/{lab.name}/{lab.source.name}"))
    if not submitted:
        raise LabError(
            f"{course}: expected submissions of {lab.name}, got none. `make labs-collect` first."
        )
    due = [path.parts[-3] for path in submitted if again or _is_due(course, path)]
    with _nbgrader(course) as nbgrader:
        if sheet_path(lab, course).is_file():  # points that were filled in must not be lost
            read_marking_sheet(lab, course, nbgrader.gradebook)
        with nbgrader.gradebook as gradebook:  # before several processes want to make the rows
            for student in due:
                gradebook.update_or_create_student(student)
        with joblib.Parallel(n_jobs=jobs) as parallel:
            done = parallel(joblib.delayed(_grade_one)(course, lab.name, s) for s in due)
        write_marking_sheet(lab, course, nbgrader.gradebook)
        write_grades(course, nbgrader.gradebook)
    failed = [f"{student}: {said}" for student, said in zip(due, done, strict=True) if said]
    if failed:
        raise LabError(
            f"grade: expected nbgrader to mark {len(due)} submission(s), got {len(failed)} that it "
            "could not:\n" + "\n".join(failed) + "\nOpen the notebook and see what was changed."
        )
    return due


def feedback(lab: Lab, course: Path | str) -> tuple[int, list[Path]]:
    """Take the points of the marking sheet and write one page for each student.

    Returns
    -------
    waiting : int
        Answers that have no points yet; they count 0.
    pages : list of Path

    Raises
    ------
    LabError
        If the marking sheet is missing or has wrong entries, or nbgrader fails.
    """
    course = Path(course).resolve()
    with _nbgrader(course) as nbgrader:
        waiting = read_marking_sheet(lab, course, nbgrader.gradebook)
        _check(nbgrader.generate_feedback(lab.name), f"feedback on {lab.name}")
        write_grades(course, nbgrader.gradebook)
    return waiting, sorted(course.glob(f"feedback/*/{lab.name}/{lab.name}.html"))


def _is_due(course: Path, submission: Path) -> bool:
    marked = course / "autograded" / submission.relative_to(course / "submitted")
    return not marked.is_file() or marked.stat().st_mtime < submission.stat().st_mtime


def _grade_one(course: Path, lab: str, student: str) -> str:
    """Mark one submission; return what went wrong, or nothing."""
    with _nbgrader(course) as nbgrader:
        done = nbgrader.autograde(lab, student)
    return "" if done["success"] else _last_line(done)


@contextlib.contextmanager
def _nbgrader(course: Path) -> Iterator[Any]:
    """Give nbgrader's interface to a course; it finds its helpers, and is silent."""
    config = course_config(course)
    from nbgrader.apps import NbGraderAPI

    log, level = logging.getLogger("traitlets"), logging.getLogger("traitlets").level
    path = os.environ.get("PATH", "")
    # it calls `alembic` by name, also where this environment is not activated
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), path])
    log.setLevel(logging.CRITICAL + 1)  # the reply holds what it has to say
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of its database layer, about its own code
            yield NbGraderAPI(config=config)
    finally:
        log.setLevel(level)
        os.environ["PATH"] = path


def _last_line(done: dict[str, Any]) -> str:
    lines = f"{done.get('log') or ''}\n{done.get('error') or ''}".strip().splitlines()
    return lines[-1] if lines else "nbgrader said nothing"


def _check(done: dict[str, Any], what: str) -> None:
    if not done["success"]:
        raise LabError(f"{what}: expected nbgrader to succeed, got: {_last_line(done)}")
