"""What was found: made from ``verdict.json`` among the records of this build.

Four directives. ``{verdict-bullets}`` lists the three sentences of the first page,
``{verdict-means}`` what follows for who wants to recognise expressions, and
``{verdict-claims}`` is a table with one line for each claim of the paper, and ``{verdict-runs}``
one of the runs behind the numbers, with machine, date and commit.  A build without
records shows a dash; one with records but without the file is a warning.
"""

from collections.abc import Iterable
from typing import Any

from docutils import nodes
from records import not_computed, read_record, records_folder
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

logger = logging.getLogger(__name__)
NAME = "verdict.json"
CLAIMS = {"what the paper says": 30, "in the paper": 14, "here": 16, "measured": 40}
RUNS = {"experiment": 38, "seeds": 9, "date": 14, "commit": 16, "machine": 14, "load": 9}
"""Titles and widths of columns."""


class VerdictDirective(SphinxDirective):
    """What all three have in common."""

    def run(self) -> list[nodes.Node]:
        """Return what the record says, or a dash."""
        if not records_folder(self.env).is_dir():
            return [nodes.paragraph("", "", not_computed())]
        try:
            found = read_record(self.env, NAME)
        except FileNotFoundError:
            logger.warning(
                "verdict: expected the record %r, got no such file. Run the notebook of the audit, "
                "which writes it.",
                NAME,
                location=self.get_location(),
                type="verdict",
            )
            return [nodes.paragraph("", "", not_computed())]
        return [self.shown(found)]

    def shown(self, found: dict[str, Any]) -> nodes.Node:
        """Return what of the record this directive shows."""
        raise NotImplementedError


class Bullets(VerdictDirective):
    """Sentences of one kind, as a list."""

    kind = "bullets"

    def shown(self, found: dict[str, Any]) -> nodes.Node:
        """Return the list."""
        items = (
            nodes.list_item("", nodes.paragraph("", "", *_with_commands(one)))
            for one in found[self.kind]
        )
        return nodes.bullet_list("", *items, classes=["verdict"])


class Means(Bullets):
    """What follows."""

    kind = "means"


class Claims(VerdictDirective):
    """One line for each claim."""

    def shown(self, found: dict[str, Any]) -> nodes.Node:
        """Return the table."""
        return _table(CLAIMS, (self._claim(one) for one in found["claims"]), kind="claims")

    def _claim(self, one: dict[str, str]) -> nodes.row:
        link = addnodes.pending_xref(
            "",
            nodes.inline("", one["status"]),
            refdomain="std", reftype="doc", refexplicit=True, refwarn=True,
            reftarget=one["page"], refdoc=self.env.docname,
        )  # fmt: skip
        status = nodes.paragraph("", "", link)
        texts = (nodes.paragraph("", _arrows(one[key])) for key in ("text", "place", "evidence"))
        text, place, evidence = texts
        return _row((text, place, status, evidence))


class Runs(VerdictDirective):
    """One line for each experiment."""

    def shown(self, found: dict[str, Any]) -> nodes.Node:
        """Return the table."""
        return _table(RUNS, map(self._run, found["runs"]), kind="experiments")

    def _run(self, one: dict[str, Any]) -> nodes.row:
        told = {**one, "experiment": one["configuration"], "seeds": len(one["seeds"])}
        cells = ("" if told[name] is None else str(told[name]) for name in RUNS)
        return _row(nodes.paragraph("", cell) for cell in cells)


def _table(columns: dict[str, int], rows: Iterable[nodes.row], *, kind: str) -> nodes.table:
    group = nodes.tgroup(cols=len(columns))
    group += [nodes.colspec(colwidth=width) for width in columns.values()]
    group += nodes.thead("", _row(nodes.paragraph("", text) for text in columns))
    group += nodes.tbody("", *rows)
    return nodes.table("", group, classes=["verdict", kind])


def _row(cells: Any) -> nodes.row:
    return nodes.row("", *(nodes.entry("", cell) for cell in cells))


def _with_commands(text: str) -> list[nodes.Node]:
    """Return a sentence; what stands between backticks is a command."""
    parts = _arrows(text).split("`")
    return [
        nodes.literal("", part) if place % 2 else nodes.Text(part)
        for place, part in enumerate(parts)
    ]


def _arrows(text: str) -> str:
    return text.replace("->", "→")


def setup(app: Sphinx) -> dict[str, Any]:
    app.setup_extension("records")
    app.add_directive("verdict-bullets", Bullets)
    app.add_directive("verdict-means", Means)
    app.add_directive("verdict-claims", Claims)
    app.add_directive("verdict-runs", Runs)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
