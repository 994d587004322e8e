"""What a student can find out before handing in: is the notebook whole, what passes so far."""

from dataclasses import dataclass
from pathlib import Path

import nbformat

from mffcnn_book.labs._inbox import notebook_text
from mffcnn_book.labs._runner import run
from mffcnn_book.labs._whole import grade_id, make_whole, student_of
from mffcnn_core.errors import LabError
from mffcnn_core.inputs import NOTEBOOK_BYTES, read_bytes


@dataclass(frozen=True)
class Checked:
    """What was found out about a notebook.

    Attributes
    ----------
    remarks : list of str
        What is not as it was handed out.
    passed, failed : dict of str to str
        Tests whose visible checks pass, with their points; tests that fail, with what they said.
    points : float
        Of the tests that pass, as far as students can see.
    to_read : float
        Points for answers that the teacher reads.
    """

    remarks: list[str]
    passed: dict[str, float]
    failed: dict[str, str]
    points: float
    to_read: float


def check_submission(path: Path | str, released: Path | str | None = None) -> Checked:
    """Run a notebook from top to bottom, as it will be when it is marked, on this machine.

    Parameters
    ----------
    path : Path or str
        The notebook to hand in; it is not changed.
    released : Path or str, optional
        The notebook as it was handed out, to compare with.

    Raises
    ------
    LabError
        If it is no notebook, or not one of a lab.
    """
    try:
        notebook = nbformat.reads(notebook_text(read_bytes(path, NOTEBOOK_BYTES)), as_version=4)
    except (ValueError, KeyError, AttributeError) as error:
        raise LabError(
            f"{path}: expected a notebook, got a file that cannot be read as one "
            f"({type(error).__name__}). Save it again from Jupyter."
        ) from error
    remarks: list[str] = []
    if released is not None:
        notebook, remarks = make_whole(notebook, nbformat.read(released, as_version=4))
    facts = {grade_id(c): c.metadata.nbgrader for c in notebook.cells if grade_id(c)}
    graded = {name: one for name, one in facts.items() if one.get("grade")}
    if not graded:
        raise LabError(
            f"{path}: expected the tests of a lab, got a notebook without. Its cells have lost "
            "what marking knows them by; copy your answers into a fresh download."
        )
    if not student_of(notebook):
        remarks.append("put your name into the first cell of code")
    done = run(notebook)
    passed, failed = {}, {}
    for cell in done.cells:
        name = grade_id(cell)
        if name in graded and not graded[name].get("solution"):
            errors = [o for o in cell.outputs if o.output_type == "error"]
            if errors:
                failed[name] = f"{errors[0].ename}: {errors[0].evalue}"
            else:
                passed[name] = graded[name]["points"]
    to_read = sum(one["points"] for one in graded.values() if one.get("solution"))
    return Checked(remarks, passed, failed, sum(passed.values()), to_read)
