"""A course folder: hand out, collect, mark, return.  nbgrader keeps the books.

A course folder lies outside of the repository and holds, beside nbgrader's own folders
(``source``, ``release``, ``submitted``, ``autograded``, ``feedback``) and its gradebook,
``received`` with what was handed in, as it came, ``marking/labNN.csv`` with the answers that a
person reads, and ``grades.csv``.  A teacher may put ``roster.csv`` there.
"""

import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import joblib
import nbformat

from mffcnn_book.labs._editions import COURSE, course_config, with_variant
from mffcnn_book.labs._engine import check, last_line, nbgrader
from mffcnn_book.labs._inbox import Submission, read_inbox
from mffcnn_book.labs._ledger import Entry, known_students, read_ledger, write_ledger
from mffcnn_book.labs._roster import Person, check_known, read_roster
from mffcnn_book.labs._sandbox import Sandbox
from mffcnn_book.labs._sheets import (
    read_marking_sheet,
    sheet_path,
    write_grades,
    write_marking_sheet,
)
from mffcnn_book.labs._source import Lab
from mffcnn_book.labs._whole import make_whole
from mffcnn_core.errors import LabError
from mffcnn_core.files import atomic_path


def release(lab: Lab, course: Path | str, *, variant: str = "") -> Path:
    """Put a lab into a course folder; return the notebook to hand out.

    Parameters
    ----------
    lab : Lab
    course : Path or str
    variant : str
        Another task from the same source; ``labs/variants`` names them.

    Raises
    ------
    LabError
        If nbgrader refuses, e.g. since a lab that was handed out has lost a test.
    """
    course = Path(course).resolve()
    for path in sorted(COURSE.rglob("*")):
        target = course / path.relative_to(COURSE)
        if path.is_file() and path.suffix != ".pyc" and not target.exists():  # a teacher may
            target.parent.mkdir(parents=True, exist_ok=True)  # have changed the settings
            shutil.copyfile(path, target)
    here = Lab(course / "source", lab.number)
    for path, text in (
        (here.source, nbformat.writes(with_variant(lab, variant)) + "\n"),
        (here.planted, lab.planted.read_text(encoding="utf-8") if lab.planted.is_file() else ""),
    ):
        with atomic_path(path) as part:
            part.write_text(text, encoding="utf-8")
    with nbgrader(course) as engine:
        check(engine.generate_assignment(lab.name), f"release of {lab.name}")
    return _released(lab, course)


@dataclass(frozen=True)
class Collected:
    """What was taken out of an inbox.

    Attributes
    ----------
    taken : list of str
        Students, sorted.
    remarks : dict of str to str
        By student or by file: what was wrong, also with what was taken.
    """

    taken: list[str]
    remarks: dict[str, str]


def collect(lab: Lab, course: Path | str, inbox: Path | str, *, pattern: str = "",
            due: datetime | None = None, groups: bool = False) -> Collected:  # fmt: skip
    """Take submissions out of a folder or a zip file of a learning-management system.

    What can be marked is taken; everything else is listed with its reason, here, in
    ``grades.csv`` and in the marking sheet.  Of several notebooks of a student the newest counts.

    Parameters
    ----------
    lab : Lab
    course : Path or str
    inbox : Path or str
        See ``read_inbox``.
    pattern : str
        Regular expression with a group ``student``; by default the usual names.
    due : datetime, optional
        What is younger is late.
    groups : bool
        One notebook counts for everybody of a group of the roster.

    Raises
    ------
    LabError
        If the lab was not released into this course, there is nothing in the inbox, or the
        roster names people otherwise than they were collected before.
    """
    course = Path(course).resolve()
    if not _released(lab, course).is_file():
        raise LabError(
            f"{course}: expected {lab.name} to be released there, got no such lab. "
            "`mffcnn labs release` first."
        )
    roster = read_roster(course)
    check_known(known_students(course), roster)
    found = read_inbox(lab, Path(inbox), pattern=pattern, roster=roster, due=due)
    taken = dict(found.taken)
    if groups:
        taken |= _for_groups(taken, roster)
    entries = read_ledger(lab, course)
    for student, one in taken.items():
        entries[student] = _take(lab, course, student, one)
    for who, why in found.refused.items():
        if not entries.get(who, Entry()).file:
            entries[who] = Entry(remarks=[f"nothing to mark: {why}"])
    for student in set(roster) - set(entries):
        entries[student] = Entry(remarks=["nothing handed in"])
    write_ledger(lab, course, entries)
    said = {student: entries[student].said for student in sorted(entries) if entries[student].said}
    strays = dict.fromkeys(found.strays, "no student follows from the name of the file")
    return Collected(sorted(taken), {**said, **strays})


def _for_groups(taken: dict[str, Submission], roster: dict[str, Person]) -> dict[str, Submission]:
    """Return the submissions of those whose group has handed in, and who have not."""
    of_group = {}
    for student, one in taken.items():
        group = roster[student].group if student in roster else ""
        if group:
            of_group.setdefault(group, (student, one))
    more = {}
    for person in roster.values():
        if person.group in of_group and person.id not in taken:
            by, one = of_group[person.group]
            remark = f"handed in by {by} for group {person.group}"
            more[person.id] = Submission(one.notebook, one.name, one.number, one.late, [remark])
    return more


