"""Mark a lab's notebook without a kernel, with nbgrader's own rule for the points.

nbgrader starts a kernel and a database for every submission, which takes seconds.  The
tests of the labs mark some hundred copies.  Here a copy is run cell by cell in the same
interpreter that a kernel has inside (IPython's), an error does not stop it, and
:func:`nbgrader.utils.determine_grade` reads the points off the outputs.  Copies that begin
alike (they render the same people) share the run of their beginning.
"""

import ast
import contextlib
import copy
import io
import multiprocessing
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

import joblib
from nbformat import NotebookNode, v4

from mffcnn_book.labs._runner import warnings_cost_nothing


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


Marks = dict[str, Mark]


def mark_copies(copies: Mapping[str, NotebookNode], *, jobs: int = 1) -> dict[str, Marks]:
    """Run notebooks and return the points of their graded cells.

    Parameters
    ----------
    copies : mapping of str to NotebookNode
        With the tests as they stand in the source.
    jobs : int
        How many are run at the same time.

    Returns
    -------
    dict of str to dict of str to Mark
        For each copy, by the name of the graded cell, in the order of the notebook.

    Notes
    -----
    Needs a system that can fork a process (Linux, macOS).
    """
    groups: dict[str, list[str]] = {}
    for name, notebook in copies.items():
        groups.setdefault("\n".join(c.source for c in _beginning(notebook)), []).append(name)
    parts = [names[k::jobs] for names in groups.values() for k in range(jobs)]
    parts = [names for names in parts if names]
    # Processes of their own, with one thread each: a process with threads cannot be forked safely.
    with (
        joblib.parallel_config("loky", inner_max_num_threads=1),
        joblib.Parallel(n_jobs=jobs) as parallel,
    ):
        marked = parallel(
            joblib.delayed(_mark_alike)([copies[name] for name in names]) for names in parts
        )
    found = {
        name: marks
        for names, several in zip(parts, marked, strict=True)
        for name, marks in zip(names, several, strict=True)
    }
    return {name: found[name] for name in copies}


def graded_part(notebook: NotebookNode) -> NotebookNode:
    """Return a notebook with the code that its tests need, without the pictures between.

    From the last test upwards, a cell stays if it makes a name that a later one reads.
    """
    kept, read = [], set()
    for cell in reversed(notebook.cells):
        if cell.cell_type == "code":
            names = list(ast.walk(ast.parse(cell.source)))
            made = {name for node in names for name in _names_made(node)}
            if cell.metadata.get("nbgrader", {}).get("grade") or made & read:
                read |= {node.id for node in names if isinstance(node, ast.Name)}
                kept.append(cell)
    part = copy.deepcopy(notebook)
    part.cells = kept[::-1]
    return part


def _names_made(node: ast.AST) -> set[str]:
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        return {node.id}
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return {node.name}
    if isinstance(node, ast.alias):
        return {(node.asname or node.name).split(".")[0]}
    return set()


def _beginning(notebook: NotebookNode) -> list[NotebookNode]:
    """Return the cells before the first one that a student answers."""

    def is_given(cell: NotebookNode) -> bool:
        return not cell.metadata.get("nbgrader", {}).get("solution")

    return list(takewhile(is_given, notebook.cells))


def _mark_alike(notebooks: Sequence[NotebookNode]) -> list[Marks]:
    """Mark copies with the same beginning, each from there on in a fork of this process."""
    import matplotlib
    from IPython.core.interactiveshell import InteractiveShell

    matplotlib.use("agg")  # a worker has no window, and needs none
    os.environ["NBGRADER_EXECUTION"] = "autograde"  # by which nbgrader tells that it marks
    shell = InteractiveShell()
    shell.history_manager.enabled = False
    given = _beginning(notebooks[0])
    for cell in given:
        if cell.cell_type == "code":
            cell.outputs = _run(shell, cell.source)
            if errors := [o for o in cell.outputs if o.output_type == "error"]:
                raise RuntimeError(f"{errors[0].ename}: {errors[0].evalue} in\n{cell.source}")
    return [_in_a_fork(shell, notebook.cells[len(given) :]) for notebook in notebooks]


def _in_a_fork(shell: Any, cells: Sequence[NotebookNode]) -> Marks:
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    child = context.Process(target=lambda: sender.send(_mark_cells(shell, cells)))
    child.start()
    sender.close()
    try:
        return receiver.recv()
    finally:
        child.join()


def _mark_cells(shell: Any, cells: Sequence[NotebookNode]) -> Marks:
    from nbgrader.utils import determine_grade, is_grade

    marks = {}
    for cell in cells:
        if cell.cell_type == "code":
            cell.outputs = _run(shell, cell.source)
            warnings_cost_nothing(cell)
        if is_grade(cell):
            points, maximum = determine_grade(cell)
            errors = [o for o in cell.get("outputs", ()) if o.output_type == "error"]
            said = f"{errors[0].ename}: {errors[0].evalue}" if errors else ""
            marks[cell.metadata.nbgrader.grade_id] = Mark(points, maximum, said)
    return marks


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
