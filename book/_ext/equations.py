"""The paper's equations, linked both ways: chapter to function and function to chapter.

A chapter sets ``(equation-3)=`` before an equation.  A docstring names equations in its
paragraph ``Paper: Sec. 3.4, Eqs. (3)-(8).  Book: ch. 4.``  From these two, and nothing
else, come links out of docstrings, a line of functions below every equation, and the
directive ``equation-index``.
"""

import re
from collections import defaultdict
from collections.abc import Iterator

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective, SphinxRole
from sphinx.util.nodes import make_refnode

NUMBER = r"\(?\d+\)?"
CITED = re.compile(rf"Eqs?\. {NUMBER}(?:(?:-|, | and ){NUMBER})*")
CHAPTER = re.compile(r"\bch\. (\d+)")
LABEL = "equation-{}"


def numbers_of(text: str) -> list[int]:
    """Return the equations that a citation names; a range names what lies within.

    >>> numbers_of("Eqs. (3)-(6), (9)")
    [3, 4, 5, 6, 9]
    """
    found = []
    for first, last in re.findall(r"(\d+)\)?(?:-\(?(\d+))?", text):
        found += range(int(first), int(last or first) + 1)
    return found


def _uses(env: BuildEnvironment) -> dict[str, list[tuple[int, str]]]:
    """Page -> (equation, function) for every citation in a docstring on it."""
    if not hasattr(env, "equation_uses"):
        env.equation_uses = {}
    return env.equation_uses


def functions_of(env: BuildEnvironment) -> dict[int, list[str]]:
    """Equation -> full names of the functions and classes that cite it."""
    found = defaultdict(set)
    for uses in _uses(env).values():
        for number, name in uses:
            found[number].add(name)
    return {number: sorted(found[number]) for number in sorted(found)}


class Citation(SphinxRole):
    """The role ``equations``: links to what is cited, and a note that it is."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the text with its numbers as links."""
        text, _, name = self.text.partition("|")
        uses = _uses(self.env).setdefault(self.env.docname, [])
        uses += [(number, name) for number in numbers_of(text)]
        parts: list[nodes.Node] = []
        for part in re.split(r"(\d+)", text):
            if part.isdecimal():
                link = addnodes.pending_xref(
                    "", nodes.inline(part, part), refdomain="std", reftype="ref",
                    reftarget=LABEL.format(part), refexplicit=True, refdoc=self.env.docname,
                    refwarn=True,
                )  # fmt: skip
                parts.append(link)
            else:
                parts.append(nodes.Text(part))
        return parts, []


class Chapter(SphinxRole):
    """The role ``chapter``: a link to the notebook of a number."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the link, or the text where there is no such chapter."""
        start = f"notebooks/{int(self.text):02d}_"
        text = f"ch. {self.text}"
        page = next((name for name in sorted(self.env.found_docs) if name.startswith(start)), None)
        if page is None:
            return [nodes.Text(text)], []
        return [
            addnodes.pending_xref(
                "", nodes.inline(text, text), refdomain="std", reftype="doc", reftarget=f"/{page}",
                refexplicit=True, refdoc=self.env.docname, refwarn=True,
            )
        ], []  # fmt: skip


def _link_docstring(app: Sphinx, what: str, name: str, obj, options, lines: list[str]) -> None:
    inside = False
    for place, line in enumerate(lines):
        inside = line.startswith("Paper:") or (inside and bool(line.strip()))
        if inside:
            line = CITED.sub(lambda cited: f":equations:`{cited[0]}|{name}`", line)
            lines[place] = CHAPTER.sub(lambda chapter: f":chapter:`{chapter[1]}`", line)


