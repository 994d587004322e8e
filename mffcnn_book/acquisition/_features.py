"""The index of a data set of which only measurements can be had: a row of a table is a clip."""

import math
from collections import Counter
from pathlib import Path, PurePosixPath

from mffcnn_book.acquisition._build import Build
from mffcnn_book.acquisition._facts import Reader, UnusableClip, plain
from mffcnn_book.acquisition._scan import LeftOut
from mffcnn_core.datasets import Clip, read_sheet
from mffcnn_core.errors import ManifestError
from mffcnn_core.files import sha256_of_file


def _number(row: dict[str, str], name: str) -> float:
    try:
        value = float(row[name])
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise UnusableClip(f"{name}: expected a number, got {row[name]!r}")
    return value


def build_features(reader: Reader, root: Path, files: list[str], left_out: list[LeftOut]) -> Build:
    """Make the index of a table of features; every row of it is accounted for.

    Parameters
    ----------
    reader : Reader
    root : Path
        Folder of the copy.
    files : list of str
        Relative paths of its files.
    left_out : list of LeftOut
        What of the folder could not be looked at.

    Raises
    ------
    ManifestError
        If there is not one such table, or a column is missing.
    """
    manifest, table = reader.manifest, reader.layout.features
    found = [path for path in files if PurePosixPath(path).name == table.file]
    if len(found) != 1:
        raise ManifestError(
            f"{root}: expected one file {table.file}, got {', '.join(found) or 'none'}. "
            f"{manifest.how_to_get}"
        )
    sheet = read_sheet(root / found[0], table.sheet_columns, table.sheet_columns)
    checksum, notes = sha256_of_file(root / found[0]), list(sheet.notes)
    published = manifest.downloads.files if manifest.downloads else ()
    if any(one.file == table.file and one.sha256 != checksum for one in published):
        notes.append(f"{found[0]}: another table than the published one, by its sha256")
    times = Counter(row["clip"] for _, row in sheet.rows)
    clips, left_out = [], list(left_out)
    for number, row in sheet.rows:
        try:
            if times[row["clip"]] > 1:
                raise UnusableClip(f"the table has {times[row['clip']]} rows of this name")
            clips.append(_clip(reader, row, found[0], checksum))
        except UnusableClip as why:
            left_out.append(LeftOut(row["clip"] or f"line {number}", str(why), why.meant))
    other = Counter(PurePosixPath(path).suffix.lower() or "without ending" for path in files)
    other[PurePosixPath(table.file).suffix.lower()] -= 1
    return Build(manifest, root, tuple(clips), tuple(left_out), dict(+other), tuple(notes))


def _clip(reader: Reader, row: dict[str, str], path: str, checksum: str) -> Clip:
    facts = reader.facts(row["clip"])
    expression = reader.expression(facts)
    for column in reader.layout.features.columns:
        _number(row, column)
    return Clip(
        clip=row["clip"],
        path=path,
        subject=plain(facts["subject"]),
        expression=expression,
        sha256=checksum,
        attributes={key: facts.get(key, "") for key in reader.attributes},
    )
