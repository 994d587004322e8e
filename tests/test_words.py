"""The words of the book: phrases that `make check` refuses, and what to write."""

import re
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[1]

# What a reader stumbles over (a regular expression) -> what to write.
BETTER = {
    r"\bhangs? on\b": "depend on",
    r"\b(is|are|was|were) told (in|on|at|of)\b": "is reported",
    r"\bgone on with\b": "resume",
    r"\b(has|have|had) (a|no) say\b": "influence",
    r"\bby halves\b": "half-written, half-done",
    r"\bin step with\b": "at the same pace as, consistent with",
    r"\ban own\b": "its own, their own",
    r"\bknow of each other\b": "independent",
    r"\basks? for your word\b": "ask you to accept",
    r"\boddit(y|ies)\b": "anomaly",
    r"\bowes\b": "needs",
    r"\bcannot be had\b": "is not available",
    r"\btakes? no other\b.{0,20}\bdown\b": "does not affect the others",
    r"\bweights (that chance gave|of chance)\b": "random weights",
    r"\bmust be watched\b": "must be tested, must be monitored",
    r"\bin disguise\b": "say what it is",
    r"\bforbids? to\b": "prohibit",
}
TEXTS = sorted(
    path
    for pattern in (
        "*.md",
        "book/*.md",
        "book/api/*.md",
        "notebooks/*.ipynb",
        "labs/source/**/*.ipynb",
    )
    for path in ROOT.glob(pattern)
)


def words_of(path: Path) -> str:
    """Return a page's text, or that of a notebook, its code included: captions stand there."""
    if path.suffix != ".ipynb":
        return path.read_text(encoding="utf-8")
    return "\n".join(cell.source for cell in nbformat.read(path, 4).cells)


def found_in(text: str) -> list[str]:
    """Return what should be written otherwise, with the words around it."""
    plain = re.sub(r"[\"']?\s+[\"']?", " ", text)
    return [
        f"...{plain[max(0, m.start() - 30) : m.end() + 30]}...: write {better!r}"
        for pattern, better in BETTER.items()
        for m in re.finditer(pattern, plain, re.IGNORECASE)
    ]


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_plain_english(path):
    if path.name == "CONTRIBUTING.md":  # its style sheet names them
        return
    assert found_in(words_of(path)) == []


def test_a_phrase_is_found_over_a_line_break():
    assert len(found_in('"it hangs"\n    "on the seed"')) == 1
    assert found_in("It depends on the seed.") == []
