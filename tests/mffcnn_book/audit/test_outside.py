"""Tables as programs and people write them."""

from pathlib import Path

import pytest

from mffcnn_book.audit import audit_table, read_table
from mffcnn_core.errors import InputError, ParameterError
from mffcnn_core.tables import open_table

COUNTS = [[18, 4, 2], [6, 15, 3], [1, 2, 21]]
NAMES = ["anger", "fear", "happiness"]


def text_of(rows, sep=","):
    return "\n".join(sep.join(map(str, row)) for row in rows) + "\n"


def table_of(tmp_path, text, encoding="utf-8", name="table.csv", **options):
    path = tmp_path / name
    path.write_text(text, encoding=encoding)
    return read_table(path, **options)


def counts_of(table):
    assert table.unit == "counts"
    return [[int(text) for text in row] for row in table.cells]


def levels(table):
    return {one.check: one.level for one in audit_table(table)}


ROWS = [[name, *row] for name, row in zip(NAMES, COUNTS, strict=True)]
PLAIN = [["true", *NAMES], *ROWS]
SUMS = [24, 24, 24]
ALL = [["Actual", *NAMES, "All"], *([*row, 24] for row in ROWS), ["All", 25, 21, 26, 72]]
R_CARET = [["Prediction", *NAMES],
           *([n, *c] for n, c in zip(NAMES, zip(*COUNTS, strict=True), strict=True))]  # fmt: skip

SAME = {
    "plain": text_of(PLAIN),
    "tabs": text_of(PLAIN, "\t"),
    "semicolons": text_of(PLAIN, ";"),
    "bars": text_of(PLAIN, "|"),
    "blanks": text_of(PLAIN, "   "),
    "sep line": "sep=;\n" + text_of(PLAIN, ";"),
    "old Mac line ends": text_of(PLAIN).replace("\n", "\r"),
    "pandas crosstab": text_of(ALL),
    "floats": text_of([PLAIN[0], *([n, *(f"{c}.0" for c in row)] for n, *row in ROWS)]),
    "numpy": "\n".join(",".join(f"{c:.18e}" for c in row) for row in COUNTS),
    "numpy with blanks": "\n".join(" ".join(f"{c:.18e}" for c in row) for row in COUNTS),
    "integers alone": text_of(COUNTS),
    "no row names": text_of([NAMES, *COUNTS]),
    "R write.table": "\n".join(
        [" ".join(f'"{n}"' for n in NAMES), *(f'"{n}" {a} {b} {c}' for n, a, b, c in ROWS)]
    ),
    "R caret, rows predicted": text_of(R_CARET),
    "a title above": "Table 3. Confusion matrix\n\n" + text_of(PLAIN),
    "titles on both sides": text_of(
        [
            ["", "", "Predicted", "", ""],
            ["", "", *NAMES],
            ["Actual", *ROWS[0]],
            *(["", *r] for r in ROWS[1:]),
        ]
    ),
    "predicted beside, true above": text_of(
        [["", "", "True", "", ""], ["", "", *NAMES], *(["Predicted", *r] for r in R_CARET[1:])]
    ),
    "prefixes": text_of(
        [["", *(f"pred_{n}" for n in NAMES)], *([f"true_{n}", *r] for n, *r in ROWS)]
    ),
    "other case": text_of([["true", *(n.title() for n in NAMES)], *ROWS]),
    "percentages in brackets": text_of(
        [PLAIN[0], *([n, *(f"{c} ({100 * c / 24:.1f}%)" for c in row)] for n, *row in ROWS)]
    ),
    "empty lines and columns": text_of([[*PLAIN[0], "", ""], *([*r, "", ""] for r in ROWS), [""]]),
    "support beside": text_of([[*PLAIN[0], "support"], *([*r, 24] for r in ROWS)]),
    "totals in German": text_of(
        [["wahr", *NAMES, "Gesamt"], *([*r, 24] for r in ROWS), ["Gesamt", 25, 21, 26, 72]], ";"
    ),
    "a sign for the sum": text_of(
        [["", *NAMES, "Σ"], *([*r, 24] for r in ROWS), ["Σ", 25, 21, 26, 72]]
    ),
    "sums of other names": text_of(
        [["", *NAMES, "row total"], *([*r, 24] for r in ROWS), ["column total", 25, 21, 26, 72]]
    ),
    "margins of rates": text_of(
        [
            ["true", *NAMES, "recall"],
            *([*r, p] for r, p in zip(ROWS, ("75.0", "62.5", "87.5"), strict=True)),
            ["precision", "72.0", "71.4", "80.8", "75.0"],
        ]
    ),
    "rates as shares": text_of(
        [
            ["true", *NAMES, "Acc."],
            *([*r, p] for r, p in zip(ROWS, ("0.750", "0.625", "0.875"), strict=True)),
            ["Prec.", "0.720", "0.714", "0.808", "0.750"],
        ]
    ),
    "Markdown": "\n".join(
        f"| {' | '.join(map(str, row))} |"
        for row in (PLAIN[0], ["---", ":-:", "--:", "---"], *ROWS)
    ),
    "drawn": "\n".join(
        line
        for row in PLAIN
        for line in (f"| {' | '.join(map(str, row))} |", "+------+-------+------+-----------+")
    ),
    "LaTeX": r"""% of the paper
\begin{table}\caption{100\% of 72 clips}
\begin{tabular}{|l|*{3}{c}@{~}|} \toprule
 & \multicolumn{3}{c|}{Predicted} \\ \cmidrule(lr){2-4}
\textbf{Actual} & """
    + " & ".join(NAMES)
    + r" \\[2pt] \midrule % names"
    + "\n"
    + "\n".join(rf"{n} & $\mathbf{{{a}}}$ & {b} & \textit{{{c}}} \\ \hline" for n, a, b, c in ROWS)
    + r"\end{tabular}\end{table}",
    "rows of LaTeX": "\n".join(" & ".join(map(str, row)) + r" \\" for row in PLAIN),
    "clips behind the names": text_of([["", *(f"{n} (n = 24)" for n in NAMES)], *ROWS]),
    "sums and rates": text_of(
        [
            ["true", *NAMES, "total", "recall", "F1"],
            *(
                [*r, 24, p, f]
                for r, p, f in zip(
                    ROWS, ("75.0", "62.5", "87.5"), ("73.5", "66.7", "84.0"), strict=True
                )
            ),
            ["total", 25, 21, 26, 72, "", ""],
            ["precision", "72.0", "71.4", "80.8", "", "75.0", ""],
        ]
    ),
}


