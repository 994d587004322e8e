"""The cells of a table by the names of their lines: header, labels and numbers are separated."""

import re
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from pathlib import Path

from mffcnn_book.audit._numbers import decimal_comma, plain_number
from mffcnn_core.errors import ParameterError
from mffcnn_core.tables import open_table

Cells = tuple[tuple[str, ...], ...]
Lines = list[tuple[int, list[str]]]
_SIZE = re.compile(r"(?<=\S)\s*[(\[]\s*n\s*=\s*\d+\s*[)\]]$", re.I)
_SIDE = re.compile(r"^(actual|true|truth|reference|pred(?:icted|iction)?)[\s:_.-]+(?=\S)", re.I)


@dataclass(frozen=True)
class Grid:
    """Names and cells as they stand in a file, numbers as Python writes them.

    Attributes
    ----------
    rows, columns : tuple of str
    cells : tuple of tuple of str
        Numbers, or empty.
    about_rows, about_columns : str
        What stands in the corner, and above the columns.
    has_percent : bool
        Whether a cell has a per cent sign.
    notes : tuple of str
        How the file was read.
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: Cells
    about_rows: str = ""
    about_columns: str = ""
    has_percent: bool = False
    notes: tuple[str, ...] = ()

    @property
    def turned(self) -> "Grid":
        """Rows and columns exchanged."""
        return replace(
            self,
            rows=self.columns,
            columns=self.rows,
            cells=tuple(zip(*self.cells, strict=True)),
            about_rows=self.about_columns,
            about_columns=self.about_rows,
        )


def key(name: str) -> str:
    """Return a name so that equal ones compare equal.

    Examples
    --------
    >>> key("Happy "), key("1.0"), key("very_happy")
    ('happy', '1', 'very happy')
    """
    name = re.sub(r"[\s_]+", " ", name).strip().casefold()
    return re.sub(r"^(\d+)\.0+$", r"\1", name)


def read_grid(path: Path | str) -> Grid:
    """Read a table of numbers with names.

    Raises
    ------
    ParameterError
        If it is no such table; all faulty cells are named.
    InputError
        If the file is missing or no table at all.
    """
    table = open_table(path, drawn=True)
    lines = [(number, line) for number, line in enumerate(table, start=1) if any(line)]
    width = max((len(line) for _, line in lines), default=0)
    if len(lines) < 2 or width < 2:
        raise ParameterError(
            f"{path}: expected a line of column names, and rows of a name and numbers, "
            f"got {len(lines)} line(s) of {width} cell(s). {_EXAMPLE}"
        )
    comma = _has_decimal_comma(path, [cell for _, line in lines for cell in line], table.form)
    notes = [] if table.form == "commas" else [f"The file is read as {table.form}."]
    notes += ["Numbers have decimal commas."] * comma
    lines, sizes = _without_sizes(lines, comma)
    lines, named = _named(lines, comma)
    top, left = _header(lines)
    names = lines[top][1][left + 1 :]
    body = [(number, line[left:] or [""]) for number, line in lines[top + 1 :]]
    while names and not names[-1] and not any(line[len(names) :] for _, line in body):
        names.pop()
    cells, marks = _cells(path, names, body, comma)
    if not any(text for row in cells for text in row):
        raise ParameterError(f"{path}: expected numbers, got none. {_EXAMPLE}")
    kept = [j for j, name in enumerate(names) if name or any(row[j] for row in cells)]
    return Grid(
        rows=tuple(line[0] for _, line in body),
        columns=tuple(names[j] for j in kept),
        cells=tuple(tuple(row[j] for j in kept) for row in cells),
        about_rows=" ".join(lines[top][1][: left + 1]).strip(),
        about_columns=" ".join(
            cell for _, line in lines[:top] for cell in line[left + 1 :]
        ).strip(),
        has_percent="%" in marks,
        notes=(*notes, *named, *_told(marks | sizes), *table.notes),
    )


def _has_decimal_comma(path: Path | str, cells: list[str], form: str) -> bool:
    comma = decimal_comma(cells)
    if comma is None and form.startswith(("commas", "semicolons")):
        # who separates by semicolons needs the comma for numbers, who separates by commas does not
        return form.startswith("semicolons")
    if comma is None:
        one = next(cell for cell in cells if re.fullmatch(r"\d+,\d{3}", cell))
        raise ParameterError(
            f"{path}: expected numbers that can be read in one way, got {one}, which may be "
            f"{one.replace(',', '.')} or {one.replace(',', '')}. Write it without the comma, or "
            "with another number of decimals."
        )
    return comma


def _without_sizes(lines: Lines, comma: bool) -> tuple[Lines, set[str]]:
    """Take the number of clips off names, as in ``Anger (n = 60)``; say whether there were any."""

    def bare(cell: str) -> str:
        return cell if _number(cell, comma) else _SIZE.sub("", cell)

    kept = [(number, [bare(cell) for cell in line]) for number, line in lines]
    return kept, {"("} if kept != lines else set()


def _named(lines: Lines, comma: bool) -> tuple[Lines, list[str]]:
    """Give names to what has none: a matrix as numpy writes it, or without its first column.

    R leaves out the corner.
    """
    first, rest = lines[0][1], lines[1:]
    widths = {len(line) for _, line in rest}
    numbers = all(_number(cell, comma) for _, line in rest for cell in line)
    if numbers and widths == {len(first)}:
        n = len(first)
        if len(lines) == n and all(_number(cell, comma) for cell in first):
            names = [str(k) for k in range(1, n + 1)]
            told = "It names no classes: they are numbered, in the order of the file."
            rows = zip(names, lines, strict=True)
            return [
                (0, ["", *names]),
                *((number, [name, *line]) for name, (number, line) in rows),
            ], [told]
        if len(rest) == n and (not any(_number(cell, comma) for cell in first) or _in_order(first)):
            told = "The rows have no names: they are taken to be in the order of the columns."
            rows = zip(first, rest, strict=True)
            return [
                (lines[0][0], ["", *first]),
                *((number, [name, *line]) for name, (number, line) in rows),
            ], [told]
    labels = {key(line[0]) for _, line in rest}
    if widths == {len(first) + 1} and len(labels & {key(name) for name in first}) > 1:
        return [(lines[0][0], ["", *first]), *rest], []
    return lines, []


def _in_order(names: list[str]) -> bool:
    return names in [[str(k + start) for k in range(len(names))] for start in (0, 1)]


def _header(lines: Lines) -> tuple[int, int]:
    """Return the line of the names of columns, and the column of those of rows.

    It is where most names stand on both sides: there may be titles above and beside it.  Numbers
    are names at the very beginning, or if they count up: cells may well be equal.
    """
    best, found = 1, None
    for top in range(min(6, len(lines) - 1)):
        for left in range(2):
            names = [key(name) for name in lines[top][1][left + 1 :] if name]
            labels = [key(line[left]) for _, line in lines[top + 1 :] if len(line) > left]
            both = {name for name in names if name in labels}
            if (top, left) != (0, 0) and not _in_order(names):
                both = {name for name in both if not is_number(name)}
            if len(both) > best:
                best, found = len(both), (top, left)
    if found:
        return found
    wide = (k for k, (_, line) in enumerate(lines[:-1]) if any(line[1:]))
    return next(wide, 0), 0  # a title stands alone in its line


def _cells(
    path: Path | str, names: list[str], body: Lines, comma: bool
) -> tuple[list[list[str]], set[str]]:
    """Return the numbers, as many in each row as there are names, and what stood beside them."""
    cells, problems, marks = [], [], set()
    for number, (_, *row) in body:
        if len(row) > len(names):
            problems.append(f"line {number}: {len(row) + 1} cells for {len(names) + 1} columns")
        row += [""] * (len(names) - len(row))  # trailing blanks are often left out
        told = [(_number(cell, comma), cell) for cell in row]
        cells.append([one for one, _ in told])
        for name, (one, cell) in zip(names, told, strict=False):
            marks |= {"%"} if "%" in re.split(r"[±(\[]", cell)[0] else set()
            marks |= {mark for mark in "(±[" if mark in cell}
            if not one and cell not in _BLANK:
                problems.append(f"line {number}, column {name!r}: {cell!r} is no number")
    if problems:
        raise ParameterError(
            f"{path}: expected a number or nothing in every cell, got {len(problems)} problem(s): "
            f"{'; '.join(problems[:20])}. Write all numbers with one decimal sign, and put quotes "
            "around what holds a comma."
        )
    return cells, marks


_EXAMPLE = "See `mffcnn audit --help` for an example."
_DIGITS = 15
"""Of a number: a float holds no more, and no table prints more."""
_BLANK = ("", "-", "–", "—")


def _number(cell: str, comma: bool) -> str:
    """Return the number in a cell; empty if it holds none."""
    text = re.sub(r"\s*(±|\(|\[).*$|[*†‡§]+$", "", cell)  # an error, a second number, a footnote
    text = plain_number(re.sub(r"\s*%$", "", text), comma=comma)
    if re.fullmatch(r"[-+]?\d\.\d+[eE][-+]\d+", text):  # numpy's way to write 18
        return format(Decimal(text).normalize(), "f")
    return text if is_number(text) else ""


def is_number(text: str) -> bool:
    """Say whether a text is a printed number; powers of ten are none."""
    try:
        number = Decimal(text)
        short = len(text) <= 2 * _DIGITS and abs(number) < 10**_DIGITS if number.is_finite() else 0
        return bool(short) and "e" not in text.lower() and "_" not in text
    except InvalidOperation:
        return False


def _told(marks: set[str]) -> list[str]:
    told = "What stands in brackets or behind ± is left aside."
    return [told] if marks & {"(", "±", "["} else []


def without_sides(grid: Grid) -> Grid:
    """Take ``true_`` and ``pred_`` off the names, if they are alike on both sides only then."""
    rows, columns = ([key(name) for name in names] for names in (grid.rows, grid.columns))
    if set(rows) & set(columns):
        return grid
    sides = [_SIDE.match(name) for name in (grid.rows[0], grid.columns[0])]
    bare = [tuple(_SIDE.sub("", name) for name in names) for names in (grid.rows, grid.columns)]
    if None in sides or not {key(name) for name in bare[0]} & {key(name) for name in bare[1]}:
        return grid
    return replace(
        grid,
        rows=bare[0],
        columns=bare[1],
        about_rows=grid.about_rows or sides[0][1],
        about_columns=grid.about_columns or sides[1][1],
    )
