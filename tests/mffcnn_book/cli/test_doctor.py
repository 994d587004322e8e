import subprocess
import sys
from pathlib import Path

import pytest

from mffcnn_book.cli import _doctor, main
from mffcnn_book.doctor import Diagnosis
from mffcnn_core.sources import PACKAGES

FINE = Diagnosis("Python", "ok", "3.11.7")
WARNING = Diagnosis("disk", "warning", "Only 1.0 GiB are free.", "make clean")
PROBLEM = Diagnosis(
    "OpenCV", "problem", "OpenCV 5 has no cascades.", 'pip install "opencv-python<5"'
)


@pytest.mark.parametrize(
    ("findings", "words", "code", "lines"),
    [
        ([FINE], [], 0, ["ok       Python           3.11.7", "Everything is in order."]),
        ([FINE], ["--quiet"], 0, []),
        (
            [FINE, WARNING],
            ["-q"],
            0,
            [
                "warning  disk             Only 1.0 GiB are free.",
                "                          -> make clean",
                "Problems: 0, warnings: 1.",
            ],
        ),
        (
            [PROBLEM],
            [],
            1,
            [
                "problem  OpenCV           OpenCV 5 has no cascades.",
                '                          -> pip install "opencv-python<5"',
                "Problems: 1, warnings: 0.",
            ],
        ),
    ],
)
def test_findings_and_exit_code(monkeypatch, capsys, findings, words, code, lines):
    monkeypatch.setattr(_doctor, "diagnose", lambda: iter(findings))
    assert main(["doctor", *words]) == code
    assert capsys.readouterr().out.splitlines() == lines


def test_it_works_where_nothing_is_installed(tmp_path):
    code = (
        "import sys\n"
        "sys.path.insert(0, sys.argv[1])\n"
        "from mffcnn_book.cli import main\n"
        "sys.exit(main(['doctor']))"
    )
    # Only the package itself: beside it in a checkout lie the facts of an installation.
    for package in PACKAGES:
        (tmp_path / package).symlink_to(Path(_doctor.__file__).parents[2] / package)
    command = [sys.executable, "-I", "-S", "-c", code, str(tmp_path)]
    # A home of its own, so that no package of the user is found by the probes.
    environment = {"PYTHONPATH": "", "PYTHONNOUSERSITE": "1", "HOME": str(tmp_path)}
    done = subprocess.run(
        command, check=False, capture_output=True, text=True, env=environment, timeout=60
    )
    assert done.returncode == 1, done.stderr
    assert "problem  packages         mffcnn itself is not installed" in done.stdout
    assert done.stderr == ""
