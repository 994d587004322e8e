"""Mark a lab's notebook in this process, with nbgrader's own rule for the points.

nbgrader starts a kernel and a database for every submission, which takes seconds.  The
tests of the labs mark some eighty copies; here a copy is run cell by cell in a fresh
name space of the same interpreter that a kernel has inside (IPython's), an error does not
stop it, and :func:`nbgrader.utils.determine_grade` reads the points off the outputs.
"""

import contextlib
import io
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import joblib
from nbformat import NotebookNode, v4


@dataclass(frozen=True)
class Mark:
    """Points of one graded cell.

    Attributes
    ----------
    points : float, optional
        None where a person has to read the answer.
    maximum : float
    error : str
        What a failed test said; empty if it passed.
    """

    points: float | None
    maximum: float
    error: str = ""


def mark(notebook: NotebookNode) -> dict[str, Mark]:
    """Run a notebook and return the points of its graded cells.

    Parameters
    ----------
    notebook : NotebookNode
        With the tests as they stand in the source; its outputs are replaced.

    Returns
    -------
    dict of str to Mark
        By the name of the graded cell, in the order of the notebook.
    """
    from IPython.core.interactiveshell import InteractiveShell
    from nbgrader.utils import determine_grade, is_grade

    shell = InteractiveShell()
    shell.history_manager.enabled = False
    marks = {}
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = _run(shell, cell.source)
        if is_grade(cell):
            points, maximum = determine_grade(cell)
            errors = [o for o in cell.get("outputs", ()) if o.output_type == "error"]
            said = f"{errors[0].ename}: {errors[0].evalue}" if errors else ""
            marks[cell.metadata.nbgrader.grade_id] = Mark(points, maximum, said)
    return marks


def mark_copies(copies: Mapping[str, NotebookNode], *, jobs: int = 1) -> dict[str, dict[str, Mark]]:
    """Mark several notebooks, each in a name space of its own, on ``jobs`` processes."""
    with joblib.Parallel(n_jobs=jobs) as parallel:
        marks = parallel(joblib.delayed(_mark_alone)(copy) for copy in copies.values())
    return dict(zip(copies, marks, strict=True))


def _mark_alone(notebook: NotebookNode) -> dict[str, Mark]:
    import matplotlib

    matplotlib.use("agg")  # a worker has no window, and needs none
    os.environ["NBGRADER_EXECUTION"] = "autograde"  # by which nbgrader tells that it marks
    return mark(notebook)


def _run(shell: Any, source: str) -> list[NotebookNode]:
    """Run one cell as a kernel does; return its outputs as far as they matter for marks."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        done = shell.run_cell(source, store_history=False)
    outputs = [
        v4.new_output("stream", name=name, text=stream.getvalue())
        for name, stream in (("stdout", out), ("stderr", err))
        if stream.getvalue()
    ]
    error = done.error_before_exec or done.error_in_exec
    if error is not None:
        outputs.append(
            v4.new_output("error", ename=type(error).__name__, evalue=str(error), traceback=[])
        )
    elif done.result is not None:
        outputs.append(
            v4.new_output(
                "execute_result", data={"text/plain": repr(done.result)}, execution_count=1
            )
        )
    return outputs
