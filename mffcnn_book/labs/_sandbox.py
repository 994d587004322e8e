"""Where students' programs run: in a container, as another user, or in a folder of their own."""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

import nbformat
from nbformat import NotebookNode

from mffcnn_book.labs._runner import ALL_SECONDS, CELL_SECONDS
from mffcnn_core.errors import LabError
from mffcnn_core.settings import check_choice

Kind = Literal["podman", "docker", "user", "none"]
IMAGE = "mffcnn-labs"
"""What ``labs/Containerfile`` is built as."""


@dataclass(frozen=True)
class Sandbox:
    """How a notebook is run.

    Attributes
    ----------
    kind : {"podman", "docker", "user", "none"}
        A container: no network, not root, nothing to write but ``/tmp``, nothing of this machine
        in reach.  Another user: needs root; files that only you may read are out of reach.
        None: with your rights, in an empty folder.
    image : str
        Of the container.
    user : str
        The other user.
    memory_gib : float
    cell_seconds, all_seconds : int
    """

    kind: Kind = "none"
    image: str = IMAGE
    user: str = "nobody"
    memory_gib: float = 4
    cell_seconds: int = CELL_SECONDS
    all_seconds: int = ALL_SECONDS

    def __post_init__(self) -> None:
        check_choice("sandbox", self.kind, get_args(Kind))

    def check(self) -> None:
        """Raise before anything is marked if this machine does not offer it.

        Raises
        ------
        LabError
        """
        if self.kind in ("podman", "docker"):
            self._check_container()
        if self.kind == "user":
            self._check_user()

    def _check_container(self) -> None:
        program = shutil.which(self.kind)
        if program is None:
            raise LabError(
                f"{self.kind}: expected it to be installed, got no such program. Install it, or "
                "choose another --sandbox."
            )
        if not _call(program, "image", "inspect", self.image)[0]:
            answers, said = _call(program, "version")  # of the engine behind it as well
            if not answers:
                raise LabError(
                    f'{self.kind}: expected its engine to answer, got "{said}". Start it, or '
                    "choose another --sandbox."
                )
            raise LabError(
                f"{self.kind}: expected an image {self.image}, got none. Build it in the folder "
                f"of the project: `{self.kind} build --tag {self.image} --file "
                "labs/Containerfile .`"
            )

    def _check_user(self) -> None:
        if os.name != "posix" or os.geteuid() != 0:
            raise LabError(
                "sandbox: expected root, who may run a program as another user, got "
                "somebody else. Use a container, or `sudo`."
            )
        try:
            entry = pwd.getpwnam(self.user)
        except KeyError as error:
            raise LabError(
                f"sandbox: expected a user of this machine, got {self.user!r}. "
                "`useradd --system marker` makes one."
            ) from error
        try:
            subprocess.run(
                [sys.executable, "-c", "import mffcnn_book.labs"],
                check=True, capture_output=True, cwd="/",
                user=entry.pw_uid, group=entry.pw_gid, extra_groups=[],
            )  # fmt: skip
        except (OSError, subprocess.CalledProcessError) as error:
            raise LabError(
                f"sandbox: expected {self.user} to be able to run {sys.executable} with this "
                f"library, got {error}. Install both where everybody may read them."
            ) from error

    def run(self, notebook: NotebookNode) -> NotebookNode:
        """Return a notebook with its outputs.

        Raises
        ------
        LabError
            If not even the program that runs it came back, with what it said.
        """
        limits = [str(self.cell_seconds), str(self.all_seconds)]
        with tempfile.TemporaryDirectory(prefix="mffcnn-marking-") as folder:
            command, how = self._command(Path(folder))
            try:
                done = subprocess.run(
                    [*command, *limits],
                    input=nbformat.writes(notebook).encode("utf-8"),
                    capture_output=True,
                    timeout=self.all_seconds + self.cell_seconds + 60,
                    cwd=folder,
                    **how,
                )
            except subprocess.TimeoutExpired as error:
                raise LabError(
                    f"marking: expected an answer within {error.timeout:.0f} s, got none. "
                    "Look at the notebook before you run it."
                ) from error
        try:
            return nbformat.reads(done.stdout.decode("utf-8"), as_version=4)
        except (ValueError, AttributeError) as error:
            said = done.stderr.decode("utf-8", "replace").strip().splitlines() or ["nothing"]
            raise LabError(
                f"marking: expected an executed notebook, got exit code {done.returncode}. "
                f"It said: {said[-1]}"
            ) from error

    def _command(self, folder: Path) -> tuple[list[str], dict]:
        program = ["python", "-m", "mffcnn_book.labs.run"]
        if self.kind in ("podman", "docker"):
            memory = f"{self.memory_gib:g}g"
            return [
                self.kind, "run", "--rm", "--interactive", "--network", "none", "--read-only",
                "--user", "65534:65534", "--cap-drop", "ALL",
                "--security-opt", "no-new-privileges", "--pids-limit", "512",
                "--memory", memory, "--memory-swap", memory, "--cpus", "2",
                "--tmpfs", "/tmp:rw,size=1g,mode=1777", "--env", "HOME=/tmp", "--workdir", "/tmp",
                self.image, *program,
            ], {}  # fmt: skip
        program[0] = sys.executable
        environment = {
            name: value
            for name, value in os.environ.items()
            if name in ("PATH", "LANG", "PYTHONPATH", "SYSTEMROOT", "OMP_NUM_THREADS")
        } | {name: str(folder) for name in ("HOME", "IPYTHONDIR", "MPLCONFIGDIR", "TMPDIR")}
        how: dict = {"env": environment}
        if os.name == "posix":
            how["preexec_fn"] = self._limit_memory
        if self.kind == "user":
            entry = pwd.getpwnam(self.user)
            os.chown(folder, entry.pw_uid, entry.pw_gid)
            how |= {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
        return program, how

    def _limit_memory(self) -> None:
        import resource

        most = int(self.memory_gib * 2**30)
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _call(program: str, *words: str) -> tuple[bool, str]:
    """Return whether a program succeeds, and the last line of what it complains about."""
    done = subprocess.run([program, *words], capture_output=True)
    lines = done.stderr.decode("utf-8", "replace").strip().splitlines() or ["nothing"]
    return done.returncode == 0, lines[-1][-200:].rstrip(".")


def best_sandbox() -> tuple[Sandbox, list[str]]:
    """Return the safest that this machine offers, and why it offers none that is safer."""
    reasons: list[str] = []
    for kind in ("podman", "docker", "user"):
        sandbox = Sandbox(kind)
        try:
            sandbox.check()
        except LabError as error:
            reasons.append(str(error))
        else:
            return sandbox, reasons
    return Sandbox("none"), reasons
