"""The manifest: one YAML file per data set."""

from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from mffcnn_core.errors import ManifestError, ParameterError
from mffcnn_core.expressions import canonical_expression


def _canonical(name: str) -> str:
    try:
        return canonical_expression(name)
    except ParameterError as error:
        raise ValueError(str(error)) from error


class Expected(BaseModel):
    """Counts that the data set's description promises."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    clips: int | None = Field(None, gt=0)
    subjects: int | None = Field(None, gt=0)


class Manifest(BaseModel):
    """What is known of a data set before anybody has a copy of it.

    Attributes
    ----------
    name : str
        Short name, also the value of the parameter ``dataset``.
    access : {"generated", "open", "agreement"}
        Rendered by this project, free to download, or lent under a signed agreement.
    index : str
        CSV file of the clips, relative to the data set's folder.
    expressions : dict
        The data set's own code for a class -> canonical expression.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")
    title: str
    description: str
    citation: str
    licence: str
    access: Literal["generated", "open", "agreement"]
    how_to_get: str
    index: str = "index.csv"
    expressions: dict[str, Annotated[str, AfterValidator(_canonical)]]
    expected: Expected = Expected()


def load_manifest(path: Path | str) -> Manifest:
    """Read and check one manifest.

    Parameters
    ----------
    path : Path or str
        A YAML file, e.g. ``data_manifests/synthetic.yaml``.

    Raises
    ------
    ManifestError
        If the file is missing or not YAML, or with every field that is wrong.
    """
    path = Path(path)
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        have = ", ".join(sorted(p.stem for p in path.parent.glob("*.yaml"))) or "none"
        raise ManifestError(
            f"{path}: expected a manifest, got no file. Manifests in this folder: {have}."
        ) from error
    except yaml.YAMLError as error:
        raise ManifestError(f"{path}: expected YAML, got a syntax error: {error}") from error
    try:
        return Manifest.model_validate(raw)
    except ValidationError as error:
        problems = "\n".join(
            f"  {'.'.join(map(str, p['loc'])) or '(top level)'}: {p['msg']}, got {p['input']!r}"
            for p in error.errors()
        )
        raise ManifestError(
            f"{path}: expected a valid manifest, got {error.error_count()} problem(s):\n{problems}"
        ) from error
