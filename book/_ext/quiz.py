"""Questions at the end of a chapter that need neither a script nor a server.

    ```{quiz} How many weights does a product have?
    - [x] None || It multiplies what is there.
    - [ ] One for each channel || That would be squeeze-excitation.
    ```

Every answer is a disclosure that opens to "Right" or "Not quite" and the reason; the
keyboard, screen readers and a page on paper have all of it.
"""

import re

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

ANSWER = re.compile(r"- \[([ x])\] (.+?) \|\| (.+)")


class answer(nodes.General, nodes.Element):  # noqa: N801 (docutils names nodes so)
    """One answer: what is offered, and what there is to say to it."""


class offered(nodes.General, nodes.TextElement):  # noqa: N801
    """The text of an answer."""


class Quiz(SphinxDirective):
    """A question and its answers."""

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True

    def run(self) -> list[nodes.Node]:
        """Return the question and its answers.

        Raises
        ------
        DirectiveError
            If a line is no answer, or not exactly one answer is right.
        """
        found = [ANSWER.fullmatch(line.strip()) for line in self.content if line.strip()]
        if not all(found) or len(found) < 2:
            raise self.error("quiz: expected two or more lines `- [x] answer || reason`.")
        if sum(one[1] == "x" for one in found) != 1:
            raise self.error("quiz: expected exactly one answer with [x].")
        box = nodes.container(classes=["quiz"])
        box += nodes.paragraph("", "", *self._inline(self.arguments[0]), classes=["quiz-question"])
        for mark, text, reason in (one.groups() for one in found):
            said = "Right. " if mark == "x" else "Not quite. "
            verdict = nodes.strong(said, said)
            kind = "right" if mark == "x" else "wrong"
            box += answer(
                "",
                offered("", "", *self._inline(text)),
                nodes.paragraph("", "", verdict, *self._inline(reason)),
                classes=[f"quiz-{kind}"],
            )
        return [box]

    def _inline(self, text: str) -> list[nodes.Node]:
        (paragraph,) = self.parse_text_to_nodes(text)
        return paragraph.children


def _visit_answer(self, node) -> None:
    self.body.append(self.starttag(node, "details"))


def _depart_answer(self, node) -> None:
    self.body.append("</details>\n")


def _visit_offered(self, node) -> None:
    self.body.append("<summary>")


def _depart_offered(self, node) -> None:
    self.body.append("</summary>\n")


def _nothing(self, node) -> None:
    """Other builders show answers and reasons as they stand."""


def setup(app: Sphinx) -> dict:
    for node, visit, depart in (
        (answer, _visit_answer, _depart_answer),
        (offered, _visit_offered, _depart_offered),
    ):
        app.add_node(node, html=(visit, depart), latex=(_nothing, _nothing),
                     text=(_nothing, _nothing))  # fmt: skip
    app.add_directive("quiz", Quiz)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
