"""The record of a build, beside an index: where the copy lies, and what was left out of it."""

import json
from pathlib import Path
from typing import Any

from mffcnn_core.datasets._manifest import FORMAT
from mffcnn_core.errors import ManifestError
from mffcnn_core.files import write_json

BUILT = "build.json"
"""Name of the record of a build, beside the index."""


def write_build(folder: Path, report: dict[str, Any]) -> None:
    """Write the report of a build beside an index, as :func:`read_build` reads it.

    Parameters
    ----------
    folder : Path
    report : dict
        Plain values; ``root`` is the folder of the copy.
    """
    write_json(folder / BUILT, {"format": FORMAT, **report})


def read_build(folder: Path) -> dict[str, Any] | None:
    """Return the report that lies beside an index, or None if there is none.

    Raises
    ------
    ManifestError
        If it is damaged or of another version.
    """
    path = folder / BUILT
    if not path.is_file():
        return None
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
        version, _ = value["format"], value["root"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ManifestError(
            f"{path}: expected the report of a build, got a damaged file ({error}). "
            "Run `mffcnn data build` again."
        ) from error
    if version != FORMAT:
        raise ManifestError(
            f"{path}: expected a report of format {FORMAT}, got format {version!r}. Another "
            "version of this library wrote it; run `mffcnn data build` again."
        )
    return value
