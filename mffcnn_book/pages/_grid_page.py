"""Grids on a page: the table, the figure, what is left to run, and sentences with numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import pandas as pd

from mffcnn_book.pages._details import Details, show_details
from mffcnn_book.pages._grids import (
    PAPER,
    describe_grid,
    format_grid,
    measured_rows,
    plot_grid,
    recall_repeats,
)
from mffcnn_book.pages._show import Picture, Table, arrows, show, show_table

TO_MEASURE = "(to be measured)"
MANY = 3
"""Trainings from which on their number needs no warning."""


class GridLike(Protocol):
    """What a page says of a grid, see :class:`mffcnn_book.experiments.Grid`."""

    title: str
    place: str
    baseline: str | None


@dataclass(frozen=True)
class GridPage:
    """The grids of one page.

    Attributes
    ----------
    frames : mapping of str to DataFrame
        See :func:`mffcnn_book.experiments.grid_table`.
    grids : mapping of str to Grid
        By the same names.
    data : str
        Name of the data set that was measured on.
    options : str
        Of the command that measures more, e.g. ``"--profile quick"``.
    """

    frames: Mapping[str, pd.DataFrame]
    grids: Mapping[str, GridLike]
    data: str
    options: str = ""

    def has(self, name: str, *columns: str) -> bool:
        """Say whether any of the columns of a grid has a value."""
        return bool(self.frames[name].reindex(columns=columns).notna().any(axis=None))

    def printed(self, name: str) -> Table | Details:
        """Return the table of a grid: its measured rows, with what the signs in it mean."""
        frame, grid = self.frames[name], self.grids[name]
        if not self.has(name, "accuracy", *PAPER):
            return self.left_out(name)
        stop = "" if grid.title.endswith("?") else "."
        told = f"{grid.title} ({grid.place})." if grid.place != "-" else f"{grid.title}{stop}"
        if not self.has(name, "accuracy"):
            return show_table(format_grid(frame), caption=f"{told} The columns repeat the paper.")
        told += f" Accuracy on {self.data}, with 95 % intervals over people and trainings"
        if self.has(name, "difference"):
            told += f"; difference from: {grid.baseline} (≈: not clear)"
        if "reference run" in set(frame.origin):
            told += "; *: a reference run, made before this build on another machine"
        return show_table(format_grid(frame), caption=f"{told}.{_few(frame)}")

    def drawn(self, name: str) -> Picture | Details:
        """Return the figure of a grid."""
        frame, grid = self.frames[name], self.grids[name]
        if not self.has(name, "accuracy"):
            return self.left_out(name)
        hollow = "; hollow: no clear difference from the baseline (dashed)" if grid.baseline else ""
        paper = self.has(name, *PAPER)
        return show(
            lambda: plot_grid(frame, data=self.data, baseline=grid.baseline),
            alt=f"{grid.title}. {describe_grid(frame)}",
            caption=f"{grid.title}: {'left, ' if paper else ''}what we measured on {self.data}, "
            f"with 95 % intervals over people and trainings{hollow}."
            + (" Right, what the paper prints for its own data." if paper else ""),
        )

    @property
    def origin(self) -> str:
        """Where the measured rows come from, e.g. ``"reference runs"``; empty if there is none."""
        found = {one for frame in self.frames.values() for one in measured_rows(frame).origin}
        return " and ".join(f"{one}s" if "run" in one else one for one in sorted(found))

    def left_out(self, *names: str) -> Details:
        """Return a list of what is left to run, with the command for it."""
        entries = []
        for name in names or self.frames:
            frame = self.frames[name]
            labels = frame.label[frame.accuracy.isna()]
            if len(labels):
                entries.append(
                    (
                        f"{self.grids[name].title}: {len(labels)} of {len(frame)} rows",
                        {
                            "Rows": "; ".join(map(arrows, labels)),
                            "Command": f"mffcnn evaluate {name} {self.options}".strip(),
                        },
                    )
                )
        return show_details(entries, title="To run yourself" if entries else "")

    def row(self, name: str, label: str) -> str:
        """Return what is measured of a row, in words.

        Parameters
        ----------
        name : str
            Of the grid.
        label : str
            Of the row.

        Returns
        -------
        str
            E.g. ``"64.1 % (57 to 71; 5 trainings)"``, or that it is to be measured.
        """
        row = self._row(name, label)
        if row is None:
            return TO_MEASURE
        return in_words(row, seeded=bool(row["seeded"]))

    def lead(self, name: str, label: str) -> str:
        """Return how far a row is from the baseline of its grid, in words.

        Returns
        -------
        str
            E.g. ``"3.1 points less (-7.4 to +1.2), which is not clear"``; where the interval
            leaves 0 out and only trainings are missing, ``"..., which takes more than
            1 training to call clear"``.
        """
        row = self._row(name, label)
        if row is None or pd.isna(row["difference"]):
            return TO_MEASURE
        value, low, high = (
            100 * row[end] for end in ("difference", "difference_low", "difference_high")
        )
        more = "more" if value >= 0 else "less"
        few = bool(row["seeded"]) and row["trainings"] < MANY and low * high > 0
        if row["clear"]:
            sure = "is clear"
        elif few:
            sure = f"takes more than {count(int(row['trainings']), 'training')} to call clear"
        else:
            sure = "is not clear"
        return f"{abs(value):.1f} points {more} ({low:+.1f} to {high:+.1f}), which {sure}"

    def leads(self, rows: Mapping[str, tuple[str, str]]) -> str:
        """Return how far rows are from the baselines of their grids, those that are measured.

        Parameters
        ----------
        rows : mapping of str to (str, str)
            What the sentence calls them -> name of the grid, label of the row.

        Returns
        -------
        str
            E.g. ``"the sum, 3.1 points less (-7.4 to +1.2), which is not clear; ..."``; empty if
            none is measured.
        """
        told = {what: self.lead(*where) for what, where in rows.items()}
        return "; ".join(f"{what}, {lead}" for what, lead in told.items() if lead != TO_MEASURE)

    def _row(self, name: str, label: str) -> dict[str, Any] | None:
        frame = measured_rows(self.frames[name])
        rows = frame[frame.label == label].to_dict("records")
        return rows[0] if rows else None


def in_words(measures: Mapping[str, Any], *, seeded: bool = True) -> str:
    """Return an accuracy with its interval and the number of trainings.

    Parameters
    ----------
    measures : mapping
        See :meth:`mffcnn_book.experiments.Trainings.measures`.
    seeded : bool
        Whether a seed changes anything.

    Examples
    --------
    >>> told = {"accuracy": 0.641, "low": 0.57, "high": 0.712, "trainings": 5, "collapsed": 0}
    >>> in_words(told)
    '64.1 % (57 to 71; 5 trainings)'
    """
    low, high = (f"{100 * measures[end]:.0f}" for end in ("low", "high"))
    luck = f"; {count(int(measures['trainings']), 'training')}" if seeded else ""
    stuck = ", with collapsed models" if measures["collapsed"] else ""
    return f"{100 * measures['accuracy']:.1f} % ({low} to {high}{luck}){stuck}"


def format_measures(measures: Mapping[str, Mapping[str, Any]], what: str) -> pd.DataFrame:
    """Return measures of several scores as a page prints them.

    Parameters
    ----------
    measures : mapping of str to mapping
        By name, see :meth:`mffcnn_book.experiments.Trainings.measures`.
    what : str
        Title of the column with the names.

    Returns
    -------
    DataFrame of str
        Without the macro recall where it repeats the accuracy.
    """
    table = pd.DataFrame(
        {
            what: name,
            "accuracy": f"{own['accuracy']:.1%}",
            "95 % interval": f"{own['low']:.1%} to {own['high']:.1%}",
            "seeds": f"{own['trainings']}",
            "macro recall": f"{own['macro_recall']:.1%}",
        }
        for name, own in measures.items()
    )
    repeated = recall_repeats(pd.DataFrame(measures.values()))
    return table.drop(columns="macro recall") if repeated else table


def _few(frame: pd.DataFrame) -> str:
    """Return a warning where rows are of fewer trainings than know their own luck."""
    run = measured_rows(frame)
    few = run[(run.trainings < MANY) & run.seeded.astype(bool)]
    if few.empty:
        return ""
    return (
        f" {count(len(few), 'row')} with fewer than {MANY} seeds: there the interval says little "
        "or nothing about the luck of training, and no difference is called clear."
    )


def count(number: int, thing: str) -> str:
    """Return a number of things in words.

    Examples
    --------
    >>> count(1, "training"), count(5, "training")
    ('1 training', '5 trainings')
    """
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def p_value(p: float) -> str:
    """Return a p value as a page prints it: never as zero.

    Examples
    --------
    >>> p_value(0.0421), p_value(0.0002)
    ('0.042', '< 0.001')
    """
    return f"{p:.3f}" if p >= 0.001 else "< 0.001"
