import re
from dataclasses import replace

import pytest

from mffcnn_book.paper import (
    CHECKS,
    REPORTED,
    Absent,
    Quote,
    Values,
    Verdict,
    audit_paper,
    find_check,
    reported,
    run_check,
    split_sections,
)
from mffcnn_core.errors import ParameterError

ALL = [check for checks in CHECKS.values() for check in checks]
each = pytest.mark.parametrize("check", ALL, ids=lambda check: check.name)


def test_every_verdict_stands_by_the_data_alone():
    failed = {name: result.problems for name, result in audit_paper().items() if not result.holds}
    assert not failed


def test_every_verdict_stands_by_the_text(paper_text):
    results = audit_paper(paper_text)
    assert not {name: result.problems for name, result in results.items() if not result.holds}


def test_names_are_unique_and_every_verdict_is_used():
    assert len({check.name for check in ALL}) == len(ALL) == len(audit_paper())
    assert {check.verdict for check in ALL} == set(Verdict)


@each
def test_a_check_quotes_something_and_says_how_or_why(check):
    assert check.evidence
    assert check.title.endswith(".")
    assert not check.reading or check.reading.endswith(".")
    if check.compute is None:
        assert any(isinstance(one, Quote | Absent) for one in check.evidence)
    else:
        assert run_check(check).shown


@each
def test_quotes_are_short(check):
    for one in check.evidence:
        if isinstance(one, Quote):
            assert len(one.text.split()) <= 16, one.text


@each
def test_a_check_fails_if_a_quoted_word_changes(check, paper_text):
    sections = split_sections(paper_text)
    for one in check.evidence:
        if isinstance(one, Quote):
            assert not one.problem(sections)
            changed = sections | {one.place: sections[one.place].replace(one.text, "")}
            assert re.search("expected .* got other words", one.problem(changed))
        elif isinstance(one, Absent):
            place = one.place or "Sec. 4.5"
            for word in one.words:
                assert "expected no" in one.problem(sections | {place: f"... {word.upper()}s"})


@each
def test_a_check_fails_if_a_quoted_number_changes(check, monkeypatch):
    for one in check.evidence:
        if not isinstance(one, Values):
            continue
        assert not one.problem(None)
        for number in reported(one.place, one.row, one.dataset):
            other = [replace(n, printed="99.99") if n is number else n for n in REPORTED]
            with monkeypatch.context() as patched:
                patched.setattr("mffcnn_book.paper._reported.REPORTED", tuple(other))
                assert "expected" in one.problem(None)


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("headline-rml", ("65.50", "Abstract", "MFFCNN", {"dataset": "RML"})),
        ("headline-is-s-to-t", ("64.58", "Table 2", "S->T C_4_1, C_5_1", {"dataset": "RML"})),
        ("headline-baum", ("60.89", "Table 1", "T->S C_5_1", {"dataset": "BAUM-1s"})),
        ("fig8-row-sum", ("10.32", "Fig. 8", "fear", {"column": "hate"})),
        ("fig7-fig8-sums", ("20.31", "Fig. 7", "angry", {"column": "hate"})),
        ("blank-cells", ("0", "Fig. 7", "happy", {"column": "sad"})),
        ("hardest-class", ("57.00", "Fig. 8", "hate", {"column": "hate"})),
        ("table1-higher-layers", ("64.10", "Table 1", "T->S C_5_1", {"dataset": "RML"})),
        ("s-to-t-decreases", ("58.70", "Table 2", "S->T C_4_1, C_5_1", {"dataset": "BAUM-1s"})),
        ("table2-sites", ("66.00", "Table 1", "T->S C_2_1", {"dataset": "RML"})),
        ("table2-direction", ("63.00", "Table 2", "S->T C_2_1", {"dataset": "RML"})),
        ("table1-number", ("66.00", "Table 1", "T->S C_2_1", {"dataset": "RML"})),
        ("tables-1-and-2", ("62.68", "Table 2", "T->S C_2_1", {"dataset": "RML"})),
        ("table3-beats-the-method", ("60.00", "Table 3", "17x17 and 15x15", {"dataset": "RML"})),
        ("table3-shape", ("66.00", "Table 3", "35x35 and 33x33", {"dataset": "RML"})),
        ("table4-order", ("65.00", "Table 4", "RML", {"column": "ICTP"})),
        ("accuracy-or-recall", ("60.98", "Table 4", "BAUM-1s", {"column": "MFFCNN"})),
        ("rml-counts", ("62.64", "Table 3", "5x5 and 3x3", {"dataset": "RML"})),
        ("baum-counts", ("59.31", "Table 3", "5x5 and 3x3", {"dataset": "BAUM-1s"})),
        ("smaller-test", ("100,000", "Sec. 4.1", "videos", {"dataset": "RML"})),
        ("fig7-counts", ("57.50", "Fig. 7", "hate", {"column": "hate"})),
        ("no-uncertainty", ("720,000", "Sec. 4.1", "videos", {"dataset": "RML"})),
        ("direction-gap", ("50.00", "Table 2", "S->T C_4_1, C_5_1", {"dataset": "RML"})),
        ("table3-significantly", ("50.00", "Table 3", "35x35 and 33x33", {"dataset": "RML"})),
        ("table4-gap", ("50.00", "Table 4", "RML", {"column": "ICTP"})),
        ("window-against-fragment", ("12", "Sec. 4.3", "sub-sequence w", {})),
        ("flows-of-a-fragment", ("16", "Sec. 3.2", "flow images of a fragment", {})),
        ("divide-or-discard", ("144", "Sec. 3.2", "fragment L", {})),
        ("baum-expressions", ("13", "Sec. 4.1", "expressions", {"dataset": "BAUM-1s"})),
    ],
)
def test_a_verdict_is_computed_and_falls_with_its_numbers(name, fault, misprint):
    printed, place, row, which = fault
    misprint(printed, place, row, **which)
    problems = run_check(find_check(name)).problems
    assert any("does not follow" in problem for problem in problems), problems


def test_citations_are_looked_up_in_the_list(monkeypatch):
    from mffcnn_book.paper import _references

    swapped = dict(_references.REFERENCES)
    swapped[16], swapped[17] = swapped[17], swapped[16]
    monkeypatch.setattr(_references, "REFERENCES", swapped)
    result = run_check(find_check("cite-udsgplvm"))
    assert "does not follow" in result.problems[0]


def test_the_reference_list_is_the_papers(paper_text):
    from mffcnn_book.paper import REFERENCES

    sections = split_sections(paper_text)
    assert list(REFERENCES) == list(range(1, 31))
    for number, (author, title) in REFERENCES.items():
        assert author in sections[f"Ref. {number}"].split('"')[0]
        assert title in sections[f"Ref. {number}"]


def test_places_are_found(paper_text):
    sections = split_sections(paper_text)
    assert {"Abstract", "Sec. 3.4", "Sec. 4.2", "Sec. 5", "Eq. 1", "Eq. 14", "Ref. 30"} <= set(
        sections
    )
    assert sections["Sec. 3.2"].startswith("Assume that")
    assert len([name for name in sections if name.startswith("Eq.")]) == 14


def test_another_text_is_refused():
    with pytest.raises(ParameterError, match="expected Markdown with numbered sections, got none"):
        split_sections("something else")


def test_an_unknown_check():
    with pytest.raises(ParameterError, match="got 'fig8'. Did you mean|got 'fig8'. Known"):
        find_check("fig8")
