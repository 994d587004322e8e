"""Sheets by the names of their columns, which differ from copy to copy."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from mffcnn_core.errors import InputError, ManifestError
from mffcnn_core.tables import open_table

_EMPTY = {"", "nan", "na", "n/a", "none", "null", "-"}


@dataclass(frozen=True)
class Sheet:
    """The rows of a sheet, and what was odd about it.

    Attributes
    ----------
    rows : tuple of (int, dict)
        Line number, and the value of each column that was asked for; empty if there is none.
    notes : tuple of str
    """

    rows: tuple[tuple[int, dict[str, str]], ...]
    notes: tuple[str, ...] = ()


def read_sheet(
    path: Path, columns: dict[str, tuple[str, ...]], required: Iterable[str] = ()
) -> Sheet:
    """Read named columns of a table, see :func:`~mffcnn_core.tables.open_table`.

    The header may stand below a title; names are compared without case, blanks and signs.

    Parameters
    ----------
    path : Path
    columns : dict of str to tuple of str
        Our name of a column -> the names that it may have in the sheet.
    required : iterable of str
        Those of our names that must be there.

    Raises
    ------
    ManifestError
        If the file cannot be read, or a required column is missing.
    """
    try:
        table = open_table(path)
        lines = table.rows
    except InputError as error:
        raise ManifestError(str(error)) from error
    required = tuple(required)
    for at, row in enumerate(lines):
        named = [_plain(cell) for cell in row]
        where = {}
        for name, aliases in columns.items():
            found = [named.index(_plain(alias)) for alias in aliases if _plain(alias) in named]
            if found:
                where[name] = found[0]
        if all(name in where for name in required):
            rows = [
                (number, {name: _value(line, i) for name, i in where.items()})
                for number, line in enumerate(lines[at + 1 :], start=at + 2)
            ]
            return Sheet(tuple(row for row in rows if any(row[1].values())), table.notes)
    wanted = "; ".join(f"{name} ({' or '.join(columns[name])})" for name in required)
    got = ", ".join(lines[0]) if lines else "an empty sheet"
    raise ManifestError(
        f"{path}: expected a line with the columns {wanted}, got {got[:200]!r}. Name the columns "
        "so, or export the sheet again."
    )


def _plain(cell: str) -> str:
    return re.sub(r"[\W_]+", "", cell).casefold()


def _value(row: list[str], index: int) -> str:
    value = row[index].strip() if index < len(row) else ""
    return "" if value.casefold() in _EMPTY else value
