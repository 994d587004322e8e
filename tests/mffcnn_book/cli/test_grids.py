import shutil

import pytest

from mffcnn_book.cli import main


@pytest.fixture
def project(root, tmp_path, monkeypatch):
    shutil.copytree(root / "data_manifests", tmp_path / "data_manifests")
    (tmp_path / "notebooks" / "profiles").mkdir(parents=True)
    profile = tmp_path / "notebooks" / "profiles" / "mine.yaml"
    profile.write_text("profile: mine\nevaluate: [split, mffcnn+fusion.direction=both]\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def grids(capsys, *names):
    code = main(["grids", *names, "--profile", "mine"])
    return code, capsys.readouterr()


def test_all_grids_are_listed_with_what_a_build_runs(project, capsys):
    code, said = grids(capsys)
    assert code == 0
    lines = said.out.splitlines()
    assert lines[0] == "profile mine on synthetic"
    (table_2,) = (line for line in lines if line.startswith("table_2 "))
    assert table_2.endswith("21 configurations, 2 in a build of the book, 0 with a record.")
    (split,) = (line for line in lines if line.startswith("split "))
    assert "4 configurations, 4 in a build" in split
    assert not (project / "data").exists()


def test_one_grid_is_listed_in_full(project, capsys):
    out = grids(capsys, "split")[1].out
    assert out.splitlines()[2:] == [
        "  mffcnn  [book; record: none]",
        "  mffcnn@random  [book; record: none]",
        "  two_stream  [book; record: none]",
        "  two_stream@random  [book; record: none]",
    ]


def test_a_broken_record_does_not_count(project, capsys):
    folder = project / "results" / "mine" / "synthetic" / "two_stream"
    folder.mkdir(parents=True)
    (folder / "results.json").write_text("{")
    (folder / "settings.json").write_text("{}")
    out = grids(capsys, "split")[1].out
    assert "0 with a record" in out
    assert "two_stream  [book; record: none (" in out


def test_an_unknown_grid_is_told(project, capsys):
    code, said = grids(capsys, "table_5")
    assert code == 1
    assert "got 'table_5'. Did you mean" in said.err
