"""Is exact rank pooling fast, exact and sparing with memory?  Measured beside its peers.

Run ``python benchmarks/rank_pooling.py``; it takes about two minutes, prints a table and
writes ``results/benchmarks/rank_pooling.json``.  Windows of 28 flow fields of 224 x 224 are
pooled by the exact solver, by the closed form, and by scikit-learn on the full vectors, in
turns, so that all meet the same machine.  There are two kinds of motion: flow estimated on
rendered faces, whose expressions rise and fall, and synthetic motion that grows all the time.

Everything is timed from the flow to G.  The fast solvers get another window each time: in
practice a window is pooled once, and its numbers come from memory and not from the cache.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import itertools
import sys
import time
import tracemalloc
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
from _report import Claim, report
from sklearn.svm import LinearSVC, LinearSVR
from tqdm import tqdm

from mffcnn_core.arrays import Flow
from mffcnn_core.faces import crop_faces
from mffcnn_core.flow import estimate_flow
from mffcnn_core.pooling import (
    certify,
    exact_coefficients,
    ordered_flow_maps,
    rank_pool,
    rank_pool_windows,
    smoothing_matrix,
    windows,
)
from mffcnn_core.seeding import generator
from mffcnn_corpus import CorpusSettings, plan_corpus, render_clip
from mffcnn_corpus._clips import face_boxes

SEED = 2021
SIZE = 224
T = 28
FLOWS = 147  # of the paper's average RML clip
CLIPS = 3  # of either kind of motion
WINDOW_ROUNDS = 60
CLIP_ROUNDS = 20
C = 1.0
ABSOLUTE = {"C": C, "C_scale": "absolute"}  # what the rivals can be asked for as well
SMALL_C = 1e-3  # makes many pairs give way, so that liblinear is needed
PEERS_TOLERANCE = 1e-4  # scikit-learn's default


def rising_and_falling() -> list[Flow]:
    """Estimate flow on faces of the synthetic corpus: neutral, expression, neutral."""
    settings = CorpusSettings(
        seed=SEED, subjects=1, takes=1, frames=FLOWS + 1, same_apex_share=0, sustained_share=0
    )
    clips = []
    for spec in plan_corpus(settings)[:CLIPS]:
        x, y, width, height = np.median(face_boxes(spec, settings), axis=0).round().astype(int)
        box = np.array([x, y, max(width, height), max(width, height)])
        clips.append(estimate_flow(crop_faces(render_clip(spec, settings), box, SIZE)))
    return clips


def growing() -> list[Flow]:
    """Make smooth motion that grows at three speeds, with noise of 0.1 px."""
    rng = generator(SEED, "growing")
    t = np.linspace(0, 1, FLOWS)
    clips = []
    for _ in range(CLIPS):
        flow = rng.normal(0, 0.1, (FLOWS, SIZE, SIZE, 2)).astype(np.float32)
        for power in (0.5, 1, 2):
            pattern = cv2.GaussianBlur(rng.standard_normal((SIZE, SIZE, 2)), (0, 0), 20)
            pattern = (pattern / pattern.std()).astype(np.float32)  # 1 px/frame at the end
            for field, share in zip(flow, t**power, strict=True):
                field += np.float32(share) * pattern
        clips.append(flow)
    return clips


class Stopwatch:
    """CPU seconds of named pieces of work; other people's load does not count."""

    def __init__(self) -> None:
        self.seconds: dict[str, list[float]] = defaultdict(list)

    def time(self, name: str, work: Callable[[], Any]) -> Any:
        """Do the work, note its seconds, return what it returns."""
        start = time.process_time()
        done = work()
        self.seconds[name].append(time.process_time() - start)
        return done

    def median_ms(self) -> dict[str, float]:
        """Return the median of each name in ms."""
        return {name: 1e3 * float(np.median(s)) for name, s in self.seconds.items()}


def time_fast_solvers(watch: Stopwatch, clips: list[Flow]) -> None:
    """Pool single windows, and all windows of whole clips, exactly and by the closed form."""
    spans = windows(FLOWS, window=T)
    apart = [clip[span] for clip in clips for span in spans[::2]]
    window, clip = itertools.cycle(apart), itertools.cycle(clips)
    for _ in range(WINDOW_ROUNDS):
        for solver in ("exact", "approximate"):
            watch.time(
                f"{solver}, window", lambda s=solver: rank_pool(next(window), solver=s, **ABSOLUTE)
            )
        watch.time(
            "exact with slack, window", lambda: rank_pool(next(window), **ABSOLUTE | {"C": SMALL_C})
        )
    for _ in range(CLIP_ROUNDS):
        for solver in ("exact", "approximate"):
            watch.time(
                f"{solver}, clip",
                lambda s=solver: rank_pool_windows(next(clip), spans, solver=s, **ABSOLUTE),
            )


class FullProblem:
    """Eqs. (4)-(5) of one window as they are written, in double precision."""

    def __init__(self, flow: Flow) -> None:
        self.fields = smoothing_matrix(len(flow)) @ flow.reshape(len(flow), -1).astype(float)

    def differences(self, of: np.ndarray) -> np.ndarray:
        """Return what is later minus what is earlier, of all pairs."""
        i, j = np.triu_indices(len(of), 1)
        return of[j] - of[i]

    def cost(self, G: np.ndarray, C: float) -> float:
        """Return ``||G||^2 + C sum xi_ij``."""
        G = G.ravel().astype(float)
        return float(G @ G + C * np.maximum(0, 1 - self.differences(self.fields @ G)).sum())

    def relative_gap(self, G: np.ndarray, C: float) -> float:
        """Return by how much G can be above the best cost, at most, as a share."""
        gram = self.fields @ self.fields.T
        bound = certify(exact_coefficients(gram, C=C), gram, C=C).dual
        return 1 - bound / self.cost(G, C)


