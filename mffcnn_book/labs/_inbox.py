"""Submissions as they come: a folder or a zip file full of notebooks."""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import nbformat

from mffcnn_book.labs._source import Lab
from mffcnn_core.errors import LabError

PATTERNS = (
    r"(?P<student>[^/]+?)_\d+_assignsubmission_file_?/[^/]+",  # Moodle, a folder each
    r"(?P<student>[^/]+?)_\d+_assignsubmission_file_[^/]+",  # Moodle, one folder
    r"(?P<student>[^/]+?)(_LATE)?_\d+_\d+_[^/]+",  # Canvas
    r"lab\d+[ _-](?P<student>[^/]+)",  # lab02_ada.ipynb
    r"(?P<student>[^/]+)[ _-]lab\d+",  # ada_lab02.ipynb
    r"(?P<student>[^/]+)/[^/]+",  # ada/lab02.ipynb
    r"(?P<student>[^/]+)",  # ada.ipynb
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
    for name, text in _notebooks(inbox):
        student = _student(name.removesuffix(".ipynb"), pattern)
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


def _notebooks(inbox: Path) -> Iterator[tuple[str, str]]:
    if inbox.is_dir():
        for path in sorted(inbox.rglob("*.ipynb")):
            if ".ipynb_checkpoints" not in path.parts:
                yield path.relative_to(inbox).as_posix(), path.read_text(encoding="utf-8")
    elif zipfile.is_zipfile(inbox):
        with zipfile.ZipFile(inbox) as archive:
            for name in sorted(archive.namelist()):
                if name.endswith(".ipynb") and not name.startswith("__MACOSX"):
                    yield name, archive.read(name).decode("utf-8")
    else:
        raise LabError(
            f"{inbox}: expected a folder or a zip file of submissions, got neither. Check the path."
        )


def _student(name: str, pattern: str) -> str:
    """Return a name that is safe as a folder and does not change on other systems."""
    for one in (pattern,) if pattern else PATTERNS:
        if match := re.fullmatch(one, name):
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
