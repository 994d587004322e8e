import pytest

from mffcnn_core.cli import main
from mffcnn_core.cli._book import find_site


@pytest.fixture
def project(tmp_path, monkeypatch):
    for name in ("workflow/Snakefile", "notebooks/profiles/quick.yaml", "data_manifests/a.yaml"):
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
