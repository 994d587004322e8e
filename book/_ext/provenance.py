"""Say under every notebook how the page came about, and list all runs on one page.

Two directives: ``run-record`` (the box "How this page was produced", which is appended
to every notebook as it is read) and ``run-status`` (a table of all notebooks).  Both
read the run records that ``mffcnn run`` wrote, ``runs/<notebook>.json``.  The box "At a
glance" of a chapter gets a line with the profile of the build.
"""

import json
import re
from pathlib import PurePosixPath
from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from records import records_folder
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from mffcnn_book.runs import RunRecord
from mffcnn_core.errors import RecordError

PASTED = re.compile(r"^```\{glue\}.*?^```$", re.MULTILINE | re.DOTALL)
GLANCE = re.compile(r"^```\{admonition\} At a glance\n(?:.*\n)*?(?=```)", re.MULTILINE)
PROFILE = (
    "**This page**: profile {record}`build.json#profile`, data set {record}`build.json#dataset`. "
    "No GPU is needed for it; the profile `paper` wants one ([](/book/how_to_scale.md))."
)

REFERENCE = (
    "results on this page were measured before this build, with the same settings, and are "
    "committed beside the code; their own records name the time, the machine and the versions"
)

logger = logging.getLogger(__name__)

SHOWN_PACKAGES = (
    "mffcnn", "numpy", "scipy", "opencv-python", "torch", "scikit-learn", "skorch",
    "matplotlib",
)  # fmt: skip


def in_words(seconds: float | None) -> str:
    """Return a duration as people say it.

    >>> in_words(3.2), in_words(75), in_words(None)
    ('3 s', '1 min 15 s', 'unknown')
    """
    if seconds is None:
        return "unknown"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def commit_in_words(record: RunRecord) -> str:
    if record.commit is None:
        return "none (outside of a git repository)"
    return record.commit[:10] + (" and uncommitted changes" if record.dirty else "")


def versions_in_words(record: RunRecord) -> str:
    shown = (f"{name} {record.packages[name]}" for name in SHOWN_PACKAGES
             if name in record.packages)  # fmt: skip
    return ", ".join([f"Python {record.python}", *shown])


def memory_in_words(record: RunRecord) -> str:
    return f"{record.peak_memory_mib:.0f} MiB" if record.peak_memory_mib else "unknown"


class RecordDirective(SphinxDirective):
    """What both directives share: reading a record, and warning where there is none."""

    def read_run(self, notebook: str) -> RunRecord | None:
        """Return a notebook's record, or None in a build without results."""
        folder = records_folder(self.env)
        path = folder / "runs" / f"{notebook}.json"
        self.env.note_dependency(str(path))
        if not folder.is_dir():  # a build without results, e.g. of a plain checkout
            return None
        try:
            record = RunRecord.read(path)
        except RecordError as error:
            self.warn(str(error))
            return None
        if record.status != "succeeded":
            self.warn(f"{path}: expected a run that succeeded, got one that {record.status}")
        return record

    def warn(self, problem: str) -> None:
        """Report a problem at the directive's place; ``-W`` makes it an error."""
        logger.warning("%s", problem, location=self.get_location(), type="provenance")


class RunRecordBox(RecordDirective):
    """The box "How this page was produced"."""

    required_arguments = 1
    option_spec: ClassVar = {"reference": directives.flag}

    def run(self) -> list[nodes.Node]:
        """Return the box."""
        notebook = self.arguments[0]
        box = nodes.admonition(classes=["provenance"])
        box += nodes.title("", "How this page was produced")
        record = self.read_run(notebook)
        if record is None:
            box += nodes.paragraph("", "The notebook was not run for this build. To run it:")
            box += _command(f"mffcnn run notebooks/{notebook}.ipynb")
            return [box]
        box += nodes.paragraph("", "By running the notebook with this command:")
        box += _command(record.command)
        how = nodes.paragraph(
            "", "Run this page yourself with the same command, in a checkout after "
        )
        how += [nodes.literal("", "make install"), nodes.Text(".")]
        box += how
        box += nodes.field_list("", *(_field(name, body) for name, body in self._facts(record)))
        return [box]

    def _facts(self, record: RunRecord) -> list[tuple[str, str]]:
        reference = "reference" in self.options or _reads_reference(record)
        return _facts(record, REFERENCE if reference else "")


def _command(text: str) -> nodes.literal_block:
    return nodes.literal_block(text, text, language="console", classes=["provenance-command"])


def _field(name: str, body: str) -> nodes.field:
    return nodes.field(
        "", nodes.field_name("", name), nodes.field_body("", nodes.paragraph("", body))
    )


def _facts(record: RunRecord, reference: str) -> list[tuple[str, str]]:
    machine = record.machine
    facts = [
        ("Parameters", _pairs(record.parameters)),
        ("Inputs", _pairs(record.inputs)),
        ("Reference runs", reference),
        ("Time", f"{in_words(record.seconds)}, memory up to {memory_in_words(record)}"),
        ("Started", record.started.replace("T", " ").replace("+00:00", " UTC")),
        ("Machine", f"{machine.get('cores', '?')} cores, {machine.get('architecture', '?')}, "
                    f"{machine.get('platform', '?')}"),
        ("Versions", versions_in_words(record)),
        ("Code", f"commit {commit_in_words(record)}; sources sha256 {record.code_sha256[:10]}"),
    ]  # fmt: skip
    return [(name, body) for name, body in facts if body]


