"""The packages work where there is no checkout: from a wheel, in a folder of the user's own."""

import os
import shutil
import subprocess
import sys
import zipfile

import numpy as np
import pytest

from mffcnn_core.video import write_video

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def site(root, tmp_path_factory):
    """A folder that holds the wheel's content and nothing else."""
    made = tmp_path_factory.mktemp("wheel")
    source = made / "source"  # a build leaves folders behind
    names = subprocess.run(
        ["git", "ls-files", "-z"], cwd=root, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    wanted = ("mffcnn_", "data_manifests/", "notebooks/profiles/", "LICENSE", "README.md", "setup")
    for name in names:
        if name.startswith((*wanted, "pyproject.toml")) and (root / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(root / name, source / name)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q"]
    subprocess.run(
        [*pip, "wheel", "--no-deps", "--no-build-isolation", "-w", str(made), str(source)],
        check=True,
    )
    (wheel,) = made.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(made / "site")
    return made / "site"


@pytest.fixture(scope="module")
def run(site, tmp_path_factory):
    """The command, from the wheel, in a workspace that is an empty folder at first."""
    folder = tmp_path_factory.mktemp("workspace")
    environment = os.environ | {"PYTHONPATH": str(site)}

    def run(*words, code=0):
        done = subprocess.run(
            [sys.executable, "-m", "mffcnn_book.cli", *map(str, words)],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr

    run.folder, run.environment = folder, environment
    return run


def test_it_is_the_wheel_that_runs(run, site):
    code = "import mffcnn_core, mffcnn_book, mffcnn_corpus; print(mffcnn_core.__file__)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=run.folder,
        env=run.environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == str(site / "mffcnn_core" / "__init__.py")


def test_the_core_needs_neither_of_the_others(site, tmp_path):
    shutil.copytree(site / "mffcnn_core", tmp_path / "mffcnn_core")
    code = (
        "import pkgutil, importlib, mffcnn_core\n"
        "for one in pkgutil.iter_modules(mffcnn_core.__path__, 'mffcnn_core.'):\n"
        "    importlib.import_module(one.name)\n"
        "import sys; print({n.split('.')[0] for n in sys.modules if n.startswith('mffcnn_')})"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert done.stdout.strip() == "{'mffcnn_core'}", done.stderr


def test_methods_of_others_are_found_in_the_wheel(run, site):
    code = (
        "import inspect; from mffcnn_core.pipelines import PIPELINES; "
        "print(len(PIPELINES), inspect.getfile(PIPELINES['icltp'][0]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=run.folder,
        env=run.environment,
        capture_output=True,
        text=True,
    )
    assert done.stdout.strip() == f"11 {site}/mffcnn_book/baselines/_icltp.py", done.stderr


def test_a_recogniser_is_trained_and_asked_from_any_folder(run):
    assert "rml" in run("data", "list")
    run("prepare", "--profile", "smoke", "--jobs", "1")
    (video, *_) = sorted((run.folder / "data" / "synthetic").rglob("*.mp4"))
    shutil.copy(video, run.folder / "me.mp4")
    said = run("predict", "me.mp4")
    assert "demonstration.mffcnn" in said
    assert "96 people of 'synthetic': rendered faces" in said
    run("train", "--profile", "smoke", "--jobs", "1")
    (model,) = (run.folder / "data" / "models").iterdir()
    run("predict", "me.mp4", "--model", model)
    assert list(run.folder.glob("me*expressions.csv"))


def test_a_table_is_audited(run):
    (run.folder / "table.csv").write_text("true,a,b\na,9,1\nb,2,8\n")
    assert "20" in run("audit", "table.csv")


def test_clips_of_ones_own_are_a_data_set(run):
    random = np.random.default_rng(0)
    own = run.folder / "own"
    for person in ("ann", "ben"):
        for expression in ("anger", "fear"):
            path = own / expression / person / "take1.mp4"
            path.parent.mkdir(parents=True, exist_ok=True)
            frames = random.integers(0, 255, (12, 64, 64, 3), dtype=np.uint8)
            write_video(path, frames, fps=25)
    said = run("data", "build", "own", "--root", own)
    assert (run.folder / "data" / "own" / "index.csv").is_file(), said
