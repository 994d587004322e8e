import re

import numpy as np
import pytest

from mffcnn_book.paper import (
    DATASETS,
    REPORTED,
    accuracies,
    confusion_percent,
    reported,
    value,
)
from mffcnn_core.errors import ParameterError
from mffcnn_core.expressions import EXPRESSIONS


def block(text, start, end):
    """Return what the paper prints from a caption (or other words) to others."""
    begin = text.index(start) + len(start)
    return text[begin : text.index(end, begin)]


def printed(place):
    return [one.printed for one in reported(place) if one.printed]


@pytest.mark.parametrize(
    ("place", "caption", "end"),
    [
        ("Table 1", "**Table 1.**", "As can be seen from Table 1"),
        ("Table 2", "**Table 2.**", "### 4.3"),
        ("Table 3", "**Table 3.**", "It can be seen from Table 3"),
    ],
)
def test_tables_1_to_3_hold_what_the_paper_prints(paper_text, place, caption, end):
    decimals = re.findall(r"\d\d\.\d\d", block(paper_text, caption, end))
    assert printed(place) == decimals


def test_table_4_holds_what_the_paper_prints(paper_text):
    text = block(paper_text, "**Table 4.**", "It can be seen from Table 4")
    lines = {line.split()[0]: line.split()[1:] for line in text.splitlines() if line.strip()}
    assert lines["RML"] == [one.printed for one in reported("Table 4", dataset="RML")]
    assert lines["BAUM-ls"] == [one.printed for one in reported("Table 4", dataset="BAUM-1s")]


@pytest.mark.parametrize(
    ("place", "begin", "end"),
    [
        ("Fig. 7", "causing confusion in recognition.", "**Fig. 7.**"),
        ("Fig. 8", "**Fig. 7.**", "**Fig. 8.**"),
    ],
)
def test_confusion_matrices_hold_what_the_paper_prints(paper_text, place, begin, end):
    text = block(paper_text, begin, end)
    rows = [
        line for line in text.splitlines() if re.match(r"(angry|hate|fear|happy|sad|s|A).*\d", line)
    ]
    assert len(rows) == 7
    cells = [cell for row in rows[:6] for cell in row.split("\t")[1:]]
    assert cells == [one.printed for one in reported(place) if one.column]
    assert rows[6].split("\t")[1] == value_of_average(place)


def value_of_average(place):
    (average,) = (one for one in reported(place) if one.row == "Average")
    return average.printed


@pytest.mark.parametrize(
    ("place", "begin", "end"),
    [
        ("Abstract", "## Abstract", "## Keywords"),
        ("Sec. 3.2", "#### 3.2", "### 3.3"),
        ("Sec. 4.1", "### 4.1", "## 4.2"),
        ("Sec. 4.3", "### 4.3", "### 4.4"),
        ("Sec. 4.4", "### 4.4", "\tangry"),
    ],
)
def test_numbers_of_sections_stand_in_the_section(paper_text, place, begin, end):
    found = set(re.findall(r"\d+(?:[.,]\d+)*", block(paper_text, begin, end)))
    assert set(printed(place)) <= found


def test_every_table_is_whole():
    per_place = {
        place: len(printed(place)) for place in ("Table 1", "Table 2", "Table 3", "Table 4")
    }
    assert per_place == {"Table 1": 14, "Table 2": 20, "Table 3": 8, "Table 4": 8}
    for place in ("Fig. 7", "Fig. 8"):
        assert len([one for one in reported(place) if one.column]) == 36
    assert len({(one.place, one.row, one.column, one.dataset) for one in REPORTED}) == len(REPORTED)


def test_a_blank_cell_has_no_value_and_a_note():
    (blank,) = (one for one in reported("Fig. 7") if not one.printed)
    assert blank.value is None
    assert (blank.row, blank.column) == ("happy", "sad")
    assert "blank" in blank.note


def test_confusion_matrices_as_printed_and_as_meant():
    printed, meant = (confusion_percent("BAUM-1s", as_printed=p) for p in (True, False))
    cell = EXPRESSIONS.index("fear"), EXPRESSIONS.index("disgust")
    assert (printed[cell], meant[cell]) == (1032, 10.32)
    assert np.isnan(printed).sum() == 1
    for name in DATASETS:
        assert confusion_percent(name).sum(axis=1) == pytest.approx([100] * 6)


def test_the_place_is_told_in_words():
    assert [one.where for one in reported("Table 4", "DWMV")] == [
        "Table 4, RML, DWMV",
        "Table 4, BAUM-1s, DWMV",
    ]
    assert reported("Sec. 4.1", "videos", "RML")[0].where == "Sec. 4.1, videos, RML"


def test_what_the_paper_does_not_print():
    with pytest.raises(ParameterError, match=r"got 'Table 5'\. Did you mean 'Table"):
        reported("Table 5")
    with pytest.raises(ParameterError, match=r"got 'Table 4, SIFT'\. See reported\('Table 4'\)"):
        reported("Table 4", "SIFT")
    with pytest.raises(ParameterError, match="expected one number, got 2 at Table 4, DWMV"):
        value("Table 4", "DWMV")
    with pytest.raises(ParameterError, match="accuracies: expected one of Table 1, .*got 'Fig. 7'"):
        accuracies("Fig. 7")
    with pytest.raises(ParameterError, match="dataset: expected one of RML, BAUM-1s, got 'rml'"):
        confusion_percent("rml")
