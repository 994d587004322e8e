"""A data set that somebody has goes the whole way: enter the copy, prepare, evaluate."""

import shutil

import pytest

from mffcnn_book import cli
from mffcnn_book.cli._data import REMARKS
from mffcnn_book.experiments import ResultsRecord

TINY = """\
profile: tiny
groups: 3
preparation: {size: 48, detector: haar}
pipelines:
  two_stream:
    size: 32
    spatial: {epochs: 1, patience: null, images_per_clip: 1}
    temporal: {epochs: 1, patience: null, images_per_clip: 1}
"""


@pytest.fixture
def project(root, tmp_path, monkeypatch):
    folder = tmp_path / "project"
    shutil.copytree(root / "data_manifests", folder / "data_manifests")
    (folder / "notebooks" / "profiles").mkdir(parents=True)
    (folder / "notebooks" / "profiles" / "tiny.yaml").write_text(TINY)
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("name", ["ravdess", "cremad", "ckplus"])
def test_from_a_copy_to_a_record(project, plant, name, capsys):
    expected = plant(name, project.parent / "copy")
    for path in expected.wrong:
        (project.parent / "copy" / path).unlink()
    assert cli.main(["data", "build", name, "--root", str(project.parent / "copy")]) == 0
    settings = ["--profile", "tiny", "--dataset", name, "--jobs", "1"]
    assert cli.main(["prepare", *settings]) == 0
    assert cli.main(["evaluate", "two_stream", *settings]) == 0
    record = ResultsRecord.read(project / "results" / "tiny" / name / "two_stream")
    assert record.dataset_name == name
    assert len(record.predictions.clips) == len(expected.clips)
    assert len(record.predictions.folds) == 3  # one person each
    assert "accuracy" in capsys.readouterr().out


def test_broken_clips_are_told_and_the_others_prepared(project, planter, capsys):
    for person in ("anna", "ben"):
        for expression in ("anger", "fear"):
            planter.video(f"{expression}/{person}/1.mp4", expression=expression)
    planter.text("anger/anna/2.mp4", "no video")
    assert cli.main(["data", "build", "own", "--root", str(planter.root)]) == 0
    settings = ["--profile", "tiny", "--dataset", "own", "--jobs", "1"]
    assert cli.main(["prepare", *settings]) == REMARKS
    out = capsys.readouterr().out
    assert "4 of 5 clips prepared" in out
    assert "anger__anna__2 (expected a video that FFmpeg can open" in out
    assert cli.main(["prepare", "--lenient", *settings]) == 0


def test_no_clip_at_all_is_an_error(project, planter, capsys):
    planter.text("anger/anna/2.mp4", "no video")
    assert cli.main(["data", "build", "own", "--root", str(planter.root)]) == 0
    settings = ["--profile", "tiny", "--dataset", "own", "--jobs", "1", "--lenient"]
    assert cli.main(["prepare", *settings]) == 1
    assert "expected clips that can be prepared, got none of 1" in capsys.readouterr().err


def test_a_book_on_a_data_set_that_is_not_here_says_what_to_do(project, capsys):
    (project / "workflow").mkdir()
    (project / "workflow" / "Snakefile").touch()
    assert cli.main(["book", "--profile", "tiny", "--dataset", "rml"]) == 1
    assert "`mffcnn data build rml --root DIR`" in capsys.readouterr().err
