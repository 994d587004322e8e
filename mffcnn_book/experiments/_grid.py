"""Rows and grids: what a table or a figure is made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mffcnn_book.experiments._configuration import Configuration
from mffcnn_core.settings import check_choice


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row of a table, or one point of a figure.

    Attributes
    ----------
    label : str
        As the book prints it.
    configuration : Configuration
    variant : str, tuple of str or None
        Which scores of the pipeline the row shows, e.g. ``"without_dbn"``; of several, their
        average (Eq. 9); None: its own.
    facts : mapping
        What places the row: columns of the table, or the value on a figure's axis.
    paper : mapping of str to float
        The paper's accuracy in per cent by data set, ``"RML"`` and ``"BAUM-1s"``.
    """

    label: str
    configuration: Configuration
    variant: str | tuple[str, ...] | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    paper: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Grid:
    """The rows of one table or figure.

    Attributes
    ----------
    title : str
    place : str
        In the paper; ``"-"`` for a control of ours.
    rows : tuple of Row
    baseline : str or None
        Label of the row that all others are compared with.
    """

    title: str
    place: str
    rows: tuple[Row, ...]
    baseline: str | None = None

    def row(self, label: str) -> Row:
        """Return the row of a label.

        Raises
        ------
        ParameterError
            If there is none.
        """
        rows = {row.label: row for row in self.rows}
        check_choice("row", label, rows)
        return rows[label]

    @property
    def configurations(self) -> tuple[Configuration, ...]:
        """Every configuration once, in the order of the rows."""
        return tuple(dict.fromkeys(row.configuration for row in self.rows))
