"""The files of an inbox: a folder or a zip file, zip files within opened."""

import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath

from mffcnn_core.errors import InputError, LabError
from mffcnn_core.inputs import INBOX_BYTES, MIB, NOTEBOOK_BYTES, read_bytes

_DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError),
    *(RuntimeError, NotImplementedError),
)
"""What zipfile raises for damage; a RuntimeError asks for a password."""


@dataclass(frozen=True)
class Received:
    """A file as it came; ``wrong`` says why its content is not to be had."""

    name: str
    when: datetime
    content: bytes
    wrong: str = ""


def read_files(inbox: Path) -> Iterator[Received]:
    """Yield every file, zip files within opened, without what systems add of their own."""
    if inbox.is_dir():
        for path in sorted(inbox.rglob("*")):
            name = path.relative_to(inbox).as_posix()
            if path.is_dir() or _is_systems(name):
                continue
            when = datetime.fromtimestamp(path.stat().st_mtime)
            try:
                yield from _opened(Received(name, when, read_bytes(path, NOTEBOOK_BYTES)))
            except InputError as error:
                yield Received(name, when, b"", str(error))
    elif zipfile.is_zipfile(inbox):
        try:
            with zipfile.ZipFile(inbox) as archive:
                members = list(_members(archive))
        except _DAMAGED as error:
            raise LabError(
                f"{inbox}: expected a sound zip file, got a damaged one ({error}). Fetch it again."
            ) from error
        for one in members:
            yield from _opened(one)
    else:
        raise LabError(
            f"{inbox}: expected a folder or a zip file of submissions, got neither. Check the path."
        )


def _opened(file: Received) -> Iterator[Received]:
    """Yield a file, or in its place the notebooks of a zip file that a student has sent."""
    if not file.name.lower().endswith(".zip") or file.wrong:
        yield file
        return
    try:
        with zipfile.ZipFile(io.BytesIO(file.content)) as archive:
            inside = [one for one in _members(archive) if one.name.lower().endswith(".ipynb")]
    except _DAMAGED:
        yield Received(file.name, file.when, b"", "a damaged zip file")
        return
    if not inside:
        yield Received(file.name, file.when, b"", "a zip file without a notebook")
    for one in inside:  # it belongs to whom the zip file belongs to
        yield Received(file.name.removesuffix(".zip") + ".ipynb", one.when, one.content, one.wrong)


def _members(archive: zipfile.ZipFile) -> Iterator[Received]:
    left = INBOX_BYTES
    for one in sorted(archive.infolist(), key=lambda one: one.filename):
        name = one.filename.replace("\\", "/")  # as some programs on Windows write it
        if one.is_dir() or _is_systems(name):
            continue
        try:
            when = datetime(*one.date_time)
        except ValueError:  # a day that does not exist
            when = datetime.min
        content, wrong = b"", ""
        if one.file_size > NOTEBOOK_BYTES:
            wrong = f"larger than {NOTEBOOK_BYTES / MIB:g} MiB; look at it by hand"
        elif one.file_size > left:
            wrong = f"beyond the {INBOX_BYTES / MIB:g} MiB that one zip file may unpack to"
        else:
            left -= one.file_size
            try:
                content = archive.read(one)
            except _DAMAGED as error:
                wrong = f"cannot be unpacked ({error})"
        yield Received(name, when, content, wrong)


def _is_systems(name: str) -> bool:
    """Say whether macOS, Windows or Jupyter have put a file beside the student's."""
    parts = PurePosixPath(name).parts
    return (
        parts[-1].startswith("._")
        or parts[-1] in (".DS_Store", "Thumbs.db", "desktop.ini")
        or bool({"__MACOSX", ".ipynb_checkpoints"} & set(parts))
    )
