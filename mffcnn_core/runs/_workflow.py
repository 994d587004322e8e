"""All steps of the book through Snakemake: one command that also resumes.

Three things that Snakemake alone does not do: a run that was killed leaves nothing that
must be repaired by hand, two runs of one build do not disturb each other, and what was
deleted behind its back is noticed.
"""

import contextlib
import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from mffcnn_core.errors import BuildError
from mffcnn_core.runs._site import Site, toc_notebooks

PATIENCE = 10  # seconds that a process gets to end after it was asked to


def run_workflow(site: Site, *, cores: int | None = None) -> bool:
    """Make everything that is missing or older than what it depends on.

    One line for each step, with an estimate of the time left in all, goes to stderr.

    Parameters
    ----------
    site : Site
    cores : int, optional
        All cores that this process may use by default.

    Returns
    -------
    bool
        Whether anything had to be made.

    Raises
    ------
    BuildError
        If a step fails, or another run of the same build is at work.
    """
    with _sole_run(site) as lock:
        _forget_what_was_deleted(site)
        before = _time_stamp(site.stamp)
        code = _run_snakemake(site, lock, cores or _usable_cores())
        if code:
            raise BuildError(
                f"book: expected every step to succeed, got exit code {code}. Mend what is "
                "reported above and run the same command again: what is done is kept."
            )
        return _time_stamp(site.stamp) != before


def _run_snakemake(site: Site, lock: IO[str], cores: int) -> int:
    workflow = site.root / "workflow"
    command = [
        *(sys.executable, "-m", "snakemake", "--snakefile", str(workflow / "Snakefile")),
        *("--directory", str(site.root), "--cores", str(cores)),
        # our own lock stands in for Snakemake's, which outlives a killed run
        *("--nolock", "--rerun-incomplete"),
        *("--config", f"profile={site.profile}", f"dataset={site.dataset}"),
        *("--logger", "steps", "--logger-steps-profile", site.profile),
        *("--logger-steps-timings", str(site.folder / "timings.json")),
    ]
    # A group of its own, so that nothing of it is left behind; it inherits the lock, which
    # therefore holds until the last of driver and Snakemake has ended.
    process = subprocess.Popen(
        command,
        cwd=site.root,
        env={**os.environ, "PYTHONPATH": _with_first(workflow, os.environ.get("PYTHONPATH"))},
        stdin=subprocess.DEVNULL,
        pass_fds=[lock.fileno()],
        process_group=0,
    )
    _write_lock(lock, group=process.pid)
    try:
        return process.wait()
    except KeyboardInterrupt:
        os.killpg(process.pid, signal.SIGTERM)  # SIGINT may be ignored, e.g. after nohup
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(PATIENCE)
        raise
    finally:
        _kill_group(process.pid)
        process.wait()


@contextlib.contextmanager
def _sole_run(site: Site) -> Iterator[IO[str]]:
    """Hold the lock of a build; the system takes it back when its holders have ended."""
    path = site.folder / "lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="utf-8") as lock:
        if not _try_lock(lock):
            _stop_orphan(lock, path)
        _write_lock(lock, group=None)
        yield lock


def _try_lock(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _stop_orphan(lock: IO[str], path: Path) -> None:
    """Get the lock from the steps that a killed run left behind, or refuse.

    Only a driver and its Snakemake hold the lock. If it is held and the driver is dead,
    the holder is that Snakemake, and its process group is what must be stopped.
    """
    lock.seek(0)
    try:
        holder = json.loads(lock.read())
    except json.JSONDecodeError:  # its owner is just writing it
        holder = {"pid": None, "group": None}
    if holder["group"] and not _is_alive(holder["pid"]):
        _kill_group(holder["group"])
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if _try_lock(lock):
                return
            time.sleep(0.1)
    raise BuildError(
        f"{path.parent}: expected no other run at work on this build, got one with the process "
        f"id {holder['pid']}. Wait until it ends, or stop it with `kill {holder['pid']}`."
    )


def _write_lock(lock: IO[str], *, group: int | None) -> None:
    lock.seek(0)
    lock.truncate()
    lock.write(json.dumps({"pid": os.getpid(), "group": group}))
    lock.flush()


def _is_alive(pid: int | None) -> bool:
    if pid is None:
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # somebody else's
        return True
    return True


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


def _usable_cores() -> int:
    if hasattr(os, "sched_getaffinity"):  # Linux: a container may lend only some
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
