"""What OpenFace 2.0, the paper's own detector, writes about a video."""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from mffcnn_core.errors import DetectorError, InputError, NoFaceError
from mffcnn_core.faces._track import FaceTrack, filled_in
from mffcnn_core.tables import open_table

POINTS = 68
_TOLERANCE = 2  # frames by which two decoders may differ; a film may be longer than its table


@dataclass(frozen=True)
class OpenFaceOutput:
    """What OpenFace wrote about one video.

    Attributes
    ----------
    path : Path
        The CSV file.
    frames : ndarray of int, shape (m,)
        Number of the frame of each row, from 0.
    faces : ndarray of int, shape (m,)
        Its face; 0 where the file tells no faces apart.
    confidence : ndarray of float, shape (m,)
    success : ndarray of bool, shape (m,)
    landmarks : ndarray of float, shape (m, 68, 2), or None
        None if the file has none.
    problems : tuple of str
    """

    path: Path
    frames: npt.NDArray[np.int64]
    faces: npt.NDArray[np.int64]
    confidence: npt.NDArray[np.float64]
    success: npt.NDArray[np.bool_]
    landmarks: npt.NDArray[np.float64] | None
    problems: tuple[str, ...] = ()

    def track(self, n_frames: int | None = None, *, min_confidence: float = 0.8) -> FaceTrack:
        """Return the main face: the one with most pixels over the clip.

        Parameters
        ----------
        n_frames : int, optional
            Of the video; by default up to the last row.  Frames without a row are frames
            without the face.
        min_confidence : float
            Rows below it count as frames without the face.

        Raises
        ------
        DetectorError
            If the file has no landmarks or is about a longer video.
        NoFaceError
            If no row is sure enough.
        """
        if self.landmarks is None:
            raise DetectorError(
                f"{self.path}: expected columns x_0 ... y_67 with landmarks, got none. Run "
                "OpenFace with -2Dfp."
            )
        told = int(self.frames.max()) + 1
        n = told if n_frames is None else n_frames
        if told > n + _TOLERANCE:
            raise DetectorError(
                f"{self.path}: expected the output of a video of {n} frames, got {told}. It "
                "belongs to another video."
            )
        problems = self.problems
        if told < n - _TOLERANCE:
            problems += (
                f"{self.path.name}: its last row is of frame {told} of {n}; the rest are taken as "
                "frames without the face",
            )
        sure = self.success & (self.confidence >= min_confidence) & (self.frames < n)
        sure &= np.isfinite(self.landmarks).all(axis=(1, 2))
        if not sure.any():
            raise NoFaceError(
                f"face: expected one that OpenFace is sure of (confidence >= {min_confidence:g}), "
                f"got none in {n} frames."
            )
        low = self.landmarks.min(axis=1)
        boxes = np.column_stack([low, self.landmarks.max(axis=1) - low])
        areas = {face: boxes[sure & (self.faces == face), 2:].prod(axis=1).sum()
                 for face in np.unique(self.faces[sure])}  # fmt: skip
        main = max(areas, key=areas.get)
        mine = sure & (self.faces == main)
        times = self.frames[mine]
        order = np.argsort(times, kind="stable")
        places = np.column_stack([boxes[mine], _five(self.landmarks[mine]).reshape(-1, 10)])
        places = filled_in(n, times[order], places[order])
        found = np.zeros(n, bool)
        found[times] = True
        n_faces = np.bincount(self.frames[sure], minlength=n)
        return FaceTrack(
            boxes=places[:, :4],
            looked=np.ones(n, bool),
            found=found,
            n_faces=n_faces,
            landmarks=places[:, 4:].reshape(n, 5, 2),
            problems=problems,
        )


