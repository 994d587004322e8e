"""Data sets of which only measurements can be had: a table with a row for each clip."""

import math
from collections import Counter
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import numpy as np
import numpy.typing as npt

from mffcnn_core.datasets._build import Build
from mffcnn_core.datasets._dataset import Dataset
from mffcnn_core.datasets._facts import Reader, UnusableClip, plain
from mffcnn_core.datasets._index import Clip
from mffcnn_core.datasets._layout import FeatureTable
from mffcnn_core.datasets._scan import LeftOut
from mffcnn_core.datasets._tables import Sheet, read_sheet
from mffcnn_core.errors import ManifestError, ParameterError
from mffcnn_core.files import sha256_of_file


@dataclass(frozen=True, eq=False)
class Features:
    """What was measured of the clips of a data set.

    Attributes
    ----------
    clips : tuple of Clip
    names : tuple of str, length d
        Of the measurements.
    values : ndarray of float64, shape (n_clips, d)
        In the units of whoever measured them.
    """

    clips: tuple[Clip, ...]
    names: tuple[str, ...]
    values: npt.NDArray[np.float64]


def _read(table: FeatureTable, path: Path) -> Sheet:
    columns = {"clip": (table.clip,), **{name: (name,) for name in table.columns}}
    return read_sheet(path, columns, columns)


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
    sheet = _read(table, root / found[0])
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


def read_features(dataset: Dataset) -> Features:
    """Return what was measured of the clips of a data set of the kind ``"features"``.

    Parameters
    ----------
    dataset : Dataset

    Raises
    ------
    ParameterError
        If it is of another kind: then there are videos to prepare.
    ManifestError
        If the table is gone, or another one than when its index was built.
    """
    layout = dataset.manifest.layout
    if layout is None or layout.features is None:
        raise ParameterError(
            f"{dataset.manifest.name}: expected a data set of the kind 'features', got one of "
            "videos. Prepare its clips: `mffcnn prepare`."
        )
    path = dataset.path_of(dataset.clips[0])
    if not path.is_file() or sha256_of_file(path) != dataset.clips[0].sha256:
        raise ManifestError(
            f"{path}: expected the table as it was when its index was built, got "
            f"{'another one' if path.is_file() else 'none'}. Run `mffcnn data build "
            f"{dataset.manifest.name} --root DIR` again."
        )
    rows = {row["clip"]: row for _, row in _read(layout.features, path).rows}
    values = [[float(rows[clip.clip][name]) for name in layout.features.columns]
              for clip in dataset.clips]  # fmt: skip
    return Features(dataset.clips, layout.features.columns, np.array(values))
