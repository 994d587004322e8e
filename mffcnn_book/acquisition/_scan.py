"""Every file below a folder, and what cannot be looked at."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mffcnn_core.errors import ManifestError


@dataclass(frozen=True)
class LeftOut:
    r"""A file that is no clip of the index, and why.

    Attributes
    ----------
    path : str
        Relative to the data set's folder; bytes that are no UTF-8 are shown as ``\xNN``.
    reason : str
    meant : bool
        Whether the layout asks for it; if not, something is wrong.
    """

    path: str
    reason: str
    meant: bool = False


def readable_name(path: str) -> str:
    """Return a path as it can be printed and stored."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def scan(root: Path) -> tuple[list[str], list[LeftOut]]:
    """Find every file below a folder, in sorted order.

    Links are followed; a folder that was seen already is not entered again, so a loop ends.

    Parameters
    ----------
    root : Path

    Returns
    -------
    files : list of str
        Relative paths with forward slashes.
    left_out : list of LeftOut
        Names that nothing can be done with: broken links, loops, what cannot be read.

    Raises
    ------
    ManifestError
        If there is no such folder.
    """
    if not root.is_dir():
        raise ManifestError(
            f"{root}: expected the folder of the data set's copy, got "
            f"{'a file' if root.exists() else 'no such folder'}. Give it with --root."
        )
    found = list(_walk(root, "", {_identity(root)}))
    files = sorted(one for one in found if isinstance(one, str))
    return files, sorted(
        (one for one in found if isinstance(one, LeftOut)), key=lambda one: one.path
    )


def _identity(folder: Path) -> tuple[int, int]:
    status = folder.stat()
    return status.st_dev, status.st_ino


def _walk(folder: Path, prefix: str, seen: set[tuple[int, int]]) -> Iterator[str | LeftOut]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        yield LeftOut(readable_name(prefix), f"a folder that cannot be read ({error.strerror})")
        return
    for entry in entries:
        path = f"{prefix}{entry.name}"
        name = readable_name(path)
        if entry.name.startswith(".") or entry.name == "__MACOSX":
            yield LeftOut(name, "a hidden file of the system", meant=True)
        elif name != path or not name.isprintable():
            yield LeftOut(name, "a name with bytes that are no printable UTF-8; rename it")
        else:
            try:
                if entry.is_dir():
                    identity = _identity(Path(entry.path))
                    if identity in seen:
                        yield LeftOut(name, "a link to a folder that is looked at already")
                    else:
                        seen.add(identity)
                        yield from _walk(Path(entry.path), f"{path}/", seen)
                elif entry.is_file():
                    yield path
                else:
                    yield LeftOut(name, "a broken link, or no regular file")
            except OSError as error:  # a link to itself
                yield LeftOut(name, f"cannot be looked at ({error.strerror})")


_SOUND = (".wav", ".mp3", ".m4a", ".m4b", ".wma", ".mka", ".ogg", ".oga", ".opus", ".aac", ".flac")


def looks_like_video(path: Path) -> bool:
    """Say whether a file begins as a video does, whatever it is called.

    Raises
    ------
    OSError
        If it cannot be read.
    """
    if path.suffix.lower() in _SOUND:
        return False
    with path.open("rb") as file:
        head = file.read(400)
    starts = (
        *(b"\x1a\x45\xdf\xa3", b"FLV\x01", b"\x30\x26\xb2\x75\x8e\x66\xcf\x11"),
        *(b"\0\0\x01\xba", b"\0\0\x01\xb3", b".RMF"),
    )
    return (
        head.startswith(starts)
        or (
            head[4:8] == b"ftyp" and head[8:12] not in (b"M4A ", b"M4B ", b"heic", b"mif1", b"avif")
        )
        or (head[:4] == b"RIFF" and head[8:12] == b"AVI ")
        or (head[:4] == b"OggS" and b"theora" in head)
        or head[:377:188] == b"GGG"  # a transport stream, of packets of 188 bytes
        or head[4:389:192] == b"GGG"  # the same with a time before each
    )
