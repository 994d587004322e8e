"""Unpack archives so that nothing leaves the folder: names are checked before any byte moves."""

import contextlib
import re
import shutil
import stat
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from mffcnn_core.errors import DownloadError


@dataclass(frozen=True)
class _Member:
    """A file in an archive; ``kind`` is empty for an ordinary one."""

    name: str
    size: int
    kind: str
    open: Callable[[], IO[bytes] | None]


def unpack(archive: Path, folder: Path) -> dict[str, int]:
    """Unpack a zip or tar archive into a folder.

    Nothing is written unless every name stays inside the folder and every member is an
    ordinary file or folder.  Files appear whole.

    Parameters
    ----------
    archive : Path
    folder : Path

    Returns
    -------
    dict of str to int
        Relative path of each file -> its size.

    Raises
    ------
    DownloadError
        If it is no archive, damaged, encrypted or unsafe, or needs more space than there is.
    """
    with _members(archive) as members:
        for member in members:
            _check(archive, folder, member)
        total, free = sum(member.size for member in members), shutil.disk_usage(folder).free
        if total > free:
            raise DownloadError(
                f"{archive}: expected {total} bytes of free space to unpack it, got {free}. Choose "
                "a folder on another disk."
            )
        with tempfile.TemporaryDirectory(dir=folder, prefix=".unpacking-") as part:
            for number, member in enumerate(members):
                written = _copy(archive, member, Path(part) / str(number))
                target = folder / member.name
                target.parent.mkdir(parents=True, exist_ok=True)
                written.replace(target)
        return {member.name: member.size for member in members}


def _copy(archive: Path, member: _Member, part: Path) -> Path:
    with member.open() as source, part.open("wb") as target:
        left = member.size
        while block := source.read(min(1 << 20, left + 1)):
            left -= len(block)
            if left < 0:
                break
            target.write(block)
    if left:
        raise DownloadError(
            f"{archive}: expected {member.size} bytes of {member.name}, got others. The archive is "
            "damaged."
        )
    return part


def _check(archive: Path, folder: Path, member: _Member) -> None:
    path = PurePosixPath(member.name)
    reason = ""
    if member.kind:
        reason = f"a {member.kind}"
    elif path.is_absolute() or "\\" in member.name or re.match(r"[A-Za-z]:", member.name):
        reason = "an absolute or foreign path"
    elif ".." in path.parts or not path.name or "\0" in member.name:
        reason = "a path that leaves the folder"
    elif not (folder / member.name).resolve().is_relative_to(folder.resolve()):
        reason = "a path through a link out of the folder"
    elif (folder / member.name).is_dir():
        reason = "a file in place of a folder"
    if reason:
        raise DownloadError(
            f"{archive}: expected files that stay inside the folder, got {member.name!r}, "
            f"{reason}. The archive is not unpacked; do not trust it."
        )


@contextlib.contextmanager
def _members(archive: Path) -> Iterator[list[_Member]]:
    try:
        if zipfile.is_zipfile(archive):
            with zipfile.ZipFile(archive) as file:
                yield [_of_zip(file, info) for info in file.infolist() if not info.is_dir()]
        elif tarfile.is_tarfile(archive):
            with tarfile.open(archive) as file:
                yield [_of_tar(file, info) for info in file.getmembers() if not info.isdir()]
        else:
            raise DownloadError(f"{archive}: expected a zip or tar archive, got neither.")
    # what zipfile and tarfile raise for damage; a RuntimeError asks for a password
    except (
        *(zipfile.BadZipFile, tarfile.TarError, zlib.error, EOFError, OSError),
        *(RuntimeError, NotImplementedError, ValueError),
    ) as error:
        raise DownloadError(
            f"{archive}: expected a sound archive without password, got one that cannot be "
            f"unpacked ({error}). Delete it and fetch it again."
        ) from error


def _of_zip(file: zipfile.ZipFile, info: zipfile.ZipInfo) -> _Member:
    mode = info.external_attr >> 16
    odd = stat.S_IFMT(mode) not in (0, stat.S_IFREG)
    kind = ("link" if stat.S_ISLNK(mode) else "special file") if odd else ""
    # zipfile cuts names at a zero byte and turns backslashes on some systems: take the original
    return _Member(info.orig_filename, info.file_size, kind, lambda: file.open(info))


def _of_tar(file: tarfile.TarFile, info: tarfile.TarInfo) -> _Member:
    kind = "" if info.isreg() else "link" if info.islnk() or info.issym() else "special file"
    return _Member(info.name, info.size, kind, lambda: file.extractfile(info))
