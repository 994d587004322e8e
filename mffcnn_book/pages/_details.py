"""Long lists whose entries a reader opens one by one, by mouse or keyboard, without JavaScript."""

import html
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from mffcnn_book.pages._show import arrows


@dataclass(frozen=True)
class Details:
    """A list of entries, each closed until it is opened; a notebook displays it.

    Attributes
    ----------
    entries : tuple of (str, dict of str to str)
        What is seen of an entry, and its labelled lines.
    title : str
        The whole list is closed under it; empty: the entries are seen at once.
    """

    entries: tuple[tuple[str, Mapping[str, str]], ...]
    title: str = ""

    def _repr_html_(self) -> str:
        body = "".join(
            _details(summary, "".join(_line(*line) for line in lines.items()))
            for summary, lines in self.entries
        )
        body = f'<div class="mffcnn-details">{body}</div>'
        return _details(self.title, body) if self.title else body

    def __repr__(self) -> str:
        texts = [self.title] if self.title else []
        for summary, lines in self.entries:
            texts += [f"* {summary}", *(f"    {name}: {text}" for name, text in lines.items())]
        return "\n".join(texts)


def _details(summary: str, body: str) -> str:
    return f"<details><summary>{html.escape(arrows(summary))}</summary>{body}</details>"


def _line(name: str, text: str) -> str:
    return f"<p><strong>{html.escape(name)}:</strong> {html.escape(arrows(text))}</p>"


def show_details(entries: Iterable[tuple[str, Mapping[str, str]]], *, title: str = "") -> Details:
    """Show a list whose entries a reader opens one by one; it fits a phone.

    Parameters
    ----------
    entries : iterable of (str, mapping of str to str)
        What is seen of an entry while it is closed, and its labelled lines; empty ones are
        left out.
    title : str
        If given, the whole list is closed under it.

    Examples
    --------
    >>> show_details([("adds up: all rows", {"Quoted": "Table 1", "Computed": ""})])
    * adds up: all rows
        Quoted: Table 1
    """
    told = tuple(
        (summary, {name: text for name, text in lines.items() if text})
        for summary, lines in entries
    )
    return Details(told, title)
