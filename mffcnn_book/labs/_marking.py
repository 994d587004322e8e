"""Mark a lab's notebook without a kernel, with nbgrader's own rule for the points.

nbgrader starts a kernel and a database for every submission, which takes seconds.  The
tests of the labs mark some hundred copies.  Here a copy is run cell by cell in the same
interpreter that a kernel has inside (IPython's), an error does not stop it, and
:func:`nbgrader.utils.determine_grade` reads the points off the outputs.  Copies share the run
of all cells up to the first in which they differ: there the process is forked.
"""

import ast
import contextlib
import copy
import io
import multiprocessing
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, groupby
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
Cells = Sequence[NotebookNode]


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
    alike = sorted(copies, key=lambda name: [_code(cell) for cell in copies[name].cells])
    size = -(-len(alike) // jobs)
    parts = [alike[start : start + size] for start in range(0, len(alike), size)]
    # Processes of their own, with one thread each: a process with threads cannot be forked safely.
    with (
        joblib.parallel_config("loky", inner_max_num_threads=1),
        joblib.Parallel(n_jobs=jobs) as parallel,
    ):
        marked = parallel(
            joblib.delayed(_mark_part)([copies[name].cells for name in names]) for names in parts
        )
    found = dict(zip(alike, chain.from_iterable(marked), strict=True))
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


def _code(cell: NotebookNode) -> tuple[str, str]:
    """Return all that the run and the points of a cell depend on."""
    return cell.source, repr(cell.metadata.get("nbgrader"))


def _mark_part(copies: Sequence[Cells]) -> list[Marks]:
    """Mark copies, given as their cells and in the order of these."""
    os.environ["CUDA_VISIBLE_DEVICES"] = ""  # torch does not survive a fork after using a GPU
    os.environ["NBGRADER_EXECUTION"] = "autograde"  # by which nbgrader tells that it marks
    import matplotlib
    from IPython.core.interactiveshell import InteractiveShell

    matplotlib.use("agg")  # a worker has no window, and needs none
    shell = InteractiveShell()
    shell.history_manager.enabled = False
    return _mark_rest(shell, copies, answered=False)


def _mark_rest(shell: Any, copies: Sequence[Cells], *, answered: bool) -> list[Marks]:
    """Mark what is left of copies that were alike so far; only given cells must not fail."""
    marks: Marks = {}
    while len({_code(cells[0]) if cells else None for cells in copies}) == 1 and copies[0]:
        cell, copies = copies[0][0], [cells[1:] for cells in copies]
        answered |= bool(cell.metadata.get("nbgrader", {}).get("solution"))
        marks |= _mark_cell(shell, cell, must_run=not answered)
    if not any(copies):
        return [marks] * len(copies)
    branches = groupby(copies, key=lambda cells: _code(cells[0]) if cells else None)
    found = [_in_a_fork(shell, list(branch), answered=answered) for _, branch in branches]
    return [marks | rest for rest in chain.from_iterable(found)]


def _in_a_fork(shell: Any, copies: Sequence[Cells], *, answered: bool) -> list[Marks]:
    def mark() -> None:
        try:
            sender.send(_mark_rest(shell, copies, answered=answered))
        except RuntimeError as error:
            sender.send(error)

    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    child = context.Process(target=mark)
    child.start()
    sender.close()
    try:
        found = receiver.recv()
    finally:
        child.join()
    if isinstance(found, RuntimeError):
        raise found
    return found


def _mark_cell(shell: Any, cell: NotebookNode, *, must_run: bool) -> Marks:
    from nbgrader.utils import determine_grade, is_grade

    if cell.cell_type == "code":
        cell.outputs = _run(shell, cell.source)
        warnings_cost_nothing(cell)
    errors = [o for o in cell.get("outputs", ()) if o.output_type == "error"]
    said = f"{errors[0].ename}: {errors[0].evalue}" if errors else ""
    if said and must_run:
        raise RuntimeError(f"{said} in\n{cell.source}")
    if not is_grade(cell):
        return {}
    points, maximum = determine_grade(cell)
    return {cell.metadata.nbgrader.grade_id: Mark(points, maximum, said)}


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
