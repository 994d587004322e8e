"""Names of what ``mffcnn predict`` writes: never over a file that it did not write."""

import csv
import itertools
import os
from collections.abc import Iterator
from pathlib import Path

OF = "video"
"""The column of a table that says of which video it is."""
SOURCE = "Source"
"""The same in the text of a picture."""
ENDINGS = ("_expressions.csv", "_expressions.png")
_LONGEST = 255  # bytes of a name, on the disks that are common


def shown(video: Path) -> str:
    """Return the path of a video as it can be stored and compared."""
    return os.fsencode(os.path.normpath(video)).decode("utf-8", "backslashreplace")


def free_outputs(folder: Path, video: Path) -> tuple[Path, Path]:
    """Return where the table and the figure of a video go.

    They are called after the video without its suffix; with it if there is something else of
    that name: of another video, or of the user's own; and then with a number.  What was
    written of the same video is replaced.

    Parameters
    ----------
    folder, video : Path
        The video as the user has named it.

    Raises
    ------
    OSError
        If the folder is none, or cannot be looked into.
    """
    for name in _names(video):
        table, figure = (folder / f"{_fitting(name)}{ending}" for ending in ENDINGS)
        if _is_ours(table, _of_table, video) and _is_ours(figure, _of_figure, video):
            return table, figure
    raise AssertionError("numbers do not end")


def _names(video: Path) -> Iterator[str]:
    name = os.fsencode(video.name).decode("utf-8", "replace")
    yield name.removesuffix(video.suffix) or name
    yield name
    yield from (f"{name}_{k}" for k in itertools.count(2))


def _fitting(name: str) -> str:
    """Return a name that is short enough with its ending; a number at its end stays."""
    room = _LONGEST - max(map(len, ENDINGS))
    if len(name.encode()) <= room:
        return name
    end = name[-12:]
    return name.encode()[: room - len(end.encode())].decode("utf-8", "ignore") + end


def _is_ours(path: Path, of: object, video: Path) -> bool:
    """Say whether a file may be written: there is none, or it was written for this video."""
    try:
        return not os.path.lexists(path) or of(path) == shown(video)
    except (OSError, ValueError, SyntaxError):  # what a picture that is none may raise
        return False


def _of_table(path: Path) -> str | None:
    with path.open(newline="", encoding="utf-8") as file:
        row = next(csv.DictReader(file), {})
    return row.get(OF)


def _of_figure(path: Path) -> str | None:
    from PIL import Image  # loaded only where there is a picture

    with Image.open(path) as picture:
        return picture.info.get(SOURCE)
