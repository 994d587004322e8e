"""The manifest: one YAML file per data set."""

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, ValidationError, ValidationInfo, field_validator

from mffcnn_core.datasets._layout import Layout, Part
from mffcnn_core.errors import InputError, ManifestError, ParameterError
from mffcnn_core.expressions import canonical_expression
from mffcnn_core.inputs import leaves_folder, read_yaml

FORMAT = 1
"""Version of the form of manifests; another one is refused by name."""


def _canonical(name: str) -> str:
    try:
        return canonical_expression(name)
    except ParameterError as error:
        raise ValueError(str(error)) from error


def _inside(path: str) -> str:
    if leaves_folder(path) or "\\" in path:
        raise ValueError("expected a path inside the data set's folder")
    return path


class Expected(Part):
    """Counts that the data set's description promises, and where it says so."""

    clips: int | None = Field(None, gt=0)
    subjects: int | None = Field(None, gt=0)
    per_class: int | None = Field(None, gt=0)
    source: str = ""


class DownloadFile(Part):
    """One file on a server."""

    file: Annotated[str, AfterValidator(_inside)]
    url: str = Field(pattern=r"^https?://")
    size: int = Field(gt=0)
    sha256: str = Field("", pattern=r"^([0-9a-f]{64})?$")


class Downloads(Part):
    """Where an open data set is fetched from.

    Attributes
    ----------
    files : tuple of DownloadFile
    table : str
        CSV beside the manifest with ``path``, ``sha256`` and ``size`` of further files.
    base_url : str
        What a path of the table is appended to.
    checksums : str
        Address of a Zenodo record (JSON) that names the MD5 of files without a sha256 here.
    unpack : bool
        Whether the files are archives.
    """

    files: tuple[DownloadFile, ...] = ()
    table: str = ""
    base_url: str = Field("", pattern=r"^(https?://.*/)?$", validate_default=True)
    checksums: str = Field("", pattern=r"^(https?://.*)?$", validate_default=True)
    unpack: bool = False

    @field_validator("base_url")
    @classmethod
    def _with_table(cls, value: str, info: ValidationInfo) -> str:
        if bool(info.data.get("table")) != bool(value):
            raise ValueError("expected table and base_url together, got one of them")
        if not info.data.get("table") and not info.data.get("files"):
            raise ValueError("expected files or a table, got neither")
        return value

    @field_validator("checksums")
    @classmethod
    def _checked(cls, value: str, info: ValidationInfo) -> str:
        bare = [one.file for one in info.data.get("files", ()) if not one.sha256]
        if bare and not value:
            raise ValueError(f"expected an address, got none though {bare[0]} has no sha256")
        return value


class Manifest(Part):
    """What is known of a data set before anybody has a copy of it.

    Attributes
    ----------
    format : int
        Version of this form.
    name : str
        Short name, also the value of the parameter ``dataset``.
    access : {"generated", "open", "agreement", "own"}
        Rendered by this project, free to download, lent by its owner on request or under a
        signed agreement, or your own.
    terms : str
        What the owner asks of those who use it.
    index : str
        CSV file of the clips, relative to the data set's folder.
    expressions : dict
        The data set's own code for a class -> canonical expression.
    other : dict
        Codes of classes that are not among the six -> their names; such clips are left out.
    expected : Expected
    folds : tuple of tuple of str
        Groups of people that others have published results on, each tested once; empty where
        there are none.
    layout : Layout or None
        None for a generated one, which writes its own index.
    downloads : Downloads or None
    """

    format: Literal[1] = FORMAT
    name: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")
    title: str
    description: str
    citation: str
    licence: str
    access: Literal["generated", "open", "agreement", "own"]
    terms: str = Field("", validate_default=True)
    homepage: str = Field("", pattern=r"^(https?://.*)?$")
    how_to_get: str
    index: Annotated[str, AfterValidator(_inside)] = "index.csv"
    expressions: dict[str, Annotated[str, AfterValidator(_canonical)]]
    other: dict[str, str] = Field(default_factory=dict)
    expected: Expected = Expected()
    folds: tuple[tuple[str, ...], ...] = ()
    layout: Layout | None = Field(None, validate_default=True)
    downloads: Downloads | None = None

    # Each rule is a field's, not the whole record's: so that all problems are reported together.
    @field_validator("terms", "layout")
    @classmethod
    def _told(cls, value: Any, info: ValidationInfo) -> Any:
        if info.data.get("access", "generated") != "generated" and not value:
            raise ValueError("expected to be told of a data set that we do not generate")
        return value

    @field_validator("folds")
    @classmethod
    def _tested_once(cls, value: Any) -> Any:
        people = [person for group in value for person in group]
        if twice := sorted({person for person in people if people.count(person) > 1}):
            raise ValueError(f"expected everybody in one group, got {twice[0]!r} in several")
        return value

    @field_validator("other")
    @classmethod
    def _once(cls, value: dict[str, str], info: ValidationInfo) -> dict[str, str]:
        if both := sorted(set(value) & set(info.data.get("expressions", ()))):
            raise ValueError(f"expected a code once, got {both[0]!r} in expressions as well")
        return value


def _input(value: object) -> str:
    text = repr(value)
    return text if len(text) < 80 else f"{text[:77]}..."


def load_manifest(path: Path | str) -> Manifest:
    """Read and check one manifest.

    Parameters
    ----------
    path : Path or str
        A YAML file, e.g. ``data_manifests/synthetic.yaml``.

    Raises
    ------
    ManifestError
        If the file is missing or not YAML, is of another version, or with every field that
        is wrong.
    """
    path = Path(path)
    try:
        raw = read_yaml(path)
    except FileNotFoundError as error:
        have = ", ".join(sorted(p.stem for p in path.parent.glob("*.yaml"))) or "none"
        raise ManifestError(
            f"{path}: expected a manifest, got no file. Manifests in this folder: {have}."
        ) from error
    except (OSError, InputError) as error:
        told = f"{path}: expected a manifest, got a file that cannot be read ({error})."
        raise ManifestError(told if isinstance(error, OSError) else str(error)) from error
    version = raw.get("format", FORMAT) if isinstance(raw, dict) else FORMAT
    if version != FORMAT:
        raise ManifestError(
            f"{path}: expected a manifest of format {FORMAT}, got format {version!r}. It belongs "
            "to another version of this library; take the manifest of this one."
        )
    try:
        return Manifest.model_validate(raw)
    except ValidationError as error:
        problems = "\n".join(
            f"  {'.'.join(map(str, p['loc'])) or '(top level)'}: {p['msg']}, "
            f"got {_input(p['input'])}"
            for p in error.errors()
        )
        raise ManifestError(
            f"{path}: expected a valid manifest, got {error.error_count()} problem(s):\n{problems}"
        ) from error
