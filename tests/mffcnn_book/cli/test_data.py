import errno
import os
import shutil

import pytest

from mffcnn_book import cli
from mffcnn_book.cli._data import REMARKS
from mffcnn_core.datasets import open_dataset


@pytest.fixture
def project(root, tmp_path, monkeypatch):
    """A project with the real manifests, and a copy of own clips beside it."""
    folder = tmp_path / "project"
    shutil.copytree(root / "data_manifests", folder / "data_manifests")
    for name in ("anger/anna/1.mp4", "fear/ben/1.mp4"):
        path = tmp_path / "clips" / name
        path.parent.mkdir(parents=True)
        path.write_text(name)
    monkeypatch.chdir(folder)
    return folder


def run(capsys, *argv):
    code = cli.main(["data", *map(str, argv)])
    shown = capsys.readouterr()
    return code, shown.out, shown.err


def test_every_data_set_is_listed_with_its_state(project, capsys):
    code, out, _ = run(capsys, "list")
    assert code == 0
    assert len(out.splitlines()) == len(list((project / "data_manifests").glob("*.yaml")))
    assert "not here" in out
    run(capsys, "build", "own", "--root", project.parent / "clips")
    (line,) = [line for line in run(capsys, "list")[1].splitlines() if line.startswith("own")]
    assert " here " in line
    assert "not here" not in line


def test_a_broken_manifest_hides_no_other(project, capsys):
    (project / "data_manifests" / "bad.yaml").write_text("name: [")
    code, out, err = run(capsys, "list")
    assert code == REMARKS
    assert "rml" in out
    assert "bad.yaml: expected YAML" in err


@pytest.mark.parametrize("name", ["ravdess", "rml", "own", "synthetic"])
def test_what_is_known_is_shown(project, capsys, name):
    code, out, _ = run(capsys, "show", name)
    assert code == 0
    for part in ("Licence: ", "How to get it: ", "Classes: "):
        assert part in out


def test_a_copy_is_entered_shown_and_checked(project, capsys):
    clips = project.parent / "clips"
    code, out, _ = run(capsys, "build", "own", "--root", clips)
    assert code == 0
    assert "Own clips: 2 clips of 2 people (anger 1, fear 1)" in out
    assert open_dataset(project / "data_manifests" / "own.yaml", project / "data" / "own").root
    assert "Here: Own clips: 2 clips" in run(capsys, "show", "own")[1]
    assert run(capsys, "validate", "own")[0] == 0
    (clips / "anger/anna/1.mp4").unlink()
    (clips / "fear/ben/1.mp4").write_text("other")
    code, out, _ = run(capsys, "validate", "own")
    assert code == REMARKS
    assert "missing: anger__anna__1" in out
    assert "altered: fear__ben__1" in out


def test_the_exit_code_says_that_something_is_wrong(project, capsys):
    (project.parent / "clips" / "anger" / "anna" / "2.mp4").touch()
    code, out, _ = run(capsys, "build", "own", "--root", project.parent / "clips")
    assert code == REMARKS
    assert "1: an empty file (0 bytes); copy it again: anger/anna/2.mp4" in out
    assert "2 clips of 2 people" in out  # the rest is there all the same


def test_without_a_clip_it_is_an_error(project, capsys):
    (project.parent / "empty").mkdir()
    code, _, err = run(capsys, "build", "rml", "--root", project.parent / "empty")
    assert code == 1
    assert "expected clips of RML emotion database, got none" in err


def test_licence_and_terms_are_confirmed(project, capsys, monkeypatch):
    fetched = []
    monkeypatch.setattr("mffcnn_book.acquisition.download", lambda plan, **o: fetched.append(plan))
    code, out, err = run(capsys, "download", "ravdess")
    assert (code, fetched) == (1, [])
    assert "Licence: CC-BY-NC-SA-4.0" in out
    assert "24 files, 13.4 GB in all" in out
    assert "run the command again with --accept" in err
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda question: "no")
    assert "expected yes, got 'no'. Nothing was fetched" in run(capsys, "download", "ravdess")[2]
    assert fetched == []
    monkeypatch.setattr("builtins.input", lambda question: "Yes")
    code, _, err = run(capsys, "download", "ravdess", "--to", project.parent / "clips")
    assert len(fetched) == 1
    assert "expected clips of RAVDESS" in err  # the stand-in fetched nothing


