"""Preparation: frames per second on one core, and memory over the length of the video.

    python benchmarks/preparation.py

Speed: a rendered clip of 720x480 is prepared into a file (decode, detect, crop, flow) and its
ordered maps are made, at the settings of the ``quick`` profile; beside it, in turns, what is
done without a plan: OpenCV's Haar cascade (1.1, 5) and Farneback on every full frame.  Memory:
the most that fresh processes hold of their own while they prepare the same clip, looped to one
and to ten minutes, ordered maps included (Linux).  Pages of the stored arrays, which are mapped,
do not count: the system drops them when it needs room.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import itertools
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import cv2
import yaml
from _report import Claim, report

from mffcnn_core.datasets import Clip
from mffcnn_core.faces import make_detector
from mffcnn_core.flow import iter_flow
from mffcnn_core.pooling import iter_ordered_flow_maps
from mffcnn_core.preparation import PreparationSettings, PreparedClip, prepare_file
from mffcnn_core.video import iter_frames, probe, write_video
from mffcnn_corpus import CorpusSettings, plan_corpus, render_clip

ROOT = Path(__file__).parents[1]
PROFILE = yaml.safe_load((ROOT / "notebooks" / "profiles" / "quick.yaml").read_text())
SETTINGS = PreparationSettings.from_dict(PROFILE["preparation"])  # loads no torch, as profiles do
REPEATS, SIZE, FPS = 3, (720, 480), 25


def prepare_whole(video: Path, file: Path) -> int:
    """Prepare a video, make its ordered maps one by one, and return its number of frames."""
    facts = prepare_file(video, file, SETTINGS)
    stored = PreparedClip(Clip("x", video.name, "s1", "fear"), file).open()
    for _ in iter_ordered_flow_maps(stored.flow):
        pass
    return facts.counts.frames


def full_frames(video: Path) -> None:
    """Look for the face in every frame, and estimate flow between all of them, uncropped."""
    detector = make_detector("haar", max_side=None, min_face=0)
    for frame in iter_frames(video):
        detector.detect(frame)
    for _ in iter_flow(iter_frames(video)):
        pass


def rendered(folder: Path) -> Path:
    """Render one clip of the corpus."""
    settings = CorpusSettings(
        subjects=1, takes=1, frames=60, width=SIZE[0], height=SIZE[1], fps=FPS
    )
    spec = plan_corpus(settings)[0]
    write_video(folder / "clip.mp4", render_clip(spec, settings), fps=FPS)
    return folder / "clip.mp4"


def looped(clip: Path, video: Path, minutes: int) -> None:
    """Play a clip over and over into a video."""
    frames = list(iter_frames(clip))
    write_video(
        video, itertools.islice(itertools.cycle(frames), minutes * 60 * FPS), fps=FPS, crf=23
    )


def own_memory() -> float:
    """Return what this process holds in memory beside mapped files, in MiB."""
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(status["RssAnon"].split()[0]) / 1024


def most_memory(video: Path, file: Path) -> float:
    """Return the most that a fresh process holds of its own while it prepares a video, in MiB."""
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
        clip = rendered(folder)
        for _ in range(REPEATS):
            started = time.perf_counter()
            frames = prepare_whole(clip, folder / "clip.json")
            seconds["prepared"].append(time.perf_counter() - started)
            started = time.perf_counter()
            full_frames(clip)
            seconds["full frames"].append(time.perf_counter() - started)
        sizes, lengths = {}, {}
        for minutes in (1, 10):
            video = folder / f"{minutes}.mp4"
            looped(clip, video, minutes)
            lengths[minutes] = round(probe(video).seconds * FPS)
            sizes[minutes] = most_memory(video, folder / f"{minutes}.json")
    median = {key: statistics.median(values) for key, values in seconds.items()}
    return report(
        "preparation",
        [
            Claim("720x480 on one core, frames/s", frames / median["prepared"], ">= 30"),
            Claim(
                "full frames / prepared, time", median["full frames"] / median["prepared"], ">= 5"
            ),
            Claim("10 minutes / 1 minute, most memory", sizes[10] / sizes[1], "<= 1.2"),
        ],
        settings=SETTINGS.to_dict(),
        seconds=seconds,
        mebibytes=sizes,
        frames=lengths,
    )


def prepare_and_watch(video: Path, file: Path) -> float:
    """Prepare a video, and return the most memory of its own, looked at twenty times a second."""
    cv2.setNumThreads(1)
    over, most = threading.Event(), [own_memory()]

    def watch() -> None:
        while not over.wait(0.05):
            most.append(max(most.pop(), own_memory()))

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    prepare_whole(video, file)
    over.set()
    watcher.join()
    return most[0]


if __name__ == "__main__":
    if len(sys.argv) == 3:
        print(prepare_and_watch(Path(sys.argv[1]), Path(sys.argv[2])))
        sys.exit()
    sys.exit(main())
