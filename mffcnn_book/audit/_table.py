"""A table of results as somebody has printed it: text, so that decimals are not lost."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Literal, get_args

from mffcnn_core.errors import ParameterError
from mffcnn_core.settings import did_you_mean

Unit = Literal["percent", "share", "counts"]
AVERAGES = ("average", "mean", "overall")
CLIPS = ("clips", "n", "support", "total")


@dataclass(frozen=True, kw_only=True)
class ResultTable:
    """Accuracies by row and column, or a confusion matrix.

    Attributes
    ----------
    rows, columns : tuple of str
    cells : tuple of tuple of str
        Per cent as printed, or counts; empty: blank.
    unit : {"percent", "counts"}
    clips : mapping of str to int
        Size of the test by row of a confusion matrix (class) or by column of accuracies.
    average : str
        The printed mean of a confusion matrix; empty if there is none.
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[str, ...], ...]
    unit: Literal["percent", "counts"] = "percent"
    clips: Mapping[str, int] = field(default_factory=dict)
    average: str = ""

    @property
    def is_confusion(self) -> bool:
        """Whether rows and columns have the same names in the same order."""
        return _folded(self.rows) == _folded(self.columns)


def read_table(
    path: Path | str, *, clips: Mapping[str, int] | int | None = None, unit: Unit | None = None
) -> ResultTable:
    """Read a CSV file with a confusion matrix or accuracies.

    The first line names the columns, the first column the rows.  If both have the same names
    it is a confusion matrix, rows true.  A row ``average`` (mean, overall) is its printed mean,
    a column ``clips`` (n, support, total) holds the size of each class.

    Parameters
    ----------
    path : Path or str
    clips : int or mapping of str to int, optional
        Clips of the test: one number, or by class (confusion) or column (accuracies).
    unit : {"percent", "share", "counts"}, optional
        Told from the numbers by default: whole numbers of a confusion matrix are counts unless
        every row sums to 100; numbers from 0 to 1 with a point are shares.

    Raises
    ------
    ParameterError
        If the file is missing, is no such table (all faulty cells are named), or the clips
        or the unit do not belong to it.
    """
    path = Path(path)
    if unit is not None and unit not in get_args(Unit):
        raise ParameterError(
            f"unit: expected one of {', '.join(get_args(Unit))}, got {unit!r}. "
            f"{did_you_mean(unit, list(get_args(Unit)))}"
        )
    header, lines = _lines(path)
    count_columns = [j for j, name in enumerate(header) if name.casefold() in CLIPS]
    averages = [line for line in lines if line[0].casefold() in AVERAGES]
    body = [line for line in lines if line[0].casefold() not in AVERAGES]
    kept = [j for j in range(1, len(header)) if j not in count_columns]
    rows, columns = tuple(line[0] for line in body), tuple(header[j] for j in kept)
    confusion = _folded(rows) == _folded(columns)
    _check_names(path, rows, columns)
    cells = tuple(tuple(line[j] for j in kept) for line in body)
    own = {line[0]: int(line[j]) for line in body for j in count_columns if line[j].isdecimal()}
    if count_columns and (not confusion or len(own) < len(rows)):
        raise ParameterError(
            f"{path}: expected a column {header[count_columns[0]]!r} only beside a confusion "
            "matrix, with a whole number in each row. Give the clips of accuracies with --clips."
        )
    names = rows if confusion else columns
    unit = unit or _unit(cells, confusion)
    if unit == "counts" and not confusion:
        raise ParameterError(
            f"{path}: expected counts in a confusion matrix, got a table of other rows "
            "than columns. Give accuracies in per cent."
        )
    average = next((text for line in averages for text in line[1:] if text), "")
    if unit == "share":
        cells = tuple(tuple(_times_100(text) for text in row) for row in cells)
        average = _times_100(average)
    return ResultTable(
        rows=rows,
        columns=columns,
        cells=cells,
        unit="counts" if unit == "counts" else "percent",
        clips=own | _clips(clips, names),
        average=average if confusion else "",
    )


