"""A fold that fails, through the command: the others go on, and it is told at the end."""

import shutil

import pytest

pytestmark = pytest.mark.slow


def test_a_failing_fold_takes_nothing_down_and_is_listed_at_the_end(project, finished):
    text = project.profile.read_text()
    project.profile.write_text(text.replace("[mffcnn]", "[mffcnn, icltp]"))
    shutil.rmtree(project.site.results / "mffcnn")
    (networks,) = project.folder.glob("data/networks/*/s01")
    shutil.rmtree(networks)
    networks.write_text("where the folder of the fold's networks should be")
    said = project.make(code=1)
    assert "failed: folds: expected all 2 to succeed, got 1 failed. s01: " in said
    assert "configurations to succeed, got 1 that did not: mffcnn." in said
    assert "Failed steps: evaluate mffcnn." in said
    assert [path.stem for path in project.site.results.glob("mffcnn/folds/*")] == ["s02"]
    assert project.results("icltp")
    networks.unlink()
    project.make()
    assert project.results() == finished.results()
