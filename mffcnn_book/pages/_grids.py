"""Grids of experiments: ours with intervals; the paper's values beside them, not among them."""

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mffcnn_book.pages._show import arrows

PAPER = {"RML": "s", "BAUM-1s": "D"}
INSIDE = "≈"
COMMITTED = "*"


def describe_grid(frame: pd.DataFrame) -> str:
    """Return what a plot of a grid shows, as a sentence for those who do not see it.

    Examples
    --------
    >>> describe_grid(pd.DataFrame({"label": ["a", "b"], "accuracy": [0.5, float("nan")]}))
    'Accuracy of a 50.0 %.'
    """
    run = measured_rows(frame)
    told = ", ".join(f"{arrows(row.label)} {100 * row.accuracy:.1f} %" for row in run.itertuples())
    return f"Accuracy of {told}." if told else "Nothing is measured yet."


def measured_rows(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of a grid that have a record."""
    return frame[frame.accuracy.notna()]


def format_grid(frame: pd.DataFrame, *, facts: Sequence[str] = ()) -> pd.DataFrame:
    """Return a grid as a page prints it: the rows that are measured, and no other one.

    Parameters
    ----------
    frame : DataFrame
        See :func:`mffcnn_book.experiments.grid_table`.
    facts : sequence of str
        Columns to show beside the label.

    Returns
    -------
    DataFrame of str
        Accuracy with its interval, with ``*`` after that of a reference run; the number of
        trainings, ``-`` where no seed changes anything; the share of models that collapsed;
        macro recall, the worst and the best person; the difference from the baseline with
        its interval, with ``≈`` before one that is not clear; the paper's values in columns of
        their own.  Columns without any value are left out, and so is a macro recall that repeats
        the accuracy.  Where nothing is measured, the paper's values of all rows.
    """
    run = measured_rows(frame)
    shown = []
    for row in (frame if run.empty else run).to_dict("records"):
        told = {"": row["label"]} | {fact: row[fact] for fact in facts}
        if not run.empty:
            told |= _measured(row)
        if "difference" in frame and frame.difference.notna().any():
            told["difference, points"] = _points(row)
        if frame[[*PAPER]].notna().any(axis=None):
            told |= {f"paper, {name}": _percent(row[name]) for name in PAPER}
        shown.append(told)
    table = pd.DataFrame(shown)
    if recall_repeats(run):
        table = table.drop(columns="macro recall", errors="ignore")
    return table.loc[:, (table != "").any()]


def recall_repeats(measures: pd.DataFrame) -> bool:
    """Say whether macro recall is the accuracy in every row, as with classes of one size.

    Parameters
    ----------
    measures : DataFrame
        With the columns ``accuracy`` and ``macro_recall``, as shares.
    """
    return np.allclose(measures.accuracy, measures.macro_recall, rtol=0, atol=1e-6)


def _measured(row: dict) -> dict[str, str]:
    reference = COMMITTED if row["origin"] == "reference run" else ""
    return {
        "accuracy": f"{row['accuracy']:.1%} ({row['low']:.0%} to {row['high']:.0%}){reference}",
        "seeds": f"{row['trainings']:.0f}" if row["seeded"] else "-",
        "collapsed": f"{row['collapsed']:.0%} of models" if row["collapsed"] else "",
        "macro recall": _percent(row["macro_recall"]),
        "people": f"{row['worst_person']:.0%} to {row['best_person']:.0%}",
    }


def _percent(value: float) -> str:
    return "" if pd.isna(value) else f"{value:.1%}"


def _points(row: dict) -> str:
    if pd.isna(row["difference"]):
        return ""
    mark = "" if row["clear"] else f"{INSIDE} "
    low, high = 100 * row["difference_low"], 100 * row["difference_high"]
    return f"{mark}{100 * row['difference']:+.1f} ({low:+.1f} to {high:+.1f})"


def plot_grid(frame: pd.DataFrame, *, data: str, baseline: str | None = None) -> Figure:
    """Plot the measured rows of a grid: left ours with 95 % intervals, right the paper's values.

    A hollow mark is a row whose difference from the baseline is not clear; a cross one whose
    models all collapsed.

    Parameters
    ----------
    frame : DataFrame
        See :func:`mffcnn_book.experiments.grid_table`.
    data : str
        Name of the data set that ours were measured on.
    baseline : str, optional
        Label of a row whose accuracy is drawn as a line.

    Returns
    -------
    Figure
        It says so where nothing was measured.
    """
    measured = measured_rows(frame)
    frame = frame if measured.empty else measured
    paper = frame[[*PAPER]].notna().any(axis=None)
    columns = 2 if paper else 1
    figure, axes = plt.subplots(
        1, columns, figsize=(9 if paper else 7, 0.8 + 0.3 * len(frame)), sharey=True, squeeze=False
    )
    ours, place = axes[0, 0], {label: k for k, label in enumerate(frame.label)}
    for row in measured.to_dict("records"):
        doubtful = baseline is not None and row["label"] != baseline and not row["clear"]
        ours.errorbar(
            100 * row["accuracy"], place[row["label"]],
            xerr=[[100 * (row["accuracy"] - row["low"])], [100 * (row["high"] - row["accuracy"])]],
            fmt="x" if row["collapsed"] == 1 else "o", color="C0", capsize=3, lw=1.2,
            mfc=ours.get_facecolor() if doubtful else "C0",
        )  # fmt: skip
    if baseline in set(measured.label):
        value = 100 * measured.set_index("label").accuracy[baseline]
        ours.axvline(value, lw=0.8, ls="--", color=plt.rcParams["text.color"])
    ours.set(yticks=range(len(frame)), yticklabels=frame.label.map(arrows), xlabel="accuracy (%)")
    ours.set_title(f"ours, {data}")
    _say_if_empty(ours, measured)
    ours.grid(axis="x", lw=0.5)
    if paper:
        for number, (name, marker) in enumerate(PAPER.items(), start=1):
            axes[0, 1].plot(
                100 * frame[name], range(len(frame)), marker, color=f"C{number}", label=name
            )
        axes[0, 1].set(xlabel="recognition rate (%)", title="printed in the paper")
        axes[0, 1].grid(axis="x", lw=0.5)
        figure.legend(loc="outside lower right", ncols=len(PAPER), fontsize=8)
    # last, and by hand: rows without a value of the paper's have their place as well
    ours.set_ylim(len(frame) - 0.5, -0.5)
    return figure


def plot_sweep(
    frame: pd.DataFrame, x: str, *, hue: str | None = None, ax: Axes | None = None
) -> Axes:
    """Plot accuracy over the values of one setting, with 95 % intervals as bands.

    Parameters
    ----------
    frame : DataFrame
        See :func:`mffcnn_book.experiments.grid_table`.
    x : str
        Column with the setting's values.
    hue : str, optional
        Column that tells lines apart.
    """
    measured = measured_rows(frame)
    ax = ax or plt.gca()
    _say_if_empty(ax, measured)
    lines = [(None, measured)] if hue is None else measured.groupby(hue, sort=False)
    for number, (name, line) in enumerate(lines):
        line = line.sort_values(x)
        marker, values = "os^D"[number % 4], line[x].to_numpy(np.float64)
        ax.plot(values, 100 * line.accuracy, f"{marker}-", color=f"C{number}", label=name)
        ax.fill_between(values, 100 * line.low, 100 * line.high, color=f"C{number}", alpha=0.15)
    ax.set(xlabel=x, ylabel="accuracy (%)")
    if hue is not None and not measured.empty:
        ax.legend(fontsize=8)
    return ax


def _say_if_empty(ax: Axes, measured: pd.DataFrame) -> None:
    if measured.empty:
        ax.text(0.5, 0.5, "nothing measured yet", ha="center", va="center", transform=ax.transAxes)
        ax.set(xticks=[])
