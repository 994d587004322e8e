"""Experiments through the command: repeated, damaged, failing, and without room on the disk."""

import json
import resource
import shutil

import numpy as np
import pytest
import torch

from mffcnn_book.cli import main

pytestmark = pytest.mark.slow

TINY = """\
profile: tiny
seed: 0
corpus: {subjects: 2, takes: 1, frames: 10, width: 180, height: 120}
preparation: {size: 48, detector: haar}
evaluate: [mffcnn]
pipelines:
  mffcnn:
    size: 32
    stream: {epochs: 2, images_per_clip: 1, threads: 1}
    joint: {epochs: 1, images_per_clip: 1, threads: 1}
    dbn: {binary: {epochs: 1}, gaussian: {epochs: 1}, finetuning: {epochs: 1}}
"""
TOLERANCE = 0.05
"""Of the middle one of all differences between scores, on one and on two threads.

See book/how_to_scale.md.  Single scores may differ by more: where a pair of expressions is
nearly tied, its vote falls the other way, and a vote counts 1.
"""


class Project:
    """A folder with a profile of one tiny experiment."""

    def __init__(self, folder):
        self.folder = folder
        self.profile = folder / "notebooks" / "profiles" / "tiny.yaml"
        self.results = folder / "results" / "tiny" / "synthetic"
        self.record = self.results / "mffcnn" / "results.json"

    def change(self, old, new):
        text = self.profile.read_text()
        assert old in text
        self.profile.write_text(text.replace(old, new))

    @property
    def scores(self):
        variants = json.loads(self.record.read_bytes())["variants"]
        return {name: np.array(variant["scores"]) for name, variant in variants.items()}


def make_project(root, folder):
    (folder / "notebooks" / "profiles").mkdir(parents=True)
    shutil.copytree(root / "data_manifests", folder / "data_manifests")
    project = Project(folder)
    project.profile.write_text(TINY)
    return project


def call(project, *words, jobs=1):
    with pytest.MonkeyPatch.context() as patched:
        patched.chdir(project.folder)
        return main([*words, "--profile", "tiny", "--jobs", str(jobs)])


@pytest.fixture(scope="module")
def finished(root, tmp_path_factory):
    """All that one clean run leaves; not to be changed."""
    project = make_project(root, tmp_path_factory.mktemp("steps") / "finished")
    assert call(project, "evaluate") == 0
    return project


@pytest.fixture
def project(finished, tmp_path):
    shutil.copytree(finished.folder, tmp_path / "project")
    return Project(tmp_path / "project")


def test_a_second_clean_run_gives_the_same_bytes_on_another_number_of_processes(
    root, finished, tmp_path
):
    other = make_project(root, tmp_path / "other")
    assert call(other, "evaluate", jobs=2) == 0
    assert other.record.read_bytes() == finished.record.read_bytes()


def differences(project, other):
    """Return the middle one of the differences between the scores of each variant."""
    return [np.median(abs(project.scores[name] - s)) for name, s in other.scores.items()]


def test_another_seed_gives_other_scores(project, finished):
    project.change("seed: 0", "seed: 1")
    assert call(project, "evaluate") == 0
    assert max(differences(project, finished)) > TOLERANCE  # the next test would notice


def test_other_numbers_of_threads_give_nearly_the_same_scores(project, finished):
    project.change("threads: 1", "threads: 2")
    assert call(project, "evaluate") == 0
    assert max(differences(project, finished)) < TOLERANCE


def flip(path, at=None):
    data = bytearray(path.read_bytes())
    data[len(data) // 2 if at is None else at] ^= 1
    path.write_bytes(data)


def test_damage_is_told_and_mended_by_the_same_command(project, finished):
    flip(project.record, project.record.read_bytes().index(b'"accuracy": 0.') + 14)
    fold, other = sorted(project.results.glob("mffcnn/folds/*.json"))
    flip(fold, fold.read_bytes().index(b".", fold.read_bytes().index(b'"scores"')) + 1)
    other.unlink()  # its networks are read, those of a fold with its scores would not be
    (network,) = project.folder.glob(f"data/networks/*/{other.stem}/spatial-*.pt")
    flip(network)
    prepared = sorted(project.folder.glob("data/prepared/*.npy"))[0]
    flip(prepared)
    with pytest.warns(UserWarning) as told:
        assert call(project, "evaluate") == 0
    for path in (fold, network, prepared):
        assert any(f"{path.name}: expected" in str(one.message) for one in told), path
    assert project.record.read_bytes() == finished.record.read_bytes()
    # the networks' file tells how long each epoch took, too: that record stands for them
    whole = finished.folder / prepared.relative_to(project.folder)
    assert prepared.read_bytes() == whole.read_bytes()


def test_a_failing_fold_takes_nothing_down_and_is_listed_at_the_end(project, finished, capsys):
    project.change("[mffcnn]", "[mffcnn, icltp]")
    shutil.rmtree(project.results / "mffcnn")
    (networks,) = project.folder.glob("data/networks/*/s01")
    shutil.rmtree(networks)
    networks.write_text("where the folder of the fold's networks should be")
    assert call(project, "evaluate") == 1
    said = capsys.readouterr()
    assert "failed: folds: expected all 2 to succeed, got 1 failed. s01: " in said.out
    last = said.err.splitlines()[-1]
    assert "expected all 2 configurations to succeed, got 1 that did not: mffcnn." in last
    assert [path.stem for path in project.results.glob("mffcnn/folds/*")] == ["s02"]
    assert (project.results / "icltp" / "results.json").exists()
    networks.unlink()
    assert call(project, "evaluate") == 0
    assert project.record.read_bytes() == finished.record.read_bytes()


LIMITS = {  # of the size of one file, which some of a step's files go beyond
    "corpus": ("data/synthetic", 3_000),
    "prepare": ("data/prepared", 60_000),
    "evaluate": ("data/networks", 50_000),
}


def test_a_step_without_room_says_so_and_leaves_nothing_half_written(project, finished, capsys):
    shutil.rmtree(project.results / "mffcnn")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    for step, (made, limit) in LIMITS.items():
        shutil.rmtree(project.folder / made)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
        try:
            assert call(project, step) == 1
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert "disk" in capsys.readouterr().err.splitlines()[-1]
        assert not list(project.folder.rglob("*.part*"))
        if step != "evaluate":
            shutil.copytree(finished.folder / made, project.folder / made, dirs_exist_ok=True)
    assert call(project, "evaluate") == 0
    for path in finished.folder.rglob("data/prepared/*.*"):
        again = project.folder / path.relative_to(finished.folder)
        assert again.read_bytes() == path.read_bytes()
    assert project.record.read_bytes() == finished.record.read_bytes()


@pytest.mark.parametrize("command", ["evaluate", "train"])
def test_a_gpu_that_is_not_there_is_told_before_any_work(root, tmp_path, capsys, command):
    if torch.cuda.is_available():
        pytest.skip("there is a GPU")
    fresh = make_project(root, tmp_path / "fresh")
    assert call(fresh, command, "--device", "cuda") != 0
    assert "device: expected one that is here, got 'cuda'" in capsys.readouterr().err
    assert not (fresh.folder / "data").exists()


def test_a_record_names_the_device_of_its_folds(finished):
    run = json.loads((finished.record.parent / "run.json").read_text())
    assert run["device"]["device"] == "cpu"
    assert run["device"]["torch"] == torch.__version__
