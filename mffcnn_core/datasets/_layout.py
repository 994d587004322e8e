"""How a data set lies on disk, as data: one description serves every builder."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
)

from mffcnn_core.datasets._patterns import PathPattern
from mffcnn_core.files import PICTURE_SUFFIXES, VIDEO_SUFFIXES

AGAIN = "_again"
"""Ending of a group that must say the same as the group without it."""


def _regex(text: str) -> str:
    PathPattern(text)
    return text


Regex = Annotated[str, AfterValidator(_regex)]


def _groups(fields: Mapping[str, Any]) -> set[str]:
    return set().union(*(PathPattern(text).groups for text in fields["patterns"]))


class Part(BaseModel):
    """A part of a manifest: it refuses what it does not know, and does not change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Table(Part):
    """A sheet (CSV, TSV or XLSX) that says what a clip shows.

    Attributes
    ----------
    files : tuple of str
        Glob patterns below the data set's folder.
    clip, code : tuple of str
        Names that the column of the clip, and of its class, may have.
    label : tuple of str
        Of a second column for the class, which is compared with the first.
    subject : tuple of str
        Of the column of the person; empty where the path says it.
    required : bool
        Whether a copy without the sheet is useless.
    """

    files: tuple[str, ...] = Field(min_length=1)
    clip: tuple[str, ...] = Field(min_length=1)
    code: tuple[str, ...] = Field(min_length=1)
    label: tuple[str, ...] = ()
    subject: tuple[str, ...] = ()
    required: bool = True


class FeatureTable(Part):
    """A sheet of numbers that somebody has measured of the clips, which are not there themselves.

    Attributes
    ----------
    file : str
        Its name, in any folder of the copy.
    clip : str
        Column with the clip's name, which the layout's patterns read like a path.
    columns : tuple of str
        Those with the numbers.
    """

    file: str = Field(min_length=1)
    clip: str = Field(min_length=1)
    columns: tuple[str, ...] = Field(min_length=1)

    @property
    def sheet_columns(self) -> dict[str, tuple[str, ...]]:
        """What :func:`~mffcnn_core.datasets.read_sheet` looks for: clip and measurements."""
        return {"clip": (self.clip,), **{name: (name,) for name in self.columns}}


class Layout(Part):
    r"""Which files are clips, and what their paths say.

    Attributes
    ----------
    kind : {"videos", "frames", "features"}
        A clip is a video file, a folder of pictures, or a row of a table of measurements.
    example : str
        Path of one clip, for people.
    suffixes : tuple of str
        Of the files, in any case.
    patterns : tuple of str
        Verbose regular expressions over the end of the path below the data set's folder;
        the first that fits counts.  The groups ``subject`` and ``code`` say who is seen and
        which class; further groups become attributes; ``x_again`` must say the same as ``x``.
        The group ``guess`` stands for ``subject`` where it is no more than likely.
    no_person : str
        Regular expression over a name that is no person's, whichever group it fills.
    keep : mapping of str to tuple of str
        Values of an attribute that are kept; clips with others are left out.
    take : tuple of str
        Attributes that identify a take; of its copies one is used.
    prefer : mapping of str to tuple of str
        Of the copies of a take, the one whose attribute comes first here.
    refuse : mapping of str to str
        Regular expression over a path -> why this is not the data set.
    table : Table or None
        A sheet with labels; what it says counts before what the path says.
    label_file : str
        Glob, from the end of the path, of the file that holds a clip's code; with the
        pattern's groups in braces.
    features : FeatureTable or None
        Of the kind ``"features"``, and of no other.
    """

    kind: Literal["videos", "frames", "features"] = "videos"
    example: str
    suffixes: tuple[str, ...] = ()
    patterns: tuple[Regex, ...] = Field(min_length=1)
    no_person: Regex = ""
    keep: dict[str, tuple[str, ...]] = {}
    take: tuple[str, ...] = ()
    prefer: dict[str, tuple[str, ...]] = {}
    refuse: dict[Regex, str] = {}
    table: Table | None = None
    label_file: str = Field("", validate_default=True)
    features: FeatureTable | None = Field(None, validate_default=True)

    # Each rule is a field's, not the whole record's: so that all problems are reported together.
    @field_validator("keep", "take", "prefer", "label_file")
    @classmethod
    def _known_groups(cls, value: Any, info: ValidationInfo) -> Any:
        used = re.findall(r"{(\w+)}", value) if isinstance(value, str) else value
        if "patterns" in info.data and (unknown := sorted(set(used) - _groups(info.data))):
            raise ValueError(f"expected names of groups in the patterns, got {', '.join(unknown)}")
        return value

    @field_validator("label_file")
    @classmethod
    def _enough(cls, value: str, info: ValidationInfo) -> str:
        if "patterns" in info.data and "table" in info.data:
            table = info.data["table"]
            told = _groups(info.data) | ({"code"} if table or value else set())
            if table and table.subject:
                told.add("subject")
            if missing := sorted({"subject", "code"} - told):
                raise ValueError(
                    f"expected a group or column for {' and '.join(missing)}, got none"
                )
        return value

    @field_validator("features")
    @classmethod
    def _of_its_kind(cls, value: Any, info: ValidationInfo) -> Any:
        if (info.data.get("kind") == "features") != (value is not None):
            raise ValueError("expected a table of features with kind: features, and only there")
        return value

    @property
    def endings(self) -> tuple[str, ...]:
        """Suffixes of the files that belong to a clip, in lower case."""
        usual = VIDEO_SUFFIXES if self.kind == "videos" else PICTURE_SUFFIXES
        return tuple(suffix.lower() for suffix in self.suffixes) or usual
