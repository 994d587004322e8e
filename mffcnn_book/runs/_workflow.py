"""All steps of the book through Snakemake: one command that also resumes.

Five things that Snakemake alone does not do: a run that was killed leaves nothing that
must be repaired by hand, two runs of one build do not disturb each other, what was
deleted behind its back is noticed, an edit with an old date is one, and a run on a cluster
does not wait for ever.
"""

import contextlib
import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Literal

import psutil
import yaml

from mffcnn_book.runs._edits import date_old_edits
from mffcnn_book.runs._forks import forked_kernels
from mffcnn_book.runs._leftovers import PATIENCE, kill_leftovers, marked, remove_parts
from mffcnn_book.runs._site import Site, toc_notebooks
from mffcnn_book.runs._slurm import PROFILE, Slurm, Watch
from mffcnn_core.errors import BuildError
from mffcnn_core.provenance import usable_cores

Goal = Literal["book", "results"]


def run_workflow(
    site: Site, *, goal: Goal = "book", cores: int | None = None, slurm: Slurm | None = None
) -> bool:
    """Make everything that is missing or older than what it depends on.

    One line for each step, with an estimate of the time left in all, goes to stderr.  A
    step that fails takes no step down that does not need it.

    Parameters
    ----------
    site : Site
    goal : {"book", "results"}
        Everything, or only what the notebooks read.
    cores : int, optional
        On this machine by default all that this process may use; with ``slurm`` those of
        one job, by default as its profile says.
    slurm : Slurm, optional
        Run the steps as jobs of a cluster.

    Returns
    -------
    bool
        Whether anything had to be made.

    Raises
    ------
    BuildError
        If a step fails, another run of the same build is at work, or the cluster does not
        answer.
    """
    with _sole_run(site) as lock:
        _forget_what_was_deleted(site)
        date_old_edits(site)
        for folder in ("data", "results"):
            remove_parts(site.root / folder)
        timings = site.folder / "timings.json"  # written after every step
        before = _time_stamp(timings)
        code = _run_snakemake(site, lock, [goal, *_place(site, cores, slurm)], slurm)
        if code:
            raise BuildError(
                f"{goal}: expected every step to succeed, got exit code {code}. Mend what is "
                "reported above and run the same command again: what is done is kept."
            )
        return _time_stamp(timings) != before


def _place(site: Site, cores: int | None, slurm: Slurm | None) -> list[str]:
    """Return the options that say where the steps run, and the workflow's own settings."""
    settings = [f"profile={site.profile}", f"dataset={site.dataset}"]
    if slurm is None:
        return ["--cores", str(cores or usable_cores()), "--config", *settings]
    options = slurm.prepare(site.folder)
    profile = yaml.safe_load((site.root / PROFILE / "config.yaml").read_text(encoding="utf-8"))
    cores = cores or profile["cores"]
    # Where a job may see more cores than it has, it must be told.
    settings += ["each=1", f"cores={cores}"]
    return [*options, "--workflow-profile", PROFILE, "--cores", str(cores), "--config", *settings]


def _run_snakemake(site: Site, lock: IO[str], asked: list[str], slurm: Slurm | None) -> int:
    workflow = site.root / "workflow"
    command = [
        *(sys.executable, "-m", "snakemake", *asked),
        *("--snakefile", str(workflow / "Snakefile"), "--directory", str(site.root)),
        # our own lock stands in for Snakemake's, which outlives a killed run
        *("--nolock", "--rerun-incomplete", "--keep-going"),
        *("--logger", "steps", "--logger-steps-profile", site.profile),
        *("--logger-steps-timings", str(site.folder / "timings.json")),
    ]
    paths = _with_first(workflow, os.environ.get("PYTHONPATH"))
    environment = {**os.environ, **marked(site.folder), "PYTHONPATH": paths}
    # jobs of a cluster run on other machines
    offer = contextlib.nullcontext({}) if slurm else forked_kernels(environment)
    with offer as kernels:
        # A group of its own, so that nothing of it is left behind; it inherits the lock, which
        # therefore holds until the last of driver and Snakemake has ended.
        process = subprocess.Popen(
            command,
            cwd=site.root,
            env=environment | kernels,
            stdin=subprocess.DEVNULL,
            pass_fds=[lock.fileno()],
            process_group=0,
        )
        return _ended(process, site, slurm)


def _ended(process: subprocess.Popen, site: Site, slurm: Slurm | None) -> int:
    """Return the exit code of Snakemake; whatever happens, nothing of it is left."""
    try:
        return process.wait() if slurm is None else _wait(process, Watch(slurm, site.folder))
    except KeyboardInterrupt:
        os.killpg(process.pid, signal.SIGTERM)  # SIGINT may be ignored, e.g. after nohup
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(PATIENCE)
        raise
    finally:
        ended = process.poll() is not None
        _kill_group(process.pid)
        process.wait()
        if slurm is not None and not ended:
            slurm.cancel(site.folder)


def _wait(process: subprocess.Popen, watch: Watch) -> int:
    while True:
        try:
            return process.wait(watch.pause)
        except subprocess.TimeoutExpired:
            watch.look()


@contextlib.contextmanager
def _sole_run(site: Site) -> Iterator[IO[str]]:
    """Hold the lock of a build; the system takes it back when its holders have ended."""
    path = site.folder / "lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="utf-8") as lock:
        if not _try_lock(lock):
            _take_over(lock, site.folder)
        kill_leftovers(site.folder)  # steps do not hold the lock
        lock.seek(0)
        lock.truncate()
        lock.write(json.dumps({"pid": os.getpid(), "host": socket.gethostname()}))
        lock.flush()
        yield lock


def _try_lock(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _take_over(lock: IO[str], folder: Path) -> None:
    """Get the lock from what a killed run left behind, or refuse.

    Only a driver and its Snakemake hold the lock.  If it is held and the driver is dead,
    the holder is that Snakemake.
    """
    lock.seek(0)
    try:
        holder = json.loads(lock.read())
    except json.JSONDecodeError:  # its owner is just writing it
        holder = {"pid": None, "host": None}
    here = holder.get("host") == socket.gethostname()
    if here and not psutil.pid_exists(holder["pid"]):
        kill_leftovers(folder)
        if _try_lock(lock):
            return
    raise BuildError(
        f"{folder}: expected no other run at work on this build, got one with the process "
        f"id {holder['pid']} on {holder.get('host')}. Wait until it ends, or stop it there with "
        f"`kill {holder['pid']}`."
    )


def _kill_group(group: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


def _forget_what_was_deleted(site: Site) -> None:
    """Remove a record whose product is gone, so that the product is made again.

    Executed notebooks and pages are no outputs to Snakemake: it would delete the one when
    a step fails, and the other before Sphinx could find out what changed.  And it does not
    miss a record as long as what was made from it, the site, is newer than the sources.
    """
    records = {name: site.record_of(name) for name in toc_notebooks(site.root)}
    for name, record in records.items():
        if not (site.executed / f"{name}.ipynb").is_file():
            record.unlink(missing_ok=True)
    if not all(path.is_file() for path in (site.index, *records.values())):
        site.stamp.unlink(missing_ok=True)


def _time_stamp(path: Path) -> int | None:
    return path.stat().st_mtime_ns if path.exists() else None


def _with_first(folder: Path, paths: str | None) -> str:
    return os.pathsep.join([str(folder), *([paths] if paths else [])])
