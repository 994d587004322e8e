"""What the class has got wrong, and which known mistakes that looks like."""

from collections import defaultdict
from pathlib import Path

import nbformat
import pandas as pd

from mffcnn_book.labs._planted import load_planted
from mffcnn_book.labs._source import Lab
from mffcnn_book.labs._whole import grade_id
from mffcnn_core.errors import LabError
from mffcnn_core.files import atomic_path


def class_report(lab: Lab, course: Path | str) -> pd.DataFrame:
    """Return one row per test: who failed it, what it said, which planted mistake it looks like.

    A student's mistake is taken for a planted one if exactly the same tests of its step fail, or,
    where none fits so well, if all tests fail that the planted one fails.

    Parameters
    ----------
    lab : Lab
    course : Path or str

    Returns
    -------
    DataFrame
        ``test``, ``failed`` (share), ``said`` (most often), ``looks like``, ``students``; also in
        ``marking/labNN_report.csv``.

    Raises
    ------
    LabError
        If nothing was marked.
    """
    course = Path(course).resolve()
    failed: dict[str, dict[str, str]] = {}  # by student, by test: what it said
    tests: list[str] = []
    for path in sorted(course.glob(f"autograded/*/{lab.name}/{lab.name}.ipynb")):
        said = failed.setdefault(path.parts[-3], {})
        for cell in nbformat.read(path, as_version=4).cells:
            facts = cell.metadata.get("nbgrader", {})
            if not facts.get("grade") or facts.get("solution"):
                continue
            if grade_id(cell) not in tests:
                tests.append(grade_id(cell))
            errors = [o for o in cell.get("outputs", ()) if o.output_type == "error"]
            if errors:
                said[grade_id(cell)] = f"{errors[0].ename}: {errors[0].evalue}"
    if not failed:
        raise LabError(
            f"{course}: expected marked submissions of {lab.name}, got none. "
            "`mffcnn labs grade` first."
        )
    alike = {student: _planted_in(lab, set(said)) for student, said in failed.items()}
    rows = []
    for test in tests:
        students = [student for student, said in failed.items() if test in said]
        words, mistakes = defaultdict(int), defaultdict(int)
        for student in students:
            words[failed[student][test]] += 1
            for mistake in alike[student]:
                if test in load_planted(lab).wrong[mistake].caught_by:
                    mistakes[mistake] += 1
        rows.append(
            {
                "test": test,
                "failed": len(students) / len(failed),
                "said": max(words, key=words.get) if words else "",
                "looks like": ", ".join(f"{m} ({n})" for m, n in sorted(mistakes.items())),
                "students": ", ".join(students),
            }
        )
    table = pd.DataFrame(rows, columns=["test", "failed", "said", "looks like", "students"])
    with atomic_path(course / "marking" / f"{lab.name}_report.csv") as part:
        table.to_csv(part, index=False, encoding="utf-8-sig")
    return table


def _planted_in(lab: Lab, failed: set[str]) -> set[str]:
    """Return the planted mistakes that best explain which tests a student has failed."""
    if not lab.planted.is_file() or not lab.planted.stat().st_size:
        return set()
    wrong = load_planted(lab).wrong
    of_cell = defaultdict(set)  # the tests that any mistake in a cell fails
    for one in wrong.values():
        of_cell[one.cell] |= set(one.caught_by)
    found = set()
    for cell, tests in of_cell.items():
        here = {name: set(one.caught_by) for name, one in wrong.items() if one.cell == cell}
        exact = {name for name, caught in here.items() if caught == failed & tests}
        found |= exact or {name for name, caught in here.items() if caught <= failed}
    return found
