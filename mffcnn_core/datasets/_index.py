"""The index: one CSV row per clip."""

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from mffcnn_core.errors import InputError, ManifestError, ParameterError
from mffcnn_core.expressions import canonical_expression
from mffcnn_core.files import atomic_path
from mffcnn_core.inputs import TABLE_BYTES, leaves_folder, read_bytes

REQUIRED = ("clip", "path", "subject", "expression", "sha256")


@dataclass(frozen=True)
class Clip:
    """One video of a data set.

    Attributes
    ----------
    clip : str
        Unique name within the data set.
    path : str
        Relative to the data set's folder, with forward slashes.
    subject : str
        The person; no person stands on both sides of a split.
    expression : str
        Canonical name.
    sha256 : str
        Of the file's bytes; empty where the index was made without the files.
    attributes : mapping of str to str
        Every further column of the index, e.g. the take type of a synthetic clip.
    """

    clip: str
    path: str
    subject: str
    expression: str
    sha256: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "attributes", MappingProxyType(dict(self.attributes)))

    def __reduce__(self) -> tuple:  # a read-only mapping does not pickle by itself
        parts = (self.clip, self.path, self.subject, self.expression, self.sha256)
        return (Clip, (*parts, dict(self.attributes)))


def _problems(row: Mapping[str | None, str | None], seen: set[str]) -> Iterable[str]:
    if None in row:
        yield f"expected a cell for each column, got {len(row[None])} more"
    if None in row.values():
        yield "expected a cell for each column, got fewer"
        return
    for column in ("clip", "path", "subject"):
        if not row[column]:
            yield f"{column}: expected a value, got an empty cell"
    if row["clip"] in seen:
        yield f"clip: expected a unique name, got {row['clip']!r} again"
    if row["path"] and (leaves_folder(row["path"]) or not row["path"].isprintable()):
        yield f"path: expected one inside the data set's folder, got {row['path']!r}"
    if not re.fullmatch(r"([0-9a-f]{64})?", row["sha256"]):
        yield f"sha256: expected 64 hexadecimal digits or nothing, got {row['sha256']!r}"
    try:
        canonical_expression(row["expression"])
    except ParameterError as error:
        yield str(error)


def read_index(path: Path | str) -> list[Clip]:
    """Read the clips of a data set, in the order of the file.

    Raises
    ------
    ManifestError
        If the file or a column is missing, or with every faulty row.
    """
    path = Path(path)
    try:
        text = read_bytes(path, TABLE_BYTES).decode("utf-8")
        reader = csv.DictReader(io.StringIO(text, newline=""))
        rows = list(reader)
        columns = reader.fieldnames or []
    except FileNotFoundError as error:
        raise ManifestError(
            f"{path}: expected an index of clips, got no file. Build or render the data set first."
        ) from error
    except (OSError, UnicodeDecodeError, csv.Error, InputError) as error:
        raise ManifestError(
            f"{path}: expected an index of clips, got a file that cannot be read as CSV in UTF-8 "
            f"({error}). Build the index again."
        ) from error
    missing = [column for column in REQUIRED if column not in columns]
    if missing:
        raise ManifestError(
            f"{path}: expected the columns {', '.join(REQUIRED)}, got none named "
            f"{', '.join(missing)}. Add them to the first line."
        )
    seen: set[str] = set()
    problems = []
    for number, row in enumerate(rows, start=2):
        problems += [f"  line {number}: {text}" for text in _problems(row, seen)]
        seen.add(row["clip"])
    if problems:
        raise ManifestError(
            f"{path}: expected a valid index, got {len(problems)} problem(s):\n"
            + "\n".join(problems)
        )
    return [
        Clip(
            clip=row["clip"],
            path=row["path"],
            subject=row["subject"],
            expression=canonical_expression(row["expression"]),
            sha256=row["sha256"],
            attributes={k: v for k, v in row.items() if k not in REQUIRED},
        )
        for row in rows
    ]


def write_index(path: Path | str, clips: Iterable[Clip]) -> None:
    """Write clips as an index, atomically; the inverse of :func:`read_index`."""
    clips = list(clips)
    extra = sorted({key for clip in clips for key in clip.attributes})
    with atomic_path(path) as part, part.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([*REQUIRED, *extra])
        for clip in clips:
            values = [getattr(clip, column) for column in REQUIRED]
            writer.writerow([*values, *(clip.attributes.get(key, "") for key in extra)])
