import json

import pytest


@pytest.fixture
def book(tiny_book):
    tiny_book.configure("records")
    tiny_book.write(
        "_records/r/results.json", json.dumps({"metrics": {"accuracy": [0.5, 0.51234]}})
    )
    return tiny_book


def test_a_number_of_a_record_stands_in_the_sentence(book):
    book.write(
        "index.rst", "T\n=\n\nIt was :record:`r/results.json#metrics.accuracy.1|.1%` right.\n"
    )
    assert "WARNING" not in book.build()
    assert 'It was <span class="record">51.2%</span> right.' in book.page("index")


@pytest.mark.parametrize(
    ("role", "warning"),
    [
        ("r/other.json#metrics", "expected the record 'r/other.json', got no such file"),
        ("r/results.json#metrics.recall", "of 'metrics.recall', got only: accuracy"),
        ("r/results.json#metrics.accuracy.2", "expected the key '2'"),
        ("r/results.json#metrics.accuracy.0|d", "Unknown format code 'd'"),
    ],
)  # fmt: skip
def test_a_missing_value_is_a_warning(book, role, warning):
    book.write("index.rst", f"T\n=\n\nIt was :record:`{role}`.\n")
    said = book.build()
    assert warning in said
    assert "index.rst:4: WARNING: record:" in said


def test_a_build_without_any_records_shows_a_dash(tiny_book):
    tiny_book.configure("records")
    tiny_book.write("index.rst", "T\n=\n\nIt was :record:`r/results.json#a`.\n")
    assert "WARNING" not in tiny_book.build()
    assert '<abbr title="not computed in this build">—</abbr>' in tiny_book.page("index")


def test_a_changed_record_changes_the_page_and_no_other(book):
    book.write(
        "index.rst",
        "T\n=\n\n.. toctree::\n\n   other\n\n:record:`r/results.json#metrics.accuracy.0`\n",
    )
    book.write("other.rst", "Other\n=====\n")
    book.build()
    book.write("_records/r/results.json", json.dumps({"metrics": {"accuracy": [0.75]}}))
    said = book.build()
    assert "0.75" in book.page("index")
    assert "0 added, 1 changed, 0 removed" in said
