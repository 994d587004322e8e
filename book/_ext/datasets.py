"""A table of the data sets, made of their manifests.

``{datasets}`` as a directive lists every file of the folder ``manifests_folder``: name,
access, licence, and what its owners ask for.  A page that shows it follows the manifests.
"""

from pathlib import Path
from typing import Any

import yaml
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

ACCESS = {
    "generated": "rendered here",
    "open": "open",
    "agreement": "on request, by agreement",
    "own": "your own",
}
COLUMNS = ("title", "access", "licence", "terms")


class DatasetsDirective(SphinxDirective):
    """The directive ``datasets``."""

    def run(self) -> list[nodes.Node]:
        """Return the table."""
        folder = Path(self.env.srcdir, self.config.manifests_folder)
        rows = []
        for path in sorted(folder.glob("*.yaml")):
            self.env.note_dependency(str(path))
            manifest = yaml.safe_load(path.read_text(encoding="utf-8"))
            cells = {**manifest, "access": ACCESS[manifest["access"]]}
            rows.append([" ".join(str(cells.get(name) or "—").split()) for name in COLUMNS])
        if not rows:
            raise self.error(f"{folder}: expected manifests, got none.")
        head = ["data set", "access", "licence", "terms of use"]
        return [_table(head, rows)]


def _table(head: list[str], rows: list[list[str]]) -> nodes.table:
    group = nodes.tgroup(cols=len(head))
    group += [nodes.colspec(colwidth=width) for width in (20, 14, 22, 44)]
    group += nodes.thead("", _row(head))
    group += nodes.tbody("", *map(_row, rows))
    return nodes.table("", group, classes=["datasets"])


def _row(cells: list[str]) -> nodes.row:
    return nodes.row("", *(nodes.entry("", nodes.paragraph("", cell)) for cell in cells))


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_config_value("manifests_folder", "data_manifests", "env", str)
    app.add_directive("datasets", DatasetsDirective)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
