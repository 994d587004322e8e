"""A project of its own, whose corpus and networks are so small that all steps take seconds."""

import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from mffcnn_book.runs import Site
from mffcnn_core.seeding import ONE_THREAD
from mffcnn_core.sources import PACKAGES

PATIENCE = 1800  # seconds, for a machine with much else to do
TINY = """\
profile: tiny
corpus: {subjects: 2, takes: 1, frames: 10, width: 180, height: 120}
preparation: {size: 48, detector: haar}
evaluate: [mffcnn]
pipelines:
  two_stream:
    size: 32
    spatial: {epochs: 1, images_per_clip: 1, patience: null}
    temporal: {epochs: 1, images_per_clip: 1, patience: null}
  mffcnn:
    size: 32
    stream: {epochs: 2, images_per_clip: 1}
    joint: {epochs: 1, images_per_clip: 1}
    dbn: {binary: {epochs: 1}, gaussian: {epochs: 1}, finetuning: {epochs: 1}}
"""


@dataclass
class Project:
    """A copy of what a build needs, and the commands that are run in it."""

    folder: Path
    seconds: float = 0

    @property
    def site(self) -> Site:
        return Site(self.folder, "tiny", "synthetic")

    @property
    def profile(self) -> Path:
        return self.folder / "notebooks" / "profiles" / "tiny.yaml"

    def command(self, *words: object) -> list[str]:
        return [sys.executable, "-m", "mffcnn_book.cli", *map(str, words), "--profile", "tiny"]

    @property
    def environment(self) -> dict[str, str]:
        paths = [str(self.folder), *filter(None, [os.environ.get("PYTHONPATH")])]
        variables = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
        return variables | ONE_THREAD

    def start(self, *words: object, **options: object) -> subprocess.Popen:
        """Start a command; what it says goes to the file ``said``, which no orphan can block."""
        with (self.folder / "said").open("w") as said:
            return subprocess.Popen(
                self.command(*words),
                cwd=self.folder,
                env=self.environment,
                stdout=said,
                stderr=subprocess.STDOUT,
                **options,
            )

    def call(self, *words: object, code: int = 0, **options: object) -> str:
        """Run a command, and return what it says."""
        ended = self.start(*words, **options).wait(timeout=PATIENCE)
        said = (self.folder / "said").read_text()
        assert ended == code, said
        return said

    def make(self, *words: object, cores: int = 1, **options: object) -> str:
        """Make all records by the one command."""
        return self.call("book", "--only-results", "--cores", cores, *words, **options)

    def results(self, configuration: str = "mffcnn") -> bytes:
        return (self.site.results / configuration / "results.json").read_bytes()

    def forget(self) -> None:
        """Remove all that was made."""
        for name in ("data", "results", "_build", ".snakemake"):
            shutil.rmtree(self.folder / name, ignore_errors=True)


@pytest.fixture(scope="session")
def make_project(root, tmp_path_factory):
    """Return a function that makes a project in which nothing is made yet."""

    def make() -> Project:
        folder = tmp_path_factory.mktemp("project")
        ignore = shutil.ignore_patterns("__pycache__")
        for name in (*PACKAGES, "workflow", "data_manifests"):
            shutil.copytree(root / name, folder / name, ignore=ignore)
        (folder / "book").mkdir()
        (folder / "book" / "_toc.yml").write_text("format: jb-book\nroot: book/intro\n")
        project = Project(folder)
        project.profile.parent.mkdir(parents=True)
        project.profile.write_text(TINY)
        return project

    return make


@pytest.fixture(scope="session")
def finished(make_project) -> Project:
    """A project in which all records are made, by a run that nothing disturbed; read only."""
    project = make_project()
    begin = time.monotonic()
    project.make(cores=2)
    project.seconds = time.monotonic() - begin
    return project


@pytest.fixture
def project(finished, tmp_path) -> Project:
    """A finished project of one's own."""
    shutil.copytree(finished.folder, tmp_path / "project")
    return Project(tmp_path / "project")
