"""Where the parts of a lab lie in the repository."""

import re
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from mffcnn_core.errors import LabError


@dataclass(frozen=True)
class Lab:
    """One lab of the course.

    Attributes
    ----------
    root : Path
        The repository.
    number : int
        From 1.
    """

    root: Path
    number: int

    @property
    def name(self) -> str:
        """E.g. ``"lab02"``, the name of its assignment, its notebook and its files."""
        return f"lab{self.number:02d}"

    @property
    def source(self) -> Path:
        """The one source, a notebook with solutions, hidden tests and mark schemes."""
        return self.root / "labs" / "source" / self.name / f"{self.name}.ipynb"

    @property
    def planted(self) -> Path:
        """Wrong and half-done answers with the marks that they must get."""
        return self.root / "labs" / "planted" / f"{self.name}.yaml"

    @property
    def student(self) -> Path:
        """The student edition, made from the source and offered by the book."""
        return self.root / "book" / "labs" / f"{self.name}.ipynb"

    @property
    def key(self) -> Path:
        """The executed source; for teachers only, never committed."""
        return self.root / "_build" / "labs" / "key" / f"{self.name}.ipynb"

    def read(self) -> NotebookNode:
        """Return the source."""
        return nbformat.read(self.source, as_version=4)


def find_labs(root: Path | str) -> list[Lab]:
    """Return all labs of the repository in their order.

    Raises
    ------
    LabError
        If there is none.
    """
    root = Path(root)
    folders = sorted((root / "labs" / "source").glob("lab[0-9][0-9]"))
    if not folders:
        raise LabError(
            f"labs: expected folders labs/source/labNN in {root}, got none. "
            "Change to the root of the repository."
        )
    return [Lab(root, int(re.sub(r"\D", "", folder.name))) for folder in folders]


def find_lab(root: Path | str, number: int) -> Lab:
    """Return one lab by its number.

    Raises
    ------
    LabError
        If there is no lab of that number.
    """
    labs = {lab.number: lab for lab in find_labs(root)}
    if number not in labs:
        raise LabError(
            f"lab: expected one of {', '.join(map(str, labs))}, got {number}. "
            "book/labs.md lists them."
        )
    return labs[number]
