"""Sheets as people have them: CSV of any dialect, or Excel."""

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from mffcnn_core.errors import ManifestError

_EMPTY = {"", "nan", "na", "n/a", "none", "null", "-"}
_DIALECTS = (",", ";", "\t")


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


@dataclass
class _Cells:
    rows: list[list[str]]
    notes: list[str] = field(default_factory=list)


def read_sheet(
    path: Path, columns: dict[str, tuple[str, ...]], required: Iterable[str] = ()
) -> Sheet:
    """Read named columns of a CSV, TSV or XLSX file.

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
        cells = _excel(path) if path.suffix.lower() == ".xlsx" else _text(path)
    except OSError as error:
        raise ManifestError(
            f"{path}: expected a sheet, got a file that cannot be read ({error.strerror or error})."
        ) from error
    required = tuple(required)
    for at, row in enumerate(cells.rows):
        named = [_plain(cell) for cell in row]
        where = {}
        for name, aliases in columns.items():
            found = [named.index(_plain(alias)) for alias in aliases if _plain(alias) in named]
            if found:
                where[name] = found[0]
        if all(name in where for name in required):
            rows = [
                (number, {name: _value(line, i) for name, i in where.items()})
                for number, line in enumerate(cells.rows[at + 1 :], start=at + 2)
            ]
            return Sheet(tuple(row for row in rows if any(row[1].values())), tuple(cells.notes))
    wanted = "; ".join(f"{name} ({' or '.join(columns[name])})" for name in required)
    got = ", ".join(cells.rows[0]) if cells.rows else "an empty sheet"
    raise ManifestError(
        f"{path}: expected a line with the columns {wanted}, got {got[:200]!r}. Name the columns "
        "so, or export the sheet again."
    )


def _plain(cell: str) -> str:
    return re.sub(r"[\W_]+", "", cell).casefold()


def _value(row: list[str], index: int) -> str:
    value = row[index].strip() if index < len(row) else ""
    return "" if value.casefold() in _EMPTY else value


def _text(path: Path) -> _Cells:
    data = path.read_bytes()
    notes = []
    try:
        text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
        notes.append(f"{path.name}: no UTF-8; letters beyond ASCII may be wrong")
    if "\0" in text:
        raise ManifestError(
            f"{path}: expected text, got zero bytes in it. It is damaged, or no CSV; export it "
            "again."
        )
    head = text[:10_000]
    delimiter = max(_DIALECTS, key=head.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise ManifestError(f"{path}: expected CSV, got a syntax error: {error}.") from error
    return _Cells(rows, notes)


def _excel(path: Path) -> _Cells:
    import openpyxl  # needed for this one kind of file only

    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        rows = [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]
        book.close()
    except OSError:
        raise
    # a damaged archive makes openpyxl raise whatever the damage meets
    except Exception as error:
        raise ManifestError(
            f"{path}: expected an Excel sheet, got a file that cannot be read as one ({error}). "
            "Save it again, or export it as CSV."
        ) from error
    return _Cells([["" if cell is None else _cell(cell) for cell in row] for row in rows])


def _cell(value: object) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
