"""What became of every clip of a data set."""

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from mffcnn_core.datasets import Clip
from mffcnn_core.preparation._arrays import VideoCounts
from mffcnn_core.preparation._clip import PreparedClip
from mffcnn_core.preparation._settings import PreparationSettings


@dataclass(frozen=True, kw_only=True)
class ClipReport:
    """What became of one clip.

    Attributes
    ----------
    clip : str
        Its name in the index.
    status : {"prepared", "failed"}
    reason : str
        Why it failed; empty if it did not.
    file : str
        Name of the prepared file in the store; empty if it failed.
    altered : bool
        True if the video's sha256 differs from the index: it is not the file that the
        data set's index was made from.
    problems : tuple of str
        What is wrong with the video though it could be used.
    doubts : tuple of str
        Why what was cut out may not be the face of whom the clip is about.
    counts : VideoCounts or None
        None if it failed.
    """

    clip: str
    status: str
    reason: str = ""
    file: str = ""
    altered: bool = False
    problems: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    counts: VideoCounts | None = None


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


@dataclass(frozen=True, kw_only=True)
class PreparationReport:
    """What became of every clip of a data set, each of which is named exactly once.

    Attributes
    ----------
    dataset : str
        Name in its manifest.
    dataset_sha256 : str
    settings : PreparationSettings
        With the detector that was used.
    detector_why : str
        Why it was this one.
    store : Path
    videos : Path
        Folder of the data set.
    clips : tuple of Clip
        Of the data set, in its order.
    rows : tuple of ClipReport
        One for each clip, in the same order.
    made : int
        Files that this call made; the others lay in the store already.
    """

    dataset: str
    dataset_sha256: str
    settings: PreparationSettings
    detector_why: str
    store: Path
    videos: Path
    clips: tuple[Clip, ...]
    rows: tuple[ClipReport, ...]
    made: int

    @property
    def prepared(self) -> list[PreparedClip]:
        """The clips that can be used, in the data set's order."""
        return [
            PreparedClip(clip, self.store / row.file, self.videos / clip.path, self.settings)
            for clip, row in zip(self.clips, self.rows, strict=True)
            if row.status == "prepared"
        ]

    @property
    def doubtful(self) -> list[ClipReport]:
        """The clips that were prepared, though what was cut out may be no face or another one."""
        return [row for row in self.rows if row.doubts]

    @property
    def failed(self) -> list[ClipReport]:
        """The clips that cannot be used, with the reasons."""
        return [row for row in self.rows if row.status == "failed"]

    def to_frame(self) -> pd.DataFrame:
        """Return one row per clip; counts of failed clips are missing values."""
        counts = [field.name for field in dataclasses.fields(VideoCounts)]
        rows = []
        for clip, row in zip(self.clips, self.rows, strict=True):
            rows.append(
                {
                    "clip": row.clip,
                    "subject": clip.subject,
                    "expression": clip.expression,
                    "status": row.status,
                    "reason": row.reason,
                    "altered": row.altered,
                    "problems": "; ".join(row.problems),
                    "doubts": "; ".join(row.doubts),
                    **{name: getattr(row.counts, name, None) for name in counts},
                }
            )
        frame = pd.DataFrame(rows)
        shares = dict.fromkeys(("face_share", "size"), "Float64")
        return frame.astype({**dict.fromkeys(counts, "Int64"), **shares})

    def summary(self) -> str:
        """Say in one paragraph what was prepared, filled in, left out and why."""
        done = [row for row in self.rows if row.counts is not None]
        counts = [row.counts for row in done]
        parts = [
            f"{len(done)} of {_number(len(self.rows), 'clip')} prepared "
            f"({sum(c.used for c in counts)} frames)"
        ]

        def say(values: list[int], noun: str, what: str) -> None:
            clips = sum(value > 0 for value in values)
            if clips:
                parts.append(f"{_number(sum(values), noun)} {what} in {_number(clips, 'clip')}")

        say([c.left_out for c in counts], "frame", "without a usable face left out")
        say([c.filled_in for c in counts], "frame", "filled in between neighbours")
        say([c.several_faces for c in counts], "frame", "with several faces (the main one used)")
        say([c.cuts for c in counts], "cut", "(the longest stretch in one shot used)")
        say([c.dead for c in counts], "frame", "frozen or empty (not used)")
        say([c.off_crop for c in counts], "frame", "with the face partly off the crop")
        say([c.noise for c in counts], "flow", "of noise (too little motion)")
        say([len(row.problems) for row in done], "video problem", "found")
        altered = sum(row.altered for row in self.rows)
        if altered:
            parts.append(f"{_number(altered, 'file')} not as in the index")
        text = "; ".join(parts) + "."
        if self.failed:
            reasons = "; ".join(f"{row.clip} ({row.reason})" for row in self.failed[:5])
            more = len(self.failed) - 5
            rest = f" and {more} more" if more > 0 else ""
            text += f" {len(self.failed)} failed: {reasons}{rest}."
        if self.doubtful:
            first = "; ".join(f"{row.clip} ({', '.join(row.doubts)})" for row in self.doubtful[:5])
            more = len(self.doubtful) - 5
            rest = f" and {more} more" if more > 0 else ""
            text += f" {len(self.doubtful)} doubtful, look at them: {first}{rest}."
        return f"{text} Detector: {self.settings.detector}, {self.detector_why}."

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain values, without what differs from run to run."""
        return {
            "dataset": self.dataset,
            "dataset_sha256": self.dataset_sha256,
            "settings": self.settings.to_dict(),
            "detector_why": self.detector_why,
            "clips": [dataclasses.asdict(row) for row in self.rows],
        }
