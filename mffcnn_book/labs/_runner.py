"""Run a notebook that was handed in, cell by cell, and never fail: a program of its own.

    python -m mffcnn_book.labs.run < submitted.ipynb > executed.ipynb

It reads and writes no file, so it can run where there is none: in a container without network,
or as another user in an empty folder.  A cell that takes too long is stopped, a kernel that dies
ends the run; what ran before stands, and the rest says why it did not run.
"""

import ast
import importlib.util
import os
import secrets
import sys
import time
from collections.abc import Iterable
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import DeadKernelError
from nbformat import NotebookNode, v4

CELL_SECONDS, ALL_SECONDS = 180, 900
"""Limits for a cell and for a notebook; whole labs need a minute."""


TIMEOUT = "Timeout"


def run(notebook: NotebookNode, *, cell_seconds: int = CELL_SECONDS,
        all_seconds: int = ALL_SECONDS) -> NotebookNode:  # fmt: skip
    """Return a notebook with the outputs of its cells.

    Before each test the guard puts back what the test stands on; see ``_guard``.

    Parameters
    ----------
    notebook : NotebookNode
        With the tests as they are marked.
    cell_seconds, all_seconds : int
        Limits for each cell and for all of them.
    """
    os.environ["NBGRADER_EXECUTION"] = "autograde"  # by which labs tell that they are marked
    guarded, remarks = _with_guards(notebook), []
    stopped = (
        f"This cell took longer than {cell_seconds} s and was stopped. "
        "Look for a loop that does not end."
    )
    replies: list[dict] = []
    client = NotebookClient(
        guarded,
        kernel_name="python3",
        timeout=cell_seconds,
        interrupt_on_timeout=True,
        allow_errors=True,
        extra_arguments=["--log-level=CRITICAL"],
        error_on_timeout={
            "ename": TIMEOUT,
            "evalue": stopped,
            "traceback": [stopped],
            "status": "error",
        },
        on_cell_executed=lambda **told: replies.append(told["execute_reply"]["content"]),
    )
    end, broken = time.monotonic() + all_seconds, ""
    with client.setup_kernel():
        for number, cell in enumerate(guarded.cells):
            if cell.cell_type != "code":
                continue
            client.timeout = max(1, min(cell_seconds, int(end - time.monotonic())))
            if not broken and time.monotonic() > end:
                broken = f"the time for the whole notebook, {all_seconds} s, was over"
            if broken:
                cell.outputs = [_error("NotRun", f"This cell did not run: {broken}.")]
                continue
            try:
                replies.clear()
                client.execute_cell(cell, number)
                _write_down(replies, cell)
            except DeadKernelError:
                broken = (
                    f"the kernel had died in {_where(cell, number)}: too much memory, or a crash"
                )
                cell.outputs = [_error("DeadKernel", f"In this cell {broken.replace('had ', '')}.")]
    if broken:
        remarks.append(broken)
    guarded.cells = [
        cell for cell in guarded.cells if "guard" not in cell.metadata or _changed(cell, remarks)
    ]
    for cell in guarded.cells:
        warnings_cost_nothing(cell)
    guarded.metadata["mffcnn"] = {"remarks": remarks}
    return guarded


def _write_down(replies: list[dict], cell: NotebookNode) -> None:
    """Add an error that has left no output, as that of a cell that was stopped."""
    for reply in replies:
        if reply["status"] == "error":
            if reply["ename"] == TIMEOUT:  # the kernel has seen it as an interrupt
                cell.outputs = [out for out in cell.outputs if out.output_type != "error"]
            if not _errors(cell):
                cell.outputs.append(_error(reply["ename"], reply["evalue"]))


def warnings_cost_nothing(cell: NotebookNode) -> None:
    """Move a warning of a student's program out of the way: nbgrader takes it for a failed test."""
    for output in cell.get("outputs", ()):
        if output.output_type == "stream":
            output.name = "stdout"


def _changed(cell: NotebookNode, remarks: list[str]) -> bool:
    """Note what the guard had to put back; its cells are not part of the notebook."""
    said = [o.data["text/plain"].strip("[]") for o in cell.outputs if "data" in o]
    remarks += [f"before the test {cell.metadata.guard}: put back {what}" for what in said if what]
    return False


def _with_guards(notebook: NotebookNode) -> NotebookNode:
    """Return the notebook with cells between that call the guard."""
    name = f"_{secrets.token_hex(8)}"
    source = Path(importlib.util.find_spec("mffcnn_book.labs._guard").origin).read_text("utf-8")
    trees = {id(cell): _tree(cell.source) for cell in notebook.cells if _is_locked(cell)}
    imported = sorted({m for tree in trees.values() for m in _modules(tree)})
    begin = (
        f"import sys, types\n{name} = sys.modules[{name!r}] = types.ModuleType({name!r})\n"
        f"exec({source!r}, vars({name}))\n"
        f"{name}.guard = {name}.Guard(get_ipython(), {imported!r})\ndel {name}, sys, types\n[]"
    )
    guard = f"__import__('sys').modules[{name!r}].guard"
    cells = [_call(begin, "start")]
    for cell in notebook.cells:
        tree = trees.get(id(cell))
        if tree is not None and cell.metadata.nbgrader.grade:
            reads = sorted({n.id for n in ast.walk(tree) if isinstance(n, ast.Name)})
            cells.append(_call(f"{guard}.restore({reads!r})", cell.metadata.nbgrader.grade_id))
        cells.append(cell)
        if tree is not None:
            cells.append(_call(f"{guard}.remember({sorted(_bound(tree))!r})", "names"))
    guarded = nbformat.from_dict(notebook)
    guarded.cells = cells
    return guarded


def _call(source: str, name: str) -> NotebookNode:
    return v4.new_code_cell(source, metadata={"guard": name})


def _is_locked(cell: NotebookNode) -> bool:
    facts = cell.metadata.get("nbgrader", {})
    return cell.cell_type == "code" and bool(facts.get("locked"))


def _tree(source: str) -> ast.Module:
    return ast.parse(source)


def _modules(tree: ast.Module) -> Iterable[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def _bound(tree: ast.Module) -> set[str]:
    """Return the names that a cell binds at its top level."""
    names = set()
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names |= {(alias.asname or alias.name).split(".")[0] for alias in node.names}
        elif isinstance(node, ast.Assign):
            names |= {n.id for t in node.targets for n in ast.walk(t) if isinstance(n, ast.Name)}
    return names


def _error(name: str, said: str) -> NotebookNode:
    return v4.new_output("error", ename=name, evalue=said, traceback=[said])


def _errors(cell: NotebookNode) -> list[NotebookNode]:
    return [output for output in cell.outputs if output.output_type == "error"]


def _where(cell: NotebookNode, number: int) -> str:
    return cell.metadata.get("nbgrader", {}).get("grade_id") or f"cell {number}"


def main() -> int:
    """Read a notebook from the standard input, write it with its outputs to the standard output."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a kernel prints past its notebook must not mix with the answer
    cell_seconds, all_seconds = (
        map(int, sys.argv[1:]) if sys.argv[1:] else (CELL_SECONDS, ALL_SECONDS)
    )
    notebook = nbformat.reads(sys.stdin.buffer.read().decode("utf-8"), as_version=4)
    done = run(notebook, cell_seconds=cell_seconds, all_seconds=all_seconds)
    out.write(nbformat.writes(done))
    out.close()
    return 0
