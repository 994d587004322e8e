"""Figures as SVG that takes its colours from the page."""

import base64
import contextlib
import hashlib
import html
import io
import re
from collections.abc import Iterator

import cv2
import matplotlib as mpl
import numpy as np
from matplotlib.collections import Collection
from matplotlib.figure import Figure

from mffcnn_book.plots import style

PAPER = "#fffffe"  # drawn where the page shines through: white that no data have
SHAPES = 1000  # of a collection, from which on it is stored as an image
QUALITY = 88  # of images, in WebP
PNG = re.compile(r'(xlink:href=")data:image/png;base64,([^"]+)"')
NAMES = re.compile(r'(\bid="|xlink:href="#|url\(#)')


@contextlib.contextmanager
def themed() -> Iterator[None]:
    """Draw figures inside this block for :func:`as_svg`."""
    paper = {f"{what}.facecolor": PAPER for what in ("figure", "savefig", "axes")}
    with style("light"), mpl.rc_context({**paper, "svg.hashsalt": "page", "svg.fonttype": "path"}):
        yield


def as_svg(figure: Figure, *, alt: str) -> str:
    """Return a figure that was drawn inside :func:`themed` as an SVG element.

    Ink, paper and grid are colours of the style sheet, so one picture serves light and dark
    pages.  Its names are its own, so that pictures of one page do not mix.
    """
    for many in figure.findobj(Collection):
        if len(many.get_paths()) > SHAPES or np.size(many.get_array()) > SHAPES:
            many.set_rasterized(True)
    colours = {
        mpl.rcParams["text.color"]: "currentColor",
        mpl.rcParams["grid.color"]: f"var(--mffcnn-grid, {mpl.rcParams['grid.color']})",
        PAPER: "var(--mffcnn-paper, none)",
    }
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    svg = buffer.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>\s*", "", svg, flags=re.DOTALL)
    svg = PNG.sub(lambda found: f'{found[1]}{_as_webp(found[2])}"', svg)
    for drawn, shown in colours.items():
        svg = svg.replace(f": {drawn}", f": {shown}")
    own = hashlib.sha256(svg.encode()).hexdigest()[:8]
    svg = NAMES.sub(rf"\g<1>p{own}-", svg)
    head, body = svg.split(">", 1)
    box = re.search(r'viewBox="[^"]+"', head)[0]
    return (
        f'<svg {box} role="img" aria-label="{html.escape(alt)}" '
        f'xmlns:xlink="http://www.w3.org/1999/xlink">{body}'
    )


def _as_webp(png: str) -> str:
    """Return an image of a data URI in a smaller format."""
    data = np.frombuffer(base64.b64decode(png), np.uint8)
    image = cv2.imdecode(data, cv2.IMREAD_UNCHANGED)
    _, encoded = cv2.imencode(".webp", image, [cv2.IMWRITE_WEBP_QUALITY, QUALITY])
    return f"data:image/webp;base64,{base64.b64encode(encoded.tobytes()).decode('ascii')}"
