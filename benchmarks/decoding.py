"""Decoding: speed and memory of :class:`mffcnn_core.video.VideoReader` beside OpenCV.

    python benchmarks/decoding.py

Each reader reads the same rendered clip, looped to half a minute of 720 x 480, in turns, in a
process of its own with one thread; both give RGB.  Speed is in frames per second of processor
time: what else the machine does is not measured.  Memory is the largest resident size, beside
that for a film ten times as long (Linux).
"""

import itertools
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import cv2
from _report import Claim, report

TURNS, SECONDS, SIZE, FPS = 9, 30, (720, 480), 25


def by_pyav(path: str) -> int:
    """Read a film with this library: by time stamps, with its frozen pictures noted."""
    from mffcnn_core.video import iter_frames

    return sum(1 for _ in iter_frames(path))


def by_opencv(path: str) -> int:
    """Read a film with OpenCV, as is common."""
    options = [cv2.CAP_PROP_N_THREADS, 1]
    capture, count = cv2.VideoCapture(path, cv2.CAP_FFMPEG, options), 0
    while True:
        there, frame = capture.read()
        if not there:
            return count
        cv2.cvtColor(frame, cv2.COLOR_BGR2RGB)
        count += 1


READERS = {"PyAV": by_pyav, "OpenCV": by_opencv}


def measured(reader: str, path: Path) -> dict[str, float]:
    """Return frames, seconds of processor time and MiB of a fresh process that reads a film."""
    done = subprocess.run(
        [sys.executable, __file__, reader, str(path)], check=True, capture_output=True, text=True
    )
    return json.loads(done.stdout)


def films(folder: Path) -> tuple[Path, Path]:
    """Write a rendered clip, looped, as a short and as a long film."""
    from mffcnn_core.video import write_video
    from mffcnn_corpus import CorpusSettings, plan_corpus, render_clip

    settings = CorpusSettings(
        subjects=1, takes=1, frames=50, width=SIZE[0], height=SIZE[1], fps=FPS
    )
    frames = render_clip(plan_corpus(settings)[0], settings)
    paths = folder / "short.mp4", folder / "long.mp4"
    for path, seconds in zip(paths, (SECONDS, 10 * SECONDS), strict=True):
        write_video(path, itertools.islice(itertools.cycle(frames), seconds * FPS), fps=FPS, crf=23)
    return paths


def main() -> int:
    """Measure, print, write the record, return the exit code."""
    with tempfile.TemporaryDirectory() as name:
        short, long = films(Path(name))
        runs = {reader: [] for reader in READERS}
        for _ in range(TURNS):
            for reader in READERS:
                runs[reader].append(measured(reader, short))
        grown = measured("PyAV", long)
    speed = {
        reader: statistics.median(one["frames"] / one["seconds"] for one in each)
        for reader, each in runs.items()
    }
    # turn by turn: a processor changes its speed within minutes, and both readers see it
    share = statistics.median(
        theirs["seconds"] / ours["seconds"]
        for ours, theirs in zip(runs["PyAV"], runs["OpenCV"], strict=True)
    )
    memory = {reader: max(one["mebibytes"] for one in each) for reader, each in runs.items()}
    return report(
        "decoding",
        [
            Claim("720 x 480 on one core, frames/s", speed["PyAV"], ">= 150"),
            Claim("speed / OpenCV's", share, ">= 0.6"),
            Claim("largest memory / OpenCV's", memory["PyAV"] / memory["OpenCV"], "<= 1.5"),
            Claim(
                "largest memory, ten times the film", grown["mebibytes"] / memory["PyAV"], "<= 1.1"
            ),
        ],
        frames_per_second=speed,
        mebibytes={**memory, "PyAV, ten times the film": grown["mebibytes"]},
        runs=runs,
    )


def one_reading(reader: str, path: str) -> dict[str, float]:
    """Read a film in this process, and say what it took."""
    cv2.setNumThreads(1)  # both use it; its idle threads count as processor time
    read = READERS[reader]
    read(path)  # imports, and the file is in the system's memory
    started = time.process_time()
    frames = read(path)
    seconds = time.process_time() - started
    # not resource.getrusage, which still knows the size of the parent process
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return {
        "frames": frames,
        "seconds": seconds,
        "mebibytes": int(status["VmHWM"].split()[0]) / 1024,
    }


if __name__ == "__main__":
    if len(sys.argv) == 3:
        print(json.dumps(one_reading(*sys.argv[1:])))
        sys.exit()
    sys.exit(main())
