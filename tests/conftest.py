"""Fixtures that every part of the tests may use."""

import fcntl
import os
import runpy
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from mffcnn_book.runs import Site
from mffcnn_core.errors import DetectorError
from mffcnn_core.faces import _models

ROOT = Path(__file__).resolve().parents[1]


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