@pytest.mark.parametrize("kind", SAME)
def test_one_matrix_in_many_forms(tmp_path, kind):
    table = table_of(tmp_path, SAME[kind])
    assert table.is_confusion
    assert counts_of(table) == COUNTS
    assert "problem" not in levels(table).values()
    assert ("margins" in levels(table)) == any(
        word in kind for word in ("crosstab", "total", "sum", "rates")
    )
    said = next(one.text for one in audit_table(table) if one.check == "average")
    assert "the accuracy over all clips" in said or "accuracy over all clips 75.00 % (54" in said


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_one_matrix_in_many_encodings(tmp_path, encoding):
    text = text_of(PLAIN).replace("fear", "größe")
    table = table_of(tmp_path, text, encoding)
    assert table.rows == ("anger", "größe", "happiness")
    assert counts_of(table) == COUNTS
    assert any("Windows-1252" in note for note in table.notes) == (encoding == "cp1252")


def test_a_spreadsheet(tmp_path):
    import openpyxl

    book = openpyxl.Workbook()
    for row in [["Table 2"], [], *PLAIN]:
        book.active.append(row)
    book.save(tmp_path / "table.xlsx")
    assert counts_of(read_table(tmp_path / "table.xlsx")) == COUNTS


def test_a_misprinted_margin_is_found(tmp_path):
    table = table_of(tmp_path, SAME["pandas crosstab"].replace("25,21", "25,31"))
    (found,) = (one for one in audit_table(table) if one.level == "problem")
    assert found.text == "The row 'All' is the sum, but for: fear 31 instead of 21."
    table = table_of(tmp_path, SAME["margins of rates"].replace("62.5", "65.2"))
    (found,) = (one for one in audit_table(table) if one.level == "problem")
    assert found.text == "The column 'recall' is the recall, but for: fear 65.2 instead of 62.50."
    table = table_of(tmp_path, SAME["pandas crosstab"].replace("fear,6,15,3,24", "fear,6,15,3,34"))
    (found,) = (one for one in audit_table(table) if one.level == "problem")
    assert "fear sums to 24 instead of 34" in found.text


PERCENT = [["75.0", "16.7", "8.3"], ["25.0", "62.5", "12.5"], ["4.2", "8.3", "87.5"]]


def percent_of(corner, cells):
    return text_of([[corner, *NAMES], *([n, *r] for n, r in zip(NAMES, cells, strict=True))])


@pytest.mark.parametrize("corner", ["", "Prediction", "class"])
def test_per_cent_on_their_side(tmp_path, corner):
    turned = [list(row) for row in zip(*PERCENT, strict=True)]
    table = table_of(tmp_path, percent_of(corner, turned))
    assert [list(row) for row in table.cells] == PERCENT
    assert table.of == "true"
    assert any("true classes, and the table is turned" in note for note in table.notes) or corner
    assert "problem" not in levels(table).values()


