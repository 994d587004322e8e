"""A table of results as somebody has printed it: text, so that decimals are not lost."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from mffcnn_book.audit._counts import decimals
from mffcnn_book.audit._grid import key


@dataclass(frozen=True)
class Margin:
    """What somebody has printed beside or below a confusion matrix.

    Attributes
    ----------
    name : str
    side : {"column", "row", "corner"}
        A column has a value for each true class, a row for each predicted one, the corner of
        two sums one for all.
    kind : str
        What the numbers, or else the name, say that it is: ``"total"``, ``"recall"``,
        ``"precision"``, ``"f1"``; empty if neither does.
    values : mapping of str to str
        Class -> as printed.
    """

    name: str
    side: Literal["column", "row", "corner"]
    kind: str
    values: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class ResultTable:
    """Accuracies by row and column, or a confusion matrix, rows true.

    Attributes
    ----------
    rows, columns : tuple of str
    cells : tuple of tuple of str
        Per cent as printed, or counts; empty: blank.
    unit : {"percent", "counts"}
    of : {"true", "predicted", "all"}
        What 100 per cent are: the clips of a true class, those predicted as a class, or all.
    clips : mapping of str to int
        Size of the test by row of a confusion matrix (class) or by column of accuracies.
    average : str
        The printed mean of a confusion matrix; empty if there is none.
    margins : tuple of Margin
    notes : tuple of str
        How the file was read.
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[str, ...], ...]
    unit: Literal["percent", "counts"] = "percent"
    of: Literal["true", "predicted", "all"] = "true"
    clips: Mapping[str, int] = field(default_factory=dict)
    average: str = ""
    margins: tuple[Margin, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def is_confusion(self) -> bool:
        """Whether rows and columns have the same names in the same order."""
        return [*map(key, self.rows)] == [*map(key, self.columns)]

    @property
    def places(self) -> int:
        """Decimals of the cell that shows most of them."""
        return max((decimals(text) for row in self.cells for text in row if text), default=0)

    def numbers(self) -> list[list[Decimal]]:
        """Return the cells as numbers; a blank one is 0."""
        return [[Decimal(text or 0) for text in row] for row in self.cells]

    def has_clips(self, row: int) -> bool:
        """Say whether a row of a confusion matrix has any number."""
        return any(self.cells[row])
