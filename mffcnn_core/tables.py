"""Tables as people have them: CSV of any dialect and encoding, a spreadsheet, or typeset."""

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from mffcnn_core.errors import InputError
from mffcnn_core.inputs import MIB, SHEET_BYTES, SHEET_CELLS, TABLE_BYTES, read_bytes

_DELIMITERS = {"\t": "tabs", ";": "semicolons", "|": "bars", ",": "commas"}  # rarer ones first
_HEAD = 50
"""Lines from which the dialect is recognised."""
_TABULAR = re.compile(r"\\begin\{tabular[x*]?\}(.*?)(?:\\end\{tabular|\Z)", re.DOTALL)
_TYPESET = (
    (r"(?<!\\)%.*", ""),  # comments
    (r"\A(\s*(\[\w*\]|\{(\{[^{}]*\}|[^{}])*\}))+", ""),  # width and columns
    (r"\\(cline|cmidrule(\(\w*\))?|multi(row|column)(\[\w*\])?\{[^{}]*\})\{[^{}]*\}", ""),
    (r"[\s~]+", " "),
    (r"\\\\(\[[\w.-]{0,9}\])?", "\n"),
    (r"\\pm\b", "±"),
    (r"\\[a-zA-Z]+\*?|\\(?=[%_])|[{}$]", ""),
)


@dataclass(frozen=True)
class Table:
    """The cells of a table, as text.

    Attributes
    ----------
    path : Path
    form : str
        How it was read, in words, e.g. ``"semicolons, UTF-16"``.
    notes : tuple of str
        What a reader of the numbers should know.
    """

    path: Path
    form: str
    _source: Any
    _delimiter: str = ""
    notes: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[list[str]]:
        """Yield the cells of each line, without blanks around them; empty lines too.

        Raises
        ------
        InputError
            If a quotation mark is not closed.
        """
        if not self._delimiter:
            yield from self._source
            return
        lines = csv.reader(
            io.StringIO(self._source, newline=""),
            delimiter=self._delimiter,
            skipinitialspace=True,
            strict=True,
        )
        try:
            for line in lines:
                yield [cell.strip() for cell in line]
        except csv.Error as error:
            raise InputError(
                f"{self.path}: expected CSV, got a syntax error in line {lines.line_num} "
                f"({error}). Look for a quotation mark too many there."
            ) from error

    @cached_property
    def rows(self) -> list[list[str]]:
        """All lines."""
        return list(self)


def open_table(path: Path | str, *, drawn: bool = False) -> Table:
    """Open a CSV or TSV file, or the first sheet of a spreadsheet (XLSX).

    Delimiter and encoding are told from the content: UTF-8, UTF-16, or else Windows-1252,
    which is what spreadsheets call ANSI; commas, semicolons, tabs or bars, or runs of blanks
    where there is none of them.

    Parameters
    ----------
    path : Path or str
    drawn : bool
        Read Markdown, frames of dashes and LaTeX, too; not where cells hold free text.

    Raises
    ------
    InputError
        If it is missing, cannot be read, is too large, or is no table.
    """
    path = Path(path)
    try:
        data = read_bytes(path, TABLE_BYTES)
    except OSError as error:
        raise InputError(
            f"{path}: expected a table (CSV, TSV or XLSX), got a file that cannot be read "
            f"({error.strerror or error}). Check the path."
        ) from error
    if data[:4] == b"PK\x03\x04":
        return Table(path, "a spreadsheet", _sheet(path, data))
    if data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise InputError(
            f"{path}: expected CSV or XLSX, got an old or an encrypted spreadsheet. Save it as "
            "XLSX without a password, or as CSV."
        )
    text, encoding = _decoded(path, data)
    if drawn:
        found, lines = _TABULAR.search(text), text.split("\n")
        if found or any("&" in line and line.rstrip().endswith("\\\\") for line in lines):
            return Table(path, "LaTeX", _typeset(found[1] if found else text), "&")
        text = "\n".join("" if _is_rule(line) else line for line in lines)
    first, _, rest = text.partition("\n")
    if named := re.fullmatch(r"sep=(.)\s*", first):  # a line that spreadsheets write
        delimiter, text = named[1], rest
    else:
        delimiter = _delimiter(text)
    if delimiter == " ":
        text, delimiter = (
            re.sub(r"[^\S\n]+", "\t", re.sub(r"(?m)^[^\S\n]+|[^\S\n]+$", "", text)),
            "\t",
        )
        form = "blanks"
    else:
        form = _DELIMITERS.get(delimiter, repr(delimiter))
    notes = ()
    if encoding == "cp1252":
        notes = (f"{path.name}: no UTF-8, read as Windows-1252; letters beyond ASCII may be wrong",)
    plain = "" if encoding == "UTF-8" else f", {encoding}"
    return Table(path, form + plain, text, delimiter, notes)


