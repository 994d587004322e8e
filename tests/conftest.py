"""Fixtures that every part of the tests may use."""

import fcntl
import os
import runpy
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from mffcnn_book.runs import Site
from mffcnn_core.datasets import Clip
from mffcnn_core.errors import DetectorError
from mffcnn_core.evaluation import Predictions, leave_one_subject_out
from mffcnn_core.expressions import EXPRESSIONS
from mffcnn_core.faces import _models

ROOT = Path(__file__).resolve().parents[1]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put files with slow tests first: at the end, one of them would keep one process alone."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture(scope="session")
def root() -> Path:
    """Return the folder of the checkout."""
    return ROOT


@pytest.fixture(autouse=True)
def no_fetched_model(monkeypatch, tmp_path_factory) -> None:
    """Have the same detector everywhere: what a machine has fetched is out of sight."""

    def refuse() -> None:
        raise DetectorError("no model is fetched in a test.")

    folder = tmp_path_factory.getbasetemp() / "no-models"
    monkeypatch.setattr(_models, "yunet_path", lambda: folder / _models.YUNET_FILE)
    monkeypatch.setattr(_models, "fetch_yunet", refuse)


@pytest.fixture(scope="session")
def realdata() -> Path:
    """Return the folder of real clips, or skip the test."""
    folder = Path(os.environ.get("MFFCNN_REALDATA", ROOT.parent / "shared" / "realdata"))
    if not folder.is_dir():
        pytest.skip(f"no real clips in {folder} (see CONTRIBUTING.md, MFFCNN_REALDATA)")
    return folder


@pytest.fixture(scope="session")
def cases() -> Path:
    """Return the folder of inputs that once failed, or skip the test."""
    folder = Path(os.environ.get("MFFCNN_CASES", ROOT.parent / "shared" / "cases"))
    if not folder.is_dir():
        pytest.skip(f"no rebuilt inputs in {folder} (see CONTRIBUTING.md, MFFCNN_CASES)")
    return folder


@pytest.fixture(scope="session")
def films() -> SimpleNamespace:
    """Return what makes films of every kind: see tests/films.py."""
    return SimpleNamespace(**runpy.run_path(str(ROOT / "tests" / "films.py")))


@pytest.fixture(scope="session")
def paper_text() -> str:
    """Return the text of the paper, or skip the test."""
    folder = Path(os.environ.get("MFFCNN_PAPER", ROOT.parent / "shared" / "paper"))
    path = folder / "ren2021_mffcnn.txt"
    if not path.is_file():
        pytest.skip(f"no text of the paper in {folder} (see CONTRIBUTING.md, MFFCNN_PAPER)")
    return path.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def smoke_site(root: Path) -> Site:
    """The real book in the smoke profile, made once (nothing is remade if it is up to date)."""
    folder = root / "_build"
    folder.mkdir(exist_ok=True)
    with (folder / "tests.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # parallel test processes take turns
        done = subprocess.run(
            [sys.executable, "-m", "mffcnn_book.cli", "book", "--profile", "smoke"],
            cwd=root,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
    assert done.returncode == 0, done.stdout
    site = Site(root, "smoke", "synthetic")
    assert done.stdout.splitlines()[-1] == str(site.index)
    return site


@pytest.fixture
def predictions():
    """Return what two methods say of six clips of each of three people."""
    subjects = tuple(f"s{i // 6}" for i in range(18))
    return Predictions(
        clips=tuple(f"clip{i}" for i in range(18)),
        subjects=subjects,
        expressions=EXPRESSIONS * 3,
        folds=tuple(leave_one_subject_out(subjects)),
        scores={
            "both": np.random.default_rng(0).normal(size=(18, 6)) + np.tile(np.eye(6), (3, 1)),
            "spatial": np.random.default_rng(1).normal(size=(18, 6)),
        },
    )


@pytest.fixture(scope="session")
def simulated():
    """Return a function that draws what equal recognisers say."""

    def simulated(rng, *, people=16, folds=4, trainings=5, clips=24, person=0.1, luck=0.05):
        """Return what clips come to when people and the networks of each fold differ by chance."""
        skill = 0.6 + person * rng.standard_normal(people)
        fold_of = np.arange(people) * folds // people
        network = luck * rng.standard_normal((trainings, folds))[:, fold_of]
        chance = np.clip(skill + network, 0, 1)
        hits = rng.random((trainings, people, clips)) < chance[..., None]
        said = np.where(hits.reshape(trainings, -1), "fear", "anger")
        return ["fear"] * said.shape[1], said, np.repeat(np.arange(people).astype(str), clips)

    return simulated


@dataclass
class StubClip:
    """A prepared clip that lives in memory."""

    clip: Clip
    faces: np.ndarray
    flow: np.ndarray

    def load(self):
        return SimpleNamespace(faces=self.faces, flow=self.flow)


@pytest.fixture
def make_clip():
    """Return what makes a prepared clip of random faces and flow."""

    def make(name="c", frames=6, size=16, subject="s1", expression="fear", seed=0):
        draw = np.random.default_rng(seed)
        return StubClip(
            Clip(name, f"{name}.mp4", subject, expression),
            draw.integers(0, 256, (frames, size, size, 3), dtype=np.uint8),
            draw.normal(size=(frames - 1, size, size, 2)).astype(np.float32),
        )

    return make
