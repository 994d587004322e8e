"""Build the index of a copy of a data set, and say what was found and what was left out."""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from tqdm.std import tqdm

from mffcnn_core.errors import ManifestError, ParameterError
from mffcnn_core.expressions import EXPRESSIONS
from mffcnn_core.files import VIDEO_SUFFIXES, sha256_of_path, write_json
from mffcnn_core.manifests._facts import Reader, UnusableClip, plain, read_labels
from mffcnn_core.manifests._index import Clip, write_index
from mffcnn_core.manifests._layout import Layout
from mffcnn_core.manifests._manifest import FORMAT, Manifest
from mffcnn_core.manifests._scan import LeftOut, scan

BUILT = "build.json"
"""Name of the record beside an index: where the copy lies, and what was left out."""

_LFS = b"version https://git-lfs"


@dataclass(frozen=True)
class Build:
    """What became of every file of a copy of a data set.

    Attributes
    ----------
    manifest : Manifest
    root : Path
        Folder of the copy.
    clips : tuple of Clip
        By path.
    left_out : tuple of LeftOut
        Each file that could have been a clip and is none.
    other_files : mapping of str to int
        Number of further files by their ending.
    notes : tuple of str
        What was odd though it could be used.
    """

    manifest: Manifest
    root: Path
    clips: tuple[Clip, ...]
    left_out: tuple[LeftOut, ...]
    other_files: dict[str, int]
    notes: tuple[str, ...] = ()

    @property
    def problems(self) -> tuple[LeftOut, ...]:
        """What was left out because something is wrong."""
        return tuple(one for one in self.left_out if not one.meant)

    @property
    def differences(self) -> tuple[str, ...]:
        """How the counts differ from what the data set's description promises."""
        expected, counts = self.manifest.expected, Counter(c.expression for c in self.clips)
        subjects = len({clip.subject for clip in self.clips})
        found = [("clips", expected.clips, len(self.clips))]
        found.append(("people", expected.subjects, subjects))
        present = [name for name in EXPRESSIONS if name in self.manifest.expressions.values()]
        found += [(f"clips of {name}", expected.per_class, counts[name]) for name in present]
        return tuple(
            f"{what}: expected {promised}, got {got}"
            for what, promised, got in found
            if promised is not None and promised != got
        )

    def summary(self) -> str:
        """Say in plain words what was found, what was left out and why."""
        counts = Counter(clip.expression for clip in self.clips)
        classes = ", ".join(f"{name} {counts[name]}" for name in EXPRESSIONS if counts[name])
        people = sorted({clip.subject for clip in self.clips})
        lines = [f"{self.manifest.title}: {len(self.clips)} clips of {len(people)} people"]
        lines[0] += f" ({classes}) in {self.root}" if classes else f" in {self.root}"
        if 0 < len(people) <= 60:
            lines.append(f"People: {', '.join(people)}")
        lines += _told("Left out, as the layout says", [o for o in self.left_out if o.meant])
        lines += _told("Left out, because something is wrong", self.problems, show=20)
        if self.other_files:
            kinds = ", ".join(f"{n} {kind}" for kind, n in sorted(self.other_files.items()))
            lines.append(f"Other files, not looked at: {kinds}")
        lines += [f"Note: {note}" for note in self.notes[:20]]
        if len(self.notes) > 20:
            lines.append(f"Note: and {len(self.notes) - 20} more, see {BUILT}")
        if self.differences:
            source = self.manifest.expected.source or "the description of the data set"
            lines.append(f"It differs from {source}:")
            lines += [f"  {text}" for text in self.differences]
        elif self.manifest.expected.clips:
            lines.append("The counts are as its description says.")
        return "\n".join(lines)

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain values."""
        return {
            "format": FORMAT,
            "dataset": self.manifest.name,
            "root": str(self.root.resolve()),
            "clips": len(self.clips),
            "left_out": [vars(one) for one in self.left_out],
            "other_files": self.other_files,
            "notes": list(self.notes),
            "differences": list(self.differences),
        }

    def write(self, folder: Path | str) -> None:
        """Write index and report into a folder, by custom ``data/<name>`` of the project.

        Raises
        ------
        ManifestError
            If there is no clip to write.
        """
        if not self.clips:
            raise ManifestError(
                f"{self.root}: expected clips of {self.manifest.title}, got none.\n{self.summary()}"
            )
        folder = Path(folder)
        (folder / self.manifest.index).unlink(missing_ok=True)  # never an index of another build
        write_json(folder / BUILT, self.to_dict())
        write_index(folder / self.manifest.index, self.clips)


def _told(title: str, left_out: Iterable[LeftOut], show: int = 3) -> list[str]:
    by_reason = defaultdict(list)
    for one in left_out:
        by_reason[one.reason].append(one.path)
    lines = [f"{title}:"] if by_reason else []
    for reason, paths in sorted(by_reason.items(), key=lambda item: -len(item[1])):
        some = ", ".join(paths[:show]) + (", ..." if len(paths) > show else "")
        lines.append(f"  {len(paths)}: {reason}: {some}")
    return lines


def build_index(manifest: Manifest, root: Path | str, *, progress: bool = False) -> Build:
    """Look through a copy of a data set and make its index.

    Every file is accounted for: a clip, left out with a reason, or counted by its ending.

    Parameters
    ----------
    manifest : Manifest
        With a layout.
    root : Path or str
        Folder of the copy.
    progress : bool
        Show a progress bar while checksums are computed.

    Raises
    ------
    ParameterError
        If the data set is one that this project renders.
    ManifestError
        If there is no such folder, it is another data set, or a sheet of labels is missing
        or cannot be read.
    """
    if manifest.layout is None:
        raise ParameterError(
            f"{manifest.name}: expected a data set with a layout, got one that is rendered. "
            f"{manifest.how_to_get}"
        )
    root = Path(root)
    files, left_out = scan(root)
    reader = Reader(manifest, root)
    _refuse(reader, root, files)
    candidates, other_files, wrong = _candidates(manifest.layout, files)
    left_out += wrong
    reader.labels = read_labels(manifest.layout, root, candidates, reader.known)
    notes = list(reader.labels.notes)
    found: dict[str, dict[str, str]] = {}
    for path in candidates:
        try:
            facts = reader.facts(path)
            if doubt := reader.doubt(facts):
                notes.append(f"{path}: {doubt}")
            facts["expression"] = reader.expression(facts)
        except UnusableClip as why:
            left_out.append(LeftOut(path, str(why), why.meant))
        else:
            found[path] = facts
    left_out += _copies(manifest.layout, found)
    sums, unreadable = _checksums(root, found, progress)
    left_out += unreadable
    left_out += _same_bytes(found, sums)
    gone = {one.path for one in left_out}
    kept = {path: facts for path, facts in found.items() if path in sums and path not in gone}
    names = _names(kept)
    clips = tuple(
        Clip(
            clip=names[path],
            path=path,
            subject=plain(facts["subject"]),
            expression=facts["expression"],
            sha256=sums[path],
            attributes={name: facts.get(name, "") for name in reader.attributes},
        )
        for path, facts in kept.items()
    )
    left_out.sort(key=lambda one: (one.path, one.reason))
    return Build(manifest, root, clips, tuple(left_out), other_files, tuple(notes))


def _refuse(reader: Reader, root: Path, files: list[str]) -> None:
    for text, reason in reader.layout.refuse.items():
        sign = re.compile(text, re.VERBOSE | re.IGNORECASE)
        hit = next((path for path in files if sign.search(path)), None)
        if hit is not None:
            raise ManifestError(f"{root}: expected no other data set in it, got {hit}: {reason}.")


def _candidates(
    layout: Layout, files: list[str]
) -> tuple[list[str], dict[str, int], list[LeftOut]]:
    """Return paths that may be clips, counts of other files, and videos of a foreign kind."""
    candidates: dict[str, None] = {}
    other: Counter[str] = Counter()
    wrong = []
    for path in files:
        parts = PurePosixPath(path)
        suffix = parts.suffix.lower()
        if suffix in layout.endings:
            candidates[path if layout.kind == "videos" else str(parts.parent)] = None
        elif suffix in VIDEO_SUFFIXES:
            wrong.append(LeftOut(path, f"a video, but not {' or '.join(layout.endings)}"))
        else:
            other[suffix or "without ending"] += 1
    return list(candidates), dict(other), wrong


def _copies(layout: Layout, found: dict[str, dict[str, str]]) -> list[LeftOut]:
    """Of the copies of one take, leave out all but the preferred one."""
    if not layout.take:
        return []
    takes = defaultdict(list)
    for path, facts in found.items():
        takes[tuple(plain(facts[name]) for name in layout.take)].append(path)

    def rank(path: str) -> tuple:
        order = []
        for name, values in layout.prefer.items():
            best = [plain(value) for value in values]
            value = plain(found[path][name])
            order.append(best.index(value) if value in best else len(best))
        return (*order, path)

    left_out = []
    for paths in takes.values():
        best, *rest = sorted(paths, key=rank)
        for path in rest:
            reason = "a second copy of a take that is there already"
            left_out.append(LeftOut(path, reason, meant=True))
            found[path]["copy_of"] = best
    return left_out


def _checksums(
    root: Path, found: dict[str, dict[str, str]], progress: bool
) -> tuple[dict[str, str], list[LeftOut]]:
    sums, left_out = {}, []
    todo = [path for path, facts in found.items() if "copy_of" not in facts]
    for path in tqdm(todo, desc="checksums", unit="clip", disable=not progress):
        try:
            if hollow := _hollow(root / path):
                left_out.append(LeftOut(path, hollow))
            else:
                sums[path] = sha256_of_path(root / path)
        except OSError as error:
            left_out.append(LeftOut(path, f"cannot be read ({error.strerror})"))
    return sums, left_out


def _hollow(path: Path) -> str:
    """Say why a file holds no video though it has the name of one; empty if it may hold one."""
    if path.is_dir():
        return ""
    with path.open("rb") as file:
        head = file.read(len(_LFS))
    if not head:
        return "an empty file (0 bytes); copy it again"
    return "a pointer of git-lfs instead of the file; run `git lfs pull`" if head == _LFS else ""


def _same_bytes(found: dict[str, dict[str, str]], sums: dict[str, str]) -> list[LeftOut]:
    """Leave out what is there twice: it would stand in training and test, or with two labels."""
    by_sum = defaultdict(list)
    for path, value in sums.items():
        by_sum[value].append(path)
    left_out = []
    for first, *rest in by_sum.values():
        facts = {
            (plain(found[path]["subject"]), found[path]["expression"]) for path in (first, *rest)
        }
        if len(facts) == 1:
            reason = f"the same bytes as {first}"
            left_out += [LeftOut(path, reason) for path in rest]
        else:
            reason = "the same bytes under several people or expressions; which is right?"
            left_out += [LeftOut(path, reason) for path in (first, *rest)]
    return left_out


def _names(found: dict[str, dict[str, str]]) -> dict[str, str]:
    """Name clips by the part of the path that the layout describes; by all of it if need be."""

    def name(path: str, ending: bool) -> str:
        parts = PurePosixPath(path)
        text = path if ending else str(parts.with_suffix(""))
        return text.replace("/", "__").replace(" ", "_")

    short = {path: name(facts["own_"], ending=False) for path, facts in found.items()}
    times = Counter(short.values())
    return {
        path: value if times[value] == 1 else name(path, ending=True)
        for path, value in short.items()
    }


def read_build(folder: Path) -> dict[str, Any] | None:
    """Return the report that lies beside an index, or None if there is none.

    Raises
    ------
    ManifestError
        If it is damaged or of another version.
    """
    path = folder / BUILT
    if not path.is_file():
        return None
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
        version, _ = value["format"], value["root"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ManifestError(
            f"{path}: expected the report of a build, got a damaged file ({error}). "
            "Run `mffcnn data build` again."
        ) from error
    if version != FORMAT:
        raise ManifestError(
            f"{path}: expected a report of format {FORMAT}, got format {version!r}. Another "
            "version of this library wrote it; run `mffcnn data build` again."
        )
    return value
