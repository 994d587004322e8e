import pytest

from mffcnn_book.audit import audit_table, read_table
from mffcnn_core.errors import InputError, ParameterError

CONFUSION = "true,happy,sad,clips\nhappy,70.36,29.64,120\nsad,39.32,60.68,120\naverage,65.52\n"
ACCURACIES = "method,RML,BAUM-1s\nSVM,60.07%,55.29\nCNN,64.57,60.89\n"


@pytest.fixture
def csv(tmp_path):
    def write(text, encoding="utf-8"):
        path = tmp_path / "table.csv"
        path.write_text(text, encoding=encoding)
        return path

    return write


def test_a_confusion_matrix(csv):
    table = read_table(csv(CONFUSION))
    assert table.is_confusion
    assert table.rows == table.columns == ("happy", "sad")
    assert table.cells == (("70.36", "29.64"), ("39.32", "60.68"))
    assert (table.unit, table.average, dict(table.clips)) == (
        "percent",
        "65.52",
        {"happy": 120, "sad": 120},
    )


def test_accuracies(csv):
    table = read_table(csv(ACCURACIES), clips={"RML": 720})
    assert not table.is_confusion
    assert table.cells[0] == ("60.07", "55.29")
    assert dict(table.clips) == {"RML": 720}
    assert dict(read_table(csv(ACCURACIES), clips=100).clips) == {"RML": 100, "BAUM-1s": 100}


@pytest.mark.parametrize(
    ("cells", "unit", "first"),
    [
        ("8,2|3,7", "counts", "8"),
        ("80,20|30,70", "percent", "80"),
        ("0.80,0.20|0.30,0.70", "percent", "80"),
        ("0.805,0.195|0.3,0.7", "percent", "80.5"),
    ],
)
def test_the_unit_is_told_from_the_numbers(csv, cells, unit, first):
    one, two = cells.split("|")
    table = read_table(csv(f"true,a,b\na,{one}\nb,{two}\n"))
    assert (table.unit, table.cells[0][0]) == (unit, first)


def test_a_share_of_one_decimal_claims_no_more(csv):
    table = read_table(csv("true,a,b\na,0.8,0.2\nb,0.3,0.7\n"), clips=6)
    assert table.cells[0] == ("8E+1", "2E+1")
    told = {one.check: one for one in audit_table(table)}
    assert told["row sums"].level == "ok"
    assert told["counts"].level == "ok"  # 5 of 6 is 0.83, printed as 0.8


def test_a_unit_that_is_named_wins(csv):
    assert read_table(csv("true,a,b\na,80,20\nb,30,70\n"), unit="counts").unit == "counts"


def test_what_spreadsheets_leave_in_a_file(csv):
    text = "true, a ,b\r\n\r\n A,8,2\r\nb,3\r\n,,\r\n"
    table = read_table(csv(text, encoding="utf-8-sig"))
    assert table.is_confusion
    assert table.cells == (("8", "2"), ("3", ""))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", r"expected a line of column names, .* got 0 line\(s\)"),
        ("a,b\n", r"got 1 line\(s\) of 2 cell\(s\). See `mffcnn audit --help`"),
        ("only\nnames\n", r"got 2 line\(s\) of 1 cell\(s\)"),
        ("m,RML\nSVM,good\nCNN,nan\n", r"got 2 problem\(s\): line 2, column 'RML': 'good'"),
        ("m,RML\nSVM,60.07,1\n", "line 2: 3 cells for 2 columns"),
        ("m,RML\nSVM,1e3\n", "'1e3' is no number"),
        ("m,RML\nSVM,60.07\nSVM,61\n", "expected rows of different names, got SVM more than"),
        ("m,RML,RML\nSVM,60.07,61\n", "expected columns of different names, got RML"),
        ("true,a,b\nb,70,30\na,40,60\n", "in one order, got rows b, a and columns a, b"),
        ("true,a,b,n\na,70,30,\nb,40,60,9\n", "expected a column 'n' only beside a confusion"),
        ("average,RML\nmean,60\n", "expected at least one row and one column"),
    ],
)
def test_other_files_are_refused(csv, text, message):
    with pytest.raises(ParameterError, match=message):
        read_table(csv(text))


def test_an_absent_file(tmp_path):
    with pytest.raises(InputError, match="expected a table .* got a file that cannot be read"):
        read_table(tmp_path / "no.csv")


def test_letters_of_a_spreadsheet(csv):
    table = read_table(csv("m,Größe\nx,1\n", encoding="latin-1"))
    assert table.columns == ("Größe",)
    assert "read as Windows-1252" in table.notes[-1]


def test_clips_and_units_must_belong_to_the_table(csv):
    with pytest.raises(ParameterError, match="clips: expected one of RML, BAUM-1s, got 'RLM'. Did"):
        read_table(csv(ACCURACIES), clips={"RLM": 720})
    with pytest.raises(ParameterError, match="clips: expected at least one, got 0 for 'RML'"):
        read_table(csv(ACCURACIES), clips={"RML": 0})
    with pytest.raises(ParameterError, match="unit: expected one of percent, .* Did you mean 'per"):
        read_table(csv(ACCURACIES), unit="percents")
    with pytest.raises(ParameterError, match="expected counts in a confusion matrix"):
        read_table(csv(ACCURACIES), unit="counts")
