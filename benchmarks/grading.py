"""Grading a lab: how long the submissions of a course of thirty take.

    python benchmarks/grading.py

One complete submission of each lab is graded by nbgrader, by itself, in this run; then thirty
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

from mffcnn_book.labs import Lab, collect, find_labs, grade, make_copy, release

STUDENTS, JOBS, BAR = 30, 2, 600


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
    if not len(graded) == len(handed_in) == students:
        raise RuntimeError(f"{lab.name}: {students} handed in, {len(graded)} graded")
    return taken


def main() -> int:
    """Measure, print, write the record, return the exit code."""
    labs = find_labs(Path(__file__).parents[1])
    with tempfile.TemporaryDirectory() as folder:
        one = {lab.name: seconds_to_grade(lab, Path(folder) / lab.name, 1, 1) for lab in labs}
        slowest = max(labs, key=lambda lab: one[lab.name])
        all_of_them = seconds_to_grade(slowest, Path(folder) / "course", STUDENTS, JOBS)
    return report(
        "grading",
        [
            Claim(
                f"seconds for {STUDENTS} submissions of {slowest.name}, the slowest",
                all_of_them,
                f"<= {BAR}",
            )
        ],
        seconds_of_one=one,
        students=STUDENTS,
        jobs=JOBS,
        load_before=os.getloadavg()[0],
    )


if __name__ == "__main__":
    sys.exit(main())
