"""Who takes the course: ``roster.csv`` in the course folder, if a teacher has put one there."""

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from mffcnn_core.errors import LabError
from mffcnn_core.tables import open_table

_COLUMNS = {
    "id": ("id", "student", "username", "matriculation"),
    "name": ("name", "full name", "fullname"),
    "email": ("email", "e-mail", "email address", "e-mail address", "mail"),
    "lms_id": ("lms_id", "lms id", "id number", "sis user id", "canvas id"),
    "group": ("group", "team"),
}


@dataclass(frozen=True)
class Person:
    """One line of a roster; all but ``id`` may be empty."""

    id: str
    name: str = ""
    email: str = ""
    lms_id: str = ""
    group: str = ""

    def is_called(self, said: str) -> bool:
        """Say whether a system or a student means this person by a name."""
        known = {self.id, self.lms_id, self.email, self.email.partition("@")[0], self.name}
        words = _plain(self.name).split()
        known |= {" ".join(words[::-1]), "".join(words), "".join(words[::-1])}
        if words:  # Canvas: lovelaceada
            known.add("".join([words[-1], *words[:-1]]))
        return _squeezed(said) in {_squeezed(one) for one in known if one}


def read_roster(course: Path) -> dict[str, Person]:
    """Return the people of a course by their id; empty if there is no roster.

    The table has a column ``id``, and may have ``name``, ``email``, ``lms_id`` and ``group``.

    Raises
    ------
    LabError
        If the column is missing, or an id is empty, unfit for a folder's name or there twice.
    """
    path = next((p for p in (course / "roster.csv", course / "roster.xlsx") if p.is_file()), None)
    if path is None:
        return {}
    header, *lines = open_table(path).rows or [[]]
    place = {
        ours: number
        for number, theirs in enumerate(header)
        for ours, names in _COLUMNS.items()
        if theirs.strip().lower() in names
    }
    if "id" not in place:
        raise LabError(
            f"{path}: expected a column id (and name, email, lms_id, group), got "
            f"{', '.join(header) or 'an empty file'}. Name the column that is unique."
        )
    people: dict[str, Person] = {}
    for number, line in enumerate(lines, start=2):
        if any(line):
            cells = [*line, *[""] * len(header)]
            person = Person(**{ours: cells[where] for ours, where in place.items()})
            if person.id != folder_name(person.id) or person.id in people:
                raise LabError(
                    f"{path}, line {number}: expected an id of letters, digits, dots, - and _ "
                    f"that no other line has, got {person.id!r}. Mend the line."
                )
            people[person.id] = person
    return people


def called(said: str, roster: dict[str, Person]) -> list[str]:
    """Return the ids of those whom a name means; none if the name is empty."""
    return [key for key, person in roster.items() if said and person.is_called(said)]


def check_known(known: set[str], roster: dict[str, Person]) -> None:
    """Raise if somebody of the roster was collected under another name before.

    Raises
    ------
    LabError
        With all of them: the course would have each of them twice.
    """
    twice = {name: called(name, roster) for name in sorted(known - set(roster))}
    if said := [f"{' or '.join(ids)} for {name}" for name, ids in twice.items() if ids]:
        raise LabError(
            f"roster: expected the ids under which people were collected, got {', '.join(said)}. "
            "Put the name that the course knows into the column id, or begin a new course folder "
            "with the roster in it."
        )


def folder_name(text: str) -> str:
    """Return a name that is safe as a folder and does not change on other systems."""
    return re.sub(r"[^\w.-]+", "-", unicodedata.normalize("NFC", text)).strip("-.")


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(one for one in letters if not unicodedata.combining(one))


def _squeezed(text: str) -> str:
    return re.sub(r"\W|_", "", _plain(text))
