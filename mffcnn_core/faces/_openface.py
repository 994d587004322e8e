"""What OpenFace 2.0, the paper's own detector, writes about a video."""

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pandas as pd

from mffcnn_core.arrays import Frames
from mffcnn_core.errors import DetectorError, NoFaceError
from mffcnn_core.faces._track import FaceTrack, filled_in

POINTS = 68
_TOLERANCE = 2  # frames by which two decoders may differ


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

    @property
    def aligned_folder(self) -> Path:
        """Folder of the aligned pictures, which need not be there."""
        return self.path.with_name(f"{self.path.stem}_aligned")

    def aligned_files(self) -> dict[int, Path]:
        """Return the aligned pictures by the number of their frame, from 0."""
        files = {}
        for path in sorted(self.aligned_folder.glob("frame_det_*")):
            *_, number = path.stem.split("_")
            if number.isdigit() and path.suffix.lower() in (".bmp", ".png", ".jpg"):
                files.setdefault(int(number) - 1, path)
        return files

    def load_aligned(self) -> Frames:
        """Read the aligned pictures in the order of the frames.

        OpenFace aligns each frame by itself, which the flow reads as motion; this project
        aligns once per clip instead, see :func:`~mffcnn_core.faces.aligned_square`.

        Returns
        -------
        ndarray of uint8, shape (n, H, W, 3)
            RGB.

        Raises
        ------
        DetectorError
            If there is none, or one cannot be read.
        """
        files = self.aligned_files()
        if not files:
            raise DetectorError(
                f"{self.aligned_folder}: expected aligned pictures of OpenFace, got none. Run it "
                "with -simalign."
            )
        pictures = []
        for _, path in sorted(files.items()):
            data = np.fromfile(path, np.uint8)
            picture = cv2.imdecode(data, cv2.IMREAD_COLOR) if data.size else None
            if picture is None or (pictures and picture.shape != pictures[0].shape):
                raise DetectorError(
                    f"{path}: expected a picture of the size of the first one, got "
                    f"{'none' if picture is None else picture.shape[:2]}. Run OpenFace again."
                )
            pictures.append(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB))
        return np.stack(pictures)

    def track(self, n_frames: int | None = None, *, min_confidence: float = 0.8) -> FaceTrack:
        """Return the main face: the one with most pixels over the clip.

        Parameters
        ----------
        n_frames : int, optional
            Of the video; by default up to the last row.
        min_confidence : float
            Rows below it count as frames without the face.

        Raises
        ------
        DetectorError
            If the file has no landmarks or is about a video of another length.
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
        if abs(told - n) > _TOLERANCE:
            raise DetectorError(
                f"{self.path}: expected the output of a video of {n} frames, got {told}. It "
                "belongs to another video."
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
            problems=self.problems,
        )


def _five(points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the five landmarks of :class:`FaceDetector` from the 68 of OpenFace."""
    eyes = [points[:, start : start + 6].mean(axis=1) for start in (36, 42)]
    return np.stack([*eyes, points[:, 30], points[:, 48], points[:, 54]], axis=1)


def read_openface(path: Path | str) -> OpenFaceOutput:
    """Read the CSV of OpenFace, with or without ``face_id`` and blanks in its header.

    Parameters
    ----------
    path : Path or str

    Raises
    ------
    DetectorError
        If the file is missing, no CSV, or lacks a column or a row.
    """
    path = Path(path)
    try:
        table = pd.read_csv(path, skipinitialspace=True, low_memory=False)
    except (OSError, ValueError) as error:  # pandas' parser errors are ValueErrors
        raise DetectorError(
            f"{path}: expected the CSV of OpenFace, got a file that cannot be read as one "
            f"({error}). Run OpenFace again."
        ) from error
    table.columns = table.columns.str.strip()
    missing = [name for name in ("frame", "confidence", "success") if name not in table]
    if missing or not len(table):
        what = f"no column {' and '.join(missing)}" if missing else "no row"
        raise DetectorError(f"{path}: expected the CSV of OpenFace, got {what}. Run it again.")
    names = [f"{axis}_{i}" for axis in "xy" for i in range(POINTS)]
    partly = [name for name in names if name not in table]
    if 0 < len(partly) < len(names):
        raise DetectorError(
            f"{path}: expected {POINTS} landmarks, got no column {partly[0]}. Run OpenFace again."
        )
    numbers = table.apply(pd.to_numeric, errors="coerce")
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
