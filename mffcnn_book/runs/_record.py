"""The run record: what was executed, with what, where, and how it ended."""

import dataclasses
import json
import platform
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import distributions
from pathlib import Path
from typing import Any, Literal, Self

from mffcnn_core.errors import RecordError
from mffcnn_core.files import read_json, sha256_of_file, write_json
from mffcnn_core.provenance import git_state, machine
from mffcnn_core.sources import code_fingerprint, imported_by

_CHOSEN_BY_NAME = (
    "mffcnn_book.baselines",
    "mffcnn_core.faces.detectors",
    "mffcnn_core.flow.methods",
)


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
            code_sha256=notebook_code(notebook),
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
        if notebook_code(notebook) != self.code_sha256:
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


def notebook_sources(notebook: Path) -> tuple[str, ...]:
    """Return what a notebook depends on: entries of :func:`mffcnn_core.sources.sources_of`.

    They are the modules that its cells import, and all that can be chosen by a name.
    """
    cells = json.loads(notebook.read_text(encoding="utf-8")).get("cells", ())
    code = ("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    plain = (re.sub(r"(?m)^[%!].*$", "", text) for text in code)  # what is IPython's own
    found = {module for text in plain for module in imported_by(text)}
    return *sorted(found), *_CHOSEN_BY_NAME


def notebook_code(notebook: Path) -> str:
    """Return a fingerprint of the sources that a notebook depends on, committed or not."""
    return code_fingerprint(*notebook_sources(notebook))


def record_path(notebook: Path, out: Path) -> Path:
    """Return where the record of a run lies if nothing else is said: beside ``out``."""
    return out.parent / "runs" / f"{notebook.stem}.json"
