"""Measure how recognisable the expressions of the synthetic corpus are, and to whom.

    python benchmarks/corpus_recognition.py --jobs 2

Renders the default corpus into ``data/synthetic/quick`` (or uses the one that is there),
measures, prints a table, and writes ``results/benchmarks/corpus_recognition.json``.  Exits
with 1 if a bar is missed.

What is measured, always with a linear SVM on features standardised inside the fold:

* ``still``: histograms of oriented gradients of the face in the apex frame;
* ``motion``: DIS flow of the face, averaged over an 8 x 8 grid in 6 spans of time;
* ``fusion``: the mean of the two streams' decision scores, which are both in units of the
  SVM's margin, so nothing is fitted;
* ``action units``: the true ones at 12 times: what a perfect measurement would give.

The face is one fixed square per clip, the median of the true boxes of the mesh widened by
a tenth, scaled to 96 px.  *Independent* leaves one person out; *dependent* is a stratified
random split in 8, with every person on both sides, the mean of 3 draws.

The bars say that the corpus is fit for its purpose: each stream has something to say and
a blind spot (the still picture in same-apex takes, the motion in sustained takes), so that
fusion can win; the classes are there for whoever sees everything; and people differ.
"""

import argparse
import os
import sys
import time
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import cv2
import joblib
import numpy as np
import numpy.typing as npt
from _report import Claim, report
from sklearn.model_selection import LeaveOneGroupOut, StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC
from tqdm.std import tqdm

from mffcnn_core.datasets import Clip
from mffcnn_core.expressions import EXPRESSIONS, label_of
from mffcnn_core.faces import crop_faces
from mffcnn_core.flow import estimate_flow
from mffcnn_core.sources import code_fingerprint
from mffcnn_core.video import load_video
from mffcnn_corpus import TAKES, CorpusSettings, load_truth, render_corpus

PROJECT = Path(__file__).parents[1]
SIDE = 96  # px
GRID, SPANS, TIMES = 8, 6, 12
HOG = ((SIDE, SIDE), (24, 24), (12, 12), (12, 12), 9)

Array = npt.NDArray[np.float64]
Features = dict[str, Array]
BARS = {
    "independent: still": ">= 0.50 and <= 0.75",
    "independent: motion": ">= 0.45 and <= 0.75",
    "independent: fusion": "<= 0.90",
    "independent: fusion minus better stream": ">= 0.05",
    "independent: action units": ">= 0.90",
    "independent: still on same-apex takes": "<= 0.55",
    "independent: motion on sustained takes": "<= 0.30",
    "dependent minus independent: still": ">= 0.05",
    "dependent minus independent: fusion": ">= 0.02",
}


def clip_features(root: Path, clip: Clip) -> Features:
    """Return the three feature vectors of one clip."""
    cv2.setNumThreads(1)
    truth = load_truth(root, clip.clip)
    x, y, width, height = np.median(truth.face_boxes, axis=0)
    side = 1.1 * max(width, height)
    box = np.round([x + (width - side) / 2, y + (height - side) / 2, side, side]).astype(int)
    faces = crop_faces(load_video(root / clip.path).frames, box, SIDE)
    apex = cv2.cvtColor(faces[truth.apex], cv2.COLOR_RGB2GRAY)
    spans = np.array_split(estimate_flow(faces, method="dis"), SPANS)
    grids = [cv2.resize(s.mean(0), (GRID, GRID), interpolation=cv2.INTER_AREA) for s in spans]
    times = np.linspace(0, len(truth) - 1, TIMES).round().astype(int)
    return {
        "still": cv2.HOGDescriptor(*HOG).compute(apex).ravel(),
        "motion": np.ravel(grids),
        "action units": truth.action_units[times].ravel(),
    }


