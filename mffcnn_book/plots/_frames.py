"""Frames beside each other."""

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from mffcnn_core.errors import ParameterError


def plot_frame(
    frame: npt.NDArray[np.uint8],
    *,
    box: npt.ArrayLike | None = None,
    title: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Plot a frame, with a face box over it if one is given.

    Parameters
    ----------
    frame : ndarray of uint8, shape (H, W, 3)
    box : array_like of 4 floats, optional
        x, y, width, height in px.
    """
    ax = ax or plt.gca()
    ax.imshow(frame)
    if box is not None:
        x, y, width, height = np.asarray(box, dtype=float)
        # two outlines, so that the box shows on light and on dark skin or background
        for color, line in (("black", 3.0), ("#ffd400", 1.5)):
            ax.add_patch(Rectangle((x, y), width, height, fill=False, color=color, lw=line))
    ax.set_title(title, fontsize=9)
    ax.set_axis_off()
    return ax


def plot_contact_sheet(
    frames: Sequence[npt.NDArray[np.uint8]],
    *,
    columns: int,
    titles: Sequence[str] = (),
    row_titles: Sequence[str] = (),
    boxes: Sequence[npt.ArrayLike | None] = (),
    width: float = 8.0,
) -> Figure:
    """Lay frames out in rows.

    Parameters
    ----------
    frames : sequence of ndarray of uint8, shape (H, W, 3)
        Row by row.
    columns : int
        Frames in a row, >= 1.
    titles : sequence of str, optional
        One per frame, or one per column (then only the first row carries them).
    row_titles : sequence of str, optional
        One per row.
    boxes : sequence, optional
        One box (or None) per frame.
    width : float
        Inches.

    Raises
    ------
    ParameterError
        If there is no frame, or the number of titles or boxes fits neither use.
    """
    if not len(frames) or columns < 1:
        raise ParameterError(
            f"frames: expected at least one frame and one column, got {len(frames)} frame(s) "
            f"and {columns} column(s)."
        )
    rows = -(-len(frames) // columns)
    for name, given, allowed in (
        ("titles", titles, (0, columns, len(frames))),
        ("row_titles", row_titles, (0, rows)),
        ("boxes", boxes, (0, len(frames))),
    ):
        if len(given) not in allowed:
            counts = " or ".join(str(n) for n in sorted(set(allowed)))
            raise ParameterError(f"{name}: expected {counts} entries, got {len(given)}.")
    shape = frames[0].shape
    margin = 0.32 * (1 if len(titles) <= columns else rows)
    height = width / columns * rows * shape[0] / shape[1] + (margin if len(titles) else 0)
    figure, axes = plt.subplots(
        rows, columns, figsize=(width, height), squeeze=False, layout="constrained"
    )
    figure.get_layout_engine().set(w_pad=0.02, h_pad=0.02, wspace=0.01, hspace=0.01)
    for number, ax in enumerate(axes.flat):
        if number >= len(frames):
            ax.set_visible(False)
            continue
        title = titles[number] if number < len(titles) else ""
        box = boxes[number] if len(boxes) else None
        plot_frame(frames[number], box=box, title=title, ax=ax)
        if len(row_titles) and number % columns == 0:
            ax.text(
                -0.03, 0.5, row_titles[number // columns], transform=ax.transAxes,
                rotation=90, ha="right", va="center", fontsize=9,
            )  # fmt: skip
    return figure
