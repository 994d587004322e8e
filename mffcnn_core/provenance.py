"""What a result was made with: versions, machine, commit."""

import os
import platform
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

LIBRARIES = ("mffcnn", "numpy", "opencv-python", "scikit-learn", "skorch", "torch")


def package_versions() -> dict[str, str | None]:
    """Return the versions that a result can depend on; None where a package is absent.

    Read from the packages' metadata: nothing is imported.

    Examples
    --------
    >>> "numpy" in package_versions()
    True
    """
    versions: dict[str, str | None] = {"python": platform.python_version()}
    for name in LIBRARIES:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            versions[name] = None
    return versions


def usable_cores() -> int:
    """Return the number of cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):  # Linux: a container may lend only some
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def machine() -> dict[str, str | int]:
    """Return the platform and the number of cores that this process may use."""
    return {
        "platform": platform.platform(),
        "architecture": platform.machine(),
        "cores": usable_cores(),
    }


def code_commit() -> str | None:
    """Return the git commit of this library, with ``-dirty`` after uncommitted changes.

    None where the library is not a git checkout, or git is not installed.
    """
    here = Path(__file__)
    try:
        # an installed copy may lie inside the user's own, unrelated repository
        _git(here.parent, "ls-files", "--error-unmatch", here.name)
    except (OSError, subprocess.CalledProcessError):
        return None
    commit, dirty = git_state(here.parent)
    return f"{commit}-dirty" if dirty else commit


def git_state(folder: Path) -> tuple[str | None, bool | None]:
    """Return commit and dirtiness of the repository around ``folder``, or None for both.

    Dirty is meant as in ``git describe --dirty``: a tracked file differs.
    """
    try:
        commit = _git(folder, "rev-parse", "HEAD")
        return commit, bool(_git(folder, "status", "--porcelain", "--untracked-files=no"))
    except (OSError, subprocess.CalledProcessError):  # no git, no repository, no commit
        return None, None


def _git(folder: Path, *words: str) -> str:
    return subprocess.run(
        ["git", *words], cwd=folder, check=True, capture_output=True, text=True
    ).stdout.strip()
