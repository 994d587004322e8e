"""The scripts of the live map, on the pages that hold one and on no other."""

from docutils import nodes
from sphinx.application import Sphinx

SCRIPTS = ("flow.js", "ordered_map.js", "live.js")  # in this order


def holds_live_map(doctree: nodes.document | None) -> bool:
    """Return whether a page shows what ``mffcnn_book.pages.live_map`` makes."""
    if doctree is None:
        return False
    return any("<div data-live>" in node.astext() for node in doctree.findall(nodes.raw))


def _add_scripts(app: Sphinx, page: str, template: str, context: dict, doctree) -> None:
    if holds_live_map(doctree):
        for name in SCRIPTS:
            app.add_js_file(name)


def setup(app: Sphinx) -> dict:
    app.connect("html-page-context", _add_scripts)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
