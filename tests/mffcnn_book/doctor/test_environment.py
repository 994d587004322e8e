import sys
from pathlib import Path

import pytest

from mffcnn_book.doctor import _environment as module
from mffcnn_book.doctor import read_installed
from mffcnn_book.doctor._environment import is_python_of, read_constraints, run_probe


def test_the_first_distribution_of_a_name_counts_and_nameless_remains_do_not(tmp_path):
    for folder, name, version in [("a", "Some_Name", "2"), ("b", "some-name", "1"), ("b", "", "3")]:
        info = tmp_path / folder / f"{name or 'rest'}-{version}.dist-info"
        info.mkdir(parents=True)
        text = f"Name: {name}\nVersion: {version}\n" if name else ""
        (info / "METADATA").write_text(text, encoding="utf-8")
    found = read_installed([str(tmp_path / "a"), str(tmp_path / "b")])
    assert {name: one.version for name, one in found.items()} == {"some-name": "2"}


def test_pins_are_read_by_normal_name(tmp_path):
    path = tmp_path / "constraints.txt"
    path.write_text("# tested\nPyYAML==6.0.3\nSphinx_Design==0.8 ; python_version > '3'\nfree\n")
    assert read_constraints(path) == {"pyyaml": "6.0.3", "sphinx-design": "0.8"}
    assert read_constraints(tmp_path / "none.txt") == {}


@pytest.fixture
def write_probe(tmp_path, monkeypatch):
    """Return a function that puts other code in place of the probes."""

    def write(code):
        (tmp_path / "_probes.py").write_text(code, encoding="utf-8")
        monkeypatch.setattr(module, "__file__", str(tmp_path / "_environment.py"))

    return write


def test_a_probe_answers_with_its_last_line(write_probe):
    write_probe("print('noise of a library')\nprint('{\"version\": \"1\"}')")
    assert run_probe("any").values == {"version": "1"}


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("import no_such_module", "ModuleNotFoundError: No module named 'no_such_module'"),
        ("import os; os.kill(os.getpid(), 9)", "the process crashed with signal 9"),
        ("import time; time.sleep(60)", "no answer within 0.5 s"),
        ("raise SystemExit(3)", "no reason given"),
    ],
)
def test_a_probe_that_fails_is_told_and_harms_nobody(write_probe, monkeypatch, code, error):
    monkeypatch.setattr(module, "TIMEOUT", 0.5 if "sleep" in code else 60)
    write_probe(code)
    assert run_probe("any").error == error


def test_the_kernel_is_compared_by_the_folder_of_its_python(make_environment, tmp_path):
    folder = tmp_path / "bin"
    folder.mkdir()
    environment = make_environment(executable=str(folder / "python"))
    assert is_python_of(environment, str(folder / "python3"))
    assert is_python_of(environment, "python3")
    assert not is_python_of(environment, str(Path(sys.executable)))
    assert not is_python_of(environment, "conda")
