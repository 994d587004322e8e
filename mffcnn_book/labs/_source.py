"""Where the parts of a lab lie: in the repository, in a course folder, or in one of your own."""

import re
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from mffcnn_core.errors import LabError
from mffcnn_core.settings import check_choice


@dataclass(frozen=True)
class Lab:
    """One lab of the course.

    Attributes
    ----------
    sources : Path
        The folder with ``labNN/labNN.ipynb``: ``labs/source`` of the repository, ``source`` of
        a course folder, or a folder that is kept private.
    number : int
        From 1.
    """

    sources: Path
    number: int

    @property
    def name(self) -> str:
        """E.g. ``"lab02"``, the name of its assignment, its notebook and its files."""
        return f"lab{self.number:02d}"

    @property
    def source(self) -> Path:
        """The one source, a notebook with solutions, hidden tests and mark schemes."""
        return self.sources / self.name / f"{self.name}.ipynb"

    @property
    def planted(self) -> Path:
        """Right, wrong and half-done answers with the marks that they must get."""
        return self.sources.parent / "planted" / f"{self.name}.yaml"

    @property
    def variants(self) -> Path:
        """Other tasks that are made from the same source."""
        return self.sources.parent / "variants" / f"{self.name}.yaml"

    @property
    def student(self) -> Path:
        """The student edition, made from the source and offered by the book."""
        return self.sources.parents[1] / "book" / "labs" / f"{self.name}.ipynb"

    @property
    def key(self) -> Path:
        """The executed source; for teachers only, never committed."""
        return self.sources.parents[1] / "_build" / "labs" / "key" / f"{self.name}.ipynb"

    def read(self) -> NotebookNode:
        """Return the source."""
        return nbformat.read(self.source, as_version=4)


def find_labs(root: Path | str) -> list[Lab]:
    """Return all labs in their order.

    Parameters
    ----------
    root : Path or str
        The repository, a course folder, or a folder with ``labNN/labNN.ipynb``.

    Raises
    ------
    LabError
        If there is none.
    """
    root = Path(root).resolve()
    for sources in (root / "labs" / "source", root / "source", root):
        if folders := sorted(sources.glob("lab[0-9][0-9]/lab[0-9][0-9].ipynb")):
            return [Lab(sources, int(re.sub(r"\D", "", path.stem))) for path in folders]
    raise LabError(
        f"labs: expected folders labs/source/labNN, source/labNN or labNN in {root}, got none. "
        "Change to the root of the repository, or name the folder that holds the sources; "
        "`mffcnn labs release` makes a course folder."
    )


def find_lab(root: Path | str, number: int) -> Lab:
    """Return one lab by its number; ``root`` as in :func:`find_labs`.

    Raises
    ------
    LabError
        If there is no lab of that number.
    """
    labs = {lab.number: lab for lab in find_labs(root)}
    hint = f"`mffcnn labs release` puts a lab into a course folder; {root} has these."
    check_choice("lab", number, labs, hint, LabError)
    return labs[number]
