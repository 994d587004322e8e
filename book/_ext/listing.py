"""Code of the library in a chapter: without its docstrings, which are one click away.

``literalinclude`` with ``:pyobject:`` shows a function, a method or a class as it stands in the
library.  Its docstring is on the library's pages, so here it gives way to a line with a link.
"""

import ast
import textwrap
from pathlib import PurePosixPath

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.directives.code import LiteralInclude
from sphinx.transforms.post_transforms import SphinxPostTransform

DOCUMENTED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def without_docstrings(code: str) -> str:
    r"""Return Python code without its docstrings and the blank lines behind them.

    A definition of which only the docstring is there keeps it, or it would be no code.

    >>> print(without_docstrings('def f(x):\n    "Double it."\n\n    return 2 * x'))
    def f(x):
        return 2 * x
    """
    lines = code.splitlines()
    try:
        tree = ast.parse(textwrap.dedent(code))
    except SyntaxError:  # a part of a definition
        return code
    left_out: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, DOCUMENTED) and ast.get_docstring(node) and len(node.body) > 1:
            last = node.body[0].end_lineno
            while last < len(lines) and not lines[last].strip():
                last += 1
            left_out |= set(range(node.body[0].lineno, last + 1))
    return "\n".join(line for i, line in enumerate(lines, 1) if i not in left_out)


def public_name(path: str, member: str) -> str:
    """Return the name under which the library documents a member of one of its files.

    >>> public_name("../mffcnn_core/pooling/_exact.py", "exact_coefficients")
    'mffcnn_core.pooling.exact_coefficients'
    >>> public_name("../mffcnn_core/nets/_fusion.py", "TwoStreamFusionNet._products")
    'mffcnn_core.nets.TwoStreamFusionNet'
    """
    parts = [part for part in PurePosixPath(path).with_suffix("").parts if part != ".."]
    if parts[-1].startswith("_"):
        parts.pop()
    names = member.split(".")
    if names[-1].startswith("_"):
        names.pop()
    return ".".join([*parts, *names])


class Listing(LiteralInclude):
    """``literalinclude`` that leaves docstrings out of Python objects."""

    def run(self) -> list[nodes.Node]:
        """Return the code, and a line that leads to the docstring."""
        shown = super().run()
        member = self.options.get("pyobject")
        blocks = [node for top in shown for node in top.findall(nodes.literal_block)]
        if member is None or not blocks:
            return shown
        (block,) = blocks
        text = without_docstrings(block.rawsource)
        blank = textwrap.dedent(text).rstrip("\n")
        block.rawsource = blank
        block.children = []
        block += nodes.Text(blank)
        return [*shown, self._link(public_name(self.arguments[0], member))]

    def _link(self, name: str) -> nodes.paragraph:
        reference = addnodes.pending_xref(
            "", nodes.literal("", name), refdomain="py", reftype="obj", reftarget=name,
            refexplicit=True, refdoc=self.env.docname, refwarn=True,
        )  # fmt: skip
        line = nodes.paragraph("", "Parameters, units and errors: ", classes=["listing-source"])
        line += reference
        return line


class DropDeadLinks(SphinxPostTransform):
    """Take away the line of a listing whose object the library's pages do not describe."""

    default_priority = 5  # before references are resolved

    def run(self, **kwargs: object) -> None:
        """Remove lines without an object."""
        known = self.env.get_domain("py").objects
        for line in list(self.document.findall(nodes.paragraph)):
            if "listing-source" not in line["classes"]:
                continue
            (reference,) = line.findall(addnodes.pending_xref)
            if reference["reftarget"] not in known:
                line.parent.remove(line)


def setup(app: Sphinx) -> dict:
    app.add_directive("literalinclude", Listing, override=True)
    app.add_post_transform(DropDeadLinks)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
