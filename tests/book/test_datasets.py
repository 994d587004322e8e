import pytest

MANIFEST = """\
title: Far away
access: agreement
licence: Owner's
terms: >-
  Sign first,
  ask later.
"""


@pytest.fixture
def book(tiny_book):
    tiny_book.configure("datasets")
    tiny_book.write("index.rst", "T\n=\n\n.. datasets::\n")
    return tiny_book


def test_each_manifest_is_a_row(book):
    book.write("data_manifests/far.yaml", MANIFEST)
    assert "WARNING" not in book.build()
    page = book.page("index")
    for text in ("Far away", "on request, by agreement", "Owner", "Sign first, ask later."):
        assert text in page


def test_a_changed_manifest_changes_the_page(book):
    book.write("data_manifests/far.yaml", MANIFEST)
    book.build()
    book.write("data_manifests/far.yaml", MANIFEST.replace("Far away", "Near by"))
    assert "0 added, 1 changed, 0 removed" in book.build()
    assert "Near by" in book.page("index")


def test_without_manifests_the_page_says_so(book):
    assert "expected manifests, got none" in book.build()
