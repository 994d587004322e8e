"""Submissions as they come: a folder or a zip file full of notebooks, and of other things."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path, PurePosixPath

import nbformat
from nbformat import NotebookNode

from mffcnn_book.labs._files import Received, read_files
from mffcnn_book.labs._roster import Person, called, folder_name
from mffcnn_book.labs._source import Lab
from mffcnn_book.labs._whole import grade_id, student_of
from mffcnn_core.errors import LabError

_MOODLE = r"(?P<student>[^/]+?)_(?P<number>\d+)_assignsubmission_(?:file|onlinetext)_?"
PATTERNS = (
    r"(?:.*/)?[^/]*?_(?P<student>[^/_]+)_attempt_[\d-]+(?:_[^/]*)?",  # Blackboard
    rf"(?P<folder>{_MOODLE})/.+",  # Moodle, a folder each
    rf"{_MOODLE}[^/]*",  # Moodle, one folder
    r"(?P<student>[^/]+?)(?P<late>_LATE)?_\d+_\d+_[^/]+",  # Canvas
    r"lab\d+[ _-](?P<student>[^/]+)",  # lab02_ada.ipynb
    r"(?P<student>[^/]+)[ _-]lab\d+",  # ada_lab02.ipynb
    r"(?P<student>[^/]+)/.+",  # ada/lab02.ipynb
    r"(?!lab\d+$)(?P<student>[^/]+)",  # ada.ipynb
)
"""How a file's path, without its suffix, names the student; the first that fits counts."""


@dataclass(frozen=True)
class Submission:
    """What one student has handed in, and may be marked.

    Attributes
    ----------
    notebook : NotebookNode
    name : str
        Of the file, as it came.
    number : str
        By which Moodle knows the submission.
    late : bool
    remarks : list of str
        What the teacher should know.
    """

    notebook: NotebookNode
    name: str
    number: str = ""
    late: bool = False
    remarks: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Inbox:
    """What an inbox holds.

    Attributes
    ----------
    taken : dict of str to Submission
        By student.
    refused : dict of str to str
        Reasons, by student, of those from whom nothing can be marked.
    strays : list of str
        Files from whose names no student follows.
    """

    taken: dict[str, Submission]
    refused: dict[str, str]
    strays: list[str]


def read_inbox(lab: Lab, inbox: Path, *, pattern: str = "", roster: dict[str, Person] | None = None,
               due: datetime | None = None) -> Inbox:  # fmt: skip
    """Return the submissions of a folder or a zip file, and what is none.

    Parameters
    ----------
    lab : Lab
    inbox : Path
    pattern : str
        Regular expression for the path below the inbox without its suffix, with a group
        ``student``; by default ``PATTERNS``.
    roster : dict of str to Person, optional
        Students are then called by their ``id`` there.
    due : datetime, optional
        Files that are younger are late.

    Raises
    ------
    LabError
        If there is no such folder or zip file, or nothing in it; if the pattern is no regular
        expression with a group ``student``.
    """
    _check_pattern(pattern)
    by_student: dict[tuple[str, str], list[tuple[Received, re.Match[str]]]] = {}
    refused: dict[str, str] = {}
    strays: list[str] = []
    files = list(read_files(inbox))
    if not files:
        raise LabError(f"{inbox}: expected submissions of {lab.name}, got no file. Check the path.")
    above = _folder_of_all([one.name for one in files])
    for one in files:
        found = _told(one.name.removeprefix(above), pattern)
        owner, number = (found["student"], _group(found, "number")) if found else ("", "")
        if not owner and not one.wrong and (notebook := _notebook(one.content)):
            owner = student_of(notebook) if roster and called(student_of(notebook), roster) else ""
        if roster and owner and not _is_notebook(one) and not _named(owner, number, roster):
            owner = ""  # something else that lies there
        if owner:
            by_student.setdefault((owner, number), []).append((one, found))
        else:
            strays.append(one.name)
    taken: dict[str, Submission] = {}
    for (owner, number), theirs in by_student.items():
        others = [key for key in by_student if key[0] == owner and key[1] != number]
        student, remarks = _called_here(owner, number, bool(others), roster or {})
        made = _submission(lab, theirs, number, due)
        if isinstance(made, str):
            refused.setdefault(student, made)
        elif student in taken:
            taken[student].remarks.append(f"also handed in and left out: {made.name}")
        else:
            made.remarks.extend(remarks)
            taken[student] = made
    return Inbox(taken, {who: why for who, why in refused.items() if who not in taken}, strays)