def _decoded(path: Path, data: bytes) -> tuple[str, str]:
    """Return the text, with one kind of line ends, and its encoding."""
    start = data[:1000]
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        order = ["utf-16"]
    elif len(start) > 3 and not any(start[1::2]):  # text in ASCII letters, without a mark
        order = ["utf-16-le"]
    elif len(start) > 3 and not any(start[::2]):
        order = ["utf-16-be"]
    else:
        order = ["utf-8-sig", "cp1252", "latin-1"]
    for encoding in order:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        break
    else:
        raise InputError(f"{path}: expected UTF-16, got half a letter. The file is cut off.")
    if "\0" in text or text.lstrip()[:1] == "<":
        got = "zero bytes in it" if "\0" in text else "a web page or XML"
        raise InputError(
            f"{path}: expected a table as text, got {got}. Save it again as CSV or XLSX."
        )
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    names = {"utf-8-sig": "UTF-8", "latin-1": "cp1252"}
    return text, names.get(encoding, "UTF-16" if "16" in encoding else encoding)


def _is_rule(line: str) -> bool:
    """Say whether a line only separates others: ``|---|:-:|`` or ``+----+----+``."""
    return set(line) <= set("-:=+| \t") and any(two in line for two in ("--", "==", ":-"))


def _typeset(tabular: str) -> str:
    """Return the rows of a LaTeX table, a line each, with ``&`` between plain cells."""
    for pattern, plain in _TYPESET:
        tabular = re.sub(pattern, plain, tabular)
    return tabular


def _delimiter(text: str) -> str:
    """Return the delimiter by which most of the first lines have equally many cells."""
    head = "\n".join([line for line in text[:MIB].split("\n") if line.strip()][:_HEAD])
    best, found = (0.0, 0), " " if re.search(r"\S[^\S\n]+\S", head) else ","
    for delimiter in _DELIMITERS:
        try:
            counts = [len(line) for line in csv.reader(head.splitlines(), delimiter=delimiter)]
        except csv.Error:
            continue
        usual = max(set(counts), key=lambda n: (counts.count(n), n), default=1)
        score = (counts.count(usual) / len(counts) if counts else 0, usual)
        if usual > 1 and score > best:
            best, found = score, delimiter
    return found


def _sheet(path: Path, data: bytes) -> list[list[str]]:
    import openpyxl  # needed for this one kind of file only

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            size = sum(one.file_size for one in archive.infolist())
        if size > SHEET_BYTES:
            raise InputError(
                f"{path}: expected at most {SHEET_BYTES / MIB:g} MiB when unpacked, got "
                f"{size / MIB:.0f}. Export the one sheet that is meant as CSV."
            )
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        rows, cells = [], 0
        for row in book.worksheets[0].iter_rows(values_only=True):
            cells += max(1, len(row))
            if cells > SHEET_CELLS:
                raise InputError(
                    f"{path}: expected at most {SHEET_CELLS} cells, got more. Export what is "
                    "meant as CSV."
                )
            rows.append([_cell(value) for value in row])
    except InputError:
        raise
    # a damaged archive makes openpyxl raise whatever the damage meets
    except Exception as error:
        raise InputError(
            f"{path}: expected an Excel sheet, got a file that cannot be read as one ({error}). "
            "Save it again, or export it as CSV."
        ) from error
    while rows and not any(rows[-1]):
        rows.pop()
    return rows


def _cell(value: object) -> str:
    if value is None:
        return ""
    return (
        str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()
    )
