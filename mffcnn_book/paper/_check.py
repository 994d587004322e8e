"""What a check of the paper is: quotes with their place, a computation, a verdict."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from mffcnn_book.paper._reported import reported
from mffcnn_core.errors import ParameterError


class Verdict(Enum):
    """What kind of thing a check has found."""

    ARITHMETIC = "arithmetic error"
    CONTRADICTION = "contradiction"
    COUNT = "impossible as a count"
    EQUATION = "equation slip"
    CITATION = "citation slip"
    NAMES = "several names for one thing"
    UNSPECIFIED = "not specified"
    UNSUPPORTED = "not settled by the numbers"
    CONSISTENT = "adds up"


class Computation(NamedTuple):
    """Whether the quoted values give the verdict, and how."""

    holds: bool
    shown: str


@dataclass(frozen=True)
class Quote:
    """Words of the paper.

    Attributes
    ----------
    place : str
        ``"Abstract"``, ``"Sec. 3.2"`` (with its tables and captions), ``"Eq. 3"``, ``"Ref. 17"``.
    text : str
        As in the paper; line breaks count as blanks.
    """

    place: str
    text: str

    def problem(self, sections: dict[str, str] | None) -> str:
        """Return what is wrong with the quote in a text of the paper; empty: nothing."""
        if sections is None or self.text in sections.get(self.place, ""):
            return ""
        return f"{self.place}: expected {self.text!r}, got other words"


@dataclass(frozen=True)
class Absent:
    """Words that the paper, or a place in it, does not have, in any case.

    Attributes
    ----------
    words : tuple of str
        Beginnings of words.
    place : str
        Empty: anywhere before the references.
    """

    words: tuple[str, ...]
    place: str = ""

    def problem(self, sections: dict[str, str] | None) -> str:
        """Return which of the words stand in a text of the paper; empty: none."""
        if sections is None:
            return ""
        texts = [text for name, text in sections.items() if name.startswith(("Abs", "Sec"))]
        text = sections.get(self.place, "") if self.place else " ".join(texts)
        found = [w for w in self.words if re.search(rf"\b{re.escape(w)}", text, re.IGNORECASE)]
        return f"{self.place or 'text'}: expected no {' or '.join(found)}" if found else ""


@dataclass(frozen=True)
class Values:
    """Printed numbers of a place, in the paper's order.

    Attributes
    ----------
    place : str
        As in :class:`Reported`.
    printed : str
        Separated by blanks; a blank cell is left out.
    dataset, row : str or None
        What the numbers are restricted to.
    """

    place: str
    printed: str
    dataset: str | None = None
    row: str | None = None

    def problem(self, sections: dict[str, str] | None) -> str:
        """Return what is wrong with the numbers in the data; empty: nothing."""
        found = [one.printed for one in reported(self.place, self.row, self.dataset)]
        found = [text for text in found if text]
        if found == self.printed.split():
            return ""
        where = ", ".join(part for part in (self.place, self.row, self.dataset) if part)
        return f"{where}: expected {self.printed}, got {' '.join(found)}"


@dataclass(frozen=True, kw_only=True)
class Check:
    """One thing that a reader can check.

    Attributes
    ----------
    name : str
        Short and unique, e.g. ``"fig8-row-sum"``.
    title : str
        What was found, in one sentence.
    verdict : Verdict
    evidence : tuple of Quote, Absent or Values
    compute : callable or None
        Takes nothing, returns a :class:`Computation` from the values of the evidence.  None:
        a matter of words, which stands and falls with the quotes.
    reading : str
        What could explain it, or what this book does about it.
    """

    name: str
    title: str
    verdict: Verdict
    evidence: tuple[Quote | Absent | Values, ...]
    compute: Callable[[], Computation] | None = None
    reading: str = ""


def check(
    name: str, verdict: Verdict, title: str, *evidence: Quote | Absent | Values, reading: str = ""
) -> Callable[[Callable[[], Computation]], Check]:
    """Make a check of the function that computes it (a decorator)."""

    def make(compute: Callable[[], Computation]) -> Check:
        return Check(
            name=name,
            title=title,
            verdict=verdict,
            evidence=evidence,
            compute=compute,
            reading=reading,
        )

    return make


def words(
    name: str, verdict: Verdict, title: str, *evidence: Quote | Absent | Values, reading: str = ""
) -> Check:
    """Make a check that needs no computation: the quotes say it."""
    return Check(name=name, title=title, verdict=verdict, evidence=evidence, reading=reading)


@dataclass(frozen=True)
class Result:
    """What a check gave.

    Attributes
    ----------
    check : Check
    shown : str
        The computation in words and numbers; empty for a matter of words.
    problems : tuple of str
        Why the check fails: evidence that is not in the paper, or a verdict that does not
        follow from it; empty: the verdict stands.
    """

    check: Check
    shown: str
    problems: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether the verdict stands."""
        return not self.problems


def run_check(check: Check, paper_text: str | None = None) -> Result:
    """Compare a check's evidence and compute its verdict.

    Parameters
    ----------
    check : Check
    paper_text : str, optional
        The text of the paper in Markdown; without it words are not compared, numbers are.

    Returns
    -------
    Result
    """
    sections = None if paper_text is None else split_sections(paper_text)
    problems = [one.problem(sections) for one in check.evidence]
    holds, shown = check.compute() if check.compute else (True, "")
    if not holds:
        problems.append(f"{check.name}: {check.verdict.value!r} does not follow: {shown}")
    return Result(check, shown, tuple(problem for problem in problems if problem))


def split_sections(paper_text: str) -> dict[str, str]:
    r"""Return the paper's text by place: abstract, sections, equations and references.

    Parameters
    ----------
    paper_text : str
        Markdown: headings with ``#``, equations between ``$$`` with their number in brackets.

    Raises
    ------
    ParameterError
        If it has no numbered section.

    Examples
    --------
    >>> split_sections("## 3. Model\none\n### 3.1 Parts\n$$x=1 (1)$$")["Eq. 1"]
    'x=1 (1)'
    """
    places: dict[str, str] = {}
    heading = re.compile(r"^##+ (?:\*\*)?((\d+(?:\.\d+)?)\.?|\w+).*$", re.MULTILINE)
    found = list(heading.finditer(paper_text))
    if not any(match[2] for match in found):
        raise ParameterError(
            "paper: expected Markdown with numbered sections, got none. "
            "Take the text of doi:10.3745/JIPS.02.0156."
        )
    for match, after in zip(found, [*found[1:], None], strict=True):
        name = f"Sec. {match[2]}" if match[2] else match[1]
        places[name] = _one_line(paper_text[match.end() : after.start() if after else None])
    for equation in re.findall(r"\$\$(.*?)\$\$", paper_text, re.DOTALL):
        for number in re.findall(r"\((\d+)\)|\\tag\{(\d+)\}", equation)[-1:]:
            places[f"Eq. {''.join(number)}"] = _one_line(equation)
    for number, text in re.findall(r"^- \[(\d+)\] (.*)$", paper_text, re.MULTILINE):
        places[f"Ref. {number}"] = _one_line(text)
    return places


def _one_line(text: str) -> str:
    return " ".join(text.split())
