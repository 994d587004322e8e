import runpy
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from mffcnn_book.baselines import DWMVRecogniser, ICLTPRecogniser, UDSGPLVMRecogniser
from mffcnn_core.datasets import Clip
from mffcnn_core.expressions import EXPRESSIONS

SIZE, FRAMES = 48, 3
# A bright bar in the region that tells an expression's group, on its left or right half.
PLACES = {
    "disgust": ("lips", 0), "happiness": ("lips", 1),
    "anger": ("eyes", 0), "sadness": ("eyes", 1),
    "fear": ("forehead", 0), "surprise": ("forehead", 1),
}  # fmt: skip
ROWS = {"lips": 34, "eyes": 18, "forehead": 7}


@dataclass(frozen=True)
class ToyClip:
    """A noisy picture in which one of six places is bright; nothing moves."""

    clip: Clip
    poison: bool = False

    def load(self):
        draw = np.random.default_rng([ord(c) for c in self.clip.clip])
        region, half = PLACES[self.clip.expression]
        faces = draw.integers(0, 40, (FRAMES, SIZE, SIZE, 3), dtype=np.uint8)
        top, left = ROWS[region], 13 + 12 * half
        faces[:, top : top + 5, left : left + 10] += 150
        if self.poison:
            faces = 255 - faces[:, ::-1]
        flow = np.zeros((FRAMES - 1, SIZE, SIZE, 2), np.float32)
        return SimpleNamespace(faces=faces, flow=flow)

    def poisoned(self):
        """Return the clip with other pictures and another expression."""
        other = EXPRESSIONS[(EXPRESSIONS.index(self.clip.expression) + 2) % 6]
        return ToyClip(replace(self.clip, expression=other), poison=True)


@pytest.fixture(scope="session")
def toy_clips():
    return [
        ToyClip(Clip(f"s{s}_{name}_{k}", "x.mp4", f"s{s}", name))
        for s in range(3)
        for name in EXPRESSIONS
        for k in range(2)
    ]


SMALL = {
    "icltp": (ICLTPRecogniser, {"size": SIZE, "blocks": (4, 4)}),
    "dwmv": (DWMVRecogniser, {"size": SIZE, "grid": 6, "members": 5, "frames": 2}),
    "ml_udsgplvm": (UDSGPLVMRecogniser, {"size": SIZE, "dims": 2, "iterations": 15}),
}


@pytest.fixture(params=SMALL)
def baseline(request):
    kind, params = SMALL[request.param]
    return kind(**params)


@pytest.fixture
def udsgplvm():
    kind, params = SMALL["ml_udsgplvm"]
    return kind(**params)


@pytest.fixture(scope="session")
def slow_cltp():
    """Return the slow patterns: ``slow_codes`` and ``slow_histogram``."""
    return SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("slow_cltp.py"))))