def _reads_reference(record: RunRecord) -> bool:
    return "results/reference/" in str(record.inputs.get("results", ""))


def _names_reference(notebook: dict) -> bool:
    """Say whether a page names a reference run in an output: beside a table or in a sentence."""
    outputs = [one for cell in notebook["cells"] for one in cell.get("outputs", [])]
    return "reference run" in json.dumps(outputs)


def _pairs(values) -> str:
    def short(value) -> str:
        text = value if isinstance(value, str) and value else json.dumps(value)
        return f"{text[:10]}…" if len(text) == 64 and " " not in text else text

    return ", ".join(f"{name} = {short(value)}" for name, value in values.items() if value != "")


class RunStatus(RecordDirective):
    """A table of all notebooks of the book and their runs."""

    def run(self) -> list[nodes.Node]:
        """Return the table."""
        header = ("Notebook", "Profile", "Time", "Memory", "Machine", "Day", "Commit")
        rows, versions = [], {}
        for page in notebook_pages(self.env.app):
            name = PurePosixPath(page).name
            record = self.read_run(name)
            if record is not None:
                versions.setdefault(versions_in_words(record), []).append(name)
            cells = ["not run in this build", *[""] * 5] if record is None else _row(record)
            rows.append([self._link(page), *(nodes.paragraph("", text) for text in cells)])
        told = [
            nodes.paragraph("", f"Versions of {', '.join(names)}: {text}.")
            for text, names in versions.items()
        ]
        if len(told) == 1:
            told = [nodes.paragraph("", f"Versions, the same for all: {next(iter(versions))}.")]
        return [_table(header, rows), *told]

    def _link(self, page: str) -> nodes.paragraph:
        link = addnodes.pending_xref(
            "", nodes.inline(), refdomain="std", reftype="doc", reftarget=f"/{page}",
            refexplicit=False, refdoc=self.env.docname, refwarn=True,
        )  # fmt: skip
        return nodes.paragraph("", "", link)


def _row(record: RunRecord) -> list[str]:
    commit = (record.commit or "none")[:10] + (" + changes" if record.dirty else "")
    return [
        str(record.parameters.get("profile", "")),
        in_words(record.seconds),
        memory_in_words(record),
        f"{record.machine.get('cores', '?')} cores, {record.machine.get('architecture', '?')}",
        record.started[:10],
        commit,
    ]


def _table(header: tuple[str, ...], rows: list[list[nodes.Node]]) -> nodes.table:
    def row(cells) -> nodes.row:
        return nodes.row("", *(nodes.entry("", cell) for cell in cells))

    group = nodes.tgroup("", cols=len(header))
    group += [nodes.colspec(colwidth=1) for _ in header]
    group += nodes.thead("", row(nodes.paragraph("", name) for name in header))
    group += nodes.tbody("", *(row(cells) for cells in rows))
    return nodes.table("", group, classes=["run-status", "colwidths-auto"])


def notebook_pages(app: Sphinx) -> list[str]:
    """Return the notebooks among the book's pages, in the book's order."""
    site_map = app.config.external_site_map
    ordered = [site_map.root.docname]
    for page in ordered:  # grows while it is walked: depth by depth
        ordered += [child for child in site_map[page].child_files() if child not in ordered]
    return [page for page in ordered if PurePosixPath(page).parts[0] == "notebooks"]


def _annotate(app: Sphinx, docname: str, source: list[str]) -> None:
    """Say with which profile a notebook was run, above and below it.

    The cell that papermill injected says no more than these, and goes.
    """
    if not records_folder(app.env).is_dir():  # nothing was run: no page has a picture to paste
        source[0] = PASTED.sub("", source[0])
    if not app.env.doc2path(docname).endswith(".ipynb"):
        return
    notebook = json.loads(source[0])
    for cell in notebook["cells"]:
        tags = cell["metadata"].setdefault("tags", [])
        if "injected-parameters" in tags:
            tags.append("remove-cell")
        if cell["cell_type"] == "markdown":
            cell["source"] = GLANCE.sub(rf"\g<0>\n{PROFILE}\n", "".join(cell["source"]))
    reference = ":reference:\n" if _names_reference(notebook) else ""
    box = f"```{{run-record}} {PurePosixPath(docname).name}\n{reference}```"
    notebook["cells"].append(
        {"cell_type": "markdown", "id": "how-this-page-was-produced", "metadata": {}, "source": box}
    )
    source[0] = json.dumps(notebook)


def setup(app: Sphinx) -> dict:
    app.setup_extension("records")
    app.add_directive("run-record", RunRecordBox)
    app.add_directive("run-status", RunStatus)
    app.connect("source-read", _annotate)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