def _take(lab: Lab, course: Path, student: str, one: Submission) -> Entry:
    whole, mended = make_whole(one.notebook, nbformat.read(_released(lab, course), as_version=4))
    for path, text in (
        (course / "received" / lab.name / f"{student}.ipynb", nbformat.writes(one.notebook)),
        (_submitted(lab, course, student), nbformat.writes(whole)),
    ):
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            with atomic_path(path) as part:
                part.write_text(text, encoding="utf-8")
    return Entry(one.name, one.number, one.late, one.remarks + mended)


@dataclass(frozen=True)
class Graded:
    """Who was marked, and from whom nothing could be marked, with the reason."""

    marked: list[str]
    failed: dict[str, str]


def grade(lab: Lab, course: Path | str, *, jobs: int = 1, again: bool = False,
          sandbox: Sandbox | None = None) -> Graded:  # fmt: skip
    """Mark what was collected since the last time; write the marking sheet and the grades.

    Parameters
    ----------
    lab : Lab
    course : Path or str
    jobs : int
        Submissions that are marked at the same time.
    again : bool
        Mark all submissions, also those that have not changed.
    sandbox : Sandbox, optional
        Where the students' programs run; by default in a folder of their own, with your rights.

    Raises
    ------
    LabError
        If there is no submission, or the sandbox is not offered by this machine.
    """
    course, sandbox = Path(course).resolve(), sandbox or Sandbox()
    course_config(course)
    submitted = _all_submitted(lab, course)
    if not submitted:
        raise LabError(
            f"{course}: expected submissions of {lab.name}, got none. `mffcnn labs collect` first."
        )
    sandbox.check()
    due = [path.parts[-3] for path in submitted] if again else unmarked(lab, course)
    with nbgrader(course) as engine:
        if sheet_path(lab, course).is_file():  # points that were filled in must not be lost
            read_marking_sheet(lab, course, engine.gradebook)
        with engine.gradebook as gradebook:  # before several processes want to make the rows
            for student in due:
                gradebook.update_or_create_student(student)
        with joblib.Parallel(n_jobs=jobs) as parallel:
            done = parallel(joblib.delayed(_grade_one)(course, lab.name, s, sandbox) for s in due)
        entries = read_ledger(lab, course)
        for student, said in zip(due, done, strict=True):
            marked = course / "autograded" / student / lab.name / lab.source.name
            entry = entries.setdefault(student, Entry())
            entry.marking = [f"not marked: {said}"] if said else _remarks(marked)
        write_ledger(lab, course, entries)
        write_marking_sheet(lab, course, engine.gradebook)
        write_grades(course, engine.gradebook)
    failed = {student: said for student, said in zip(due, done, strict=True) if said}
    return Graded([student for student in due if student not in failed], failed)


def unmarked(lab: Lab, course: Path | str) -> list[str]:
    """Return the students whose submissions were collected since they were marked last."""
    course = Path(course).resolve()
    return [path.parts[-3] for path in _all_submitted(lab, course) if _is_due(course, path)]


def feedback(lab: Lab, course: Path | str) -> tuple[int, list[Path]]:
    """Take the points of the marking sheet and write one page for each student.

    Returns
    -------
    waiting : int
        Answers that have no points yet; the pages say so.
    pages : list of Path

    Raises
    ------
    LabError
        If the marking sheet is missing or has wrong entries, or nbgrader fails.
    """
    course = Path(course).resolve()
    with nbgrader(course) as engine:
        waiting = read_marking_sheet(lab, course, engine.gradebook)
        check(engine.generate_feedback(lab.name), f"feedback on {lab.name}")
        write_grades(course, engine.gradebook)
    return waiting, sorted(course.glob(f"feedback/*/{lab.name}/{lab.name}.html"))


def _released(lab: Lab, course: Path) -> Path:
    return course / "release" / lab.name / lab.source.name


def _submitted(lab: Lab, course: Path, student: str) -> Path:
    return course / "submitted" / student / lab.name / lab.source.name


def _all_submitted(lab: Lab, course: Path) -> list[Path]:
    return sorted(course.glob(f"submitted/*/{lab.name}/{lab.source.name}"))


def _is_due(course: Path, submission: Path) -> bool:
    marked = course / "autograded" / submission.relative_to(course / "submitted")
    return not marked.is_file() or marked.stat().st_mtime < submission.stat().st_mtime


def _remarks(marked: Path) -> list[str]:
    return list(nbformat.read(marked, as_version=4).metadata.get("mffcnn", {}).get("remarks", []))


def _grade_one(course: Path, lab: str, student: str, sandbox: Sandbox) -> str:
    """Mark one submission; return what went wrong, or nothing."""
    with nbgrader(course, sandbox) as engine:
        done = engine.autograde(lab, student)
    return "" if done["success"] else last_line(done)