def linear_svc(flow: Flow) -> np.ndarray:
    """Solve Eqs. (4)-(5) in full: a support vector machine on all pair differences."""
    problem = FullProblem(flow)
    samples = problem.differences(problem.fields)
    sign = np.where(np.arange(len(samples)) % 2, -1.0, 1.0)  # it wants two classes
    machine = LinearSVC(
        loss="hinge", C=C / 2, fit_intercept=False, tol=PEERS_TOLERANCE, max_iter=100_000,
        random_state=0,
    )  # fmt: skip
    return machine.fit(samples * sign[:, None], sign).coef_[0]


def linear_svr(flow: Flow, *, dual: bool | str) -> np.ndarray:
    """Regress the position on the full vectors."""
    machine = LinearSVR(
        loss="squared_epsilon_insensitive", epsilon=0.1, C=C, fit_intercept=False, dual=dual,
        tol=PEERS_TOLERANCE, max_iter=100_000,
    )  # fmt: skip
    return machine.fit(FullProblem(flow).fields, np.arange(1, len(flow) + 1)).coef_


def face_peers(watch: Stopwatch, clips: list[Flow]) -> float:
    """Let scikit-learn pool windows; return the worst of our costs over LinearSVC's.

    Left to itself, it solves the regression in the dual, which takes long: once is enough.
    """
    watch.time("LinearSVR", lambda: linear_svr(clips[0][:T], dual="auto"))
    shares = []
    for clip, start in zip(clips, np.linspace(0, FLOWS - T, len(clips)).astype(int), strict=True):
        flow = clip[start : start + T]
        for _ in range(3):
            watch.time("LinearSVR, primal", lambda f=flow: linear_svr(f, dual=False))
        theirs = watch.time("LinearSVC", lambda f=flow: linear_svc(f))
        problem = FullProblem(flow)
        shares.append(problem.cost(rank_pool(flow, **ABSOLUTE), C) / problem.cost(theirs, C))
    return max(shares)


def worst_gaps(clips: list[Flow]) -> tuple[float, float]:
    """Return the largest relative duality gap of any window, at C and at the small C."""
    spans = windows(FLOWS, window=T)
    gaps = []
    for clip in clips:
        maps = [rank_pool_windows(clip, spans, **ABSOLUTE | {"C": c}) for c in (C, SMALL_C)]
        for span, *pair in zip(spans, *maps, strict=True):
            problem = FullProblem(clip[span])
            gaps.append(
                [problem.relative_gap(G, c) for G, c in zip(pair, (C, SMALL_C), strict=True)]
            )
    return tuple(np.max(gaps, axis=0))


def peak_share(work: Callable[[], Any], flow: Flow) -> float:
    """Return the flow and what the work needs on top of it, over the flow."""
    tracemalloc.start()
    try:
        work()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    return 1 + peak / flow.nbytes


def main() -> int:
    """Measure, print, write; return 0 if every bar is met."""
    cv2.setNumThreads(1)
    claims: list[Claim] = []
    numbers: dict[str, dict] = {}
    kinds = {"rising and falling": rising_and_falling, "growing": growing}
    for kind, make in tqdm(kinds.items(), desc="kinds of motion"):
        clips, watch = make(), Stopwatch()
        rank_pool(clips[0][:T])  # what is done once, such as imports, is not of interest
        time_fast_solvers(watch, clips)
        share = face_peers(watch, clips)
        ms = watch.median_ms()
        gap, gap_with_slack = worst_gaps(clips)
        numbers[kind] = {
            "cpu_ms_median": ms,
            "mean_speed_px": float(np.mean([np.hypot(c[..., 0], c[..., 1]).mean() for c in clips])),
        }
        claims += [
            *(
                Claim(f"{kind}: {peer} / exact, time", ms[peer] / ms["exact, window"], ">= 40")
                for peer in ("LinearSVC", "LinearSVR", "LinearSVR, primal")
            ),
            Claim(f"{kind}: exact / LinearSVC, objective", share, "<= 1"),
            Claim(
                f"{kind}: exact / closed form, time, window",
                ms["exact, window"] / ms["approximate, window"],
                "<= 4",
            ),
            Claim(
                f"{kind}: exact / closed form, time, clip",
                ms["exact, clip"] / ms["approximate, clip"],
                "<= 4",
            ),
            Claim(f"{kind}: duality gap, in 1/10000", 1e4 * gap, "<= 1"),
            Claim(f"{kind}: duality gap with slack, in 1/10000", 1e4 * gap_with_slack, "<= 1"),
        ]
    clip, spans = clips[0], windows(FLOWS, window=T)
    pooled = peak_share(lambda: rank_pool_windows(clip, spans), clip)
    whole = peak_share(lambda: ordered_flow_maps(clip, third="ranked_magnitude"), clip)
    claims += [
        Claim("peak memory / flow, pooling a clip", pooled, "<= 2.5"),
        Claim("peak memory / flow, all maps of a clip", whole, "<= 2.5"),
    ]
    return report(
        "rank_pooling",
        claims,
        settings={
            "T": T, "size": SIZE, "flows": FLOWS, "clips": CLIPS, "C": C, "small_C": SMALL_C,
            "peers_tolerance": PEERS_TOLERANCE, "seed": SEED,
        },
        numbers=numbers,
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
