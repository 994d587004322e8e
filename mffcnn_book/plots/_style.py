"""One look for all figures, in a light and a dark version."""

import contextlib
from collections.abc import Iterator
from typing import Literal

import matplotlib as mpl
import seaborn as sns

from mffcnn_core.settings import check_choice

Mode = Literal["light", "dark"]

# Ink, paper and grid; the papers are those of the book's theme in either mode.
_INK = {"light": ("#1f2328", "#ffffff", "#d0d7de"), "dark": ("#e6edf3", "#14181e", "#3d444d")}


@contextlib.contextmanager
def style(mode: Mode = "light") -> Iterator[None]:
    """Draw figures inside this block in the book's look.

    Parameters
    ----------
    mode : {"light", "dark"}

    Raises
    ------
    ParameterError
        If the mode is another one.
    """
    check_choice("mode", mode, _INK)
    ink, paper, grid = _INK[mode]
    settings = {
        "figure.facecolor": paper,
        "savefig.facecolor": paper,
        "axes.facecolor": paper,
        "axes.edgecolor": grid,
        "axes.labelcolor": ink,
        "axes.titlecolor": ink,
        "axes.titlesize": 11,
        "axes.titleweight": "normal",
        "axes.spines.top": False,
        "axes.spines.right": False,
        # seaborn's palette for colour-blind readers
        "axes.prop_cycle": mpl.cycler(color=sns.color_palette("colorblind")),
        "grid.color": grid,
        "text.color": ink,
        "xtick.color": ink,
        "ytick.color": ink,
        "legend.frameon": False,
        "font.size": 10,
        "figure.dpi": 100,
        "savefig.dpi": 150,
        "figure.constrained_layout.use": True,
        "image.interpolation": "nearest",
    }
    with mpl.rc_context(settings):
        yield
