"""What became of each student's submission: ``received/labNN.json`` in the course folder.

The files that were handed in lie beside it, as they came.
"""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from mffcnn_book.labs._source import Lab
from mffcnn_core.files import write_json


@dataclass
class Entry:
    """One student's submission of one lab.

    Attributes
    ----------
    file : str
        Name of the file as it came; empty if nothing could be taken.
    number : str
        By which Moodle knows the submission.
    late : bool
    remarks : list of str
        Found when it was taken in.
    marking : list of str
        Found when it was marked.
    """

    file: str = ""
    number: str = ""
    late: bool = False
    remarks: list[str] = field(default_factory=list)
    marking: list[str] = field(default_factory=list)

    @property
    def said(self) -> str:
        """All that is to be said, in a line."""
        late = ["late"] if self.late else []
        return "; ".join(late + self.remarks + self.marking)


def read_ledger(lab: Lab, course: Path) -> dict[str, Entry]:
    """Return the entries of a lab by student; empty before anything was collected."""
    path = course / "received" / f"{lab.name}.json"
    if not path.is_file():
        return {}
    entries = json.loads(path.read_text(encoding="utf-8"))
    return {student: Entry(**entry) for student, entry in entries.items()}


def known_students(course: Path) -> set[str]:
    """Return everybody of whom any lab of a course has an entry."""
    ledgers = (course / "received").glob("lab*.json")
    return {student for path in ledgers for student in json.loads(path.read_text("utf-8"))}


def write_ledger(lab: Lab, course: Path, entries: dict[str, Entry]) -> None:
    """Write the entries of a lab."""
    path = course / "received" / f"{lab.name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_json(path, {student: asdict(entry) for student, entry in sorted(entries.items())})
