"""Make a submission whole: what was released stands in it, once, and in its place."""

import re

import nbformat
from nbformat import NotebookNode

_NOT_RUN = re.compile(r"^\s*(!|%(pip|conda|mamba|system|sx|run|cd|env|set_env|store)\b)")
_CELLS_NOT_RUN = re.compile(r"^\s*%%(!|bash|sh|script|system|sx|writefile|perl|ruby|cmd)")


def grade_id(cell: NotebookNode) -> str:
    """Return the name by which marking knows a cell, or nothing."""
    return cell.metadata.get("nbgrader", {}).get("grade_id", "")


def names_student(cell: NotebookNode) -> bool:
    """Say whether a cell is the one in which students put down their name."""
    return cell.cell_type == "code" and bool(re.search(r"^STUDENT\s*=", cell.source, re.M))


def student_of(notebook: NotebookNode) -> str:
    """Return the name that stands in a notebook; empty if it was never put in."""
    for cell in filter(names_student, notebook.cells):
        if found := re.search(r"""^STUDENT\s*=\s*(['"])(.*?)\1""", cell.source, re.M):
            return "" if found[2] == "your name" else found[2].strip()
    return ""


def make_whole(submitted: NotebookNode, released: NotebookNode) -> tuple[NotebookNode, list[str]]:
    """Return a submission with every released cell in it once, and what had to be mended.

    Tests and given cells stand as they were released.  A copy of an answer stays as plain code,
    which runs; the last one is the answer.  Cells of the student's own stay where they are.
    Lines for the shell and for ``pip`` become comments: they are not run while marking.
    """
    wanted = {grade_id(cell): cell for cell in released.cells if grade_id(cell)}
    by_id = {cell.id: grade_id(cell) for cell in released.cells if grade_id(cell)}
    remarks: list[str] = []
    named = [_name(cell, wanted, by_id) for cell in submitted.cells]
    cells: list[NotebookNode] = []
    for number, (cell, name) in enumerate(zip(submitted.cells, named, strict=True)):
        is_copy = name and name in named[number + 1 :]
        if is_copy and wanted[name].metadata.nbgrader.locked:
            remarks.append(f"the cell {name} was there twice; one is left")
            continue
        if is_copy:
            remarks.append(f"the answer {name} was there twice; the last one counts")
        cells.append(_mended(cell, "" if is_copy else name, wanted, remarks))
    if not any(names_student(cell) for cell in cells):
        remarks.append("the cell with the name was missing; it was put back")
        cells.insert(0, next(cell for cell in released.cells if names_student(cell)))
    _put_back(cells, wanted, remarks)
    whole = nbformat.v4.new_notebook(metadata=released.metadata, cells=cells)
    whole.nbformat_minor = 5
    _, whole = nbformat.validator.normalize(whole)  # cells that were copied share an id
    return whole, remarks


def _name(cell: NotebookNode, wanted: dict[str, NotebookNode], by_id: dict[str, str]) -> str:
    """Return which released cell this one is; some editors keep only the cell's id."""
    name = grade_id(cell) or by_id.get(cell.get("id", ""), "")
    return name if name in wanted else ""


def _mended(
    cell: NotebookNode, name: str, wanted: dict[str, NotebookNode], remarks: list[str]
) -> NotebookNode:
    text = "".join(cell.source)
    if not name:
        make = {
            "code": nbformat.v4.new_code_cell,
            "markdown": nbformat.v4.new_markdown_cell,
        }.get(cell.cell_type, nbformat.v4.new_raw_cell)
        return make(_without_shell(text, "a cell", remarks) if cell.cell_type == "code" else text)
    given = wanted[name]
    mended = nbformat.from_dict(given)
    if given.metadata.nbgrader.locked:
        if text.rstrip() != given.source.rstrip():
            what = "test" if given.metadata.nbgrader.grade else "given cell"
            remarks.append(f"the {what} {name} had been changed; it stands as released")
        return mended
    mended.source = _without_shell(text, name, remarks) if given.cell_type == "code" else text
    return mended


def _behind_name(cells: list[NotebookNode]) -> int:
    return next(number for number, cell in enumerate(cells, start=1) if names_student(cell))


def _without_shell(text: str, where: str, remarks: list[str]) -> str:
    if _CELLS_NOT_RUN.match(text):
        remarks.append(f"{where}: a cell for the shell is not run when marking")
        return "\n".join(f"# not run: {line}" for line in text.splitlines())
    lines = text.splitlines()
    for number, line in enumerate(lines):
        if _NOT_RUN.match(line):
            remarks.append(f"{where}: {line.strip()[:60]!r} is not run when marking")
            indent = line[: len(line) - len(line.lstrip())]
            lines[number] = f"{indent}pass  # not run: {line.strip()}"
    return "\n".join(lines)


def _put_back(
    cells: list[NotebookNode], wanted: dict[str, NotebookNode], remarks: list[str]
) -> None:
    """Insert each missing cell behind the one that was released before it."""
    order = list(wanted)
    for number, name in enumerate(order):
        if name in map(grade_id, cells):
            continue
        before = order[number - 1] if number else ""
        place = (
            [grade_id(cell) for cell in cells].index(before) + 1 if before else _behind_name(cells)
        )
        facts = wanted[name].metadata.nbgrader
        what = "answer" if facts.solution else "test" if facts.grade else "given cell"
        remarks.append(
            f"the {what} {name} was missing; "
            + ("it counts as not answered" if facts.solution else "it was put back")
        )
        cells.insert(place, nbformat.from_dict(wanted[name]))
