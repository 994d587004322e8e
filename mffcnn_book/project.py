"""The folder that a user works in: what is read from it, and where everything is written."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

MANIFESTS, PROFILES = "data_manifests", "notebooks/profiles"
# An installed copy carries both inside; beside a checkout's packages lie the folders themselves.
_SHIPPED = {MANIFESTS: "shipped_manifests", PROFILES: "shipped_profiles"}


@dataclass(frozen=True)
class Project:
    """A project: a checkout, or any other folder, which then takes what the package carries.

    Parameters
    ----------
    root : Path

    Examples
    --------
    >>> Project(Path("work")).data("rml").as_posix()
    'work/data/rml'
    """

    root: Path

    @classmethod
    def find(cls, start: Path | str | None = None) -> Self:
        """Return the project that a folder belongs to.

        Parameters
        ----------
        start : Path or str, optional
            The current folder by default.

        Returns
        -------
        Project
            Of the nearest folder upwards that holds ``data_manifests``; of ``start`` itself
            where there is none.
        """
        start = Path(start or Path.cwd()).resolve()
        for folder in (start, *start.parents):
            if (folder / MANIFESTS).is_dir():
                return cls(folder)
        return cls(start)

    def manifest(self, name: str) -> Path:
        """Return the file that declares a data set; it need not be there."""
        return self.folder(MANIFESTS) / f"{name}.yaml"

    def profile(self, name: str) -> Path:
        """Return the file of a profile; it need not be there."""
        return self.folder(PROFILES) / f"{name}.yaml"

    def folder(self, kind: str) -> Path:
        """Return the folder of manifests or profiles: the project's own, or the package's.

        Parameters
        ----------
        kind : {MANIFESTS, PROFILES}
        """
        own, package = self.root / kind, Path(__file__).parent
        if own.is_dir():
            return own
        installed = package / _SHIPPED[kind]
        return installed if installed.is_dir() else package.parent / kind

    def data(self, dataset: str) -> Path:
        """Return the folder of a data set's index, and of clips that we render or download."""
        return self.root / "data" / dataset

    @property
    def prepared(self) -> Path:
        """The store of prepared arrays, of all data sets."""
        return self.data("prepared")

    def results(self, *parts: str) -> Path:
        """Return where records lie, of a profile, a data set and an experiment."""
        return self.root.joinpath("results", *parts)
