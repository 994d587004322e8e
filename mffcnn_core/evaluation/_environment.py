"""What a result was made with: versions, machine, commit."""

import os
import platform
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGES = ("mffcnn-core", "numpy", "opencv-python", "scikit-learn", "skorch", "torch")


def package_versions() -> dict[str, str | None]:
    """Return the versions that a result can depend on; None where a package is absent.

    Read from the packages' metadata: nothing is imported.

    Examples
    --------
    >>> "numpy" in package_versions()
    True
    """
    versions: dict[str, str | None] = {"python": platform.python_version()}
    for name in PACKAGES:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            versions[name] = None
    return versions


def machine() -> dict[str, str | int | None]:
    """Return the platform and the number of cores that this process may use."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return {"platform": platform.platform(), "architecture": platform.machine(), "cores": usable}


def code_commit() -> str | None:
    """Return the git commit of this library, with ``-dirty`` after uncommitted changes.

    None where the library is not a git checkout, or git is not installed.
    """
    here = Path(__file__)

    def git(*arguments: str) -> str:
        return subprocess.run(
            ["git", *arguments], cwd=here.parent, capture_output=True, text=True, check=True
        ).stdout.strip()

    try:
        # an installed copy may lie inside the user's own, unrelated repository
        git("ls-files", "--error-unmatch", here.name)
        return git("describe", "--always", "--dirty", "--abbrev=40", "--exclude=*")
    except (OSError, subprocess.CalledProcessError):
        return None
