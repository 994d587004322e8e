"""SLURM clusters: what must hold before a run, its jobs in the queue, and its end.

Snakemake's plugin submits the steps and asks how they stand.  Where its question finds no
answer (a cluster without accounting, a controller that was down), it waits for ever: so the
question is chosen before, and somebody watches.
"""

import getpass
import hashlib
import subprocess
import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from shutil import which

from mffcnn_core.errors import BuildError, ParameterError

PROFILE = "workflow/slurm"
ANSWER = 60  # seconds that a command of SLURM gets to answer
GOODBYE = 60  # seconds that cancelled jobs get to leave the queue


@dataclass(frozen=True)
class Slurm:
    """How to run the steps of a build as jobs of a cluster.

    Parameters
    ----------
    idle_limit : float
        Seconds, > 0: a run that waits for so long though none of its jobs is in the queue,
        or the queue cannot be read, has missed their end and is stopped.  The plugin's
        pauses between two questions grow to 180 s, and must fit into it.

    Raises
    ------
    ParameterError
        If the limit is not positive.
    """

    idle_limit: float = 600

    def __post_init__(self) -> None:
        if not self.idle_limit > 0:
            raise ParameterError(
                f"idle_limit: expected seconds > 0, got {self.idle_limit!r}. Less than 200 takes "
                "the plugin's own pauses for a standstill."
            )

    def prepare(self, folder: Path) -> list[str]:
        """Check the cluster, cancel what a killed run left in it, and return options.

        Parameters
        ----------
        folder : Path
            Of the build, which its jobs are named after.

        Returns
        -------
        list of str
            For Snakemake, beside those of ``workflow/slurm/config.yaml``.

        Raises
        ------
        BuildError
            If SLURM or Snakemake's plugin is not installed, or the controller gives no answer.
        """
        if find_spec("snakemake_executor_plugin_slurm") is None:
            raise BuildError(
                "SLURM: expected Snakemake's plugin, got none. Install it: "
                "pip install --constraint constraints.txt --editable '.[book,slurm]'"
            )
        missing = [name for name in ("sbatch", "squeue", "scancel") if which(name) is None]
        if missing:
            raise BuildError(
                f"SLURM: expected its commands, got no {', '.join(missing)}. Run this on a login "
                "node of the cluster, or leave out --slurm to run on this machine."
            )
        if jobs_of(folder) is None:
            raise BuildError(
                "SLURM: expected an answer of squeue, got none. The controller is down or out of "
                "reach: `scontrol ping` says more. Run the same command again when it answers."
            )
        self.cancel(folder)
        options = ["--slurm-jobname-prefix", job_prefix(folder)]
        if _ask("sacct", "--allocations", "--noheader") is None:  # no accounting
            options += ["--slurm-status-command", "squeue", "--slurm-no-account"]
        return options

    def cancel(self, folder: Path) -> int:
        """Cancel the jobs of a build, wait until they are gone, and return how many there were.

        Raises
        ------
        BuildError
            If they stay in the queue.
        """
        found = jobs_of(folder) or []
        if not found:
            return 0
        _ask("scancel", *found)
        deadline = time.monotonic() + GOODBYE
        while (left := jobs_of(folder)) != []:
            if time.monotonic() > deadline:
                raise BuildError(
                    f"SLURM: expected cancelled jobs to leave the queue within {GOODBYE} s, got "
                    f"{', '.join(left or found)} still in it. Try `scancel` by hand."
                )
            time.sleep(1)
        return len(found)


class Watch:
    """Notices a run that waits for nothing.

    Parameters
    ----------
    slurm : Slurm
    folder : Path
        Of the build.
    """

    def __init__(self, slurm: Slurm, folder: Path) -> None:
        self.slurm, self.folder, self.busy = slurm, folder, time.monotonic()

    @property
    def pause(self) -> float:
        """Seconds between two looks."""
        return min(30.0, self.slurm.idle_limit / 4)

    def look(self) -> None:
        """Look into the queue.

        Raises
        ------
        BuildError
            If no job of the build has been seen in it for too long.
        """
        if jobs_of(self.folder):
            self.busy = time.monotonic()
        elif time.monotonic() - self.busy > self.slurm.idle_limit:
            raise BuildError(
                "SLURM: expected jobs in the queue or an end, got neither for "
                f"{self.slurm.idle_limit:g} s. The end of a job was missed, as happens when the "
                "controller was down. Run the same command again: what is done is kept."
            )


def job_prefix(folder: Path) -> str:
    """Return how the names of a build's jobs begin.

    Examples
    --------
    >>> job_prefix(Path("/home/me/mffcnn/_build/quick/synthetic"))
    'mffcnn-d911615b81a0'
    """
    return f"mffcnn-{hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:12]}"


def jobs_of(folder: Path) -> list[str] | None:
    """Return the numbers of a build's jobs in the queue; None if there is no answer."""
    said = _ask("squeue", "--noheader", "--user", getpass.getuser(), "--format", "%A %j")
    if said is None:
        return None
    jobs = (line.split(maxsplit=1) for line in said.splitlines() if line.strip())
    return [number for number, name in jobs if name.startswith(job_prefix(folder))]


def _ask(*command: str) -> str | None:
    """Return what a command of SLURM says; None if it fails, is missing or hangs."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=ANSWER, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout
