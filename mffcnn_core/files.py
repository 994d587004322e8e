"""Files that are whole or absent, and the hashes that name them."""

import contextlib
import dataclasses
import errno
import hashlib
import json
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mffcnn_core.errors import InputError, RecordError
from mffcnn_core.inputs import JSON_BYTES, read_bytes

VIDEO_SUFFIXES = (
    *(".avi", ".mp4", ".mov", ".mkv", ".webm", ".flv", ".mpg", ".mpeg", ".wmv", ".m4v"),
    *(".mts", ".m2ts", ".m2t", ".ts", ".mod", ".vob", ".dv", ".mxf"),  # camcorders, television
    *(".3gp", ".3g2", ".f4v", ".qt", ".asf", ".divx", ".ogv", ".gif", ".y4m"),
)
"""What a video's name ends in; all are read."""
PICTURE_SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff")


@contextlib.contextmanager
def atomic_path(path: Path | str) -> Iterator[Path]:
    """Yield a temporary path beside ``path`` and rename it there when the block succeeds.

    A reader never sees half a file, and two writers of one file do not disturb each
    other.  The temporary name keeps the suffix, since encoders choose a format by it.

    Examples
    --------
    >>> import tempfile
    >>> target = Path(tempfile.mkdtemp()) / "sub" / "a.txt"
    >>> with atomic_path(target) as part:
    ...     _ = part.write_text("whole")
    >>> target.read_text()
    'whole'
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    # short: it must fit where the name itself does
    suffix = path.suffix if len(path.suffix) <= 10 else ""
    part = path.with_name(f".{path.stem[:30]}.{secrets.token_hex(6)}.part{suffix}")
    try:
        yield part
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def disk_is_full(error: BaseException) -> bool:
    """Say whether an error tells that no room is left: on the disk, of a quota, or in a file."""
    full = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
    return isinstance(error, OSError) and error.errno in full


def canonical_json(value: Any) -> str:
    """Return JSON with sorted keys and full float precision: equal values, equal text."""
    return json.dumps(value, sort_keys=True, indent=1, ensure_ascii=False, default=_jsonable)


def _jsonable(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    if isinstance(value, Path):
        return value.as_posix()
    if hasattr(value, "tolist"):  # numpy scalars and arrays
        return value.tolist()
    raise TypeError(f"{type(value).__name__} has no JSON form")


def write_json(path: Path | str, value: Any) -> None:
    """Write ``value`` as canonical JSON, atomically."""
    with atomic_path(path) as part:
        part.write_text(canonical_json(value) + "\n", encoding="utf-8")


def write_json_if_new(path: Path | str, value: Any) -> bool:
    """Write ``value`` as :func:`write_json` does, unless the file holds it; say whether.

    An equal file keeps its time stamp: what depends on it is still current.
    """
    path = Path(path)
    if path.is_file() and path.read_text(encoding="utf-8") == canonical_json(value) + "\n":
        return False
    write_json(path, value)
    return True


def read_json(path: Path | str) -> Any:
    """Read a JSON file.

    Raises
    ------
    RecordError
        If the file is missing, cannot be read, or is not JSON.
    """
    try:
        return json.loads(read_bytes(path, JSON_BYTES).decode("utf-8"))
    except FileNotFoundError as error:
        raise RecordError(
            f"{path}: expected a JSON record, got no file. Run the step that makes it."
        ) from error
    except (OSError, InputError) as error:
        raise RecordError(
            f"{path}: expected a JSON record, got a file that cannot be read ({error}). Delete it "
            "and run again."
        ) from error
    except (ValueError, RecursionError) as error:  # its syntax, its encoding or its depth
        raise RecordError(
            f"{path}: expected JSON, got a syntax error ({error}). Delete it and run again."
        ) from error


def sha256_of_file(path: Path | str) -> str:
    """Return the hexadecimal sha256 of a file, read in blocks."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sha256_of_path(path: Path | str) -> str:
    """Return the sha256 of a file, or of the names and contents of the files in a folder.

    A clip may be a folder of pictures; hidden files and folders within are left out.

    Raises
    ------
    OSError
        If there is nothing, or it cannot be read.
    """
    path = Path(path)
    if not path.is_dir():
        return sha256_of_file(path)
    names = sorted(p.name for p in path.iterdir() if p.is_file() and not p.name.startswith("."))
    return sha256_of([[name, sha256_of_file(path / name)] for name in names])


def sha256_of_text(path: Path | str) -> str:
    """Return :func:`sha256_of` of what :func:`write_json` wrote into a file, without parsing it.

    Of a large value it is many times faster.  If the file was written otherwise, it is just
    another sum.
    """
    return hashlib.sha256(Path(path).read_bytes().removesuffix(b"\n")).hexdigest()


def sha256_of(value: Any) -> str:
    """Return the hexadecimal sha256 of a value's canonical JSON."""
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()