def _folded(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name.casefold() for name in names)


def _lines(path: Path) -> tuple[list[str], list[list[str]]]:
    """Return header and lines with clean cells, all of one length and all numbers."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            lines = [[cell.strip() for cell in line] for line in csv.reader(file)]
    except OSError as error:
        raise ParameterError(
            f"{path}: expected a CSV file, got none that can be read ({error.strerror}). "
            "Check the path."
        ) from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise ParameterError(
            f"{path}: expected CSV in UTF-8, got {error}. Save the table as CSV UTF-8."
        ) from error
    lines = [line for line in lines if any(line)]
    if len(lines) < 2 or len(lines[0]) < 2:
        raise ParameterError(
            f"{path}: expected a line of column names, and rows of a name and numbers separated by "
            f"commas, got {len(lines)} line(s) of {len(lines[0]) if lines else 0} cell(s). "
            "See `mffcnn audit --help` for an example."
        )
    header, body = lines[0], lines[1:]
    problems = []
    for number, line in enumerate(body, start=2):
        if len(line) > len(header):
            problems.append(f"line {number}: {len(line)} cells for {len(header)} columns")
        line += [""] * (len(header) - len(line))  # trailing blanks are often left out
        line[1:] = [cell.removesuffix("%").strip() for cell in line[1:]]
        problems += [
            f"line {number}, column {name!r}: {cell!r} is no number"
            for name, cell in zip(header[1:], line[1:], strict=False)
            if cell and not _is_number(cell)
        ]
    if problems:
        raise ParameterError(
            f"{path}: expected a number or nothing in every cell, got {len(problems)} problem(s): "
            f"{'; '.join(problems)}. Use a decimal point, and quotes around names with a comma."
        )
    return header, body


def _is_number(text: str) -> bool:
    try:
        return Decimal(text).is_finite() and "e" not in text.lower() and "_" not in text
    except InvalidOperation:
        return False


def _check_names(path: Path, rows: tuple[str, ...], columns: tuple[str, ...]) -> None:
    if not rows or not columns:
        raise ParameterError(
            f"{path}: expected at least one row and one column of numbers, got {len(rows)} and "
            f"{len(columns)}. A row of averages alone is no table."
        )
    if sorted(_folded(rows)) == sorted(_folded(columns)) and _folded(rows) != _folded(columns):
        raise ParameterError(
            f"{path}: expected rows and columns of a confusion matrix in one order, got rows "
            f"{', '.join(rows)} and columns {', '.join(columns)}. Sort one like the other."
        )
    for what, names in (("rows", rows), ("columns", columns)):
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ParameterError(
                f"{path}: expected {what} of different names, got {', '.join(twice)} more than "
                "once. Rename one."
            )


def _unit(cells: tuple[tuple[str, ...], ...], confusion: bool) -> Unit:
    numbers = [[Decimal(text) for text in row if text] for row in cells]
    flat = [number for row in numbers for number in row]
    if all("." not in text for row in cells for text in row):
        return "counts" if confusion and any(sum(row) != 100 for row in numbers) else "percent"
    return "share" if all(0 <= number <= 1 for number in flat) else "percent"


def _times_100(text: str) -> str:
    """Return a share in per cent, with no more digits than it had: 0.6 is 6E+1, not 60."""
    return str(Decimal(text).scaleb(2)) if text else ""


def _clips(clips: Mapping[str, int] | int | None, names: tuple[str, ...]) -> dict[str, int]:
    if clips is None:
        return {}
    given = dict.fromkeys(names, clips) if isinstance(clips, int) else dict(clips)
    for name, n in given.items():
        if name not in names:
            raise ParameterError(
                f"clips: expected one of {', '.join(names)}, got {name!r}. "
                f"{did_you_mean(name, list(names))}"
            )
        if n < 1:
            raise ParameterError(
                f"clips: expected at least one, got {n} for {name!r}. Give the size of the test."
            )
    return given
