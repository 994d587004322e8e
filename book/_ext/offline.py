"""MathJax without another host: copied into the site from an installed wheel.

MathJax is 2 MB of generated code, so it is not committed: the wheel
``sphinx-mathjax-offline`` carries it and one file of it is copied into the site.
The SVG variant needs no font files, which some browsers refuse to load from ``file://``.
"""

import shutil
from importlib.util import find_spec
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

MATHJAX = "mathjax/tex-svg-full.js"


def _mathjax_source() -> Path:
    spec = find_spec("sphinx-mathjax-offline")
    if spec is None or spec.origin is None:
        raise ExtensionError(
            "MathJax: expected the package sphinx-mathjax-offline, got none installed. "
            "Run `pip install sphinx-mathjax-offline` or `make install`."
        )
    return Path(spec.origin).parent / "static" / MATHJAX


def _configure(app: Sphinx, config) -> None:
    config.mathjax_path = MATHJAX
    # The explorer would fetch further files of MathJax on demand; MathML for screen readers stays.
    config.mathjax3_config = {
        "options": {
            "menuOptions": {"settings": {"assistiveMml": True, "explorer": False}},
            "enableMenu": False,
        },
        **(config.mathjax3_config or {}),
    }


def _copy_mathjax(app: Sphinx) -> None:
    if app.builder.format != "html":
        return
    target = Path(app.outdir, "_static", MATHJAX)
    source = _mathjax_source()
    if target.exists() and target.stat().st_size == source.stat().st_size:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def _only_with_formulas(app: Sphinx, page: str, template: str, context: dict, doctree) -> None:
    """Leave MathJax out of a page without formulas, whatever stands below it in the contents."""
    if doctree is not None and any(doctree.findall(_is_formula)):
        return
    context["script_files"] = [
        script for script in context["script_files"] if MATHJAX not in str(script)
    ]


def _is_formula(node: nodes.Node) -> bool:
    return isinstance(node, nodes.math | nodes.math_block)


def _drop_templates(app: Sphinx, error: Exception | None) -> None:
    """Remove what the themes leave among the static files: templates, which are no pages."""
    for name in ("webpack-macros.html", "sbt-webpack-macros.html"):
        Path(app.outdir, "_static", name).unlink(missing_ok=True)


def setup(app: Sphinx) -> dict:
    app.connect("config-inited", _configure, priority=900)
    app.connect("builder-inited", _copy_mathjax, priority=900)
    app.connect("html-page-context", _only_with_formulas, priority=900)
    app.connect("build-finished", _drop_templates, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
