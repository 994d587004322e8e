import socket

import pytest

from mffcnn_book.cli import _book, main
from mffcnn_book.cli._book import find_site
from mffcnn_book.runs import Slurm


@pytest.fixture
def project(tmp_path, monkeypatch):
    names = ("workflow/Snakefile", "notebooks/profiles/quick.yaml", "data_manifests/a.yaml")
    for name in (*names, "data/a/index.csv"):
        path = tmp_path / name
        path.parent.mkdir(parents=True)
        path.write_text("")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_build_of_a_profile_and_a_data_set(project):
    site = find_site("quick", "a")
    assert site.folder == project / "_build" / "quick" / "a"
    assert site.index.parent.parent.parent == site.folder


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--profile", "quik"], "got 'quik'. Did you mean 'quick'?"),
        (["--dataset", "rml"], "got 'rml'. Known: a."),
    ],
)
def test_an_unknown_choice(project, capsys, arguments, message):
    assert main(["book", "--dataset", "a", *arguments]) == 1
    assert message in capsys.readouterr().err


def test_outside_of_the_repository(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["site"]) == 1
    assert "folder: expected the root of the repository, got" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "asked", "last"),
    [
        ([], {"goal": "book", "cores": None, "slurm": None}, "index.html"),
        (["--cores", "2"], {"goal": "book", "cores": 2, "slurm": None}, "index.html"),
        (["--only-results"], {"goal": "results", "cores": None, "slurm": None}, "results/quick/a"),
        (
            ["--only-results", "--slurm", "--idle-limit", "300"],
            {"goal": "results", "cores": None, "slurm": Slurm(idle_limit=300)},
            "results/quick/a",
        ),
    ],
)
def test_what_is_asked_of_the_workflow(project, monkeypatch, capsys, words, asked, last):
    calls = []
    monkeypatch.setattr(_book, "run_workflow", lambda site, **options: calls.append(options))
    monkeypatch.setattr(_book.signal, "signal", lambda *_: None)
    assert main(["book", "--dataset", "a", *words]) == 0
    assert calls == [asked]
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("Nothing changed: the ")
    assert said[-1].endswith(last)


def test_a_limit_that_is_none_is_told(project, capsys):
    assert main(["book", "--dataset", "a", "--slurm", "--idle-limit", "0"]) == 1
    assert "idle_limit: expected seconds > 0, got 0" in capsys.readouterr().err


@pytest.mark.parametrize("port", [70000, None])
def test_a_port_that_cannot_be_had_is_told_before_the_build(project, monkeypatch, capsys, port):
    monkeypatch.setattr(_book.signal, "signal", lambda *_: None)
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = port or other.getsockname()[1]
        monkeypatch.setattr(_book, "run_workflow", lambda *args, **options: pytest.fail("built"))
        assert main(["book", "--dataset", "a", "--serve", str(port)]) == 1
    assert f"--serve: expected a free port from 1024 to 65535, or 0 for any, got {port}" in (
        capsys.readouterr().err
    )
