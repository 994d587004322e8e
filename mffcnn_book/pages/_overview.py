"""The whole method as one drawing, from its own description."""

import html
from collections.abc import Mapping
from typing import Any

from mffcnn_book.pages._explore import Explorable
from mffcnn_book.pages._show import _check_alt, arrows
from mffcnn_core.errors import ParameterError

WIDTH, BOX, STEP = 360, 34, 62  # px: the drawing, the height of a box, from row to row
LEFT, RIGHT, MIDDLE = 84, 276, 180  # px: centres of the columns
PARTS = (
    "video", "faces", "frames", "flow", "temporal images", "spatial", "temporal", "products",
    "pooling", "dbn", "svm",
)  # fmt: skip


def show_overview(
    description: Mapping[str, Any],
    temporal: Mapping[str, Any],
    links: Mapping[str, str],
    *,
    alt: str,
    caption: str = "",
) -> Explorable:
    """Draw the way from a video to an expression; every part leads to its chapter.

    Lines and text take the colours of the page, light or dark.

    Paper: Sec. 3, Figs. 1-4.

    Parameters
    ----------
    description : mapping
        What ``FusionRecogniser.describe()`` returns.
    temporal : mapping
        Settings of what the temporal stream sees: ``images()["temporal"].to_dict()``.
    links : mapping of str to str
        Address of each part's chapter; the parts are those of ``PARTS``.
    alt, caption : str

    Raises
    ------
    ParameterError
        If a link belongs to no part.
    """
    if unknown := sorted(set(links) - set(PARTS)):
        raise ParameterError(
            f"links: expected parts of {', '.join(PARTS)}, got {', '.join(unknown)}."
        )
    alt, fusion = _check_alt(alt), description["fusion"]
    rows = [
        [("video", "video", "", MIDDLE, 150)],
        [("faces", "face crop", "one for the whole clip", MIDDLE, 190)],
        [("frames", "face frames", "", LEFT, 130), ("flow", "optical flow", "", RIGHT, 130)],
        [("temporal images", *_temporal_images(temporal), RIGHT, 150)],
        [
            ("spatial", "spatial network", _size(description), LEFT, 140),
            ("temporal", "temporal network", _size(description), RIGHT, 140),
        ],
        [("pooling", "mean over windows", "each stream scaled to length 1", MIDDLE, 230)],
        [("dbn", "deep belief network", "", MIDDLE, 190)] if description["dbn"] is not None else [],
        [("svm", "support vector machine", "one score per expression", MIDDLE, 210)],
    ]
    rows = [row for row in rows if row]
    boxes = [
        _box(*box, y=10 + STEP * k, link=links.get(box[0])) for k, row in enumerate(rows)
        for box in row
    ]  # fmt: skip
    height = 10 + STEP * (len(rows) - 1) + BOX + 10
    svg = (
        f'<svg class="overview" viewBox="0 0 {WIDTH} {height}" role="group" '
        f'aria-label="{html.escape(alt)}">{_wires(len(rows))}'
        f"{_products(fusion, 10 + STEP * 4, links.get('products'))}{''.join(boxes)}</svg>"
    )
    return Explorable(svg, alt, caption)


def _temporal_images(temporal: Mapping[str, Any]) -> tuple[str, str]:
    if "window" in temporal:
        return "ordered flow maps", f"windows of {temporal['window']} flows"
    run = temporal["run"]
    return "flow images", f"means of {run} flows" if run > 1 else "single flows"


def _size(description: Mapping[str, Any]) -> str:
    return f"{description['size']} × {description['size']} px"


def _box(part: str, title: str, note: str, x: int, width: int, *, y: int, link: str | None) -> str:
    lines = [(title, y + (21 if not note else 14), "overview-title")]
    if note:
        lines.append((note, y + 28, "overview-note"))
    text = "".join(
        f'<text x="{x}" y="{height}" class="{kind}">{html.escape(line)}</text>'
        for line, height, kind in lines
    )
    body = f'<rect x="{x - width / 2:g}" y="{y}" width="{width}" height="{BOX}" rx="6"/>{text}'
    return f'<a href="{html.escape(link)}">{body}</a>' if link else f"<g>{body}</g>"


def _wires(rows: int) -> str:
    """Draw what leads from row to row; the two streams part at the third and meet at the sixth."""
    below = [10 + STEP * k + BOX for k in range(rows)]
    above = [10 + STEP * k for k in range(rows)]
    paths = [f"M{MIDDLE} {below[0]}V{above[1]}"]
    for x, end in ((LEFT, above[2]), (RIGHT, above[2])):
        paths.append(f"M{MIDDLE} {below[1]}V{below[1] + 12}H{x}V{end}")
    paths.append(f"M{LEFT} {below[2]}V{above[4]}")
    paths.append(f"M{RIGHT} {below[2]}V{above[3]}M{RIGHT} {below[3]}V{above[4]}")
    paths += [f"M{x} {below[4]}V{below[4] + 12}H{MIDDLE}V{above[5]}" for x in (LEFT, RIGHT)]
    paths += [f"M{MIDDLE} {below[k]}V{above[k + 1]}" for k in range(5, rows - 1)]
    return "".join(f'<path d="{path}"/>' for path in paths)


def _products(fusion: Mapping[str, Any], y: int, link: str | None) -> str:
    """Draw the products between the two networks, if there are any."""
    stages = fusion["fuse_stages"]
    if not stages:
        return ""
    middle, start, end = y + BOX / 2, LEFT + 70, RIGHT - 70
    names = ", ".join(f"C_{stage}" for stage in stages)
    body = (
        f'<path class="overview-product" d="M{start} {middle}H{end}"/>'
        f'<circle class="overview-node" cx="{MIDDLE}" cy="{middle}" r="9"/>'
        f'<text x="{MIDDLE}" y="{middle + 5}" class="overview-title">×</text>'
        f'<text x="{MIDDLE}" y="{y - 6}" class="overview-note">{arrows(str(fusion["direction"]))} '
        f"at {names}</text>"
    )
    return f'<a href="{html.escape(link)}">{body}</a>' if link else body
