import pytest

from mffcnn_book.audit import ResultTable, audit_table


def matrix(*rows, **options):
    names = tuple("abc"[: len(rows)])
    cells = tuple(tuple(row.split()) for row in rows)
    cells = tuple(tuple("" if text == "-" else text for text in row) for row in cells)
    return ResultTable(rows=names, columns=names, cells=cells, **options)


def accuracies(*values, **options):
    rows = tuple(f"m{i}" for i in range(len(values)))
    return ResultTable(rows=rows, columns=("X",), cells=tuple((v,) for v in values), **options)


def found(table, check):
    return [(one.level, one.text) for one in audit_table(table) if one.check == check]


def test_a_sound_matrix_has_no_problem():
    table = matrix("75.00 25.00", "16.67 83.33", clips={"a": 12, "b": 12}, average="79.17")
    assert [one.level for one in audit_table(table)] == ["ok", "ok", "ok", "ok", "note"]


def test_counts_are_summed_and_compared():
    table = matrix("9 3", "2 10", unit="counts")
    assert found(table, "row sums") == [
        ("note", "Clips by class: a 12, b 12. Compare with the data set.")
    ]
    ((level, text),) = found(
        matrix("9 3", "2 9", unit="counts", clips={"a": 12, "b": 12}), "row sums"
    )
    assert level == "problem"
    assert "b sums to 11 instead of 12" in text


def test_a_lost_decimal_point_is_found():
    ((level, text),) = found(matrix("61.44 1032 28.24", "0 99 1", "0 0 100"), "row sums")
    assert level == "problem"
    assert "a sums to 1121.68 instead of 100 (b 1032 read as 10.32 would mend it)" in text
    assert found(matrix("61.44 1032 28.24", "0 99 1", "0 0 100"), "cells")[0][0] == "problem"


def test_rounding_is_allowed_for_and_no_more():
    assert found(matrix("33.33 66.66", "0 100"), "row sums")[0][0] == "ok"
    assert found(matrix("33.33 66.60", "0 100"), "row sums")[0][0] == "problem"


def test_blank_negative_and_broken_cells():
    assert found(matrix("100 -", "0 100"), "cells") == [
        ("note", "Expected a number from 0 to 100 % in every cell: a, b is blank.")
    ]
    assert found(matrix("101 -1", "0 100"), "cells")[0][0] == "problem"
    ((level, text),) = found(matrix("1.5 2", "1 1", unit="counts"), "cells")
    assert level == "problem"
    assert "a, a is 1.5, no whole number" in text


def test_a_mean_that_is_another_one():
    rows = ("90.00 10.00", "50.00 50.00")
    assert found(matrix(*rows, average="70.00"), "average")[0][0] == "ok"
    ((level, text),) = found(matrix(*rows, average="72.00"), "average")
    assert level == "problem"
    assert "72.00 is printed; the diagonal gives: mean of the recalls 70.00 %" in text


def test_which_mean_an_average_is():
    rows = {"clips": {"a": 30, "b": 10}}
    ((_, text),) = found(matrix("90.00 10.00", "50.00 50.00", average="80.00", **rows), "average")
    assert text == "The printed 80.00 is the accuracy over all clips."
    ((_, text),) = found(matrix("27 3", "5 5", unit="counts", average="70.00"), "average")
    assert text == "The printed 70.00 is the mean of the recalls."


def test_a_class_without_clips_has_no_mean():
    assert found(matrix("0 0", "1 1", unit="counts"), "average")[0][0] == "note"


def test_impossible_counts_are_named():
    ((level, text),) = found(accuracies("64.57", "64.58", clips={"X": 720}), "counts")
    assert level == "problem"
    assert "1 of 2 values are no count of clips" in text
    assert "m0, X 64.57 of 720" in text
    assert "unequal folds" in text


def test_a_large_test_can_print_anything():
    ((level, text),) = found(accuracies("64.57", clips={"X": 100_000}), "counts")
    assert level == "ok"
    assert "That says little" in text


def test_without_the_number_of_clips_it_is_asked_for():
    assert found(accuracies("64.57"), "counts")[0][0] == "note"
    assert not found(accuracies("64.57"), "precision")


def test_gaps_are_set_against_chance():
    ((level, text),) = found(accuracies("60.00", "60.40", "50.00", clips={"X": 500}), "precision")
    assert level == "note"
    assert "best m1 60.4 %, standard error 2.2 points" in text
    assert "m0: 0.40 points less, 0.1 standard errors if unpaired; paired, within chance" in text
    assert "m2: 10.40 points less, 3.3 standard errors if unpaired; paired, beyond chance." in text


@pytest.mark.parametrize("unit", ["percent", "counts"])
def test_recalls_have_intervals(unit):
    rows = ("9 3", "2 10") if unit == "counts" else ("75 25", "16.67 83.33")
    ((_, text),) = found(matrix(*rows, unit=unit, clips={"a": 12, "b": 12}), "precision")
    assert "a 75.0 % (47 to 91), b 83.3 % (55 to 95)" in text
