"""Boxes, nodes and wires of schematic drawings, in inches on the page."""

from collections.abc import Iterator, Sequence

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.patches import Circle, FancyArrowPatch, FancyBboxPatch, PathPatch
from matplotlib.path import Path

Point = tuple[float, float]

BOX = (1.2, 0.21)
"""Width and height of a box; the height fits one line of type."""
NODE = 0.06
"""Radius of a node."""
CORNER = 0.06
"""Radius of a wire's corners."""


def draw_box(
    ax: Axes, centre: Point, text: str, color: str, *, width: float = BOX[0], gid: str
) -> None:
    """Draw a box with round corners around a text; ``gid`` names its outline."""
    corner = centre[0] - width / 2, centre[1] - BOX[1] / 2
    shape = {"boxstyle": "round,pad=0,rounding_size=0.05", "zorder": 5}
    paper = plt.rcParams["axes.facecolor"]  # nothing shines through the tint
    ax.add_patch(FancyBboxPatch(corner, width, BOX[1], **shape, fc=paper, lw=0))
    ax.add_patch(
        FancyBboxPatch(
            corner, width, BOX[1], **shape, fc=to_rgba(color, 0.18), ec=color, lw=1.1, gid=gid
        )
    )
    ax.text(*centre, text, ha="center", va="center", fontsize=8, zorder=6)


def shade() -> tuple[float, float, float, float]:
    """Return the colour behind a stage, which the page's own colour shines through."""
    return to_rgba(plt.rcParams["grid.color"], 0.35)


def draw_node(ax: Axes, centre: Point, kind: str) -> None:
    """Draw a circle with a plus, a cross or the hinge of a ReLU in it."""
    ink, paper = plt.rcParams["text.color"], plt.rcParams["axes.facecolor"]
    ax.add_patch(Circle(centre, NODE, fc=paper, ec=ink, lw=0.9, zorder=5, gid=f"node {kind}"))
    for xs, ys in _strokes(kind):
        x = [centre[0] + 0.62 * NODE * step for step in xs]
        y = [centre[1] + 0.62 * NODE * step for step in ys]
        ax.plot(x, y, color=ink, lw=1.0, zorder=6, solid_capstyle="butt")


def _strokes(kind: str) -> Iterator[tuple[Sequence[float], Sequence[float]]]:
    if kind == "relu":
        yield (-1, 0, 0.8), (0.4, 0.4, -0.7)
    elif kind == "plus":
        yield from (((-1, 1), (0, 0)), ((0, 0), (-1, 1)))
    else:
        yield from (((-0.8, 0.8), (-0.8, 0.8)), ((-0.8, 0.8), (0.8, -0.8)))


def draw_dot(ax: Axes, centre: Point, color: str | None = None) -> None:
    """Mark where a wire branches off; wires that only cross have no dot."""
    ax.add_patch(Circle(centre, 0.026, color=color or plt.rcParams["text.color"], zorder=7))


def draw_wire(
    ax: Axes,
    points: Sequence[Point],
    color: str,
    *,
    arrow: bool = False,
    lw: float = 1.0,
    over: bool = False,
    gid: str | None = None,
) -> None:
    """Draw a line through the points with round corners; ``over``: above the others."""
    path = _rounded(points)
    zorder = 3 if over else 2
    if over:  # a rim, where it crosses another wire
        for rim in (plt.rcParams["axes.facecolor"], shade()):
            ax.add_patch(PathPatch(path, fill=False, ec=rim, lw=lw + 3, zorder=zorder))
    ax.add_patch(
        FancyArrowPatch(
            path=path, arrowstyle="-|>,head_length=3,head_width=1.6" if arrow else "-",
            color=color, lw=lw, zorder=zorder + 0.5, shrinkA=0, shrinkB=0, gid=gid,
            joinstyle="round", mutation_scale=1 + 0.3 * (lw - 1),
        )
    )  # fmt: skip


def _rounded(points: Sequence[Point]) -> Path:
    vertices, codes = [points[0]], [Path.MOVETO]
    for i in range(1, len(points) - 1):
        corner = points[i]
        near, far = (_towards(corner, points[j]) for j in (i - 1, i + 1))
        vertices += [near, corner, far]
        codes += [Path.LINETO, Path.CURVE3, Path.CURVE3]
    return Path([*vertices, points[-1]], [*codes, Path.LINETO])


def _towards(corner: Point, other: Point) -> Point:
    """Return the point at most a corner's radius from ``corner`` on the way to ``other``."""
    dx, dy = other[0] - corner[0], other[1] - corner[1]
    length = (dx**2 + dy**2) ** 0.5
    share = min(CORNER / length, 0.5) if length else 0.0
    return corner[0] + share * dx, corner[1] + share * dy