def corpus_features(root: Path, clips: list[Clip], jobs: int) -> Features:
    """Return the features of all clips, one matrix per kind."""
    with joblib.Parallel(n_jobs=jobs, return_as="generator") as parallel:
        made = parallel(joblib.delayed(clip_features)(root, clip) for clip in clips)
        each = list(tqdm(made, total=len(clips), desc="features", unit="clip"))
    return {kind: np.stack([one[kind] for one in each]) for kind in each[0]}


def decision_scores(features: Features, labels: Array, folds: list) -> Features:
    """Return the cross-validated scores of every stream and of the fusion, (clips, 6)."""
    scores = {}
    for kind, X in features.items():
        model = make_pipeline(StandardScaler(), LinearSVC(C=0.01, max_iter=10_000))
        scores[kind] = cross_val_predict(model, X, labels, cv=folds, method="decision_function")
    return scores | {"fusion": (scores["still"] + scores["motion"]) / 2}


def measure(features: Features, clips: list[Clip]) -> dict[str, dict[str, dict[str, float]]]:
    """Return split -> stream -> kind of take -> accuracy."""
    labels = np.array([label_of(clip.expression) for clip in clips])
    subjects = np.array([clip.subject for clip in clips])
    takes = np.array([clip.attributes["take"] for clip in clips])
    splits = {
        "independent": [LeaveOneGroupOut().split(labels, groups=subjects)],
        "dependent": [
            StratifiedKFold(8, shuffle=True, random_state=k).split(labels, labels) for k in range(3)
        ],
    }
    table: dict[str, dict[str, dict[str, float]]] = {}
    for name, repeats in splits.items():
        scores = [decision_scores(features, labels, list(folds)) for folds in repeats]
        right = {
            kind: np.mean([one[kind].argmax(axis=1) == labels for one in scores], axis=0)
            for kind in scores[0]
        }
        table[name] = {
            kind: {"all": float(r.mean())} | {t: float(r[takes == t].mean()) for t in TAKES}
            for kind, r in right.items()
        }
    return table


def measured_bars(table: dict) -> dict[str, float]:
    """Return the measured value of every bar."""
    independent, dependent = table["independent"], table["dependent"]
    values = {f"independent: {kind}": row["all"] for kind, row in independent.items()}
    better = max(independent["still"]["all"], independent["motion"]["all"])
    values["independent: fusion minus better stream"] = independent["fusion"]["all"] - better
    values["independent: still on same-apex takes"] = independent["still"]["same_apex"]
    values["independent: motion on sustained takes"] = independent["motion"]["sustained"]
    for kind in ("still", "fusion"):
        gain = dependent[kind]["all"] - independent[kind]["all"]
        values[f"dependent minus independent: {kind}"] = gain
    return {name: values[name] for name in BARS}


def print_table(table: dict) -> None:
    """Print the accuracies by split, features and kind of take."""
    columns = ("all", *TAKES)
    print(f"\n{'accuracy':<28}" + "".join(f"{name:>12}" for name in columns))
    for split, streams in table.items():
        for kind, row in streams.items():
            name = f"{split}: {kind}"
            print(f"{name:<28}" + "".join(f"{row[column]:12.3f}" for column in columns))


def main() -> int:
    """Render, measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=Path, default=PROJECT / "data/synthetic/quick")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    arguments = parser.parse_args()
    settings = CorpusSettings()
    began = time.perf_counter()
    clips = render_corpus(settings, arguments.root, jobs=arguments.jobs, progress=True)
    rendered = time.perf_counter()
    table = measure(corpus_features(arguments.root, clips, arguments.jobs), clips)
    print_table(table)
    values = measured_bars(table)
    return report(
        "corpus_recognition",
        [Claim(f"accuracy, {name}", values[name], rule) for name, rule in BARS.items()],
        settings=settings,
        code=code_fingerprint("mffcnn_corpus"),
        clips=len(clips),
        classes=EXPRESSIONS,
        accuracy=table,
        seconds={
            "render or check": round(rendered - began, 1),
            "measure": round(time.perf_counter() - rendered, 1),
        },
    )


if __name__ == "__main__":
    sys.exit(main())
