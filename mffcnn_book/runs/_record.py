"""The run record: what was executed, with what, where, and how it ended."""

import dataclasses
import platform
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import distributions
from pathlib import Path
from pkgutil import iter_modules
from typing import Any, Literal, Self

import mffcnn_book
from mffcnn_core.errors import RecordError
from mffcnn_core.files import code_fingerprint, read_json, sha256_of_file, write_json
from mffcnn_core.provenance import git_state, machine

NOT_IN_NOTEBOOKS = ("cli", "doctor")
DRIVERS = ("_crate", "_site", "_workflow", "_slurm", "_leftovers")
"""Modules of this package that run the steps: what they do is in no notebook."""


@dataclass(frozen=True, kw_only=True)
class RunRecord:
    """One execution of one notebook.

    The record is written before the first cell runs, with the status ``running``: a
    run that is killed leaves this status behind, and only ``succeeded`` is a success.

    Attributes
    ----------
    notebook : str
        Path of the source notebook, as it was given, with forward slashes.
    notebook_sha256 : str
        Hash of the source notebook's bytes.
    status : {"running", "succeeded", "failed"}
    error : str or None
        What went wrong, if it failed.
    executed : str
        Path of the executed notebook; of what there is of it, if the run failed.
    asked : dict
        Parameters that were given, converted to their types.
    parameters : dict
        Every parameter of the notebook and the value that took effect.
    inputs : dict
        What the notebook reported through :func:`~mffcnn_book.runs.report_inputs`.
    started : str
        UTC, ISO 8601, to the second.
    seconds : float or None
        Wall-clock time in all, start of the kernel included; None while it runs.
    cell_seconds : list of float or None
        For each code cell of the source notebook; None where it did not run.
    peak_memory_mib : float or None
        Largest resident size of the kernel process, without its worker processes;
        None where the system does not tell.
    python, packages
        Version of Python and of every installed distribution.
    machine : dict
        ``platform``, ``architecture`` and ``cores`` (those that the process may use).
    commit : str or None
        Commit of the repository that holds the notebook; None outside of one.
    dirty : bool or None
        Whether a tracked file differed from that commit.
    code_sha256 : str
        :func:`notebook_code` at the time of the run.
    """

    notebook: str
    notebook_sha256: str
    status: Literal["running", "succeeded", "failed"]
    error: str | None = None
    executed: str
    asked: Mapping[str, Any]
    parameters: Mapping[str, Any]
    inputs: Mapping[str, Any] = field(default_factory=dict)
    started: str
    seconds: float | None = None
    cell_seconds: list[float | None] = field(default_factory=list)
    peak_memory_mib: float | None = None
    python: str
    packages: Mapping[str, str]
    machine: Mapping[str, Any]
    commit: str | None
    dirty: bool | None
    code_sha256: str

    @classmethod
    def begin(
        cls, notebook: Path, executed: Path, asked: Mapping[str, Any], defaults: Mapping[str, Any]
    ) -> Self:
        """Return the record of a run that starts now, in this environment."""
        commit, dirty = git_state(notebook.parent)
        return cls(
            notebook=notebook.as_posix(),
            notebook_sha256=sha256_of_file(notebook),
            status="running",
            executed=executed.as_posix(),
            asked=dict(asked),
            parameters={**defaults, **asked},
            started=datetime.now(UTC).isoformat(timespec="seconds"),
            python=platform.python_version(),
            # A removal that was broken off leaves a folder without a name behind.
            packages={found.name: found.version for found in distributions() if found.name},
            machine=machine(),
            commit=commit,
            dirty=dirty,
            code_sha256=notebook_code(),
        )

    def replace(self, **changes: Any) -> Self:
        """Return a copy with some fields changed."""
        return dataclasses.replace(self, **changes)

    def write(self, path: Path | str) -> None:
        """Write the record as JSON, atomically."""
        write_json(path, self)

    @classmethod
    def read(cls, path: Path | str) -> Self:
        """Read a record back.

        Raises
        ------
        RecordError
            If the file is missing or is not a run record of this version.
        """
        values = read_json(path)
        fields = {field.name for field in dataclasses.fields(cls)}
        if not isinstance(values, dict) or set(values) != fields:
            differing = sorted(fields ^ set(values)) if isinstance(values, dict) else "no mapping"
            raise RecordError(
                f"{path}: expected a run record, got other fields ({differing}). "
                "Run the notebook again with `mffcnn run`."
            )
        return cls(**values)

    def staleness(self, notebook: Path) -> str:
        """Return why the run says nothing about the notebook as it is now, or an empty text."""
        if sha256_of_file(notebook) != self.notebook_sha256:
            return "the notebook has changed since it was run"
        if notebook_code() != self.code_sha256:
            return "the library has changed since it was run"
        return ""

    @property
    def command(self) -> str:
        """The command line that repeats the run with the code of the same commit."""
        words = ["mffcnn", "run", self.notebook]
        for name, value in self.asked.items():
            text = ",".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
            words += ["-p", name, text]
        return shlex.join(words)


def notebook_code() -> str:
    """Return a fingerprint of the library's sources that a notebook may import.

    These are all but the commands, the doctor and what runs the steps; committed or not.
    """
    shelves = (module.name for module in iter_modules(mffcnn_book.__path__))
    runs = (module.name for module in iter_modules([str(Path(__file__).parent)]))
    return code_fingerprint(
        "mffcnn_core",
        "mffcnn_corpus",
        *(f"mffcnn_book.{name}" for name in shelves if name not in (*NOT_IN_NOTEBOOKS, "runs")),
        *(f"mffcnn_book.runs.{name}" for name in runs if name not in DRIVERS),
    )


def record_path(notebook: Path, out: Path) -> Path:
    """Return where the record of a run lies if nothing else is said: beside ``out``."""
    return out.parent / "runs" / f"{notebook.stem}.json"