def _five(points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the five landmarks of :class:`FaceDetector` from the 68 of OpenFace."""
    eyes = [points[:, start : start + 6].mean(axis=1) for start in (36, 42)]
    return np.stack([*eyes, points[:, 30], points[:, 48], points[:, 54]], axis=1)


def read_openface(path: Path | str) -> OpenFaceOutput:
    """Read the CSV of OpenFace, with or without ``face_id`` and blanks in its header.

    FaceLandmarkVidMulti writes no row for a frame without a face: what is missing is such a
    frame.

    Parameters
    ----------
    path : Path or str

    Raises
    ------
    DetectorError
        If the file is missing, no CSV, the output for pictures, lacks a column or a row, has
        lines of more cells than columns, or a confidence outside [0, 1].
    """
    path = Path(path)
    numbers = _numbers(path)
    names = [f"{axis}_{i}" for axis in "xy" for i in range(POINTS)]
    partly = [name for name in names if name not in numbers]
    if 0 < len(partly) < len(names):
        raise DetectorError(
            f"{path}: expected {POINTS} landmarks, got no column {partly[0]}. Run OpenFace again."
        )
    problems = []
    broken = ~np.isfinite(numbers[["frame", "confidence", "success"]]).all(axis=1)
    broken |= numbers["frame"] < 1
    faces = numbers["face_id"].fillna(0) if "face_id" in numbers else 0 * numbers["success"]
    again = pd.DataFrame({"frame": numbers["frame"], "face": faces}).duplicated() & ~broken
    for rows, what in ((broken, "without usable numbers"), (again, "of a frame that was there")):
        if rows.any():
            problems.append(f"{path.name}: {int(rows.sum())} row(s) {what} left out")
    kept = numbers[~(broken | again)]
    if not len(kept):
        raise DetectorError(f"{path}: expected rows with numbers, got none. Run OpenFace again.")
    unsure = kept["confidence"][~kept["confidence"].between(0, 1)]
    if len(unsure):
        raise DetectorError(
            f"{path}: expected confidences from 0 to 1, got {unsure.iloc[0]:g}. Its columns are "
            "shifted, or it is no output of OpenFace: run it again."
        )
    points = None if partly else kept[names].to_numpy(float).reshape(-1, 2, POINTS).swapaxes(1, 2)
    return OpenFaceOutput(
        path=path,
        frames=kept["frame"].to_numpy(np.int64) - 1,
        faces=faces[kept.index].to_numpy(np.int64),
        confidence=kept["confidence"].to_numpy(float),
        success=kept["success"].to_numpy(float) > 0,
        landmarks=points,
        problems=tuple(problems),
    )


def _numbers(path: Path) -> pd.DataFrame:
    """Return the columns that are used; what is no number is missing."""
    try:
        table = open_table(path)
        lines = iter(table)
        header = [name.strip() for name in next(lines, [])]
        _check_header(path, header)
        used = [
            (name, at) for at, name in enumerate(header) if re.fullmatch(r"[xy]_\d+", name)
            or name in ("frame", "face_id", "confidence", "success")
        ]  # fmt: skip
        rows = []
        for number, line in enumerate(lines, start=2):
            if len(line) > len(header):
                raise DetectorError(
                    f"{path}: expected {len(header)} cells in a line, as in the first, got "
                    f"{len(line)} in line {number}. Where numbers have a decimal comma, OpenFace "
                    "writes such a file: run it again with LC_ALL=C."
                )
            line += [""] * (len(header) - len(line))  # a line that was cut off
            if any(line):
                rows.append([_number(line[at], table.form) for _, at in used])
    except InputError as error:
        raise DetectorError(
            f"{path}: expected the CSV of OpenFace, got a file that cannot be read as one "
            f"({error}). Run OpenFace again."
        ) from error
    if not rows:
        raise DetectorError(f"{path}: expected the CSV of OpenFace, got no row. Run it again.")
    return pd.DataFrame(np.array(rows), columns=[name for name, _ in used])


def _check_header(path: Path, header: list[str]) -> None:
    if "face" in header and "frame" not in header:
        raise DetectorError(
            f"{path}: expected the output of OpenFace for a video, got that of FaceLandmarkImg, "
            "which is for pictures. Run FeatureExtraction or FaceLandmarkVidMulti on the video."
        )
    twice = sorted({name for name in header if name and header.count(name) > 1})
    if twice:
        raise DetectorError(
            f"{path}: expected each column once, got {', '.join(twice[:3])} twice. Run it again."
        )
    missing = [name for name in ("frame", "confidence", "success") if name not in header]
    if missing:
        raise DetectorError(
            f"{path}: expected the CSV of OpenFace, got no column {' and '.join(missing)}. Run it "
            "again."
        )


def _number(cell: str, form: str) -> float:
    try:
        return float(cell if form == "commas" else cell.replace(",", "."))
    except ValueError:
        return np.nan
