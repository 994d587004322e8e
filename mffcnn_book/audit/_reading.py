"""From a file to a table of results: classes first, then sides, units and margins."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import get_args

from mffcnn_book.audit._grid import Cells, Grid, key, read_grid, without_sides
from mffcnn_book.audit._margins import GRAND, kind_of_margin
from mffcnn_book.audit._roles import Numbers, Roles, find_roles, kind_of
from mffcnn_book.audit._sides import Side, Unit, find_sides, find_unit
from mffcnn_book.audit._table import Margin, ResultTable
from mffcnn_core.errors import ParameterError
from mffcnn_core.settings import check_choice

MOST_CLIPS = 1_000_000
"""Of a test; which values can be counts is found by counting."""


def read_table(
    path: Path | str,
    *,
    clips: Mapping[str, int] | int | None = None,
    unit: Unit | None = None,
    true: Side | None = None,
) -> ResultTable:
    """Read a confusion matrix or accuracies from any file that ``open_table`` reads.

    One line names the columns, the first column the rows.  Names that are rows and columns
    are classes; if most are, it is a confusion matrix.  What is left beside it is a margin: a
    sum, a number of clips, a recall, a precision or a mean, which the numbers decide,
    and from its name where they leave it open.  A class that is never predicted may have no
    column.

    Parameters
    ----------
    path : Path or str
    clips : int or mapping of str to int, optional
        Clips of the test: one number, or by class (confusion) or column (accuracies).
    unit : {"percent", "share", "counts"}, optional
        Told from the numbers by default: whole numbers of a confusion matrix are counts unless
        every row or every column adds up to 100; numbers from 0 to 1 with a point are shares.
    true : {"rows", "columns"}, optional
        Where the true classes stand; told from the corner and the sums by default, else rows.

    Raises
    ------
    ParameterError
        If the file is no such table (all faulty cells are named), or the clips or the unit do
        not belong to it.
    InputError
        If the file is missing, or no table at all.
    """
    for name, value, known in (("unit", unit, get_args(Unit)), ("true", true, get_args(Side))):
        if value is not None:
            check_choice(name, value, known)
    grid = without_sides(read_grid(path))
    _check_names(path, grid)
    roles = find_roles(grid)
    if roles is None:
        return _accuracies(path, grid, unit, clips)
    return _confusion(path, grid, roles, unit, true, clips)


def _check_names(path: Path | str, grid: Grid) -> None:
    for what, names in (("rows", grid.rows), ("columns", grid.columns)):
        keys = [key(name) for name in names]
        twice = sorted({name for name in names if keys.count(key(name)) > 1})
        if twice:
            raise ParameterError(
                f"{path}: expected {what} of different names, got {', '.join(twice) or 'none'} "
                "more than once. Rename one."
            )


def _accuracies(
    path: Path | str, grid: Grid, unit: Unit | None, clips: Mapping[str, int] | int | None
) -> ResultTable:
    for j, name in enumerate(grid.columns):
        cells = [row[j] for row in grid.cells]
        if kind_of(name) in ("clips", "total") and all(text.isdecimal() for text in cells if text):
            raise _no_clips(path, name)
    kept = [i for i, name in enumerate(grid.rows) if kind_of(name) != "average"]
    rows = tuple(grid.rows[i] for i in kept)
    if not rows or not grid.columns:
        raise ParameterError(
            f"{path}: expected at least one row and one column of numbers, got {len(rows)} and "
            f"{len(grid.columns)}. A row of averages alone is no table."
        )
    cells = tuple(grid.cells[i] for i in kept)
    unit = unit or find_unit(cells, grid.has_percent, confusion=False)
    if unit == "counts":
        raise ParameterError(
            f"{path}: expected counts in a confusion matrix, got a table of other rows "
            "than columns. Give accuracies in per cent."
        )
    if unit == "share":
        cells = _in_percent(cells)
    notes = grid.notes
    if len(kept) < len(grid.rows):
        notes += ("Rows of averages are left aside.",)
    return ResultTable(
        rows=rows,
        columns=grid.columns,
        cells=cells,
        clips=_clips(clips, grid.columns),
        notes=notes,
    )


def _no_clips(path: Path | str, name: str) -> ParameterError:
    return ParameterError(
        f"{path}: expected a column {name!r} only beside a confusion matrix, with a whole number "
        "in each row. Give the clips of accuracies with --clips."
    )


def _confusion(
    path: Path | str,
    grid: Grid,
    roles: Roles,
    unit: Unit | None,
    true: Side | None,
    clips: Mapping[str, int] | int | None,
) -> ResultTable:
    notes = list(grid.notes)
    _check_order(path, grid, roles)
    numbers = Numbers(grid)
    cells = _class_cells(numbers, roles)
    for what, have in (("predicted: it has no column", numbers.columns), ("true: it has no row",
                        numbers.rows)):  # fmt: skip
        missing = [name for name in roles.classes if key(name) not in have]
        notes += [f"{name} is never {what}." for name in missing]
    unit = unit or find_unit(cells, grid.has_percent, confusion=True)
    if unit == "share":
        cells = _in_percent(cells)
    elif unit == "counts":
        cells = tuple(tuple(_whole(text) for text in row) for row in cells)
    given = _clips(clips, roles.classes)
    turn, of, told = find_sides(grid, cells, roles, unit, true, given)
    notes += told or ["Rows are taken to be the true classes."]
    if turn:
        cells, numbers = tuple(zip(*cells, strict=True)), numbers.turned()
        roles = Roles(roles.classes, roles.columns, roles.rows)
    table = ResultTable(
        rows=roles.classes,
        columns=roles.classes,
        cells=cells,
        unit="counts" if unit == "counts" else "percent",
        of=of,
        clips=given,
        notes=tuple(notes),
    )
    return _with_margins(path, table, numbers, roles, share=unit == "share")


def _check_order(path: Path | str, grid: Grid, roles: Roles) -> None:
    classes = [key(name) for name in roles.classes]
    rows, columns = ([key(n) for n in names if key(n) in classes]
                     for names in (grid.rows, grid.columns))  # fmt: skip
    both = set(rows) & set(columns)
    if [n for n in rows if n in both] != [n for n in columns if n in both]:
        raise ParameterError(
            f"{path}: expected rows and columns of a confusion matrix in one order, got rows "
            f"{', '.join(rows)} and columns {', '.join(columns)}. Sort one like the other."
        )


def _class_cells(numbers: Numbers, roles: Roles) -> Cells:
    """Return the cells of the classes; what is never predicted was predicted 0 times."""
    return tuple(
        tuple(
            numbers.text.get((key(row), key(column)), "0" if key(row) in numbers.rows else "")
            for column in roles.classes
        )
        for row in roles.classes
    )


def _whole(text: str) -> str:
    """Return 18.0, as a table of floats shows a count, as 18."""
    return str(int(Decimal(text))) if text and Decimal(text) == int(Decimal(text)) else text


def _in_percent(cells: Cells) -> Cells:
    return tuple(tuple(_times_100(text) for text in row) for row in cells)


def _times_100(text: str) -> str:
    """Return a share in per cent, with no more digits than it had: 0.6 is 6E+1, not 60."""
    return str(Decimal(text).scaleb(2)) if text else ""


def _with_margins(
    path: Path | str, table: ResultTable, numbers: Numbers, roles: Roles, *, share: bool
) -> ResultTable:
    margins, clips, average, notes = [], {}, "", list(table.notes)
    for name in roles.columns:
        values = _values(numbers, [(key(one), key(name), one) for one in table.rows])
        if kind_of(name) == "clips" or _is_size(table, name, values):
            if len(values) < len(numbers.rows) - len(roles.rows) or not _all_whole(values):
                raise _no_clips(path, name)
            clips = {one: int(Decimal(text)) for one, text in values.items()}
            notes.append(f"The column {name!r} holds the clips of each class.")
        elif values:
            margins.append(Margin(name, "column", "", values))
    for name in roles.rows:
        values = _values(numbers, [(key(name), key(one), one) for one in table.rows])
        corner = [numbers.text[key(name), key(one)] for one in roles.columns]
        told = [text for text in (*values.values(), *corner) if text]
        if len(told) == 1 or len(set(told)) == 1 != len(table.rows):  # one mean of all
            average = average or told[0]
        elif values:
            margins.append(Margin(name, "row", "", values))
    table = replace(table, clips=_clips(clips, table.rows) | dict(table.clips))
    named = [replace(one, kind=kind_of_margin(table, one)) for one in margins]
    corners = [(row, column) for row in roles.rows for column in roles.columns]
    for row, column in corners:
        text = numbers.text[key(row), key(column)]
        kinds = {one.name: one.kind for one in named}
        if text and kinds.get(row) == "total" and table.unit == "counts":
            named.append(Margin(f"{row}, {column}", "corner", "total", {GRAND: text}))
        elif text and kinds.get(row) != "total" and kinds.get(column) != "total":
            average = average or text
    average = _times_100(average) if share and average and Decimal(average) <= 1 else average
    sums = next((one for one in named if one.side == "column" and one.kind == "total"), None)
    if sums and table.unit == "counts" and not table.clips and _all_whole(sums.values):
        table = replace(table, clips={n: int(Decimal(t)) for n, t in sums.values.items()})
        named.remove(sums)  # the sums of the rows are compared with the clips
        notes.append(f"The column {sums.name!r} holds the clips of each class.")
    return replace(table, margins=tuple(named), average=average, notes=tuple(notes))


def _values(numbers: Numbers, places: list[tuple[str, str, str]]) -> dict[str, str]:
    found = {name: numbers.text.get((row, column), "") for row, column, name in places}
    return {name: text for name, text in found.items() if text}


def _all_whole(values: Mapping[str, str]) -> bool:
    return all(Decimal(text) == int(Decimal(text)) for text in values.values())


def _is_size(table: ResultTable, name: str, values: Mapping[str, str]) -> bool:
    """Say whether a total beside per cent is a number of clips, since it is not 100."""
    return (
        kind_of(name) == "total"
        and table.unit == "percent"
        and bool(values)
        and _all_whole(values)
        and not any(Decimal(text) in (1, 100) for text in values.values())
    )


def _clips(clips: Mapping[str, int] | int | None, names: tuple[str, ...]) -> dict[str, int]:
    if clips is None:
        return {}
    given = dict.fromkeys(names, clips) if isinstance(clips, int) else dict(clips)
    for name, n in given.items():
        check_choice("clips", name, names)
        if not 1 <= n <= MOST_CLIPS:
            bound = "at least one" if n < 1 else f"at most {MOST_CLIPS}"
            raise ParameterError(
                f"clips: expected {bound}, got {n} for {name!r}. Give the size of the test."
            )
    return given
