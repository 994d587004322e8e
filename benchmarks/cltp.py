"""Speed of completed local ternary patterns, beside OpenCV's blur and a plain computation.

    python benchmarks/cltp.py

All see the same grey frame of 128 x 128, a rendered face, on one thread.  The patterns and the
blurs take turns, so that all meet the same machine; medians of the time on the clock are
compared, because single calls last microseconds.  The plain computation is the one of the
tests, pixel by pixel in Python; it must give the same codes.

How long a blur takes depends on its kernel.  The bar is against a sigma of 1, for which OpenCV
takes 7 x 7 pixels of a picture in bytes; smaller kernels are measured too, without a bar.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import runpy
import statistics
import sys
import time
from pathlib import Path

import cv2
import numpy as np
from _report import Claim, report

from mffcnn_book.baselines import cltp_codes, cltp_histogram
from mffcnn_core.faces import crop_faces
from mffcnn_corpus import CorpusSettings, plan_corpus, render_clip
from mffcnn_corpus._clips import face_boxes

SEED, SIZE, ROUNDS, PLAIN_ROUNDS = 2021, 128, 2000, 3
RADIUS, THRESHOLD = 1, 5
SLOW = Path(__file__).parents[1] / "tests" / "mffcnn_book" / "baselines" / "slow_cltp.py"


def rendered_face() -> np.ndarray:
    """Return a grey face at its strongest expression, shape (128, 128)."""
    settings = CorpusSettings(seed=SEED, subjects=1, takes=1, frames=9)
    spec = plan_corpus(settings)[0]
    x, y, width, height = np.median(face_boxes(spec, settings), axis=0).round().astype(int)
    box = np.array([x, y, max(width, height), max(width, height)])
    faces = crop_faces(render_clip(spec, settings), box, SIZE)
    return cv2.cvtColor(faces[len(faces) // 2], cv2.COLOR_RGB2GRAY)


def main() -> int:
    """Measure, print, write the record, return the exit code."""
    cv2.setNumThreads(1)
    face = rendered_face()
    options = {"radius": RADIUS, "threshold": THRESHOLD}
    work = {
        "codes": lambda: cltp_codes(face, **options),
        "codes and histogram": lambda: cltp_histogram(face, **options),
        "blur, sigma 1": lambda: cv2.GaussianBlur(face, (0, 0), 1),
        "blur, sigma 2": lambda: cv2.GaussianBlur(face, (0, 0), 2),
        "blur, 5x5": lambda: cv2.GaussianBlur(face, (5, 5), 0),
        "blur, 3x3": lambda: cv2.GaussianBlur(face, (3, 3), 0),
    }
    seconds: dict[str, list[float]] = {name: [] for name in work}
    for _ in range(ROUNDS):
        for name, run in work.items():
            started = time.perf_counter()
            run()
            seconds[name].append(time.perf_counter() - started)
    plain = runpy.run_path(str(SLOW))["slow_codes"]
    rows = face.tolist()
    seconds["pixel by pixel"] = []
    for _ in range(PLAIN_ROUNDS):
        started = time.process_time()
        codes = plain(rows, RADIUS, THRESHOLD)
        seconds["pixel by pixel"].append(time.process_time() - started)
    median = {name: statistics.median(values) for name, values in seconds.items()}
    ours = median["codes"]
    differing = int((np.array(codes) != cltp_codes(face, **options)).sum())
    return report(
        "cltp",
        [
            Claim("cltp: codes / blur of sigma 1, time", ours / median["blur, sigma 1"], "<= 10"),
            Claim("cltp: pixel by pixel / codes, time", median["pixel by pixel"] / ours, ">= 20"),
            Claim("cltp: codes that differ from pixel by pixel", differing, "<= 0"),
        ],
        settings={
            "size": SIZE, "rounds": ROUNDS, "plain_rounds": PLAIN_ROUNDS, "seed": SEED, **options
        },
        microseconds_median={name: 1e6 * value for name, value in median.items()},
        codes_over_blur={
            name: ours / value for name, value in median.items() if name.startswith("blur")
        },
        load_average=os.getloadavg()[0],
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