class EquationIndex(SphinxDirective):
    """A table of all equations; the body says in a line each what they are about."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """Return a place that is filled when all pages are read."""
        place = equation_index("")
        place["about"] = dict(line.split(": ", 1) for line in self.content if line.strip())
        return [place]


class equation_index(nodes.General, nodes.Element):  # noqa: N801 (docutils names nodes so)
    """Stands where the table will be."""


def _links(app: Sphinx, page: str, names: list[str]) -> Iterator[nodes.Node]:
    objects = app.env.get_domain("py").objects
    first = True
    for name in names:
        if name in objects:
            if not first:
                yield nodes.Text(", ")
            first = False
            text = nodes.literal("", name.partition(".")[2])
            yield make_refnode(
                app.builder, page, objects[name].docname, objects[name].node_id, text
            )


def _resolve(app: Sphinx, doctree: nodes.document, page: str) -> None:
    functions = functions_of(app.env)
    for block in list(doctree.findall(nodes.math_block)):
        numbers = [
            int(name.rpartition("-")[2]) for name in block["names"] if name.startswith("equation-")
        ]
        names = sorted({name for number in numbers for name in functions.get(number, ())})
        links = list(_links(app, page, names))
        if links:
            line = nodes.paragraph("", "In the library: ", *links, classes=["equation-code"])
            block.parent.insert(block.parent.index(block) + 1, line)
    for place in list(doctree.findall(equation_index)):
        place.replace_self(_table(app, page, place["about"], functions))


def _table(app: Sphinx, page: str, about: dict[str, str], functions: dict) -> nodes.table:
    labels = app.env.get_domain("std").anonlabels

    def row(*cells: list[nodes.Node]) -> nodes.row:
        entries = (nodes.entry("", nodes.paragraph("", "", *cell)) for cell in cells)
        return nodes.row("", *entries)

    rows = []
    for number, text in about.items():
        name, where = nodes.Text(f"({number})"), labels.get(LABEL.format(number))
        title = app.env.titles[where[0]].astext() if where else "not in the book"
        link = make_refnode(app.builder, page, where[0], where[1], name) if where else name
        code = list(_links(app, page, functions.get(int(number), [])))
        rows.append(row([link], [nodes.Text(text)], [nodes.Text(title)], code))
    group = nodes.tgroup("", cols=4)
    group += [nodes.colspec(colwidth=width) for width in (10, 30, 25, 35)]
    heads = ("Equation", "What it says", "Chapter", "In the library")
    group += nodes.thead("", row(*([nodes.Text(head)] for head in heads)))
    group += nodes.tbody("", *rows)
    return nodes.table("", group)


def _forget(app: Sphinx, env: BuildEnvironment, page: str) -> None:
    _uses(env).pop(page, None)


def _merge(app: Sphinx, env: BuildEnvironment, pages: set[str], other: BuildEnvironment) -> None:
    _uses(env).update({page: uses for page, uses in _uses(other).items() if page in pages})


def _rewrite(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Write the pages again that show who cites what, if that has changed."""
    now = functions_of(env)
    changed = now != getattr(env, "equation_functions", now)
    env.equation_functions = now
    labels = env.get_domain("std").anonlabels
    pages = {where[0] for name, where in labels.items() if name.startswith("equation-")}
    return sorted(pages | getattr(env, "equation_indexes", set())) if changed else []


def _note_index(app: Sphinx, doctree: nodes.document) -> None:
    if any(True for _ in doctree.findall(equation_index)):
        pages = getattr(app.env, "equation_indexes", set())
        app.env.equation_indexes = pages | {app.env.docname}


def setup(app: Sphinx) -> dict:
    app.setup_extension("sphinx.ext.autodoc")
    app.add_node(equation_index)
    app.add_role("equations", Citation())
    app.add_role("chapter", Chapter())
    app.add_directive("equation-index", EquationIndex)
    app.connect("autodoc-process-docstring", _link_docstring, priority=400)  # before napoleon
    app.connect("doctree-read", _note_index)
    app.connect("doctree-resolved", _resolve)
    app.connect("env-purge-doc", _forget)
    app.connect("env-merge-info", _merge)
    app.connect("env-updated", _rewrite)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