def _submission(
    lab: Lab, theirs: list[tuple[Received, re.Match[str] | None]], number: str, due: datetime | None
) -> Submission | str:
    """Return the newest notebook of a student, or why there is none."""
    good: list[tuple[Received, NotebookNode]] = []
    wrong: list[str] = []
    for one, _ in theirs:
        notebook = None if one.wrong else _notebook(one.content)
        short = PurePosixPath(one.name).name
        if one.wrong:
            wrong.append(f"{short}: {one.wrong}")
        elif not _is_notebook(one):
            wrong.append(f"{short} is no notebook")
        elif notebook is None:
            wrong.append(f"{short} is damaged: no notebook can be read from it")
        elif reason := _not_of(lab, notebook):
            wrong.append(f"{short}: {reason}")
        else:
            good.append((one, notebook))
    if not good:
        return "; ".join(wrong)
    good.sort(key=lambda pair: (pair[0].when, pair[0].name))
    one, notebook = good[-1]
    remarks = [f"also handed in, not looked at: {what}" for what in wrong]
    different = {other.name for other, _ in good if other.content != one.content}
    remarks += [f"also handed in, older: {name}" for name in sorted(different)]
    late = any(_group(found, "late") for file, found in theirs if file is one and found)
    late = late or bool(due and one.when > due)
    return Submission(notebook, one.name, number, late, remarks)


def _named(owner: str, number: str, roster: dict[str, Person]) -> list[str]:
    return called(number, roster) or called(owner, roster)


def _is_notebook(one: Received) -> bool:
    return one.name.lower().endswith(".ipynb")


def _called_here(
    owner: str, number: str, has_namesake: bool, roster: dict[str, Person]
) -> tuple[str, list[str]]:
    """Return by which name a student is known in the course, and what is doubtful about it."""
    found = _named(owner, number, roster)
    if len(found) == 1:
        return found[0], []
    remarks = []
    if roster:
        remarks.append(
            f"{owner}: several people of the roster are called so: {', '.join(found)}"
            if found
            else f"{owner}: not on the roster"
        )
    if has_namesake or len(found) > 1:
        if has_namesake:
            remarks.append(f"there is another {owner}; told apart by the number of the submission")
        return folder_name(f"{owner}-{number}" if number else owner), remarks
    return folder_name(owner), remarks


def _check_pattern(pattern: str) -> None:
    try:
        groups = re.compile(pattern).groupindex
    except re.error as error:
        raise LabError(
            f"pattern: expected a regular expression, got {pattern!r} ({error}). Mend it there."
        ) from error
    if pattern and "student" not in groups:
        raise LabError(
            f"pattern: expected a group (?P<student>...), got {pattern!r}. Put it around what "
            "names the student."
        )


def _told(name: str, pattern: str) -> re.Match[str] | None:
    path = PurePosixPath(name)
    name = name.removesuffix(path.suffix) if path.suffix else name
    bare = re.sub(r"[ _-]*(\(\d+\)|[ _-](copy|Kopie|copie)( ?\d+)?)$", "", name, flags=re.I)
    for one in (pattern,) if pattern else PATTERNS:
        match = re.fullmatch(one, name if pattern else bare)
        if match and folder_name(match["student"]):
            return match
    return None


def _group(found: re.Match[str], name: str) -> str:
    return (found.groupdict() if found else {}).get(name) or ""


def _notebook(content: bytes) -> NotebookNode | None:
    try:
        notebook = nbformat.reads(notebook_text(content), as_version=4)
    except (ValueError, KeyError, AttributeError, TypeError, RecursionError):
        return None  # no JSON, or no notebook
    except nbformat.ValidationError:  # of a format before 4 that is damaged
        return None
    try:
        nbformat.validate(notebook)
    except (ValueError, KeyError, AttributeError, TypeError, RecursionError):
        return None
    except nbformat.ValidationError:
        return notebook if all(hasattr(c, "source") for c in notebook.cells) else None
    return notebook


def _not_of(lab: Lab, notebook: NotebookNode) -> str:
    """Return why a notebook is not of a lab, or nothing."""
    asked = {grade_id(cell) for cell in lab.read().cells} - {""}
    found = {grade_id(cell) for cell in notebook.cells} - {""}
    # a notebook whose editor has dropped what marking knows cells by still has their ids
    ids = {cell.get("id") for cell in notebook.cells}
    kept = sum(grade_id(c) in found or c.id in ids for c in lab.read().cells if grade_id(c))
    if 2 * len(asked & found) > len(asked) or 3 * kept > 2 * len(asked):
        return ""
    titles = [
        c.source.splitlines()[0] for c in notebook.cells if c.cell_type == "markdown" and c.source
    ]
    return f"not a notebook of {lab.name}" + (f" (it begins: {titles[0][:60]})" if titles else "")


def _folder_of_all(names: list[str]) -> str:
    """Return the folder that all submissions lie in, as a prefix: it names no student."""
    folders = {name.partition("/")[0] for name in names if "/" in name}
    if len(names) < 2 or len(folders) != 1 or not all("/" in name for name in names):
        return ""
    if "_assignsubmission_" in names[0].partition("/")[0]:  # of the only one who has handed in
        return ""
    return f"{folders.pop()}/"


def notebook_text(content: bytes) -> str:
    """Return the text of a notebook, which some editors save with a mark or as UTF-16."""
    mark = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    return content.decode("utf-16" if mark else "utf-8-sig")