@pytest.mark.parametrize(
    "text", ["CC-BY-NC-SA-4.0 (RAVDESS", "Only on rainy days, and never commercially"]
)
def test_the_licence_of_a_table_is_shown_before_it_is_fetched(project, capsys, monkeypatch, text):
    fetched = []
    monkeypatch.setattr("mffcnn_book.acquisition.download", lambda plan, **o: fetched.append(plan))
    path = project / "data_manifests" / "ravdess_aus.yaml"
    lines = path.read_text().splitlines(keepends=True)
    path.write_text(
        "".join(f"licence: {text}\n" if one.startswith("licence:") else one for one in lines)
    )
    code, out, _ = run(capsys, "download", "ravdess_aus")
    assert (code, fetched) == (1, [])
    assert f"Licence: {text}" in out
    assert "Livingstone" in out
    assert "Luna-Jimenez" in out  # both are attributed
    assert "1 files, 892 kB" in out
    run(capsys, "download", "ravdess_aus", "--accept")
    assert len(fetched) == 1


def test_outside_of_a_project(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, out, _ = run(capsys, "list")
    assert code == 0
    assert "rml" in out  # what the package carries


def test_the_model_is_fetched_by_name(capsys, monkeypatch, tmp_path):
    monkeypatch.setattr("mffcnn_core.faces.fetch_yunet", lambda: tmp_path / "m.onnx")
    code, out, _ = run(capsys, "model")
    assert code == 0
    assert "m.onnx (sha256 checked" in out


def test_a_clip_that_cannot_be_read_keeps_no_other_from_being_checked(project, capsys, monkeypatch):
    clips = project.parent / "clips"
    run(capsys, "build", "own", "--root", clips)
    (clips / "anger/anna/1.mp4").unlink()
    os.mkfifo(clips / "anger/anna/1.mp4")
    (clips / "fear/ben/1.mp4").write_text("other")
    code, out, _ = run(capsys, "validate", "own")
    assert code == REMARKS
    assert "unreadable: anger__anna__1 (a broken link, a pipe or a device)" in out
    assert "altered: fear__ben__1" in out

    def refuse(path):
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    (clips / "anger/anna/1.mp4").unlink()
    monkeypatch.setattr("mffcnn_core.datasets._dataset.sha256_of_path", refuse)
    code, out, _ = run(capsys, "validate", "own")
    assert code == REMARKS
    assert "unreadable: fear__ben__1 (Permission denied)" in out
    assert "2 clips, 1 missing, 0 altered, 1 unreadable" in out


def test_a_copied_manifest_needs_a_name_of_its_own(project, capsys):
    run(capsys, "build", "own", "--root", project.parent / "clips")
    before = (project / "data" / "own" / "index.csv").read_bytes()
    shutil.copy("data_manifests/own.yaml", "data_manifests/own2.yaml")
    shutil.rmtree(project.parent / "clips" / "fear")
    code, _, err = run(capsys, "build", "own2", "--root", project.parent / "clips")
    assert code == 1
    assert "expected the name 'own2', as the file is called, got 'own'. Change `name` in it" in err
    assert (project / "data" / "own" / "index.csv").read_bytes() == before
    assert run(capsys, "list")[0] == REMARKS


def test_people_who_are_guessed_are_asked_for(project, capsys):
    for name in ("anger/anna1_x.mp4", "anger/anna2_x.mp4", "fear/anna1_x.mp4", "fear/anna2_x.mp4"):
        path = project.parent / "guess" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    code, out, _ = run(capsys, "build", "own", "--root", project.parent / "guess")
    assert code == REMARKS
    assert "Please look: are anna1, anna2 one person?" in out
    assert "guessed from the names of 4 file(s): anna1, anna2" in out
