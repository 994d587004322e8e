"""Run one notebook through papermill, strictly, and leave a truthful record."""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
import papermill
from nbclient.exceptions import DeadKernelError
from papermill.exceptions import PapermillExecutionError

from mffcnn_book.runs._inputs import take_inputs
from mffcnn_book.runs._kernel import KernelOfThisEnvironment
from mffcnn_book.runs._parameters import check_parameters, read_parameters, without_fields
from mffcnn_book.runs._record import RunRecord, record_path
from mffcnn_core.errors import NotebookError
from mffcnn_core.files import atomic_path


def run_notebook(
    path: Path | str,
    out: Path | str,
    parameters: Mapping[str, Any] | None = None,
    *,
    record: Path | str | None = None,
    progress: bool = False,
) -> RunRecord:
    """Execute a notebook on this Python, and record the run.

    Parameters
    ----------
    path : Path or str
        The notebook; it is not changed.
    out : Path or str
        Where the executed notebook goes; folders are made.  The file is whole or
        absent: what a failed or killed run leaves is ``<out>.unfinished.ipynb``.
    parameters : mapping, optional
        Values for the notebook's parameters; text is converted to the declared type.
    record : Path or str, optional
        File of the run record; by default ``runs/<notebook>.json`` beside ``out``.
    progress : bool
        Show a bar over the cells, with an estimate of the time left, on stderr.

    Returns
    -------
    RunRecord
        With the status ``succeeded``; it also stands in the file.

    Raises
    ------
    ParameterError
        If a parameter is unknown or its value does not fit; nothing was run or written.
    NotebookError
        If there is no such notebook, its parameters cell breaks the rule, ``out`` is
        the notebook itself, or a cell failed; then the record says so.

    Notes
    -----
    papermill alone passes over unknown parameters, wants the output folder to exist,
    takes any kernel of the name ``python3``, counts a cell that killed its kernel as
    completed, and lets ``sys.exit(0)`` end a notebook as a success.  None of this
    holds here; a notebook that runs here also runs with plain papermill.
    """
    path, out = Path(path), Path(out)
    declared = read_parameters(path)
    asked = check_parameters(parameters or {}, declared, notebook=path)
    if path.resolve() == out.resolve():
        raise NotebookError(
            f"{out}: expected another file than the notebook itself, got the same. "
            "Name the executed notebook differently."
        )
    defaults = {name: parameter.default for name, parameter in declared.items()}
    record = Path(record) if record is not None else record_path(path, out)
    unfinished = out.with_name(f"{out.stem}.unfinished.ipynb")
    begun = RunRecord.begin(path, unfinished, asked, defaults)
    begun.write(record)  # before the first cell: a killed run is seen as not finished
    out.parent.mkdir(parents=True, exist_ok=True)
    out.unlink(missing_ok=True)  # an older success must not pass for this run
    unfinished.unlink(missing_ok=True)

    class Kernel(KernelOfThisEnvironment):
        """The kernel of this run."""

    clock = time.monotonic()

    def end(**changes: Any) -> RunRecord:
        executed = nbformat.read(unfinished, as_version=4) if unfinished.is_file() else None
        ended = begun.replace(
            seconds=round(time.monotonic() - clock, 3),
            cell_seconds=_cell_seconds(executed) if executed else [],
            peak_memory_mib=Kernel.peak_memory_mib,
            inputs=take_inputs(executed) if executed else {},
            **changes,
        )
        if executed and ended.status == "succeeded":
            executed.metadata.papermill["output_path"] = out.as_posix()
            with atomic_path(out) as part:
                nbformat.write(executed, part)
            unfinished.unlink()
        ended.write(record)
        return ended

    try:
        _execute(path, unfinished, asked, kernel=Kernel, progress=progress)
    except BaseException as error:  # the record tells of whatever ended the run
        end(status="failed", error=str(error) or type(error).__name__)
        raise
    return end(status="succeeded", executed=out.as_posix())


def _execute(
    path: Path, unfinished: Path, asked: dict[str, Any], *, kernel: type, progress: bool
) -> None:
    try:
        executed = papermill.execute_notebook(
            without_fields(path),
            without_fields(unfinished),
            asked,
            kernel_name="python3",
            language="python",
            progress_bar={"desc": path.stem, "unit": "cell"} if progress else False,
            kernel_manager_class=kernel,
        )
    except PapermillExecutionError as error:
        _, place = _last_started(unfinished)
        raise _failure(path, f"{error.ename}: {error.evalue}", place, unfinished) from error
    except DeadKernelError as error:
        place = _mark_killed(unfinished)
        cause = "a killed kernel (for want of memory, as a rule)"
        raise _failure(path, cause, place, unfinished) from error
    except RuntimeError as error:  # the kernel does not even start
        raise NotebookError(
            f"{path}: expected a kernel that starts, got {error}. Run `mffcnn doctor`."
        ) from error
    if any(cell.metadata.papermill.get("exception") for cell in executed.cells):
        _, place = _last_started(unfinished)
        raise _failure(path, "an early end (SystemExit)", place, unfinished)


def _failure(path: Path, cause: str, place: str, unfinished: Path) -> NotebookError:
    return NotebookError(
        f"{path}: expected every cell to run, got {cause.strip()} in {place}. "
        f"The executed notebook, as far as it came, is {unfinished}."
    )


def _code_cells(notebook: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    """Return the code cells that the source notebook has too, in its order."""
    return [
        cell
        for cell in notebook.cells
        if cell.cell_type == "code" and "injected-parameters" not in cell.metadata.get("tags", [])
    ]


def _cell_seconds(notebook: nbformat.NotebookNode) -> list[float | None]:
    timings = (cell.metadata.get("papermill", {}) for cell in _code_cells(notebook))
    return [timing.get("duration") if timing.get("start_time") else None for timing in timings]


def _last_started(unfinished: Path) -> tuple[nbformat.NotebookNode, str]:
    """Return the notebook so far, and in words the cell where it stopped."""
    notebook = nbformat.read(unfinished, as_version=4)
    cells = _code_cells(notebook)
    started = [n for n, cell in enumerate(cells, 1) if cell.metadata.papermill.get("start_time")]
    return notebook, f"code cell {started[-1]} of {len(cells)}"


def _mark_killed(unfinished: Path) -> str:
    """Correct what papermill saved of a killed kernel: the cell failed, the rest never ran."""
    notebook, place = _last_started(unfinished)
    started = [cell for cell in notebook.cells if cell.metadata.papermill.get("start_time")]
    started[-1].metadata.papermill.update(status="failed", exception=True)
    started[-1].outputs.append(
        nbformat.v4.new_output(
            "error",
            ename="DeadKernelError",
            evalue="the kernel was killed in this cell",
            traceback=["DeadKernelError: the kernel was killed in this cell"],
        )
    )
    for cell in notebook.cells:
        if not cell.metadata.papermill.get("start_time"):
            cell.metadata.papermill["status"] = "pending"
    notebook.metadata.papermill["exception"] = True
    with atomic_path(unfinished) as part:
        nbformat.write(notebook, part)
    return place
