"""A recogniser's scores over the frames of a video."""

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure

from mffcnn_core.errors import ParameterError


def plot_timeline(
    faces: npt.NDArray[np.uint8],
    scores: npt.NDArray[np.floating],
    spans: npt.NDArray[np.integer],
    classes: Sequence[str],
    *,
    times: npt.NDArray[np.floating],
    title: str = "",
    shown: int = 8,
) -> Figure:
    """Plot face frames above a heat map of scores over time.

    Parameters
    ----------
    faces : ndarray of uint8, shape (n, S, S, 3)
    scores : ndarray, shape (k, n_classes)
        Of each window; the largest one is framed.
    spans : ndarray of int, shape (k, 2)
        First frame of each window, and the one after its last.
    classes : sequence of str, length n_classes
    times : ndarray of float, shape (n + 1,)
        When each frame begins and the last one ends, in seconds.
    title : str
    shown : int
        Number of face frames, >= 1.

    Raises
    ------
    ParameterError
        If shapes do not fit.
    """
    expected, found = (len(spans), len(classes)), (scores.shape, len(faces), len(times))
    if scores.shape != expected or not len(faces) or len(times) != len(faces) + 1:
        raise ParameterError(
            f"scores, faces, times: expected scores of shape {expected}, one or more faces, and "
            f"one time more than faces, got {found[0]}, {found[1]} and {found[2]}. Take those of "
            "one video."
        )
    shown = min(shown, len(faces))
    figure = plt.figure(figsize=(8, 3.6))
    grid = figure.add_gridspec(2, shown, height_ratios=(1, 2))
    for column, frame in enumerate(np.linspace(0, len(faces) - 1, shown).round().astype(int)):
        ax = figure.add_subplot(grid[0, column])
        ax.imshow(faces[frame])
        ax.set_title(f"{times[frame]:.1f} s", fontsize=8)
        ax.set_axis_off()
    ax = figure.add_subplot(grid[1, :])
    centres = times[spans].mean(axis=1)
    middle = (centres[:-1] + centres[1:]) / 2
    edges = np.concatenate([[times[0]], middle, [times[-1]]])
    rows = np.arange(len(classes) + 1) - 0.5
    mesh = ax.pcolormesh(edges, rows, scores.T, cmap="viridis")
    for window, best in enumerate(scores.argmax(axis=1)):
        left, right = edges[window], edges[window + 1]
        ax.add_patch(
            plt.Rectangle((left, best - 0.5), right - left, 1, fill=False, ec="white", lw=2)
        )
    ax.set_yticks(range(len(classes)), classes)
    ax.invert_yaxis()
    ax.set_xlabel("time (s)")
    figure.colorbar(mesh, ax=ax, label="score", shrink=0.9)
    figure.suptitle(title)
    return figure
