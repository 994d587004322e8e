"""The two-stream network, drawn from its own description."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from mffcnn_book.pages._schematic import (
    BOX,
    NODE,
    Point,
    draw_box,
    draw_dot,
    draw_node,
    draw_wire,
    shade,
)
from mffcnn_core.errors import ParameterError

# All lengths are inches on the page, downwards, so that boxes fit the type they hold.
WIDTH = 7.7
SKIP = 0.82  # how far outside its column a skip path runs

Unit = Mapping[str, Any]


@dataclass(frozen=True)
class _Column:
    """Where a stream is drawn; ``outward`` is the side of its skip paths."""

    name: str
    x: float
    outward: int
    color: str
    images: str


_COLUMNS = (
    _Column("spatial", 2.25, -1, "C0", "face frames"),
    _Column("temporal", 6.35, 1, "C1", "flow images or ordered maps"),
)


@dataclass(frozen=True)
class _Row:
    """Heights of one unit: skip path leaves, product, box, sum, before the ReLU, ReLU, end."""

    fork: float
    product: float
    box: float
    add: float
    before: float
    relu: float
    end: float

    @classmethod
    def below(cls, top: float, *, fused: bool) -> "_Row":
        fork = top + 0.04
        product = fork + 0.24
        box = (product + 0.13 if fused else fork + 0.07) + BOX[1] / 2
        add = box + BOX[1] / 2 + 0.1
        before = add + NODE + 0.035
        relu = before + 0.035 + NODE
        return cls(fork, product, box, add, before, relu, relu + NODE + 0.04)


def plot_fusion(description: Mapping[str, Any]) -> Figure:
    """Draw two residual streams from top to bottom, and the products between them.

    A residual unit is a box (its branch, squeeze-excitation included), a sum with the skip
    path, and a ReLU; a product is a wire from one stream to the other.  Where the wire
    begins, and what enters the product from above, shows the gate: before or after the
    ReLU.

    Paper: Sec. 3.5, Fig. 3; names of the sites from Tables 1, 2.

    Parameters
    ----------
    description : mapping
        What ``TwoStreamFusionNet.describe()`` returns.

    Returns
    -------
    Figure
        As wide as a page of the book and as high as the network needs.

    Raises
    ------
    ParameterError
        If the description is not of two streams with the same stages and units, or a
        product joins what is not there.
    """
    places, fusions = _check(description)
    units: dict[str, list[Unit]] = description["streams"]
    joined = {(site["stage"], site["into"]) for site in fusions}
    rows: dict[tuple[int, int], _Row] = {}
    top = 1.0
    for place in places:
        rows[place] = _Row.below(top, fused=place in joined)
        top = rows[place].end + (0.12 if (place[0], place[1] + 1) not in places else 0)
    height = top + 0.95
    figure = plt.figure(figsize=(WIDTH, height), layout="none")
    ax = figure.add_axes((0, 0, 1, 1), xlim=(0, WIDTH), ylim=(height, 0))
    ax.set_axis_off()
    _draw_stages(ax, units["spatial"], rows)
    for column in _COLUMNS:
        _draw_stream(ax, column, units[column.name], rows, fusions)
    for site in fusions:
        _draw_product(ax, site, rows)
    _draw_legend(ax, height - 0.18)
    return figure


def _check(description: Mapping[str, Any]) -> tuple[list[tuple[int, int]], Sequence[Unit]]:
    """Return the places of the units, in order, and the products."""
    try:
        spatial, temporal = (
            [(unit["stage"], unit["unit"]) for unit in description["streams"][column.name]]
            for column in _COLUMNS
        )
        fusions = description["fusions"]
        ends = [
            ((site["stage"], site["after"]), (site["stage"], site["into"]), *_streams(site))
            for site in fusions
        ]
    except (KeyError, TypeError) as error:
        raise ParameterError(
            "description: expected the streams 'spatial' and 'temporal' and the fusions of a "
            f"network, got {type(description).__name__} without {error}. "
            "Pass what TwoStreamFusionNet.describe() returns."
        ) from error
    if not spatial or spatial != temporal:
        raise ParameterError(
            "description: expected two streams with the same one or more units, got "
            f"{len(spatial)} and {len(temporal)} of different places. "
            "Only maps of one size can be multiplied."
        )
    names = {column.name for column in _COLUMNS}
    for after, into, *streams in ends:
        # wires are drawn for neighbours only
        neighbours = into == (after[0], after[1] + 1) and {after, into} <= {*spatial}
        if {*streams} != names or not neighbours:
            raise ParameterError(
                "fusions: expected products of a unit of one stream into the next unit of the "
                f"other, got {' -> '.join(streams)} from {after} into {into}. "
                "Pass what TwoStreamFusionNet.describe() returns."
            )
    return spatial, fusions


def _streams(site: Unit) -> tuple[str, str]:
    return site["sender"], site["receiver"]


def _draw_stages(ax: Axes, units: Sequence[Unit], rows: Mapping[Any, _Row]) -> None:
    """Shade the stages, and write how many maps of which size they return."""
    shrink = 4  # of stage 1: a convolution and a pooling of stride 2
    for stage in dict.fromkeys(unit["stage"] for unit in units):
        members = [unit for unit in units if unit["stage"] == stage]
        for unit in members:
            shrink *= unit["stride"]
        first, last = (rows[stage, members[i]["unit"]] for i in (0, -1))
        low, high = first.fork - 0.05, last.end + 0.03
        ax.add_patch(
            Rectangle(
                (0.08, low), WIDTH - 0.16, high - low, color=shade(), lw=0, zorder=0,
                gid=f"stage {stage}",
            )
        )  # fmt: skip
        text = f"{members[-1]['channels']} maps\nside S/{shrink}"
        ax.text(0.18, low + 0.17, f"Stage {stage}", va="center", fontsize=9, weight="bold")
        ax.text(0.18, low + 0.28, text, va="top", fontsize=8, linespacing=1.35)


def _draw_stream(
    ax: Axes,
    column: _Column,
    units: Sequence[Unit],
    rows: Mapping[Any, _Row],
    fusions: Sequence[Unit],
) -> None:
    ink = plt.rcParams["text.color"]
    x, side = column.x, column.outward
    fused = {
        (site["stage"], site["into"]): site for site in fusions if site["receiver"] == column.name
    }
    ax.text(x, 0.2, f"{column.name.capitalize()} stream", ha="center", va="center", weight="bold")
    ax.text(x, 0.4, column.images, ha="center", va="center", fontsize=8)
    draw_box(ax, (x, 0.68), "Stage 1", column.color, gid=f"stem {column.name}")
    draw_wire(ax, [(x, 0.48), (x, 0.68 - BOX[1] / 2)], ink, arrow=True)
    above = (x, 0.68 + BOX[1] / 2)
    before: Point = above
    for unit in units:
        place = unit["stage"], unit["unit"]
        row, site = rows[place], fused.get(place)
        name = f"{column.name} {place[0]}_{place[1]}"
        fork, box, add = (x, row.fork), row.box, (x, row.add)
        top = (x, box - BOX[1] / 2)
        if site is None:
            draw_wire(ax, [above, top], ink)
        else:
            product = (x, row.product)
            if site["receiver_relu"]:
                draw_wire(ax, [above, (x, row.product - NODE)], ink, arrow=True)
            else:  # around the ReLU, on the inner side; what is behind it goes to the skip path
                inner = x - side * 0.2
                turn = row.product - NODE - 0.09
                around = [before, (inner, before[1]), (inner, turn), (x, turn)]
                draw_wire(ax, [above, fork], ink)
                draw_wire(ax, [*around, (x, row.product - NODE)], ink, arrow=True)
                draw_dot(ax, before)
            draw_node(ax, product, "times")
            draw_wire(ax, [(x, row.product + NODE), top], ink)
        bend = x + side * SKIP
        draw_wire(
            ax, [fork, (bend, row.fork), (bend, row.add), (x + side * NODE, row.add)], ink,
            arrow=True, gid=f"skip {name}",
        )  # fmt: skip
        if site is None or site["receiver_relu"]:
            draw_dot(ax, fork)
        if unit["projected_skip"]:
            draw_box(ax, (bend, box), "1×1", ink, width=0.28, gid=f"projection {name}")
        draw_wire(ax, [(x, box + BOX[1] / 2), (x, row.relu)], ink)
        draw_box(ax, (x, box), _unit_text(unit), column.color, gid=f"unit {name}")
        draw_node(ax, add, "plus")
        draw_node(ax, (x, row.relu), "relu")
        above, before = (x, row.relu + NODE), (x, row.before)
    end = above[1] + 0.3
    draw_wire(ax, [above, (x, end - BOX[1] / 2)], ink, arrow=True)
    draw_box(ax, (x, end), "global average", column.color, gid=f"pool {column.name}")
    ax.text(x, end + 0.22, "features, scores", ha="center", va="center", fontsize=8)


def _unit_text(unit: Unit) -> str:
    parts = [f"C_{unit['stage']}_{unit['unit']}"]
    if unit["stride"] > 1:
        parts.append(f"stride {unit['stride']}")
    if unit.get("temporal_kernel"):
        parts.append(f"time {unit['temporal_kernel']}")
    return "  ".join(parts)


def _draw_product(ax: Axes, site: Unit, rows: Mapping[Any, _Row]) -> None:
    """Draw the wire of one product from its sender to the receiver."""
    by_name = {column.name: column for column in _COLUMNS}
    sender, receiver = (by_name[name] for name in _streams(site))
    after = rows[site["stage"], site["after"]]
    into = rows[site["stage"], site["into"]]
    tap = into.fork if site["sender_relu"] else after.before
    middle = (sender.x + receiver.x) / 2
    inward = -sender.outward
    # two wires of one site cross in the middle, and nowhere run over each other
    draw_wire(
        ax,
        [
            (sender.x, tap), (middle - inward * 0.2, tap),
            (middle + inward * 0.2, into.product), (receiver.x - inward * NODE, into.product),
        ],
        sender.color, arrow=True, lw=2.0, over=True, gid=f"product {site['name']} "
        f"{sender.name} -> {receiver.name}",
    )  # fmt: skip
    draw_dot(ax, (sender.x, tap), sender.color)
    factor = f"C_{site['stage']}_{site['after']}" + "_R" * site["sender_relu"]
    ax.text(sender.x + inward * 0.95, tap - 0.03, factor, ha="center", va="bottom", fontsize=8)
    ax.text(
        receiver.x - inward * 1.17, into.product + 0.05, site["name"], ha="center", va="top",
        fontsize=8.5, weight="bold",
    )  # fmt: skip


def _draw_legend(ax: Axes, y: float) -> None:
    entries = (("plus", "sum"), ("times", "product"), ("relu", "ReLU"))
    x = 0.35
    for kind, text in entries:
        draw_node(ax, (x, y), kind)
        ax.text(x + 0.13, y, text, va="center", fontsize=8)
        x += 0.85
    ax.text(
        x,
        y,
        "box: residual branch with squeeze-excitation; 1×1: skip path is projected",
        va="center",
        fontsize=8,
    )
