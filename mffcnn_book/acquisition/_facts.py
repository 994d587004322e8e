"""What is known of one candidate: who is seen, and which class, by path and by sheet."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from mffcnn_core.datasets import AGAIN, Layout, Manifest, PathPattern, read_sheet
from mffcnn_core.errors import ManifestError
from mffcnn_core.inputs import leaves_folder


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
    _join(labels, sheets[0].name, sheet.rows, _endings(files), known)
    return labels


def _endings(files: Iterable[str]) -> dict[str, set[str]]:
    """Return files by every ending of their path, with and without the suffix."""
    by_ending: dict[str, set[str]] = defaultdict(set)
    for path in files:
        parts = path.casefold().split("/")
        for k in range(1, len(parts) + 1):
            ending = "/".join(parts[-k:])
            by_ending[ending].add(path)
            by_ending[str(PurePosixPath(ending).with_suffix(""))].add(path)
    return by_ending


def _find(clips: list[str], by_ending: dict[str, set[str]]) -> dict[str, set[str]]:
    """Return the files that each clip of a sheet may be.

    A path of this folder, or its end.  A path of another computer is matched by its longest
    ending; all such paths must lead out of the folder at one place, since two people may both
    have an ``a.mp4``.
    """
    found = {clip: by_ending.get(clip.casefold().removeprefix("./"), set()) for clip in clips}
    matched: dict[str, tuple[str, set[str]]] = {}
    for clip in clips:
        if not found[clip] and leaves_folder(clip):
            parts = clip.casefold().split("/")
            ends = (("/".join(parts[:k]), by_ending.get("/".join(parts[k:])))
                    for k in range(1, len(parts)))  # fmt: skip
            matched[clip] = next(((base, paths) for base, paths in ends if paths), ("", set()))
    bases = Counter(base for base, paths in matched.values() if paths)
    for clip, (base, paths) in matched.items():
        if paths and base == bases.most_common(1)[0][0]:
            found[clip] = paths
    return found


def _join(
    labels: Labels,
    name: str,
    rows: Iterable[tuple[int, dict[str, str]]],
    by_ending: dict[str, set[str]],
    known: set[str],
) -> None:
    absent, rows = [], list(rows)
    found = _find([row["clip"].replace("\\", "/") for _, row in rows], by_ending)
    for number, row in rows:
        clip = row["clip"].replace("\\", "/")
        paths = found[clip] if clip else set()
        if not clip:
            labels.notes.append(f"{name}, line {number}: names no clip")
        elif not paths:
            absent.append(clip)
        elif len(paths) > 1:
            for path in paths:
                labels.problems[path] = f"{name} says only {clip!r}, which fits {len(paths)} files"
        else:
            (path,) = paths
            _enter(labels, f"{name}, line {number}", path, row, known)
    if absent:
        some = ", ".join(absent[:3]) + (", ..." if len(absent) > 3 else "")
        labels.notes.append(f"{name}: {len(absent)} row(s) without a file: {some}")


def _enter(labels: Labels, where: str, path: str, row: dict[str, str], known: set[str]) -> None:
    """Enter what a row says of a file; note what differs from an earlier row."""
    name, before = where.partition(",")[0], labels.by_path.setdefault(path, row)
    if plain(before["code"]) != plain(row["code"]):
        labels.problems[path] = (
            f"{name} gives it two classes: {before['code']!r} and {row['code']!r}"
        )
    elif plain(before.get("subject", "")) != plain(row.get("subject", "")):
        labels.problems[path] = (
            f"{name} gives it two people: {before['subject']!r} and {row['subject']!r}"
        )
    elif before is not row:
        labels.notes.append(f"{where}: {row['clip']} again, with the same class")
    if not row["code"] or plain(row["code"]) not in known:
        labels.problems.setdefault(path, f"{where}: expected a known class, got {row['code']!r}")


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
            PathPattern(rf"(?:.*?/)??(?P<own_>(?:{text}))") for text in self.layout.patterns
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
        names = {name for pattern in self.patterns for name in pattern.groups}
        names = {name.removesuffix(AGAIN) for name in names}
        return sorted(names - {"own_", "subject", "guess", "code"})

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
        fits = (pattern.fits(path) for pattern in self.patterns)
        named = next((one for one in fits if one is not None), None)
        said = {k: v for k, v in (row or {}).items() if v}
        facts = {"own_": path, **(named or {}), **said}
        if guess := facts.pop("guess", ""):
            facts |= {} if facts.get("subject") else {"subject": guess, "guessed": "yes"}
        if named is None and not (facts.get("subject") and facts.get("code")):
            raise UnusableClip(f"expected a path such as {self.layout.example}")
        if "subject" not in said:
            self._check_person(facts["subject"])
        self._compare(facts)
        for name, kept in self.layout.keep.items():
            if plain(facts.get(name, "")) not in [plain(value) for value in kept]:
                value = facts.get(name, "")
                raise UnusableClip(f"the layout leaves out {name} {value!r}", meant=True)
        if self.layout.label_file:
            facts["code"] = self._label_file(facts)
        return facts

    def _check_person(self, name: str) -> None:
        nobody = self.layout.no_person
        if nobody and (PathPattern(nobody).fits(name) is not None or plain(name) in self.known):
            raise UnusableClip(
                f"{name!r} is no person's name: expected a path such as {self.layout.example}, or "
                "a row in a sheet"
            )

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
