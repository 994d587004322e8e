"""nbgrader's interface to a course, quiet and with its helpers at hand."""

import contextlib
import logging
import os
import sys
import warnings
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from mffcnn_book.labs._editions import course_config
from mffcnn_book.labs._sandbox import Sandbox
from mffcnn_core.errors import LabError


@contextlib.contextmanager
def nbgrader(course: Path, sandbox: Sandbox | None = None) -> Iterator[Any]:
    """Give nbgrader's interface to a course; it finds its helpers, and is silent."""
    config = course_config(course)
    from nbgrader.apps import NbGraderAPI

    config.RunApart.sandbox = asdict(sandbox or Sandbox())
    log, level = logging.getLogger("traitlets"), logging.getLogger("traitlets").level
    path = os.environ.get("PATH", "")
    # it calls `alembic` by name, also where this environment is not activated
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), path])
    log.setLevel(logging.CRITICAL + 1)  # the reply holds what it has to say
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of its database layer, about its own code
            yield NbGraderAPI(config=config)
    finally:
        log.setLevel(level)
        os.environ["PATH"] = path


def last_line(done: dict[str, Any]) -> str:
    """Return the last thing that nbgrader has said, without where in its code it was."""
    lines = f"{done.get('log') or ''}\n{done.get('error') or ''}".strip().splitlines()
    told = [line for line in lines if "Error" in line and not line.startswith(" ")]
    return (told or lines or ["nbgrader said nothing"])[-1]


def check(done: dict[str, Any], what: str) -> None:
    if not done["success"]:
        raise LabError(f"{what}: expected nbgrader to succeed, got: {last_line(done)}")
