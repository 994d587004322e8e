"""What faces do, and what a recogniser made of it."""

from collections.abc import Mapping, Sequence

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import numpy.typing as npt
import seaborn as sns
from matplotlib.axes import Axes

from mffcnn_core.errors import ParameterError
from mffcnn_core.expressions import EXPRESSIONS


def plot_action_units(
    action_units: npt.NDArray,
    names: Sequence[str],
    *,
    fps: float,
    apex: int | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Plot action units over time as a heat map.

    Parameters
    ----------
    action_units : ndarray, shape (n, K)
        Intensity, 0 to about 1.3.
    names : sequence of K str
    fps : float
    apex : int, optional
        Frame of the strongest expression; drawn as a line.
    """
    if action_units.ndim != 2 or action_units.shape[1] != len(names):
        raise ParameterError(
            f"action_units: expected shape (n, {len(names)}) for {len(names)} names, "
            f"got {action_units.shape}."
        )
    ax = ax or plt.gca()
    seconds = len(action_units) / fps
    image = ax.imshow(
        action_units.T, aspect="auto", cmap="viridis", vmin=0, vmax=1.2,
        extent=(0, seconds, len(names) - 0.5, -0.5),
    )  # fmt: skip
    ax.set_yticks(range(len(names)), names, fontsize=8)
    ax.set_xlabel("time (s)")
    if apex is not None:
        ax.axvline(apex / fps, color="white", lw=1.2, ls="--")
    plt.colorbar(image, ax=ax, label="intensity", shrink=0.8)
    return ax


def plot_confusion_matrix(
    counts: npt.NDArray,
    *,
    labels: Sequence[str] = EXPRESSIONS,
    cells: Sequence[Sequence[str]] | None = None,
    title: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Plot a confusion matrix: rows are the true class, shares in %, counts below.

    Parameters
    ----------
    counts : ndarray of int, shape (K, K)
        ``counts[i, j]`` clips of class i were called j.
    labels : sequence of K str
    cells : sequence of K sequences of K str, optional
        What is written in the cells instead; the colours are those of ``counts``, which may
        then be per cent.

    Raises
    ------
    ParameterError
        If the matrix is not square or does not match the labels.
    """
    counts = np.asarray(counts)
    if counts.shape != (len(labels), len(labels)):
        raise ParameterError(
            f"counts: expected shape ({len(labels)}, {len(labels)}), got {counts.shape}. "
            "Give one label per class."
        )
    ax = ax or plt.gca()
    total = counts.sum(axis=1, keepdims=True)
    share = 100 * counts / np.maximum(total, 1)
    if cells is None:
        cells = [
            [f"{share[i, j]:.0f} %\n{counts[i, j]}" for j in range(len(labels))]
            for i in range(len(labels))
        ]
    sns.heatmap(
        share, annot=np.array(cells), fmt="", cmap="cividis", vmin=0, vmax=100, square=True, ax=ax,
        xticklabels=labels, yticklabels=labels, annot_kws={"fontsize": 8}, cbar=False,
    )  # fmt: skip
    for text, value in zip(ax.texts, share.ravel(), strict=True):
        text.set_color(_ink_on(mpl.colormaps["cividis"](value / 100)))
    ax.set(xlabel="recognised as", ylabel="true expression", title=title)
    ax.tick_params(axis="x", rotation=40)
    ax.tick_params(axis="y", rotation=0)
    return ax


def _ink_on(ground: tuple[float, ...]) -> str:
    """Return black or white, whichever has more contrast with a colour (WCAG 2)."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in ground[:3]]
    return "black" if np.dot([0.2126, 0.7152, 0.0722], linear) > 0.179 else "white"


def plot_recall(
    recall: Mapping[str, npt.NDArray],
    *,
    labels: Sequence[str] = EXPRESSIONS,
    chance: float | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Plot the recall of each class for several recognisers side by side.

    Parameters
    ----------
    recall : mapping of str to ndarray of shape (K,)
        Name of the recogniser -> recall per class, 0 to 1; NaN where a class has no clip.
    chance : float, optional
        Drawn as a dashed line.
    """
    ax = ax or plt.gca()
    place = np.arange(len(labels))
    width = 0.8 / len(recall)
    hatches = ("", "//", "..", "xx")  # told apart without colour too
    for number, (name, values) in enumerate(recall.items()):
        ax.bar(
            place + (number - (len(recall) - 1) / 2) * width, 100 * np.asarray(values), width,
            label=name, hatch=hatches[number % len(hatches)], edgecolor=ax.get_facecolor(),
        )  # fmt: skip
    if chance is not None:
        ink = plt.rcParams["text.color"]
        ax.axhline(100 * chance, ls="--", lw=1, color=ink, label="chance")
    ax.set_xticks(place, labels, rotation=20)
    ax.set(ylabel="recall (%)", ylim=(0, 100))
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, 1.15), ncols=len(recall) + 1, fontsize=9)
    return ax
