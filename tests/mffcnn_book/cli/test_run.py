import subprocess
import sys
from pathlib import Path

import pytest

from mffcnn_book.cli import main
from mffcnn_book.runs import RunRecord


@pytest.fixture
def profile(notebook):
    """Write a profile with a parameter, and sections that are none of the notebook."""
    path = Path("smoke.yaml")
    path.write_text("profile: smoke\nwindow: 4\ncorpus:\n  subjects: 3\n", encoding="utf-8")
    return str(path)


def test_a_run_says_where_everything_went_and_files_yield_to_options(notebook, profile, capsys):
    assert main(["run", str(notebook), "-f", profile, "-p", "window", "5"]) == 0
    shown = capsys.readouterr().out
    assert f"{notebook} ran in " in shown
    assert shown.endswith(" s: 04_flow.out.ipynb, recorded in runs/04_flow.json\n")
    assert "smoke 5" in Path("04_flow.out.ipynb").read_text(encoding="utf-8")
    record = RunRecord.read("runs/04_flow.json")
    assert record.parameters == {"profile": "smoke", "window": 5}
    assert record.command == "mffcnn run notebooks/04_flow.ipynb -p profile smoke -p window 5"


def test_as_a_process_a_failing_cell_gives_exit_code_1_and_no_traceback(notebook):
    words = ["run", notebook, "built/04.ipynb", "-p", "window", "200", "--record", "r.json"]
    done = subprocess.run(
        [sys.executable, "-m", "mffcnn_book.cli", *words],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr == (
        f"mffcnn: {notebook}: expected every cell to run, got AssertionError: too wide in code "
        "cell 2 of 2. The executed notebook, as far as it came, is built/04.unfinished.ipynb.\n"
    )
    assert RunRecord.read("r.json").status == "failed"
    assert Path("built/04.unfinished.ipynb").is_file()


def test_an_unknown_parameter_is_refused_with_the_nearest(notebook, capsys):
    assert main(["run", str(notebook), "-p", "windw", "5"]) == 1
    assert "got 'windw'. Did you mean 'window'?" in capsys.readouterr().err
    assert not Path("runs").exists()


def test_an_unknown_name_in_a_file_is_refused_unless_it_is_a_section(notebook, capsys):
    Path("p.yaml").write_text("windw: 4\ncorpus: {subjects: 3}\n", encoding="utf-8")
    assert main(["run", str(notebook), "-f", "p.yaml"]) == 1
    assert "got 'windw'. Did you mean 'window'?" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (None, "p.yaml: expected a YAML file of parameters, got none (No such file"),
        ("- window", "p.yaml: expected a mapping of names to values, got list. Write one"),
        ("window: [", "p.yaml: expected YAML, got a syntax error"),
    ],
)
def test_a_file_that_is_no_profile_is_told(notebook, capsys, text, told):
    if text is not None:
        Path("p.yaml").write_text(text, encoding="utf-8")
    assert main(["run", str(notebook), "-f", "p.yaml"]) == 1
    assert told in capsys.readouterr().err


def test_the_parameters_are_listed(notebook, capsys):
    assert main(["run", str(notebook), "--list"]) == 0
    assert capsys.readouterr().out == (
        "name     type  default  help\n"
        "window   int   20       flows in a window\n"
        "profile  str   'quick'  which sizes\n"
    )
    assert not Path("runs").exists()