def test_per_cent_of_the_predicted_class(tmp_path):
    turned = [list(row) for row in zip(*PERCENT, strict=True)]
    table = table_of(tmp_path, percent_of("true", turned))  # pandas.crosstab(normalize="columns")
    assert (table.of, [list(row) for row in table.cells]) == ("predicted", turned)
    said = {one.check: one for one in audit_table(table)}
    assert said["sums"].text == "Every column sums to 100 % (within rounding)."
    assert "mean of the precisions 75.00 %" in said["average"].text
    assert "precision" not in said  # no recall, so none with an interval


def test_per_cent_of_all_clips(tmp_path):
    cells = [[f"{100 * c / 72:.2f}" for c in row] for row in COUNTS]
    table = table_of(tmp_path, percent_of("true", cells))
    assert table.of == "all"
    assert levels(table)["sums"] == "ok"
    said = next(one.text for one in audit_table(table) if one.check == "average")
    assert "accuracy over all clips 74.99 %" in said  # of cells that are rounded


def test_a_moved_point_is_still_found(tmp_path):
    cells = [["75.0", "16.7", "8.3"], ["25.0", "625", "12.5"], ["4.2", "8.3", "87.5"]]
    table = table_of(tmp_path, percent_of("true", cells))
    (found,) = (one for one in audit_table(table) if one.check == "row sums")
    assert "fear 625 read as 62.5 would mend it" in found.text


@pytest.mark.parametrize(
    "cells",
    [
        [["75 %", "17 %", "8 %"], ["25 %", "63 %", "13 %"], ["4 %", "8 %", "88 %"]],
        [[75, 17, 8], [25, 63, 12], [4, 8, 88]],
        [[75, 17, 8], [25, 63, 13], [4, 8, 88]],  # rounded each by itself: 101
    ],
)
def test_whole_per_cent_are_no_counts(tmp_path, cells):
    table = table_of(tmp_path, percent_of("true", cells))
    assert table.unit == "percent"
    assert "problem" not in levels(table).values()


def test_shares_with_a_total_and_clips(tmp_path):
    text = "true;a;b;total;n\na;0,75;0,25;1,00;24\nb;0,4;0,6;1;30\nprecision;0,714;0,643;;\n"
    table = table_of(tmp_path, text)
    assert dict(table.clips) == {"a": 24, "b": 30}
    assert table.cells[0] == ("75", "25")


@pytest.mark.parametrize(
    ("missing", "note"),
    [("column", "fear is never predicted: it has no column."),
     ("row", "fear is never true: it has no row.")],
)  # fmt: skip
def test_a_class_that_one_side_lacks(tmp_path, missing, note):
    if missing == "column":
        rows = [["true", "anger", "happiness"], ["anger", 22, 2], ["fear", 20, 4]]
    else:
        rows = [["true", "anger", "fear", "happiness"], ["anger", 18, 2, 2]]
    rows += [["happiness", 3, 21] if missing == "column" else ["happiness", 1, 4, 21]]
    table = table_of(tmp_path, text_of(rows))
    assert set(table.rows) == set(NAMES)
    assert note in table.notes
    assert "problem" not in levels(table).values()
    both = {
        (row, column): text
        for row, line in zip(table.rows, table.cells, strict=True)
        for column, text in zip(table.columns, line, strict=True)
    }
    assert both["happiness", "happiness"] == "21"
    assert both["fear", "fear"] == ("0" if missing == "column" else "")


@pytest.mark.parametrize(
    "remark", ["good\n-----\nbut late", r"see \begin{tabular}", "R&D \\\\", "| -- |\n| --"]
)
def test_free_text_is_no_drawing(tmp_path, remark):
    path = tmp_path / "marks.csv"
    path.write_text(f'student,comment\nada,"{remark}"\n')
    assert open_table(path).rows == [["student", "comment"], ["ada", remark]]


@pytest.mark.parametrize(
    "piece", ["-", " ", "&", "\\\\[", "\\multirow[", "\\cline{", "{", "%", "\\begin{tabular}{"]
)
def test_a_long_drawing_without_a_table_ends(tmp_path, piece):
    with pytest.raises((ParameterError, InputError)):
        table_of(tmp_path, "a & b \\\\\n" + piece * 200_000 + "x")


def test_numbered_names_keep_their_numbers(tmp_path):
    names = ["group (1)", "group (2)", "group (3)"]
    rows = [[name, *row] for name, row in zip(names, COUNTS, strict=True)]
    assert table_of(tmp_path, text_of([["", *names], *rows])).rows == tuple(names)


def test_equal_numbers_are_no_names(tmp_path):
    text = "method;RML;BAUM;CK\nA;.5;.6;.7\nB;.6;.5;.9\nC;.7;.9;.5\n"
    table = table_of(tmp_path, text)
    assert (table.rows, table.columns) == (("A", "B", "C"), ("RML", "BAUM", "CK"))


