"""Planted answers: copies of a lab that are right, wrong or half done in a known way.

A file ``labs/planted/labNN.yaml`` holds::

    half:
      answers: [name of a solution cell, ...]   # answered as in the key; the others stay blank
      marks: {name of a test: points, ...}      # all other tests get 0
    wrong:
      name-of-the-mistake:
        mistake: what the student misunderstood
        cell: name of the solution cell
        old: text of the key, which occurs once in it
        new: what stands there instead
        caught_by: [name of a test, ...]        # exactly these tests lose points
    right:
      name-of-the-program:                      # written otherwise than the key, and as good
        cell: name of the solution cell
        code: what stands in the cell
"""

from dataclasses import dataclass

import yaml
from nbformat import NotebookNode

from mffcnn_book.labs._editions import student_edition, without_markers
from mffcnn_book.labs._source import Lab
from mffcnn_core.errors import LabError


@dataclass(frozen=True)
class Wrong:
    """One mistake in one cell; see the module."""

    mistake: str
    cell: str
    old: str
    new: str
    caught_by: tuple[str, ...]


@dataclass(frozen=True)
class Right:
    """A correct program for one cell that is written otherwise; see the module."""

    cell: str
    code: str


@dataclass(frozen=True)
class Planted:
    """The planted answers of a lab.

    Attributes
    ----------
    half_answers : tuple of str
        Solution cells that the half-done copy answers.
    half_marks : dict of str to float
        Tests that the half-done copy passes, with their points.
    wrong : dict of str to Wrong
    right : dict of str to Right
    """

    half_answers: tuple[str, ...]
    half_marks: dict[str, float]
    wrong: dict[str, Wrong]
    right: dict[str, Right]


def load_planted(lab: Lab) -> Planted:
    """Read the planted answers of a lab.

    Raises
    ------
    LabError
        If the file is missing, or has other entries than those of the module's docstring.
    """
    try:
        data = yaml.safe_load(lab.planted.read_text(encoding="utf-8"))
        return Planted(
            half_answers=tuple(data["half"]["answers"]),
            half_marks=dict(data["half"]["marks"]),
            wrong={
                name: Wrong(**{**entry, "caught_by": tuple(entry["caught_by"])})
                for name, entry in data["wrong"].items()
            },
            right={name: Right(**entry) for name, entry in data["right"].items()},
        )
    except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
        raise LabError(
            f"{lab.planted}: expected planted answers (half: answers, marks; wrong: mistake, cell, "
            f"old, new, caught_by; right: cell, code), got {type(error).__name__}: {error}."
        ) from error


def make_copy(lab: Lab, *, answers: tuple[str, ...] | None, edit: Wrong | Right | None = None,
              student: str = "", hidden: bool = True) -> NotebookNode:  # fmt: skip
    """Return a submission as the marking sees it: a student's answers, the source's tests.

    Parameters
    ----------
    lab : Lab
    answers : tuple of str, optional
        Cells that are answered as in the key; None: all.
    edit : Wrong or Right, optional
        A mistake, or another correct program, to put into its cell.
    student : str
        The name that stands in the notebook; by default the one of the source.
    hidden : bool
        False: with the tests as students see them.

    Raises
    ------
    LabError
        If an answered cell does not exist, or the mistake does not fit its cell.
    """
    source, released = lab.read(), student_edition(lab)
    solutions = {}
    for cell, blank in zip(source.cells, released.cells, strict=True):
        facts = cell.metadata.get("nbgrader", {})
        if student and cell.source.startswith("STUDENT = "):
            cell.source = f"STUDENT = {student!r}"
        if facts.get("solution"):
            solutions[facts["grade_id"]] = cell
            answered = answers is None or facts["grade_id"] in answers
            cell.source = without_markers(cell.source) if answered else blank.source
            cell.metadata = blank.metadata  # with the checksum that tells a blank answer
        elif not hidden:
            cell.source = blank.source if facts else cell.source
    unknown = sorted({*(answers or ()), *([edit.cell] if edit else ())} - set(solutions))
    if unknown:
        raise LabError(
            f"{lab.planted}: expected solution cells of {lab.name} ({', '.join(solutions)}), got "
            f"{', '.join(unknown)}. The names stand in the cells' metadata."
        )
    if edit is not None:
        cell = solutions[edit.cell]
        cell.source = edit.code if isinstance(edit, Right) else _mistaken(lab, edit, cell.source)
    return source


def _mistaken(lab: Lab, wrong: Wrong, answer: str) -> str:
    if (found := answer.count(wrong.old)) != 1:
        raise LabError(
            f"{lab.planted}: expected {wrong.old!r} once in cell {wrong.cell!r}, got it "
            f"{found} times. Change it along with the key."
        )
    return answer.replace(wrong.old, wrong.new)
