"""Submissions as they come: a folder or a zip file full of notebooks."""

import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import nbformat

from mffcnn_book.labs._source import Lab
from mffcnn_core.errors import LabError
from mffcnn_core.inputs import MIB, NOTEBOOK_BYTES, read_bytes

PATTERNS = (
    r"(?:.*/)?[^/]*?_(?P<student>[^/_]+)_attempt_[\d-]+(?:_[^/]*)?",  # Blackboard
    r"(?P<student>[^/]+?)_\d+_assignsubmission_file_?/[^/]+",  # Moodle, a folder each
    r"(?P<student>[^/]+?)_\d+_assignsubmission_file_[^/]+",  # Moodle, one folder
    r"(?P<student>[^/]+?)(_LATE)?_\d+_\d+_[^/]+",  # Canvas
    r"lab\d+[ _-](?P<student>[^/]+)",  # lab02_ada.ipynb
    r"(?P<student>[^/]+)[ _-]lab\d+",  # ada_lab02.ipynb
    r"(?P<student>[^/]+)/[^/]+",  # ada/lab02.ipynb
    r"(?!lab\d+$)(?P<student>[^/]+)",  # ada.ipynb
)
"""How the student is told from a notebook's path without its suffix; the first that fits."""


def read_inbox(lab: Lab, inbox: Path, *, pattern: str = "") -> dict[str, str]:
    """Return the text of each student's notebook.

    Parameters
    ----------
    lab : Lab
    inbox : Path
        A folder or a zip file; files other than notebooks are passed over.
    pattern : str
        Regular expression for the path below the inbox without ``.ipynb``, with a group
        ``student``; by default ``PATTERNS``.

    Raises
    ------
    LabError
        One that lists everything that does not fit: names from which no student follows,
        two notebooks of one student, notebooks that are not of this lab.
    """
    found: dict[str, tuple[str, str]] = {}
    wrong = []
    notebooks = list(_notebooks(inbox))
    above = _folder_of_all([name for name, _ in notebooks])
    for name, content in notebooks:
        try:
            text = notebook_text(content)
        except UnicodeDecodeError:
            wrong.append(f"{name}: neither UTF-8 nor UTF-16, so no notebook")
            continue
        student = _student(name.removeprefix(above), pattern)
        if not student:
            wrong.append(f"{name}: no student follows from the name")
        elif not _is_of(lab, text):
            wrong.append(f"{name}: not a notebook of {lab.name}")
        elif student in found:
            wrong.append(f"{name}: {student} has also handed in {found[student][0]}")
        else:
            found[student] = name, text
    if wrong or not found:
        listed = "\n".join(wrong) or "no notebook"
        raise LabError(
            f"{inbox}: expected one notebook of {lab.name} for each student, got\n{listed}\n"
            "Take those out, or say how the names are made with a pattern."
        )
    return {student: text for student, (_, text) in found.items()}


def _notebooks(inbox: Path) -> Iterator[tuple[str, bytes]]:
    """Yield path and content of every notebook, without what systems add of their own."""
    if inbox.is_dir():
        for path in sorted(inbox.rglob("*.ipynb")):
            name = path.relative_to(inbox).as_posix()
            if not _is_systems(name):
                yield name, read_bytes(path, NOTEBOOK_BYTES)
        return
    if not zipfile.is_zipfile(inbox):
        raise LabError(
            f"{inbox}: expected a folder or a zip file of submissions, got neither. Check the path."
        )
    with zipfile.ZipFile(inbox) as archive:
        for one in sorted(archive.infolist(), key=lambda one: one.filename):
            name = one.filename.replace("\\", "/")  # as some programs on Windows write it
            if name.endswith(".ipynb") and not _is_systems(name):
                yield name, _member(inbox, archive, one)


def _member(inbox: Path, archive: zipfile.ZipFile, one: zipfile.ZipInfo) -> bytes:
    if one.file_size > NOTEBOOK_BYTES:
        raise LabError(
            f"{inbox}: expected notebooks of at most {NOTEBOOK_BYTES / MIB:g} MiB, got "
            f"{one.file_size / MIB:.0f} in {one.filename}. Look at it by hand."
        )
    try:
        return archive.read(one)
    # what zipfile raises for damage; a RuntimeError asks for a password
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as error:
        raise LabError(
            f"{inbox}: expected a sound zip file without a password, got {one.filename} that "
            f"cannot be unpacked ({error}). Fetch it again."
        ) from error


def _is_systems(name: str) -> bool:
    """Say whether macOS or Jupyter have put a file beside the student's."""
    parts = PurePosixPath(name).parts
    return parts[-1].startswith("._") or bool({"__MACOSX", ".ipynb_checkpoints"} & set(parts))


def _folder_of_all(names: list[str]) -> str:
    """Return the folder that all submissions lie in, as a prefix: it names no student."""
    folders = {name.partition("/")[0] for name in names if "/" in name}
    if len(names) < 2 or len(folders) != 1 or not all("/" in name for name in names):
        return ""
    return f"{folders.pop()}/"


def notebook_text(content: bytes) -> str:
    """Return the text of a notebook, which some editors save with a mark or as UTF-16."""
    mark = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    return content.decode("utf-16" if mark else "utf-8-sig")


def _student(name: str, pattern: str) -> str:
    """Return a name that is safe as a folder and does not change on other systems."""
    name = name.removesuffix(".ipynb")
    bare = re.sub(r"[ _-]*(\(\d+\)|[ _-](copy|Kopie|copie)( \d+)?)$", "", name)  # of a download
    for one in (pattern,) if pattern else PATTERNS:
        if match := re.fullmatch(one, name if pattern else bare):
            return re.sub(r"[^\w.-]+", "-", match["student"]).strip("-.")
    return ""


def _is_of(lab: Lab, text: str) -> bool:
    try:
        cells = nbformat.reads(text, as_version=4).cells
    except (ValueError, KeyError, AttributeError, TypeError):  # no JSON, or no notebook
        return False

    def names(cells: list) -> set[str]:
        facts = (cell.metadata.get("nbgrader", {}) for cell in cells)
        return {one["grade_id"] for one in facts if one.get("grade")}

    asked = names(lab.read().cells)
    return 2 * len(asked & names(cells)) > len(asked)  # labs share a name or two
