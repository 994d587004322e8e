"""The theme's icons without the two thousand that no page shows.

The theme loads half a megabyte of Font Awesome into every page.  When the site is built, the icons
that its pages name are kept, as SVG (a font would not load from disk in every browser), and the
script becomes a few lines.
"""

import json
import re
from importlib.util import find_spec
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.util import logging

SCRIPT = "scripts/fontawesome.js"
SHOWN = re.compile(r'class="[^"]*\bfa[sr]?\b[^"]*"|class="[^"]*\bfa-(?:solid|regular)\b[^"]*"')
NAMED = re.compile(r"\bfa-([a-z0-9-]+)")
DRAWN = re.compile(r'["\']?\b([a-z0-9-]+)["\']?:\[(\d+),(\d+),\[[^\]]*\],"[0-9a-f]+","([^"]+)"\]')
SIZES = {"solid", "regular", "brands", "lg", "xs", "sm", "fw", "2x", "spin"}  # no icons
TEMPLATE = """\
/* Icons of Font Awesome Free (CC BY 4.0): those that the pages of this book show. */
(() => {
  const icons = ICONS;
  const put = (node) => {
    const name = [...node.classList].map((one) => one.slice(3)).find((one) => icons[one]);
    if (!name) return;
    const [width, height, path] = icons[name];
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("class", `svg-inline--fa ${node.getAttribute("class")}`);
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    svg.setAttribute("aria-hidden", "true");
    svg.innerHTML = `<path fill="currentColor" d="${path}"/>`;
    for (const { name: key, value } of node.attributes) {
      if (key.startsWith("data-")) svg.setAttribute(key, value);
    }
    node.replaceWith(svg);
  };
  const all = () => document.querySelectorAll("i.fa-solid, i.fas").forEach(put);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", all);
  else all();
})();
"""

logger = logging.getLogger(__name__)


def icons_of(html: str) -> set[str]:
    """Return the names of the icons in a page.

    >>> sorted(icons_of('<i class="fa-solid fa-sun fa-lg"></i><i class="fas fa-download"></i>'))
    ['download', 'sun']
    """
    found = (name for shown in SHOWN.findall(html) for name in NAMED.findall(shown))
    return {name for name in found if name not in SIZES}


def _theme_script() -> Path:
    folder = Path(find_spec("pydata_sphinx_theme").origin).parent
    return folder / "theme" / "pydata_sphinx_theme" / "static" / SCRIPT


def _keep_shown(app: Sphinx, error: Exception | None) -> None:
    script = Path(app.outdir, "_static", SCRIPT)
    if error is not None or app.builder.format != "html" or not script.is_file():
        return
    source = _theme_script().read_text(encoding="utf-8")
    # the sets follow each other, the solid one last
    drawn = {name: [int(w), int(h), path] for name, w, h, path in DRAWN.findall(source)}
    shown = set()
    for page in Path(app.outdir).rglob("*.html"):
        shown |= icons_of(page.read_text(encoding="utf-8"))
    if missing := sorted(shown - set(drawn)):
        logger.warning("icons: expected drawings in %s, got none of %s.", SCRIPT, missing)
        return
    kept = json.dumps({name: drawn[name] for name in sorted(shown)})
    script.write_text(TEMPLATE.replace("ICONS", kept), encoding="utf-8")


def setup(app: Sphinx) -> dict:
    app.connect("build-finished", _keep_shown, priority=950)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
