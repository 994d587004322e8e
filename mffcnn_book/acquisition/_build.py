"""What a builder made of a copy of a data set: the clips, and why the rest is left out."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mffcnn_book.acquisition._scan import LeftOut
from mffcnn_core.datasets import BUILT, Clip, Manifest, write_build, write_index
from mffcnn_core.errors import ManifestError
from mffcnn_core.expressions import EXPRESSIONS


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
    questions : tuple of str
        What somebody who knows the people must look at.
    """

    manifest: Manifest
    root: Path
    clips: tuple[Clip, ...]
    left_out: tuple[LeftOut, ...]
    other_files: dict[str, int]
    notes: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()

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
        lines += [f"Please look: {question}" for question in self.questions]
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
            "dataset": self.manifest.name,
            "root": str(self.root.resolve()),
            "clips": len(self.clips),
            "left_out": [vars(one) for one in self.left_out],
            "other_files": self.other_files,
            "notes": list(self.notes),
            "questions": list(self.questions),
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
        write_build(folder, self.to_dict())
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