def test_a_letter_is_a_class_where_it_is_a_row(tmp_path):
    names = "A D F H N S".split()
    cells = [[17 if i == j else 1 for j in range(6)] for i in range(6)]
    for extra in ("", "n"):
        rows = [["", *names, *[extra] * bool(extra)]]
        rows += [[n, *r, *[22] * bool(extra)] for n, r in zip(names, cells, strict=True)]
        if extra:  # N is a class and a number of clips in one file: by its case it is neither
            with pytest.raises(ParameterError, match="columns of different names, got N, n"):
                table_of(tmp_path, text_of(rows))
        else:
            assert table_of(tmp_path, text_of(rows)).rows == tuple(names)


def test_methods_on_data_sets_stay_accuracies(tmp_path):
    table = table_of(tmp_path, "method;RML;BAUM-1s\nSVM;60,07;55,29\nCNN;64,57 ± 1,2;60,89*\n")
    assert not table.is_confusion
    assert table.cells == (("60.07", "55.29"), ("64.57", "60.89"))
    assert "What stands in brackets or behind ± is left aside." in table.notes


def test_numbers_that_can_be_read_in_two_ways(tmp_path):
    with pytest.raises(ParameterError, match="got 1,234, which may be 1.234 or 1234"):
        table_of(tmp_path, "true\ta\tb\na\t1,234\t5\nb\t3\t2,345\n")
    english = table_of(tmp_path, 'true,a,b\na,"1,234",5\nb,3,"2,345"\n')
    assert counts_of(english) == [[1234, 5], [3, 2345]]


def test_who_says_where_the_truth_stands_is_believed(tmp_path):
    plain = table_of(tmp_path, text_of([["", *NAMES], *ROWS]), true="columns")
    assert counts_of(plain) == [list(row) for row in zip(*COUNTS, strict=True)]
    with pytest.raises(ParameterError, match="true: expected one of rows, columns, got 'left'"):
        table_of(tmp_path, text_of(PLAIN), true="left")


def test_clips_say_which_side_is_true(tmp_path):
    rows = [["", "a", "b"], ["a", 20, 10], ["b", 4, 26]]
    table = table_of(tmp_path, text_of(rows), clips={"a": 24, "b": 36})
    assert counts_of(table) == [[20, 4], [10, 26]]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 600, "an old or an encrypted spreadsheet"),
        (b"PK\x03\x04 no archive", "cannot be read as one"),
        (b"<html><table><tr><td>1</td></tr></table>", "a web page or XML"),
        (b"true,a\0b\n", "zero bytes in it"),
        (b'true,a,b\na,"1,2\nb,3,4\n', "a syntax error in line"),
    ],
)
def test_what_is_no_table(tmp_path, content, message):
    path = Path(tmp_path / "table.csv")
    path.write_bytes(content)
    with pytest.raises(InputError, match=message):
        read_table(path)


def test_the_rebuilt_cases(cases):
    folder = cases / "audit"
    table = read_table(folder / "crosstab_margins.csv")
    assert table.rows == ("anger", "fear", "happiness")
    said = next(one.text for one in audit_table(table) if one.check == "average")
    assert "accuracy over all clips 75.00 % (54 of 72)" in said
    table = read_table(folder / "missing_predicted_column.csv")
    assert counts_of(table) == [[22, 0, 2], [20, 0, 4], [3, 0, 21]]
    table = read_table(folder / "precision_recall_margins.csv")
    assert [(one.kind, one.side) for one in table.margins] == [
        ("recall", "column"),
        ("precision", "row"),
    ]
    assert table.average == "75.0"
    table = read_table(folder / "caret_transposed_percent.csv")
    assert table.cells[0] == ("75.0", "16.7", "8.3")
    assert "problem" not in levels(table).values()
    assert read_table(folder / "letters_with_N.csv").rows == tuple("ADFHNS")
    assert read_table(folder / "excel_german.csv").cells[2] == ("4.2", "8.3", "87.5")
    assert counts_of(read_table(folder / "excel_unicode_text.csv")) == [[18, 6], [4, 20]]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("true,a,b\na,,\nb,,\n", "expected numbers, got none"),
        ("true,a,b\na," + "9" * 400 + ",1\nb,1,1\n", "is no number"),
        ("true,a,b,n\na,1,2,5000000\nb,1,1,2\n", "clips: expected at most 1000000, got 5000000"),
    ],
)
def test_numbers_that_no_table_holds(tmp_path, text, message):
    with pytest.raises(ParameterError, match=message):
        table_of(tmp_path, text)


def test_a_line_that_is_cut_off(tmp_path):
    table = table_of(tmp_path, "title,,\n,true,a,b\n,a,3,1\nx\n,b,1,3\n".replace("x\n", ""))
    assert counts_of(table) == [[3, 1], [1, 3]]
