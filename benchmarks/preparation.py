"""Preparation: frames per second on one core, and memory over the length of the video.

    python benchmarks/preparation.py

Speed: a rendered clip of 720x480 is prepared into a file (decode, detect, crop, flow) and its
ordered maps are made, at the settings of the ``quick`` profile; beside it, in turns, what is
done without a plan: Haar and Farneback on every full frame.  Memory: the largest resident size
of fresh processes that prepare a video of one and of ten minutes, ordered maps included (Linux).
"""

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import cv2
import numpy as np
import yaml
from _report import Claim, report

from mffcnn_core.corpus import CorpusSettings, render_corpus
from mffcnn_core.faces import make_detector
from mffcnn_core.flow import iter_flow
from mffcnn_core.manifests import Clip
from mffcnn_core.pooling import iter_ordered_flow_maps
from mffcnn_core.preparation import PreparationSettings, PreparedClip, prepare_file
from mffcnn_core.video import iter_frames, load_video, write_video

ROOT = Path(__file__).parents[1]
PROFILE = yaml.safe_load((ROOT / "notebooks" / "profiles" / "quick.yaml").read_text())
SETTINGS = PreparationSettings.from_dict(PROFILE["preparation"])  # loads no torch, as profiles do
REPEATS, FPS = 3, 10.0


def prepare_whole(video: Path, file: Path) -> int:
    """Prepare a video, make its ordered maps one by one, and return its number of frames."""
    facts = prepare_file(video, file, SETTINGS)
    stored = PreparedClip(Clip("x", video.name, "s1", "fear"), file).open()
    for _ in iter_ordered_flow_maps(stored.flow):
        pass
    return facts.counts.frames


def full_frames(video: Path) -> None:
    """Look for the face in every frame, and estimate flow between all of them, uncropped."""
    detector = make_detector("haar")
    for frame in iter_frames(video):
        detector.detect(frame)
    for _ in iter_flow(iter_frames(video)):
        pass


def rendered(folder: Path, width: int, height: int, frames: int) -> Path:
    """Render one clip of the corpus."""
    settings = CorpusSettings(subjects=2, takes=1, frames=frames, width=width, height=height)
    render_corpus(settings, folder, jobs=2, progress=True)
    return min(folder.rglob("*.webm"), default=None) or min(folder.rglob("*.mp4"))


def largest_size(video: Path, file: Path) -> float:
    """Return the largest resident size, in MiB, of a process that prepares a video."""
    done = subprocess.run(
        [sys.executable, __file__, str(video), str(file)],
        check=True,
        capture_output=True,
        text=True,
    )
    return float(done.stdout)


def main() -> int:
    """Measure, print, write the record, return the exit code."""
    cv2.setNumThreads(1)
    seconds: dict[str, list[float]] = {"prepared": [], "full frames": []}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        clip = rendered(folder / "large", 720, 480, 60)
        for _ in range(REPEATS):
            started = time.perf_counter()
            frames = prepare_whole(clip, folder / "large.npz")
            seconds["prepared"].append(time.perf_counter() - started)
            started = time.perf_counter()
            full_frames(clip)
            seconds["full frames"].append(time.perf_counter() - started)
        small = load_video(rendered(folder / "small", 240, 160, 50)).frames
        sizes = {}
        for minutes in (1, 10):
            video = folder / f"{minutes}.webm"
            write_video(
                video, np.resize(small, (int(minutes * 60 * FPS), *small.shape[1:])), fps=FPS
            )
            sizes[minutes] = largest_size(video, folder / f"{minutes}.npz")
    median = {key: statistics.median(values) for key, values in seconds.items()}
    return report(
        "preparation",
        [
            Claim("720x480 on one core, frames/s", frames / median["prepared"], ">= 30"),
            Claim(
                "full frames / prepared, time", median["full frames"] / median["prepared"], ">= 5"
            ),
            Claim("10 minutes / 1 minute, largest memory", sizes[10] / sizes[1], "<= 1.2"),
        ],
        settings=SETTINGS.to_dict(),
        seconds=seconds,
        mebibytes=sizes,
    )


if __name__ == "__main__":
    if len(sys.argv) == 3:
        cv2.setNumThreads(1)
        prepare_whole(Path(sys.argv[1]), Path(sys.argv[2]))
        # not resource.getrusage, which still knows the size of the parent process
        status = dict(
            line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines()
        )
        print(int(status["VmHWM"].split()[0]) / 1024)
        sys.exit()
    sys.exit(main())
