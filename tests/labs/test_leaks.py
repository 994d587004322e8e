"""Nothing that students must not see leaves the sources: not in their edition, not in the book."""

import html
import json
import re

import pytest

from mffcnn_book.labs import find_labs, secret_lines, student_edition

MARKERS = re.compile(r"(BEGIN|END) (SOLUTION|HIDDEN TESTS|MARK SCHEME)")


def leaks(text: str, secrets: set[str]) -> set[str]:
    """Return the secret lines that stand in a text, as it is or as JSON or HTML writes it."""
    ways = [text, html.unescape(re.sub(r"<[^>]+>", "", text))]
    ways += [way.replace('\\"', '"').replace("\\\\", "\\") for way in ways]
    return {line for line in secrets if any(line in way for way in ways)} | {
        " ".join(found) for way in ways for found in MARKERS.findall(way)
    }


@pytest.fixture(scope="module")
def secrets(root):
    return {lab.name: secret_lines(lab.read()) for lab in find_labs(root)}


@pytest.fixture(scope="module")
def all_secrets(secrets):
    return set().union(*secrets.values())


def test_every_lab_has_secrets(secrets):
    assert all(len(lines) >= 20 for lines in secrets.values())


@pytest.mark.parametrize("shown", ["text", "json", "html"])
def test_the_gate_sees_every_secret_line_however_it_is_written(all_secrets, shown):
    for line in all_secrets:
        text = {"text": line, "json": json.dumps(line), "html": f"<b>{html.escape(line)}</b>"}[
            shown
        ]
        assert line in leaks(f"before {text} after", all_secrets)
    assert leaks("### BEGIN HIDDEN TESTS", set())


def test_the_student_edition_holds_no_secret(lab, secrets):
    cells = student_edition(lab).cells
    assert not any(leaks(cell.source, secrets[lab.name]) for cell in cells)
    assert not any(cell.get("outputs") for cell in cells)


def test_the_student_edition_of_the_book_is_made_from_the_source(lab):
    made = [(c.cell_type, c.source, dict(c.metadata)) for c in student_edition(lab).cells]
    offered = json.loads(lab.student.read_text(encoding="utf-8"))["cells"]
    assert made == [(c["cell_type"], "".join(c["source"]), c["metadata"]) for c in offered], (
        "`make labs` and commit book/labs"
    )


def test_every_answer_of_the_student_edition_is_a_stub(lab):
    stubs = {"code": "raise NotImplementedError", "markdown": "*Your answer here.*"}
    for cell in student_edition(lab).cells:
        if cell.metadata.get("nbgrader", {}).get("solution"):
            assert stubs[cell.cell_type] in cell.source


def test_pages_and_chapters_hold_no_secret(root, all_secrets):
    files = [path for folder in ("book", "notebooks") for path in (root / folder).rglob("*")]
    files = [root / "README.md", *(p for p in files if p.suffix in (".md", ".ipynb", ".py"))]
    assert len(files) > 20
    found = {p.name: leaks(p.read_text(encoding="utf-8"), all_secrets) for p in files}
    assert {name: lines for name, lines in found.items() if lines} == {}


@pytest.mark.slow
def test_the_site_holds_no_secret(smoke_site, all_secrets):
    """Pages, ``_sources``, downloads and the search index."""
    site = smoke_site.index.parent
    files = [p for p in site.rglob("*") if p.suffix in (".html", ".ipynb", ".md", ".txt", ".js")]
    assert any("_sources" in p.parts for p in files)
    assert any("_downloads" in p.parts and p.name == "lab01.ipynb" for p in files)
    found = {
        p.relative_to(site).as_posix(): leaks(p.read_text(encoding="utf-8"), all_secrets)
        for p in files
        if "mathjax" not in p.parts
    }
    assert {name: lines for name, lines in found.items() if lines} == {}


@pytest.mark.slow
def test_the_search_index_knows_no_source_of_a_lab(smoke_site):
    index = (smoke_site.index.parent / "searchindex.js").read_text(encoding="utf-8")
    pages = json.loads(re.search(r'"docnames": ?(\[[^\]]*\])', index).group(1))
    assert "book/labs" in pages
    assert not [page for page in pages if re.search(r"lab\d\d$", page)]
