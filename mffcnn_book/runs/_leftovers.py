"""What a killed run has left behind: processes, by a mark in their environment, and half files."""

import contextlib
import time
from pathlib import Path

import psutil

MARK = "MFFCNN_BUILD"
PATIENCE = 10  # seconds that a killed process gets to end


def marked(folder: Path) -> dict[str, str]:
    """Return the environment variable that marks the processes of a build."""
    return {MARK: str(folder.resolve())}


def leftovers(folder: Path) -> list[psutil.Process]:
    """Return the processes that bear the mark of a build.

    Their driver does not: it is not among what it started.  A process number alone would
    not do, since the system gives it to others later.
    """
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):  # ended meanwhile, or somebody else's
            if process.environ().get(MARK) == str(folder.resolve()):
                found.append(process)
    return found


def kill_leftovers(folder: Path) -> int:
    """Kill the processes of a build whose driver is dead, and return how many there were.

    They would do no harm (files are whole or absent), but they would take cores from the
    run that goes on, and do the same work.
    """
    count, deadline = 0, time.monotonic() + PATIENCE
    while (found := leftovers(folder)) and time.monotonic() < deadline:
        count = max(count, len(found))
        for process in found:
            with contextlib.suppress(psutil.Error):
                process.kill()
        psutil.wait_procs(found, timeout=1)
    return count


def remove_parts(folder: Path | str, *, age: float = 24 * 3600) -> int:
    """Remove the temporary files that killed writers left below a folder.

    Parameters
    ----------
    folder : Path or str
        May be absent.
    age : float
        Seconds since the last write: a younger one may belong to a writer that is at work.

    Returns
    -------
    int
        How many there were.
    """
    latest = time.time() - age
    old = [p for p in Path(folder).rglob(".*.part*") if p.stat().st_mtime < latest]
    for part in old:
        part.unlink(missing_ok=True)
    return len(old)
