"""OpenFace 2.0 as a tracker: its output is imported where there is some, and made where not."""

import glob
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

from mffcnn_core.errors import DetectorError, ParameterError
from mffcnn_core.faces._openface import read_openface
from mffcnn_core.faces._track import FaceTrack
from mffcnn_core.files import VIDEO_SUFFIXES, sha256_of_file
from mffcnn_core.settings import Settings

PROGRAM = "FeatureExtraction"
_MADE = "video-"
_FLAGS = ("-2Dfp", "-pose", "-aus", "-simalign", "-nomask")


def run_openface(
    video: Path | str,
    folder: Path | str,
    *,
    executable: str = PROGRAM,
    timeout: float = 3600,
) -> Path:
    """Run OpenFace on one video.

    Parameters
    ----------
    video : Path or str
    folder : Path or str
        Gets ``<name>.csv`` and ``<name>_aligned``; whole or not at all.
    executable : str
        Name or path of ``FeatureExtraction``.
    timeout : float
        Seconds after which it is stopped.

    Returns
    -------
    Path
        Of the CSV.

    Raises
    ------
    DetectorError
        If it is not installed, fails, hangs, or writes no CSV.
    """
    program = shutil.which(executable)
    if program is None:
        raise DetectorError(
            f"{executable}: expected OpenFace 2.0 on the PATH, got none. Install it, give the path "
            "of FeatureExtraction, or run it elsewhere and import its output folder."
        )
    video, folder = Path(video), Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    csv = folder / f"{video.stem}.csv"
    with tempfile.TemporaryDirectory(dir=folder, prefix=".openface-") as part:
        try:
            done = subprocess.run(
                [program, "-f", str(video.resolve()), "-out_dir", part, *_FLAGS],
                capture_output=True,
                text=True,
                errors="replace",
                timeout=timeout,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise DetectorError(
                f"{video}: expected OpenFace to end by itself, got {error}. Try it by hand."
            ) from error
        if done.returncode or not (Path(part) / csv.name).is_file():
            last = (done.stderr or done.stdout).strip().splitlines()[-1:] or ["no word"]
            raise DetectorError(
                f"{video}: expected a CSV of OpenFace, got exit code {done.returncode} and "
                f"{last[0]!r}. Try `{executable} -f {video}` by hand."
            )
        for made in sorted(Path(part).iterdir(), key=lambda path: path.name == csv.name):
            target = folder / made.name
            if target.is_dir():
                shutil.rmtree(target)
            made.replace(target)  # the CSV comes last: where there is one, the rest is there
    return csv


@dataclass(frozen=True, kw_only=True)
class OpenFaceTracker(Settings):
    """The face of a clip by OpenFace 2.0 (Baltrusaitis et al. 2018), as the paper has it.

    Paper: Sec. 3.2.  Output that was made elsewhere is imported; what is missing is made, if
    the program ``FeatureExtraction`` is on the PATH.  Settings do not name it: they may come
    from a file of somebody else, which must not choose what is run.

    Attributes
    ----------
    folder : str
        Where ``<name>.csv`` of the videos lie, at any depth; of several of one name that one
        is taken whose folders are called most like those of the video.
    min_confidence : float
        Frames of which OpenFace is less sure count as frames without the face, 0 to 1.
    """

    folder: str = "openface"
    min_confidence: float = 0.8

    def __post_init__(self) -> None:
        if not 0 <= self.min_confidence <= 1:
            raise ParameterError(
                f"min_confidence: expected a value in [0, 1], got {self.min_confidence!r}."
            )

    def check(self) -> None:
        """Raise if there is neither output nor a program to make it."""
        if not any(Path(self.folder).rglob("*.csv")) and not shutil.which(PROGRAM):
            raise DetectorError(
                f"{self.folder}: expected output of OpenFace, or FeatureExtraction on the PATH, "
                "got neither. Give its output as the option 'folder', or install OpenFace 2.0."
            )

    def track(self, path: Path, n_frames: int) -> FaceTrack:
        """Return the main face of a video, see :meth:`OpenFaceOutput.track`."""
        output = read_openface(self._csv(path))
        return output.track(n_frames, min_confidence=self.min_confidence)

    def key(self, path: Path) -> str:
        """Return the hash of what OpenFace wrote about a video."""
        return sha256_of_file(self._csv(path))

    def _csv(self, video: Path) -> Path:
        own = Path(self.folder) / f"{_MADE}{sha256_of_file(video)[:16]}"  # names may repeat
        found = sorted(self._matches(video, own))
        best = [csv for score, csv in found if score == found[-1][0]]
        if len(best) > 1:
            raise DetectorError(
                f"{video}: expected one output of OpenFace for it, got {len(best)}: {best[0]}, "
                f"{best[1]}, ... Keep the folders of the videos in the output folder."
            )
        twins = sorted(
            path.name
            for path in video.parent.glob(f"{glob.escape(video.stem)}.*")
            if path.suffix.lower() in VIDEO_SUFFIXES
        )
        if best and best[0].parent != own and len(twins) > 1:
            raise DetectorError(
                f"{best[0]}: expected one video of that name, got {' and '.join(twins)}. OpenFace "
                "calls its output after the name without its suffix: rename one video."
            )
        if best:
            return best[0]
        return run_openface(video, own)

    def _matches(self, video: Path, own: Path) -> Iterator[tuple[int, Path]]:
        """Yield outputs of the video's name, and how many folders above are called the same."""
        for csv in Path(self.folder).rglob(f"{glob.escape(video.stem)}.csv"):
            if csv.parent == own:
                yield len(own.parts) + len(video.parts), csv
            elif not csv.parent.name.startswith((".", _MADE)):  # half made, or another video's
                pairs = zip(reversed(csv.parent.parts), reversed(video.parent.parts), strict=False)
                yield len(list(takewhile(lambda pair: pair[0] == pair[1], pairs))), csv


OFFER = OpenFaceTracker
