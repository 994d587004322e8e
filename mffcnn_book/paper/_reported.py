"""The numbers that the paper prints, as data."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mffcnn_book.paper._printed import (
    BY_DATASET,
    CONFUSION,
    DATASETS,
    IN_TEXT,
    LABELS,
    NOTES,
)
from mffcnn_core.errors import ParameterError
from mffcnn_core.expressions import EXPRESSIONS, label_of
from mffcnn_core.settings import check_choice, did_you_mean


@dataclass(frozen=True, kw_only=True)
class Reported:
    """One printed number.

    Attributes
    ----------
    place : str
        A table, figure or section: ``"Table 1"``, ``"Fig. 7"``, ``"Abstract"``, ``"Sec. 4.1"``.
    row, column : str
        In a table or figure; in a section the row names the quantity.
    dataset : str
        One of ``DATASETS``; empty if the number belongs to neither.
    printed : str
        Character for character; empty for a blank cell.
    unit : str
    note : str
        What a reader of the number should know.
    """

    place: str
    row: str
    column: str = ""
    dataset: str = ""
    printed: str
    unit: str = "%"
    note: str = ""

    @property
    def value(self) -> float | None:
        """The printed number; None for a blank cell."""
        return float(self.printed.replace(",", "")) if self.printed else None

    @property
    def where(self) -> str:
        """The place in words, e.g. ``Table 4, RML, DWMV``."""
        parts = dict.fromkeys(part for part in (self.place, self.row, self.column) if part)
        return ", ".join([*parts] + [self.dataset] * (self.dataset not in (*parts, "")))


def _table(place: str, block: str) -> list[Reported]:
    lines = (line.rsplit(maxsplit=2) for line in block.strip().splitlines())
    rows = [(name.strip(), printed) for name, *printed in lines]
    return [
        # Table 4 has the data sets as rows, the others have them as columns
        Reported(place=place, row=dataset, column=name, dataset=dataset, printed=text)
        if place == "Table 4"
        else Reported(place=place, row=name, column=dataset, dataset=dataset, printed=text)
        for name, printed in rows
        for dataset, text in zip(DATASETS, printed, strict=True)
    ]


def _matrix(place: str, dataset: str, block: str) -> list[Reported]:
    *rows, (average, mean) = (line.split() for line in block.strip().splitlines())
    cells = [
        Reported(
            place=place,
            row=name,
            column=column,
            dataset=dataset,
            printed=text.strip("-"),
            note=NOTES.get((place, name, column), ""),
        )
        for name, *printed in rows
        for column, text in zip(LABELS, printed, strict=True)
    ]
    return [*cells, Reported(place=place, row=average, dataset=dataset, printed=mean)]


REPORTED: tuple[Reported, ...] = (
    *(one for place, block in BY_DATASET.items() for one in _table(place, block)),
    *(one for (place, name), block in CONFUSION.items() for one in _matrix(place, name, block)),
    *(
        Reported(place=place, row=row, dataset=dataset, printed=printed, unit=unit)
        for place, row, dataset, printed, unit in IN_TEXT
    ),
)
"""All values of Tables 1-4 and Figs. 7-8, the accuracies of the abstract, and the settings and
sizes of the text that these are read with."""


def reported(place: str, row: str | None = None, dataset: str | None = None) -> list[Reported]:
    """Return the printed numbers of a place.

    Parameters
    ----------
    place : str
        Table, figure or section.
    row : str, optional
        A row, or a column of Table 4 (a method); all by default.
    dataset : str, optional
        One of ``DATASETS``.

    Raises
    ------
    ParameterError
        If the paper prints none there.

    Examples
    --------
    >>> [one.printed for one in reported("Table 4", "ICTP")]
    ['60.07', '55.29']
    """
    found = [
        one
        for one in REPORTED
        if one.place == place
        and row in (None, one.row, one.column if place == "Table 4" else None)
        and dataset in (None, one.dataset)
    ]
    if not found:
        asked = ", ".join(str(part) for part in (place, row, dataset) if part)
        places = sorted({one.place for one in REPORTED})
        hint = did_you_mean(place, places) if place not in places else f"See reported({place!r})."
        raise ParameterError(f"reported: expected numbers of the paper, got {asked!r}. {hint}")
    return found


def value(place: str, row: str, dataset: str | None = None) -> float:
    """Return the one number of a row, for a data set where there are two.

    Raises
    ------
    ParameterError
        If the paper prints none there, or several, or a blank.

    Examples
    --------
    >>> value("Sec. 4.1", "videos", "BAUM-1s")
    1222.0
    """
    found = reported(place, row, dataset)
    if len(found) != 1 or found[0].value is None:
        raise ParameterError(
            f"value: expected one number, got {len(found)} at {place}, {row}. "
            "Name the data set, or take `reported`."
        )
    return found[0].value


def accuracies(place: str) -> dict[str, dict[str, float]]:
    """Return the accuracies of a table by row (in Table 4: by method) and data set, in %.

    Raises
    ------
    ParameterError
        If the place is not one of Tables 1-4.

    Examples
    --------
    >>> accuracies("Table 2")["S->T C_4_1, C_5_1"]
    {'RML': 64.57, 'BAUM-1s': 58.35}
    """
    check_choice("accuracies", place, BY_DATASET, "The figures are in `confusion_percent`.")
    table: dict[str, dict[str, float]] = {}
    for one in reported(place):
        name = one.column if place == "Table 4" else one.row
        table.setdefault(name, {})[one.dataset] = float(one.printed)
    return table


def confusion_percent(dataset: str, *, as_printed: bool = False) -> npt.NDArray[np.float64]:
    """Return the confusion matrix of Fig. 7 (RML) or Fig. 8 (BAUM-1s).

    Parameters
    ----------
    dataset : str
        One of ``DATASETS``.
    as_printed : bool
        True: a blank is NaN and Fig. 8 has its cell of 1032.  False: 0, and 10.32, with which
        the rows sum to 100.

    Returns
    -------
    ndarray of float64, shape (6, 6)
        Per cent of the true class (row) that was recognised as the class of the column, in the
        order of ``EXPRESSIONS``.

    Raises
    ------
    ParameterError
        If the paper has no such data set.

    Examples
    --------
    >>> confusion_percent("RML").diagonal().mean().round(2)
    np.float64(64.57)
    """
    check_choice("dataset", dataset, DATASETS, "The paper has a confusion matrix for these.")
    matrix = np.full((len(EXPRESSIONS), len(EXPRESSIONS)), np.nan)
    for one in reported("Fig. 7" if dataset == "RML" else "Fig. 8"):
        if one.column:
            cell = label_of(one.row), label_of(one.column)
            matrix[cell] = np.nan if one.value is None else one.value
    if not as_printed:
        matrix = np.nan_to_num(matrix)
        matrix[matrix > 100] /= 100
    return matrix
