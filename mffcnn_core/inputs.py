"""Files from outside: read as a whole, if they are what they should be and within limits.

A file may come from a stranger.  So a pipe or a device is refused before it is read, nothing
is read without a limit to its size, and what a packed file unfolds to is counted before it
is unfolded.  The limits are stated here and nowhere else.
"""

import math
import os
import re
import stat
from collections.abc import Mapping
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

import yaml

from mffcnn_core.errors import InputError

MIB = 1 << 20
YAML_BYTES = 1 * MIB
"""Of a manifest, a profile or a file of parameters."""
JSON_BYTES = 256 * MIB
"""Of a record."""
TABLE_BYTES = 256 * MIB
"""Of a table as text: OpenFace writes 5 kB a frame, so this is half an hour of video."""
SHEET_BYTES = 64 * MIB
"""Of everything in a spreadsheet, unpacked."""
SHEET_CELLS = 2_000_000
"""Of a spreadsheet, empty ones included."""
NOTEBOOK_BYTES = 64 * MIB
"""Of a notebook that was handed in."""
MODEL_BYTES = 8 * 1024 * MIB
"""Of a saved model, which is not packed."""
DEPTH, ENTRIES, TEXT = 20, 100_000, 10_000
"""Of values that are read from a file: how deep, how many, and how long a text."""
LARGEST = 1 << 32
"""Of a number that a file may state as a setting: a seed has 32 bits, a size far less."""


def read_bytes(path: Path | str, at_most: int) -> bytes:
    """Return the content of a regular file.

    Parameters
    ----------
    path : Path or str
    at_most : int
        Bytes.

    Raises
    ------
    InputError
        If it is a pipe, a device or a folder, or larger than ``at_most``.
    OSError
        If it is missing or may not be read.
    """
    # without O_NONBLOCK, to open a pipe waits for a writer, for ever if there is none
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    if Path(path).is_dir():  # which some systems do not even open
        raise InputError(f"{path}: expected a file, got a folder. Check the path.")
    with os.fdopen(os.open(path, flags), "rb") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise InputError(
                f"{path}: expected a regular file, got a pipe or a device. Copy its content into "
                "a file first."
            )
        data = file.read(at_most + 1)
        if len(data) > at_most:
            raise InputError(
                f"{path}: expected at most {at_most / MIB:g} MiB, got {status.st_size / MIB:.0f}. "
                "It is no file of this kind."
            )
        return data


class _Loader(yaml.SafeLoader):
    """Plain values only: few bytes with aliases can stand for more than any memory holds."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        event = self.peek_event()
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise yaml.constructor.ConstructorError(
                None, None, "expected values written out, got an anchor or alias", event.start_mark
            )
        return super().compose_node(parent, index)


def read_yaml(path: Path | str) -> Any:
    """Return the values of a YAML file, which are plain and within the limits.

    Raises
    ------
    InputError
        If the file is no YAML in UTF-8, has an anchor or alias, a value that
        :func:`check_plain` refuses, is no regular file, or is too large.
    OSError
        If it is missing or may not be read.
    """
    try:
        values = yaml.load(read_bytes(path, YAML_BYTES).decode("utf-8-sig"), _Loader)
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: expected UTF-8 text, got {error}. Save it as UTF-8.") from error
    # a date of month 13 is a ValueError; a stranger's file may be nested without end
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise InputError(f"{path}: expected YAML, got a syntax error: {error}") from error
    check_plain(values, str(path))
    return values


def check_plain(values: Any, where: str) -> None:
    """Refuse values of a file that could not be settings: endless, or too large to be meant.

    Parameters
    ----------
    values
        As YAML or JSON holds them.
    where : str
        The file, for the message.

    Raises
    ------
    InputError
        If values are nested deeper than ``DEPTH`` or more than ``ENTRIES``, a text is longer
        than ``TEXT`` characters, or a number is not finite or beyond ``LARGEST``.
    """
    todo, count = [(values, "", 0)], 0
    while todo:
        value, name, depth = todo.pop()
        count += 1
        what = ""
        if depth > DEPTH or count > ENTRIES:
            what = f"at most {ENTRIES} values, {DEPTH} deep", "more"
        elif isinstance(value, str) and len(value) > TEXT:
            what = f"a text of at most {TEXT} characters", f"{len(value)}"
        elif isinstance(value, int | float) and not (
            math.isfinite(value) and abs(value) <= LARGEST
        ):
            what = f"a number from -{LARGEST} to {LARGEST}", f"{value:.3g}"
        if what:
            raise InputError(
                f"{where}: {name or 'values'}: expected {what[0]}, got {what[1]}. Do not use a "
                "file of which you do not know where it comes from."
            )
        if isinstance(value, Mapping):
            todo += [(key, name, depth + 1) for key in value]
            todo += [
                (one, f"{name}.{key}"[-80:].lstrip("."), depth + 1) for key, one in value.items()
            ]
        elif isinstance(value, list | tuple):
            todo += [(one, f"{name}.{k}"[-80:], depth + 1) for k, one in enumerate(value)]


def leaves_folder(path: str) -> bool:
    r"""Say whether a path that stands in a file leads, or may lead, out of its folder.

    Examples
    --------
    >>> [leaves_folder(path) for path in ("a/b.csv", "../b", "/b", r"C:\b", r"a\..\b", "~/b")]
    [False, True, True, True, True, True]
    """
    return (
        not path
        or "\0" in path
        or path.startswith("~")
        or any(kind(path).drive or kind(path).root for kind in (PurePosixPath, PureWindowsPath))
        or ".." in re.split(r"[/\\]", path)
    )
