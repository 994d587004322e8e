"""A record as evidence: whether its settings are those that are asked for, and whence it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from mffcnn_book.experiments._records import ResultsRecord
from mffcnn_core.files import atomic_path, read_json, sha256_of

REFERENCE = "reference"
"""Folder of the committed records, below that of the results."""

Origin = Literal["this build", "reference run"]
"""Computed here, or committed beside the code."""


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """A record, and where it comes from.

    Attributes
    ----------
    record : ResultsRecord
    run : mapping
        Seconds, machine, date and commit of the run that made it.
    origin : {"this build", "reference run"}
        Computed here, or committed beside the code.
    folder : Path
        In which it lies.
    """

    record: ResultsRecord
    run: Mapping[str, Any]
    origin: Origin
    folder: Path


def settings_digest(told: ResultsRecord | Mapping[str, Any]) -> str:
    """Return a digest of the settings that a result claims, or is asked for with.

    Which clips could not be prepared is a finding and left out.
    """
    settings = told.settings if isinstance(told, ResultsRecord) else told
    return sha256_of({name: value for name, value in settings.items() if name != "not_prepared"})


def find_evidence(
    places: Mapping[Origin, Path], wanted: Mapping[str, Any], *, seed: int | None = None
) -> Evidence | None:
    """Return the first record that was made with the settings that are asked for.

    Parameters
    ----------
    places : mapping
        Folders of records by their origin, in the order in which to look.
    wanted : mapping
        Settings, see :func:`settings_digest`.
    seed : int, optional
        Of the record; any by default.

    Raises
    ------
    RecordError
        If the files of a record do not belong together.
    """
    for origin, folder in places.items():
        if (folder / "results.json").is_file():
            record = ResultsRecord.read(folder)
            same = settings_digest(record) == settings_digest(wanted)
            if same and seed in (None, record.seed):
                run = read_json(folder / "run.json")
                return Evidence(record=record, run=run, origin=origin, folder=folder)
    return None


def same_clips(one: Evidence, other: Evidence) -> bool:
    """Return whether two records are of the same clips.

    That is so if their files are the same.  Clips that we draw may also come from two machines:
    one commit draws the same scene from the same settings everywhere, but a single grey value
    that is rounded otherwise gives a film another checksum.
    """
    if one.record.dataset_sha256 == other.record.dataset_sha256:
        return True
    drawn = [each.record.settings.get("corpus") for each in (one, other)]
    commits = [each.run.get("commit") for each in (one, other)]
    if None in (*drawn, *commits) or commits[0].endswith("-dirty"):
        return False
    return drawn[0] == drawn[1] and commits[0] == commits[1]


def copy_record(source: Path, target: Path) -> None:
    """Copy the files of a record; the last one makes it whole."""
    target.mkdir(parents=True, exist_ok=True)
    for name in ("settings.json", "run.json", "results.json"):
        with atomic_path(target / name) as part:
            part.write_bytes((source / name).read_bytes())
