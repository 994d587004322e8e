import subprocess
import sys

import pytest

from mffcnn_book.cli import main
from mffcnn_book.paper import confusion_percent, reported

FIG_8 = """\
true,angry,hate,fear,happy,sad,surprise
angry,65.31,0,34.69,0,0,0
hate,0,58.56,25.61,0,15.83,0
fear,0,1032,61.44,0,28.24,0
happy,0,0,0,63.08,,36.92
sad,0,21.43,17.12,3.24,58.21,0
surprise,6.88,34.38,0,0,0,58.74
Average,60.89
"""


@pytest.fixture
def fig_8(tmp_path):
    path = tmp_path / "fig8.csv"
    path.write_text(FIG_8)
    return path


def test_the_papers_misprint_is_found(fig_8, capsys):
    assert main(["audit", str(fig_8)]) == 1
    said = " ".join(capsys.readouterr().out.split())
    assert "a confusion matrix, 6 rows, percent" in said
    assert "fear sums to 1121.68 instead of 100 (hate 1032 read as 10.32 would mend it)" in said
    assert "The printed 60.89 is the mean of the recalls" in said
    assert confusion_percent("BAUM-1s", as_printed=True)[2, 1] == 1032


def test_a_sound_table_ends_well(fig_8, capsys):
    fig_8.write_text(FIG_8.replace("1032", "10.32"))
    assert main(["audit", str(fig_8)]) == 0
    assert "problem" not in capsys.readouterr().out


def test_accuracies_with_their_clips(tmp_path, capsys):
    path = tmp_path / "table4.csv"
    rows = [f"{one.column},{one.printed}" for one in reported("Table 4", dataset="RML")]
    path.write_text("method,RML\n" + "\n".join(rows))
    assert main(["audit", str(path), "--clips", "RML=720"]) == 1
    assert "4 of 4 values are no count" in " ".join(capsys.readouterr().out.split())
    assert main(["audit", str(path), "--clips", "720"]) == 1


@pytest.mark.parametrize("clips", [["many"], ["720", "521"], ["RML="], ["=720"], ["RML=-1"]])
def test_clips_must_be_numbers(fig_8, clips, capsys):
    options = [word for one in clips for word in ("--clips", one)]
    assert main(["audit", str(fig_8), *options]) == 1
    assert "--clips: expected one N, or NAME=N" in capsys.readouterr().err


def test_a_file_that_is_not_there(tmp_path, capsys):
    assert main(["audit", str(tmp_path / "no.csv")]) == 1
    assert "no.csv: expected a table (CSV, TSV or XLSX)" in capsys.readouterr().err


def test_it_loads_no_torch():

    code = (
        "import mffcnn_book.cli._audit, sys; print({'torch', 'cv2', 'pandas'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
