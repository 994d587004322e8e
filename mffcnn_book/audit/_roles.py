"""Which rows and columns of a table are classes, and what the others are.

A class is a row and a column.  What is left is a margin: a sum, a number of clips, a recall,
a precision.  Names are a hint; where numbers can say it, they do.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from mffcnn_book.audit._counts import decimals
from mffcnn_book.audit._grid import Grid, key
from mffcnn_core.errors import ParameterError
from mffcnn_core.expressions import canonical_expression

KINDS = {
    "average": "average mean avg mittel mittelwert",
    "recall": "recall recalls sensitivity accuracy acc rate correct tpr",
    "precision": "precision ppv",
    "f1": "f1 f-score fscore f1-score f-measure",
    "clips": "clips n support count counts samples videos number",
    "total": "all total totals sum overall gesamt summe insgesamt alle",
}
"""Words in the name of a margin; of several kinds in one name the first counts."""

_KIND = {word: kind for kind, words in KINDS.items() for word in words.split()}


def kind_of(name: str) -> str:
    """Return what a name says that a line is; empty if it says nothing.

    Examples
    --------
    >>> kind_of("Recall (%)"), kind_of("All"), kind_of("row total"), kind_of("anger")
    ('recall', 'total', 'total', '')
    """
    words = re.findall(r"[^\W_]+(?:-[^\W_]+)*", key(re.sub(r"\(.*\)", "", name)))
    kinds = {_KIND.get(word) for word in words}
    return next((kind for kind in KINDS if kind in kinds), "")


@dataclass(frozen=True)
class Roles:
    """Names of the lines of a confusion matrix.

    Attributes
    ----------
    classes : tuple of str
        In the order of the rows.
    rows, columns : tuple of str
        Those that are margins.
    """

    classes: tuple[str, ...]
    rows: tuple[str, ...]
    columns: tuple[str, ...]


class Numbers:
    """The numbers of a grid, and what they add up to."""

    def __init__(self, grid: Grid) -> None:
        self.rows = [key(name) for name in grid.rows]
        self.columns = [key(name) for name in grid.columns]
        self.text = {
            (row, column): text
            for row, line in zip(self.rows, grid.cells, strict=True)
            for column, text in zip(self.columns, line, strict=True)
        }

    def turned(self) -> "Numbers":
        """Rows and columns exchanged."""
        other = object.__new__(Numbers)
        other.rows, other.columns = self.columns, self.rows
        other.text = {(column, row): text for (row, column), text in self.text.items()}
        return other

    def sums(self, name: str, others: Sequence[str]) -> float:
        """Return for which share of the rows a column is the sum of other columns."""
        return self._share(name, lambda row: self._is_sum(row, name, others))

    def rates(self, name: str, classes: Sequence[str]) -> float:
        """Return for which share of the classes a column is the recall or the precision."""
        along = self._share(name, lambda row: self._is_rate(row, name, classes, along=True))
        return max(
            along, self._share(name, lambda row: self._is_rate(row, name, classes, along=False))
        )

    def _share(self, name: str, holds: Callable[[str], bool | None]) -> float:
        told = [holds(row) for row in self.rows if self.text[row, name]]
        told = [one for one in told if one is not None]
        return sum(told) / len(told) if told else 0.0

    def _is_sum(self, row: str, name: str, others: Sequence[str]) -> bool | None:
        texts = [self.text[row, other] for other in others if self.text[row, other]]
        if not texts:
            return None
        return adds_up(texts, Decimal(self.text[row, name]))

    def _is_rate(self, row: str, name: str, classes: Sequence[str], along: bool) -> bool | None:
        if row not in classes or (row, row) not in self.text:
            return None
        line = [(row, one) if along else (one, row) for one in classes]
        cells = [self.text.get(place) for place in line]
        total = sum(Decimal(text) for text in cells if text)
        if not total or not self.text[row, row]:
            return None
        return is_rate(self.text[row, name], Decimal(self.text[row, row]) / total)


def adds_up(texts: Sequence[str], total: Decimal) -> bool:
    """Say whether printed numbers add up to a total, within what rounding may do.

    Whole numbers are counts and add up exactly, unless the total is 100: then they may be
    per cent.
    """
    if not texts:
        return False
    places = max(decimals(text) for text in texts)
    slack = len(texts) * Decimal(1).scaleb(-places)
    if places == 0:
        slack = Decimal(len(texts)) / 2 if total == 100 else Decimal(0)
    return abs(sum(Decimal(text) for text in texts) - total) <= slack


def is_rate(printed: str, share: Decimal) -> bool:
    """Say whether a printed recall or precision, in per cent or not, is a share from 0 to 1."""
    unit = Decimal(1).scaleb(-decimals(printed))
    near = (abs(Decimal(printed) - scale * share) <= unit for scale in (1, 100))
    return any(near) and (decimals(printed) > 0 or Decimal(printed) > 1 or share in (0, 1))


def find_roles(grid: Grid) -> Roles | None:
    """Return the classes and margins of a confusion matrix; None if the table is none.

    It is one if at least half of its rows are also columns, or of its columns rows, margins
    by name not counted.
    """
    numbers, names = Numbers(grid), {key(name): name for name in (*grid.columns, *grid.rows)}
    shared = [row for row in numbers.rows if row in numbers.columns]
    free = [[one for one in side if one in shared or not kind_of(one)]
            for side in (numbers.rows, numbers.columns)]  # fmt: skip
    two_of_one = len(shared) == 1 and sorted(map(len, free)) == [1, 2]
    if not two_of_one and (len(shared) < 2 or 2 * len(shared) < min(map(len, free))):
        return None
    margins = [name for name in shared if _is_margin(name, shared, numbers)]
    classes = [name for name in shared if name not in margins]
    turned = numbers.turned()
    only_columns = [c for c in numbers.columns if c not in shared]
    only_rows = [r for r in numbers.rows if r not in shared]
    spare_columns = set(_left_over(only_columns, classes, numbers))
    spare_rows = set(_left_over(only_rows, classes, turned))
    classes = [one for one in numbers.rows if one not in spare_rows and one not in margins]
    classes += [one for one in only_columns if one not in spare_columns]
    return Roles(
        tuple(names[one] for one in classes),
        tuple(name for name in grid.rows if key(name) in {*margins, *spare_rows}),
        tuple(name for name in grid.columns if key(name) in {*margins, *spare_columns}),
    )


def _is_margin(name: str, shared: Sequence[str], numbers: Numbers) -> bool:
    """Say whether a name that is a row and a column is a margin of both."""
    kind = kind_of(name)
    classes = [one for one in shared if one != name]
    shares = []
    for side in (numbers, numbers.turned()):
        others = [c for c in side.columns if c != name and (c in classes or not kind_of(c))]
        shares.append((side.sums(name, others), side.rates(name, classes)))
    if kind in ("total", "clips"):
        return max(sums for sums, _ in shares) > 0.5
    if kind:
        return max(rates for _, rates in shares) > 0.5
    # a name that nobody foresaw: it must be the last on both sides, and every sum must fit
    last = name == numbers.rows[-1] == numbers.columns[-1] and len(classes) > 1
    return last and not _is_expression(name) and min(sums for sums, _ in shares) == 1


def _is_expression(name: str) -> bool:
    try:
        canonical_expression(name)
    except ParameterError:
        return False
    return True


def _left_over(columns: Sequence[str], classes: Sequence[str], numbers: Numbers) -> Iterator[str]:
    """Yield those columns without a row that are margins; the others are classes, too."""
    for name in columns:
        unknown = [one for one in columns if one != name and not kind_of(one)]
        sums = max(numbers.sums(name, [*classes, *unknown]), numbers.sums(name, classes))
        cells = [numbers.text[row, name] for row in numbers.rows]
        if kind_of(name) or not any(cells) or sums == 1 or numbers.rates(name, classes) == 1:
            yield name
