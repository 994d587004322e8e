"""What is made from a lab's source: the student edition and the key."""

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import yaml
from nbformat import NotebookNode

from mffcnn_book.labs._source import Lab
from mffcnn_core.errors import LabError
from mffcnn_core.files import atomic_path
from mffcnn_core.settings import check_choice

COURSE = Path(__file__).with_name("course")
"""Settings and templates that a course folder begins with."""
REGIONS = ("SOLUTION", "HIDDEN TESTS", "MARK SCHEME")
"""What nbgrader takes out between ``### BEGIN <region>`` and ``### END <region>``."""


def course_config(folder: Path | str) -> Any:
    """Return the nbgrader settings of a course folder, or of ``COURSE``.

    Raises
    ------
    LabError
        If nbgrader is not installed or the folder has no ``nbgrader_config.py``.
    """
    try:
        import nbgrader  # noqa: F401  (an extra: everything but teaching works without it)
        from traitlets.config import PyFileConfigLoader
    except ImportError as error:
        raise LabError(
            "nbgrader: expected it to be installed, got none. "
            "Install what teaching needs: pip install 'mffcnn[teach]'."
        ) from error
    path = Path(folder) / "nbgrader_config.py"
    if not path.is_file():
        raise LabError(
            f"{path}: expected the settings of a course, got no file. "
            "`mffcnn labs release` makes a course folder."
        )
    return PyFileConfigLoader(path.name, path=str(path.parent)).load_config()


def student_edition(lab: Lab) -> NotebookNode:
    """Return a lab as students get it: without solutions, hidden tests and mark schemes.

    The steps are those of ``nbgrader generate_assignment``, without its database.
    """
    config = course_config(COURSE)
    from nbgrader import preprocessors

    notebook, resources = lab.read(), {}
    for step in (
        preprocessors.LockCells,
        preprocessors.ClearSolutions,
        preprocessors.ClearOutput,
        preprocessors.ClearHiddenTests,
        preprocessors.ClearMarkScheme,
        preprocessors.ComputeChecksums,
        preprocessors.CheckCellMetadata,
    ):
        notebook, resources = step(config=config).preprocess(notebook, resources)
    return notebook


@dataclass(frozen=True)
class Edit:
    """A change that makes a variant: ``old`` becomes ``new`` wherever it stands in a cell."""

    cell: str
    old: str
    new: str


def load_variants(lab: Lab) -> dict[str, list[Edit]]:
    """Return the variants of a lab by name; empty if it has none.

    Raises
    ------
    LabError
        If the file has other entries than ``name: [{cell, old, new}, ...]``.
    """
    if not lab.variants.is_file():
        return {}
    try:
        entries = yaml.safe_load(lab.variants.read_text(encoding="utf-8"))
        return {name: [Edit(**edit) for edit in edits] for name, edits in entries.items()}
    except (yaml.YAMLError, AttributeError, TypeError) as error:
        raise LabError(
            f"{lab.variants}: expected variants (name: list of cell, old, new), got "
            f"{type(error).__name__}: {error}."
        ) from error


def with_variant(lab: Lab, name: str = "") -> NotebookNode:
    """Return the source of a lab, changed to a variant.

    Raises
    ------
    LabError
        If there is no such variant, or the source does not hold what it changes.
    """
    notebook, variants = lab.read(), load_variants(lab)
    if name:
        check_choice("variant", name, variants, f"{lab.name} has these.", LabError)
    cells = {cell.id: cell for cell in notebook.cells}
    for edit in variants[name] if name else ():
        if edit.cell not in cells or edit.old not in cells[edit.cell].source:
            raise LabError(
                f"{lab.variants}: expected {edit.old!r} in cell {edit.cell!r}, got none there. "
                "Change it along with the source."
            )
        cells[edit.cell].source = cells[edit.cell].source.replace(edit.old, edit.new)
    return notebook


def write_editions(labs: list[Lab]) -> list[Path]:
    """Write the student edition of each lab to where the book offers it."""
    return [_write(student_edition(lab), lab.student) for lab in labs]


def write_key(lab: Lab, *, timeout: int = 300) -> Path:
    """Execute a lab's source and write it, with its outputs, for teachers.

    Raises
    ------
    LabError
        If a cell of the source fails: then the solution does not pass its own tests.
    """
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError

    notebook = lab.read()
    try:
        NotebookClient(
            notebook,
            timeout=timeout,
            kernel_name="python3",
            extra_arguments=["--log-level=CRITICAL"],  # not that it talks to this machine alone
        ).execute()
    except CellExecutionError as error:
        raise LabError(
            f"{lab.source}: expected a key that passes its own tests, got a failing cell. {error}"
        ) from error
    return _write(notebook, lab.key)


def secret_lines(notebook: NotebookNode, *, shortest: int = 25) -> set[str]:
    """Return the lines of a source that no student may see, without indentation.

    Lines shorter than ``shortest``, and lines that also stand outside of every region,
    are left out: they give nothing away.
    """
    secret, public = set(), set()
    for cell in notebook.cells:
        for line, is_secret in _told_apart(cell.source):
            (secret if is_secret else public).add(line.strip())
    return {line for line in secret - public if len(line) >= shortest}


def _told_apart(source: str) -> Iterator[tuple[str, bool]]:
    """Yield the lines of a cell but for the markers, and whether each is in a region."""
    depth = 0  # a mark scheme stands inside of the model answer
    for line in source.splitlines():
        if any(f"BEGIN {region}" in line for region in REGIONS):
            depth += 1
        elif any(f"END {region}" in line for region in REGIONS):
            depth -= 1
        else:
            yield line, depth > 0


def without_markers(source: str) -> str:
    """Return the text of a solution cell as a student would have written it."""
    return "\n".join(line for line, _ in _told_apart(source))


def _write(notebook: NotebookNode, path: Path) -> Path:
    with atomic_path(path) as part:
        part.write_text(nbformat.writes(copy.deepcopy(notebook)) + "\n", encoding="utf-8")
    return path
