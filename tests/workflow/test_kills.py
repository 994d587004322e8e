"""kill -9 at any moment: the same command goes on, and ends with the same bytes."""

import contextlib
import os
import random
import signal
import subprocess

import numpy as np
import psutil
import pytest

from mffcnn_book.runs._leftovers import leftovers
from mffcnn_core.files import read_json

pytestmark = pytest.mark.slow

KILLS = 10


def kill(driver, project, victims):
    """Kill -9 the driver, and with it what stands in ``victims``."""
    marked = leftovers(project.site.folder) if victims != "the driver" else []
    if victims == "the driver and Snakemake":
        marked = [process for process in marked if is_snakemake(process)]
    for pid in (driver.pid, *(process.pid for process in marked)):
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
    driver.wait()


def is_snakemake(process):
    try:
        return "snakemake" in process.cmdline()
    except psutil.Error:
        return False


def files(project, pattern):
    return {path.name: path for path in project.folder.rglob(pattern) if path.name[0] != "."}


def assert_same(project, finished):
    """Every file is whole and as a run without a disturbance makes it."""
    assert project.results() == finished.results()
    for pattern in (
        "data/prepared/*.np?",
        "data/prepared/*.json",
        "data/synthetic/**/*.mp4",
        "results/**/settings.json",
    ):
        made, expected = files(project, pattern), files(finished, pattern)
        assert made.keys() == expected.keys()
        for name, path in made.items():
            assert path.read_bytes() == expected[name].read_bytes(), name
    for name, path in files(project, "results/**/folds/*.json").items():
        fold = read_json(path)
        other = read_json(files(finished, "results/**/folds/*.json")[name])
        assert (fold["asked"], fold["scores"]) == (other["asked"], other["scores"])
    for path in files(project, "*.npz").values():
        with np.load(path) as file:
            assert all(file[name] is not None for name in file.files)


def test_ten_kills_at_random_moments(make_project, finished):
    seed = int(os.environ.get("MFFCNN_KILL_SEED", random.SystemRandom().randrange(10**6)))
    print(f"MFFCNN_KILL_SEED={seed} draws the same moments again")
    draw = random.Random(seed)
    project = make_project()
    for number in range(1, KILLS + 1):
        moment = draw.uniform(0.02, 0.9) * finished.seconds
        victims = draw.choice(["the driver", "the driver and Snakemake", "everything"])
        run = project.start("book", "--only-results", "--cores", 2)
        with contextlib.suppress(subprocess.TimeoutExpired):
            run.wait(moment)
        over = run.poll() is not None
        kill(run, project, victims)
        made = len(list(project.folder.rglob("data/**/*.*")))
        print(f"kill {number}, {victims}, after {moment:.1f} s: {made} files")
        if over:  # the whole was done before the kill: begin anew
            assert run.returncode == 0, (project.folder / "said").read_text()
            assert_same(project, finished)
            project.forget()
    project.make(cores=2)
    assert_same(project, finished)
    assert not leftovers(project.site.folder)
