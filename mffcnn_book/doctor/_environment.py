"""The facts that the checks judge: what is installed, what works, where this runs."""

import functools
import json
import platform
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import distributions
from pathlib import Path
from typing import Any, Self

from mffcnn_book.doctor._versions import Requirement, normal_name

LIBRARY = "mffcnn"
TIMEOUT = 180  # seconds; a cold disk may take a minute to import torch


@dataclass(frozen=True)
class Installed:
    """A distribution as its metadata describe it."""

    version: str
    requires: tuple[Requirement, ...] = ()
    requires_python: str = ""


@dataclass(frozen=True)
class Probed:
    """The answer of a probe, or the reason why there is none."""

    values: Mapping[str, Any] = field(default_factory=dict)
    error: str = ""


def read_installed(path: Sequence[str] | None = None) -> dict[str, Installed]:
    """Read the metadata of every installed distribution, by normal name.

    Parameters
    ----------
    path : sequence of str, optional
        Folders to look in; by default ``sys.path``.
    """
    found: dict[str, Installed] = {}
    for distribution in distributions(**({} if path is None else {"path": list(path)})):
        name = distribution.metadata["Name"]
        if name:  # a removal that was broken off leaves a folder without a name behind
            one = Installed(
                version=distribution.version or "0",
                requires=tuple(map(Requirement.parse, distribution.requires or ())),
                requires_python=distribution.metadata["Requires-Python"] or "",
            )
            found.setdefault(normal_name(name), one)  # the first on the path is imported
    return found


def run_probe(name: str) -> Probed:
    """Run one probe of ``_probes.py`` with this Python, in a process of its own."""
    script = Path(__file__).with_name("_probes.py")
    try:
        done = subprocess.run(
            [sys.executable, str(script), name],
            check=False,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=TIMEOUT,
        )
    except subprocess.TimeoutExpired:
        return Probed(error=f"no answer within {TIMEOUT} s")
    if done.returncode < 0:
        return Probed(error=f"the process crashed with signal {-done.returncode}")
    if done.returncode:
        return Probed(error=(done.stderr.strip().splitlines() or ["no reason given"])[-1])
    return Probed(values=json.loads(done.stdout.strip().splitlines()[-1]))


def checkout_root() -> Path | None:
    """Return the folder of the source tree that this code lies in, if it is one."""
    root = Path(__file__).resolve().parents[2]
    return root if (root / "pyproject.toml").is_file() else None


@dataclass(frozen=True, kw_only=True)
class Environment:
    """What the checks look at; every fact can be set, so that a test can break it.

    Attributes
    ----------
    python : str
        Version of the Python that runs this.
    executable : str
        Its path.
    installed : mapping of str to Installed
        By normal name.
    tested : mapping of str to str
        Versions of ``constraints.txt``, by normal name; empty outside of a checkout.
    root : Path or None
        The checkout.
    free_bytes : int
        Free disk space where data would be written.
    probe : callable
        Name of a probe -> :class:`Probed`.
    find_program : callable
        Name of a program -> its path or None.
    """

    python: str
    executable: str
    installed: Mapping[str, Installed]
    tested: Mapping[str, str] = field(default_factory=dict)
    root: Path | None = None
    free_bytes: int
    probe: Callable[[str], Probed]
    find_program: Callable[[str], str | None]

    @classmethod
    def current(cls) -> Self:
        """Return the environment that runs this code."""
        root = checkout_root()
        return cls(
            python=platform.python_version(),
            executable=sys.executable,
            installed=read_installed(),
            tested=read_constraints(root / "constraints.txt") if root else {},
            root=root,
            free_bytes=shutil.disk_usage(root or Path.cwd()).free,
            probe=functools.cache(run_probe),
            find_program=shutil.which,
        )

    def version(self, name: str) -> str | None:
        """Return the installed version of a distribution, or None."""
        found = self.installed.get(name)
        return found.version if found else None

    def requirements(self, extra: str = "") -> list[Requirement]:
        """Return what the library requires, for one extra or for all uses."""
        library = self.installed.get(LIBRARY, Installed("0"))
        return [one for one in library.requires if one.extra == extra and not one.conditional]

    def required(self, name: str) -> Requirement:
        """Return what the library requires of one distribution."""
        every = self.installed.get(LIBRARY, Installed("0")).requires
        return next((one for one in every if one.name == name), Requirement(name))

    def pip_install(self, *names: str, force: bool = False) -> str:
        """Return the command that installs packages at the tested or required versions.

        ``force`` replaces files even where the version is already there; what the
        packages depend on then stays at the tested versions.
        """
        words = ["install"]
        if force:
            words.append("--force-reinstall")
            if self.tested and self.root:
                words += ["-c", self._shown(self.root / "constraints.txt")]
        for name in names:
            tested = self.tested.get(name)
            words.append(f'"{name}=={tested}"' if tested else f'"{self.required(name)}"')
        return self.pip(*words)

    def pip_install_library(self, extras: str = "book,test") -> str:
        """Return the command that installs the library and everything it requires."""
        if self.root is None:
            return self.pip("install", f'"{LIBRARY}[{extras}]"')
        constraints = ["-c", self._shown(self.root / "constraints.txt")] if self.tested else []
        place = self._shown(self.root)
        return self.pip("install", *constraints, "-e", f'"{place}[{extras}]"')

    def pip(self, *words: str) -> str:
        """Return a pip command for this very Python, which may not be the one on PATH."""
        return " ".join([self.python_command, "-m", "pip", *words])

    @property
    def python_command(self) -> str:
        """How to call this Python from the current folder."""
        return shlex.quote(self._shown(Path(self.executable)))

    @staticmethod
    def _shown(path: Path) -> str:
        here = Path.cwd()
        return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def read_constraints(path: Path) -> dict[str, str]:
    """Read the pins ``name==version`` of a constraints file, by normal name."""
    pins: dict[str, str] = {}
    if path.is_file():
        for line in path.read_text(encoding="utf-8").splitlines():
            requirement = line.split("#")[0].split(";")[0].strip()
            name, separator, version = requirement.partition("==")
            if separator:
                pins[normal_name(name.strip())] = version.strip()
    return pins


def is_python_of(environment: Environment, program: str) -> bool:
    """Tell whether a kernel's program is the Python of the environment."""
    name = Path(program)
    if not name.is_absolute():  # Jupyter replaces a bare python by the one that runs it
        return name.name.startswith("python")
    try:
        return name.parent.samefile(Path(environment.executable).parent)
    except OSError:  # one of the folders is gone
        return False
