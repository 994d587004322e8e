"""Slides for six lectures, from the book's own figures and equations.

A file ``book/slides/lectureN.md`` becomes ``slides/lectureN.html`` in the site: one page that
needs no network, moved by the arrow keys, readable as a long page without scripts, and printed
one slide to a sheet.  Slides are parted by ``---``; what follows ``???`` is for the speaker.

    {figure} 04_ordered_flow cell-08       a picture of an executed notebook
    {equation} 04_ordered_flow equation-6  an equation as the book prints it

A picture or an equation that is not there any more is a warning, and so ends the build.
"""

import html
import json
import re
from functools import cache
from pathlib import Path

from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin
from sphinx.application import Sphinx
from sphinx.util import logging

LOG = logging.getLogger(__name__)
CALL = re.compile(r"^\{(figure|equation)\} (\S+) (\S+)$", re.M)
PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="../_static/favicon.svg">
<link rel="stylesheet" href="../_static/custom.css">
<link rel="stylesheet" href="../_static/slides.css">
<script>MathJax = {{options: {{enableMenu: false}}}};</script>
<script defer src="../_static/mathjax/tex-svg-full.js"></script>
<script defer src="../_static/slides.js"></script>
</head>
<body class="slides">
<main>
{slides}
</main>
</body>
</html>
"""


def _markdown() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": True}).enable("table").use(dollarmath_plugin)
    for name, left, right in (("math_inline", r"\(", r"\)"), ("math_block", r"\[", r"\]")):
        reader.add_render_rule(
            name,
            lambda _self, tokens, number, *_, left=left, right=right: (
                f"{left}{html.escape(tokens[number].content)}{right}\n"
            ),
        )
    return reader


@cache
def _cells(path: Path) -> list[dict]:
    return json.loads(path.read_text(encoding="utf-8"))["cells"]


def figure(path: Path, cell: str) -> str | None:
    """Return what a cell of an executed notebook shows, "" if it has not run, None if it is not."""
    for one in _cells(path):
        if one.get("id") == cell:
            return "".join(
                "".join(output["data"]["text/html"])
                for output in one.get("outputs", ())
                if "text/html" in output.get("data", {})
            )
    return None


def equation(path: Path, label: str) -> str | None:
    """Return the formula that stands behind a label in a notebook, None if there is none."""
    text = "\n".join("".join(c["source"]) for c in _cells(path) if c["cell_type"] == "markdown")
    found = re.search(rf"^\({label}\)=\s*(?:\([\w-]+\)=\s*)*\$\$(.+?)\$\$", text, re.M | re.S)
    return found[1].strip() if found else None


def slides_of(path: Path, notebooks: Path) -> str:
    """Return the page of a lecture."""
    reader, sections = _markdown(), []

    def put(call: re.Match) -> str:
        kind, notebook, name = call.groups()
        source = notebooks / f"{notebook}.ipynb"
        found = {"figure": figure, "equation": equation}[kind](source, name)
        if found is None:
            LOG.warning(f"{path.name}: expected the {kind} {name} in {notebook}, got none there.")
            return ""
        if kind == "equation":
            return f"$$\n{found}\n$$\n"
        if not found:
            return f"*The picture {name} of {notebook} is made when the book is made.*\n"
        place = f"@@{len(pictures)}@@"  # markdown must not read a picture
        pictures[place] = found
        return place

    for number, part in enumerate(re.split(r"^---$", path.read_text(encoding="utf-8"), flags=re.M)):
        pictures: dict[str, str] = {}
        shown, _, notes = part.partition("\n???\n")
        body = reader.render(CALL.sub(put, shown))
        for place, picture in pictures.items():
            body = body.replace(f"<p>{place}</p>", f'<div class="picture">{picture}</div>')
        said = f'<aside class="notes">{reader.render(notes)}</aside>' if notes.strip() else ""
        sections.append(f'<section class="slide" id="s{number + 1}">\n{body}{said}</section>')
    title = re.search(r"^# (.+)$", path.read_text(encoding="utf-8"), re.M)[1]
    return PAGE.format(title=html.escape(title), slides="\n".join(sections))


def _write(app: Sphinx, error: Exception | None) -> None:
    if error is None and app.builder.format == "html":
        folder = Path(app.outdir) / "slides"
        folder.mkdir(exist_ok=True)
        _cells.cache_clear()  # another profile may have been built by this process
        for path in sorted((Path(app.srcdir) / "book" / "slides").glob("lecture*.md")):
            page = slides_of(path, Path(app.srcdir) / "notebooks")
            (folder / f"{path.stem}.html").write_text(page, encoding="utf-8")


def setup(app: Sphinx) -> dict:
    app.connect("build-finished", _write)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
