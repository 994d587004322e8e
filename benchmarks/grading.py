"""Grading a lab: that the key gets full marks under every name, and how long grading takes.

    python benchmarks/grading.py

The tests of a lab draw their data from the student's name.  So every lab's key is marked under
200 names; of each copy only the code runs that a test needs.  Then
one complete submission of each lab is graded by nbgrader, by itself, in this run; then thirty
of the lab that took longest, two at a time, as ``make labs-grade`` does it.  Every student has
another name, and so other faces.
"""

import os
import sys
import tempfile
import time
from pathlib import Path

import nbformat
from _report import Claim, report

from mffcnn_book.labs import (
    Lab,
    collect,
    find_labs,
    grade,
    graded_part,
    make_copy,
    mark_copies,
    release,
)

STUDENTS, JOBS, BAR, NAMES = 30, 2, 600, 200


def points_lost(lab: Lab, names: int = NAMES) -> list[str]:
    """Mark the key of a lab under so many names; return every test that took points."""
    copies = {
        name: graded_part(make_copy(lab, answers=None, student=name))
        for name in (f"Student {number} of {lab.name}" for number in range(names))
    }
    return [
        f"{lab.name}, {name}, {test}: {mark.error}"
        for name, marks in mark_copies(copies, jobs=JOBS).items()
        for test, mark in marks.items()
        if mark.points is not None and mark.points < mark.maximum
    ]


def seconds_to_grade(lab: Lab, course: Path, students: int, jobs: int) -> float:
    """Hand in complete answers of so many students; return the seconds that grading takes."""
    release(lab, course)
    inbox = course / "inbox"
    inbox.mkdir(parents=True)
    for number in range(students):
        name = f"student{number:02}"
        nbformat.write(
            make_copy(lab, answers=None, student=name), inbox / f"{lab.name}_{name}.ipynb"
        )
    handed_in = collect(lab, course, inbox)
    started = time.perf_counter()
    graded = grade(lab, course, jobs=jobs)
    taken = time.perf_counter() - started
    if not len(graded.marked) == len(handed_in.taken) == students:
        raise RuntimeError(f"{lab.name}: {students} handed in, {len(graded.marked)} graded")
    return taken


def main() -> int:
    """Measure, print, write the record, return the exit code."""
    labs = find_labs(Path(__file__).parents[1])
    lost = {lab.name: points_lost(lab) for lab in labs}
    for line in (line for lines in lost.values() for line in lines):
        print(line)
    with tempfile.TemporaryDirectory() as folder:
        one = {lab.name: seconds_to_grade(lab, Path(folder) / lab.name, 1, 1) for lab in labs}
        slowest = max(labs, key=lambda lab: one[lab.name])
        all_of_them = seconds_to_grade(slowest, Path(folder) / "course", STUDENTS, JOBS)
    return report(
        "grading",
        [
            Claim(
                f"tests that take points from the key, {len(labs)} labs under {NAMES} names each",
                sum(len(lines) for lines in lost.values()),
                "<= 0",
            ),
            Claim(
                f"seconds for {STUDENTS} submissions of {slowest.name}, the slowest",
                all_of_them,
                f"<= {BAR}",
            ),
        ],
        seconds_of_one=one,
        students=STUDENTS,
        names=NAMES,
        jobs=JOBS,
        load_before=os.getloadavg()[0],
    )


if __name__ == "__main__":
    sys.exit(main())
