import json

import pytest

FOUND = {
    "origin": "reference run",
    "bullets": ["The first: T->S reaches 64.1 %.", "The second.", "The third: `mffcnn grids`."],
    "means": ["Begin with the simplest thing."],
    "runs": [
        {
            "configuration": "mffcnn", "seeds": [0, 1, 2], "date": "2026-11-27",
            "commit": "abc", "machine": "Linux, 16 cores", "load": None, "seconds": 7,
        }
    ],
    "claims": [
        {
            "name": "direction", "text": "T->S is better.", "place": "Table 2",
            "status": "not seen here", "evidence": "+1.2 points (-3.0 to +5.0; 5 trainings).",
            "page": "/other",
        },
    ],
}  # fmt: skip


@pytest.fixture
def book(tiny_book):
    tiny_book.configure("verdict")
    tiny_book.write("_records/verdict.json", json.dumps(FOUND))
    tiny_book.write("other.rst", "Other\n=====\n")
    return tiny_book


def page_with(book, name):
    book.write("index.rst", f"T\n=\n\n.. toctree::\n\n   other\n\n.. {name}::\n")
    return book


def test_bullets_and_meanings_are_lists_of_the_record(book):
    assert "WARNING" not in page_with(book, "verdict-bullets").build()
    page = book.page("index")
    assert "The first: T→S reaches 64.1 %." in page
    assert page.count("<li><p>The ") == 3
    assert '<span class="pre">mffcnn</span> <span class="pre">grids</span>' in page
    assert "`" not in page.split("The third")[1].split("</li>")[0]
    page_with(book, "verdict-means").build()
    assert "Begin with the simplest thing." in book.page("index")


def test_each_claim_is_a_line_with_a_link(book):
    assert "WARNING" not in page_with(book, "verdict-claims").build()
    page = book.page("index")
    for text in ("T→S is better.", "Table 2", "+1.2 points (-3.0 to +5.0; 5 trainings)."):
        assert text in page
    assert 'href="other.html"' in page.split("not seen here")[0].splitlines()[-1]


def test_runs_are_listed_with_machine_date_and_commit(book):
    assert "WARNING" not in page_with(book, "verdict-runs").build()
    page = book.page("index")
    for text in ("mffcnn", "<p>3</p>", "2026-11-27", "abc", "Linux, 16 cores"):
        assert text in page


def test_a_link_that_leads_nowhere_is_a_warning(book):
    book.write("_records/verdict.json", json.dumps(FOUND).replace("/other", "/gone"))
    assert "unknown document: '/gone'" in page_with(book, "verdict-claims").build()


def test_a_changed_record_changes_the_page(book):
    page_with(book, "verdict-bullets").build()
    book.write("_records/verdict.json", json.dumps(FOUND).replace("The second.", "Another."))
    assert "0 added, 1 changed, 0 removed" in book.build()
    assert "Another." in book.page("index")


def test_records_without_a_verdict_are_a_warning_and_no_records_a_dash(book):
    (book.folder / "_records" / "verdict.json").unlink()
    assert "expected the record 'verdict.json'" in page_with(book, "verdict-claims").build()
    (book.folder / "_records").rmdir()
    book.write("index.rst", "T\n=\n\n.. toctree::\n\n   other\n\n.. verdict-means::\n")
    assert "WARNING" not in book.build()
    assert "not computed in this build" in book.page("index")
