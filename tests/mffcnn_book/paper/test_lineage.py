import re

import pytest

from mffcnn_book.paper import LINEAGE, PRECURSOR_ACCURACIES, beside_the_precursor, split_sections
from mffcnn_book.paper import value as printed_value


def test_what_is_in_the_reference_list_is_said_to_be(paper_text):
    listed = split_sections(paper_text)["References"].casefold()
    for origin in LINEAGE:
        if origin.title:
            assert (origin.title.casefold() in listed) == (origin.reference is not None), origin


def test_works_have_their_entry_in_the_bibliography(root):
    bib = (root / "book" / "references.bib").read_text(encoding="utf-8")
    for origin in LINEAGE:
        if not origin.key:
            continue
        entry = re.search(rf"@\w+\{{{origin.key},(.*?)\n\}}", bib, re.DOTALL)
        assert entry, origin.key
        title = re.search(r"title\s*= \{(.*?)\},\n", entry[1])[1].replace("{", "").replace("}", "")
        assert origin.title.casefold() in title.casefold(), origin.key
        year = re.search(r"year\s*= \{(\d+)\}", entry[1])[1]
        assert year in origin.work, origin.key


def test_nothing_is_called_verified_without_a_work():
    for origin in LINEAGE:
        assert bool(origin.work) == bool(origin.verified)
        assert origin.places or not origin.likely  # a neighbour is no origin


def test_every_place_is_one_of_the_paper(paper_text):
    places = set(split_sections(paper_text))
    for origin in LINEAGE:
        for place in origin.places:
            assert place in places or re.fullmatch(r"(Table|Fig\.) \d", place), place


@pytest.mark.parametrize(("dataset", "points"), [("RML", -6.49), ("BAUM-1s", 8.71)])
def test_the_headline_beside_the_precursor(dataset, points):
    assert beside_the_precursor()[dataset] == points
    difference = printed_value("Abstract", "MFFCNN", dataset) - PRECURSOR_ACCURACIES[dataset]
    assert difference == pytest.approx(points)
