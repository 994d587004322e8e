"""What is known of one candidate: who is seen, and which class, by path and by sheet."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from mffcnn_core.datasets._layout import AGAIN, Layout
from mffcnn_core.datasets._manifest import Manifest
from mffcnn_core.datasets._tables import read_sheet
from mffcnn_core.errors import ManifestError


class UnusableClip(Exception):  # noqa: N818 - never leaves the builder
    """Why a candidate is no clip; ``meant`` if the layout asks for it."""

    def __init__(self, reason: str, *, meant: bool = False) -> None:
        super().__init__(reason)
        self.meant = meant


def plain(value: str) -> str:
    """Return a code or a name so that equal ones compare equal: ``" 03"`` is ``"3"``.

    Examples
    --------
    >>> plain("Anna "), plain("03"), plain("3.0000000e+00"), plain("S005")
    ('anna', '3', '3', 's005')
    """
    value = re.sub(r"\s+", " ", value.strip()).casefold()
    if re.fullmatch(r"\d+(\.\d+)?(e[+-]?\d+)?", value) and float(value).is_integer():
        return str(int(float(value)))
    return value


@dataclass
class Labels:
    """What the sheets of a data set say: by path, and by the name that a row gives."""

    by_path: dict[str, dict[str, str]] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    found: bool = False


def read_labels(layout: Layout, root: Path, files: Iterable[str], known: set[str]) -> Labels:
    """Read the sheet of a data set and join its rows with the files.

    A row names a file by its path, or by its name with or without the ending.

    Parameters
    ----------
    layout : Layout
    root : Path
    files : iterable of str
        Relative paths of the candidates.
    known : set of str
        Codes that the manifest knows, see :func:`plain`.

    Raises
    ------
    ManifestError
        If a required sheet is missing, or a sheet cannot be read.
    """
    labels = Labels()
    if layout.table is None:
        return labels
    sheets = sorted({path for glob in layout.table.files for path in root.glob(glob)})
    if not sheets:
        if layout.table.required:
            raise ManifestError(
                f"{root}: expected the sheet {' or '.join(layout.table.files)} with the labels, "
                "got none. Put it into the folder of the data set."
            )
        return labels
    labels.found = True
    if len(sheets) > 1:
        names = ", ".join(str(path.relative_to(root)) for path in sheets)
        labels.notes.append(f"several sheets ({names}): the first one is used")
    columns = {name: getattr(layout.table, name) for name in ("clip", "code", "label", "subject")}
    required = ["clip", "code", *(["subject"] if layout.table.subject else [])]
    sheet = read_sheet(sheets[0], columns, required)
    labels.notes += sheet.notes
    _join(labels, sheets[0].name, sheet.rows, _aliases(files), known)
    return labels


def _aliases(files: Iterable[str]) -> dict[str, set[str]]:
    by_alias: dict[str, set[str]] = defaultdict(set)
    for path in files:
        parts = PurePosixPath(path)
        for alias in (path, str(parts.with_suffix("")), parts.name, parts.stem):
            by_alias[alias.casefold()].add(path)
    return by_alias


def _join(
    labels: Labels,
    name: str,
    rows: Iterable[tuple[int, dict[str, str]]],
    by_alias: dict[str, set[str]],
    known: set[str],
) -> None:
    absent = []
    for number, row in rows:
        clip = row["clip"].replace("\\", "/").removeprefix("./")
        paths = by_alias.get(clip.casefold(), set()) if clip else set()
        if not clip:
            labels.notes.append(f"{name}, line {number}: names no clip")
        elif not paths:
            absent.append(clip)
        elif len(paths) > 1:
            for path in paths:
                labels.problems[path] = f"{name} says only {clip!r}, which fits {len(paths)} files"
        else:
            (path,) = paths
            before = labels.by_path.setdefault(path, row)
            if plain(before["code"]) != plain(row["code"]):
                labels.problems[path] = (
                    f"{name} gives it two classes: {before['code']!r} and {row['code']!r}"
                )
            elif before is not row:
                labels.notes.append(f"{name}, line {number}: {clip} again, with the same class")
            if not row["code"] or plain(row["code"]) not in known:
                labels.problems.setdefault(
                    path, f"{name}, line {number}: expected a known class, got {row['code']!r}"
                )
    if absent:
        some = ", ".join(absent[:3]) + (", ..." if len(absent) > 3 else "")
        labels.notes.append(f"{name}: {len(absent)} row(s) without a file: {some}")


class Reader:
    """Reads facts off paths and sheets, as a manifest's layout says.

    Parameters
    ----------
    manifest : Manifest
        With a layout.
    root : Path
        Folder of the copy.
    files : list of str
        Relative paths of all its files.
    """

    def __init__(self, manifest: Manifest, root: Path, files: list[str]) -> None:
        self.manifest = manifest
        self.layout = manifest.layout
        self.root = root
        self.classes = {plain(code): name for code, name in manifest.expressions.items()}
        self.other = {plain(code): name for code, name in manifest.other.items()}
        # the copy may lie some folders deeper than the layout begins
        self.patterns = [
            re.compile(rf"(?:.*?/)??(?P<own_>(?:{text}))", re.VERBOSE | re.IGNORECASE)
            for text in self.layout.patterns
        ]
        self.labels = Labels()
        ending = self.layout.label_file.rpartition("*")[2]
        self._label_files = [path for path in files if ending and path.endswith(ending)]

    @property
    def known(self) -> set[str]:
        """Every code that the manifest tells something about."""
        return {*self.classes, *self.other}

    @property
    def attributes(self) -> list[str]:
        """Groups of the patterns that say something else than the person and the class."""
        names = {name for pattern in self.patterns for name in pattern.groupindex}
        names = {name.removesuffix(AGAIN) for name in names}
        return sorted(names - {"own_", "subject", "code"})

    def facts(self, path: str) -> dict[str, str]:
        """Return subject, code, attributes, and ``own_``: the part of the path that they fill.

        Raises
        ------
        UnusableClip
            If the path does not fit, or path and sheet leave something open.
        """
        if path in self.labels.problems:
            raise UnusableClip(self.labels.problems[path])
        row = self.labels.by_path.get(path)
        if self.labels.found and row is None:
            raise UnusableClip("the sheet does not list it")
        fits = (pattern.fullmatch(path) for pattern in self.patterns)
        match = next((one for one in fits if one), None)
        named = {} if match is None else match.groupdict("")
        facts = {"own_": path, **named, **{k: v for k, v in (row or {}).items() if v}}
        if match is None and not (facts.get("subject") and facts.get("code")):
            raise UnusableClip(f"expected a path such as {self.layout.example}")
        self._compare(facts)
        for name, kept in self.layout.keep.items():
            if plain(facts.get(name, "")) not in [plain(value) for value in kept]:
                value = facts.get(name, "")
                raise UnusableClip(f"the layout leaves out {name} {value!r}", meant=True)
        if self.layout.label_file:
            facts["code"] = self._label_file(facts)
        return facts

    def _compare(self, facts: dict[str, str]) -> None:
        for again in [name for name in facts if name.endswith(AGAIN)]:
            first, second = facts[name := again.removesuffix(AGAIN)], facts.pop(again)
            if second and self._sense(name, first) != self._sense(name, second):
                what = "expression" if name == "code" else name
                raise UnusableClip(f"the path gives two {what}s: {first!r} and {second!r}")

    def _sense(self, name: str, value: str) -> str:
        return self.classes.get(plain(value), plain(value)) if name == "code" else plain(value)

    def _label_file(self, facts: dict[str, str]) -> str:
        glob = self.layout.label_file.format(**facts)
        found = [path for path in self._label_files if PurePosixPath(path).match(glob)]
        if not found:
            raise UnusableClip("its owners gave it no label", meant=True)
        if len(found) > 1:
            raise UnusableClip(f"expected one label file, got {', '.join(found)}")
        try:
            return (self.root / found[0]).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise UnusableClip(f"label file {found[0]} cannot be read ({error})") from error

    def expression(self, facts: dict[str, str]) -> str:
        """Return the canonical expression of a candidate.

        Raises
        ------
        UnusableClip
            If the code is unknown, or of a class that is not among the six.
        """
        code = plain(facts["code"])
        if code in self.other:
            raise UnusableClip(f"{self.other[code]} is not one of the six expressions", meant=True)
        if code not in self.classes:
            known = ", ".join(sorted(self.known))
            raise UnusableClip(f"expected one of the classes {known}, got {code!r}")
        return self.classes[code]

    def doubt(self, facts: dict[str, str]) -> str | None:
        """Say how the sheet's label differs from its code, which is trusted."""
        label = plain(facts.get("label", ""))
        if not label:
            return None
        meant = self.classes.get(plain(facts["code"]))
        said = self.classes.get(label) or next(
            (name for name in self.classes.values() if name.startswith(label[:3])), label
        )
        if meant and said != meant:
            return f"label {facts['label']!r} beside code {facts['code']!r}: the code counts"
        return None
