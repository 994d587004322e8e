"""Files from outside: read as a whole, if they are what they should be and within limits.

A file may come from a stranger.  So a pipe or a device is refused before it is read, nothing
is read without a limit to its size, and what a packed file unfolds to is counted before it
is unfolded.  The limits are stated here and nowhere else.
"""

import functools
import os
import re
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

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
INBOX_BYTES = 2048 * MIB
"""Of everything in a zip file of submissions, unpacked."""
MODEL_BYTES = 8 * 1024 * MIB
"""Of a saved model, which is not packed."""
IMAGE_SIDE = 1024
"""Of a face crop and of an image that a network sees, in pixels."""
DEPTH, ENTRIES, TEXT = 20, 100_000, 10_000
"""Of values that are read from a file: how deep, how many, and how long a text."""
PATTERN_SECONDS = 5.0
"""For comparing one path with a regular expression of a manifest."""
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


@functools.cache
def _loader() -> Any:
    """Return what loads plain values; aliases are allowed, but not ``<<``, which copies them."""
    import yaml  # not at the top: the doctor works where it is not installed

    class Loader(yaml.SafeLoader):
        def flatten_mapping(self, node: yaml.MappingNode) -> None:
            if any(key.tag == "tag:yaml.org,2002:merge" for key, _ in node.value):
                raise yaml.constructor.ConstructorError(
                    None, None, "expected keys written out, got <<", node.start_mark
                )

    return Loader


def read_yaml(path: Path | str) -> Any:
    """Return the values of a YAML file, which are plain and within the limits.

    Raises
    ------
    InputError
        If the file is no YAML in UTF-8, has values that :func:`check_plain` refuses (a few
        bytes with aliases can stand for endless ones), is no regular file, or is too large.
    OSError
        If it is missing or may not be read.
    """
    import yaml

    try:
        values = yaml.load(read_bytes(path, YAML_BYTES).decode("utf-8-sig"), _loader())
    except UnicodeDecodeError as error:
        raise InputError(
            f"{path}: expected UTF-8, got a file that cannot be read as UTF-8 text ({error})."
        ) from error
    # a date of month 13 is a ValueError; a stranger's file may be nested without end
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise InputError(
            f"{path}: expected YAML, got a syntax error: {str(error)[:500]}"
        ) from error
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
    for count, (value, name, depth) in enumerate(_walk(values), start=1):
        what = ()
        if depth > DEPTH or count > ENTRIES:
            what = f"at most {ENTRIES} values, {DEPTH} deep", "more"
        elif isinstance(value, str) and len(value) > TEXT:
            what = f"a text of at most {TEXT} characters", f"{len(value)}"
        elif isinstance(value, int | float) and not abs(value) <= LARGEST:  # NaN, too
            what = f"a number from -{LARGEST} to {LARGEST}", str(value)[:40]
        if what:
            raise InputError(f"{where}: {name}: expected {what[0]}, got {what[1]}. {_STRANGER}")


def check_paths(values: Any, where: str) -> None:
    """Refuse a text that is a path out of the folder in which the program runs.

    Settings that are read from a file may name files of the project, and no others: what lies
    elsewhere must come from the user, by the command line or through a link in the project.

    Parameters
    ----------
    values, where
        As for :func:`check_plain`.

    Raises
    ------
    InputError
        If there is such a path.
    """
    for value, name, _ in _walk(values):
        if isinstance(value, str) and value and leaves_folder(value):
            raise InputError(
                f"{where}: {name}: expected a path inside the project's folder, got {value!r}. "
                f"Link what you need into the project. {_STRANGER}"
            )


_STRANGER = "Do not use a file of which you do not know where it comes from."


def _walk(values: Any) -> Iterator[tuple[Any, str, int]]:
    """Yield every value with its name and depth, keys of mappings included."""
    todo = [(values, "values", 0)]
    while todo:
        value, name, depth = todo.pop()
        yield value, name, depth
        inner = []
        if isinstance(value, Mapping):
            inner = [*((key, key) for key in value), *value.items()]
        elif isinstance(value, list | tuple):
            inner = list(enumerate(value))
        todo += [(one, f"{name}.{key}"[-80:].removeprefix("values."), depth + 1)
                 for key, one in inner]  # fmt: skip


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
