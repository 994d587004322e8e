from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
import pytest

from mffcnn_core.datasets import Clip
from mffcnn_core.features import FaceFrames, FlowImages, load_inputs

SIZE, FRAMES = 16, 6


@dataclass
class ToyClip:
    """A bright square at one of two heights: two classes that a network learns at once."""

    clip: Clip
    label: int

    def load(self):
        draw = np.random.default_rng([ord(c) for c in self.clip.clip])
        faces = draw.integers(0, 60, (FRAMES, SIZE, SIZE, 3), dtype=np.uint8)
        faces[:, 2 + 7 * self.label : 7 + 7 * self.label, 4:12] += 150
        flow = draw.normal(scale=0.1, size=(FRAMES - 1, SIZE, SIZE, 2)).astype(np.float32)
        return SimpleNamespace(faces=faces, flow=flow)


@pytest.fixture(scope="session")
def toy_clips():
    return [
        ToyClip(Clip(f"s{s}_{k}", "x.mp4", f"s{s}", ("anger", "fear")[k % 2]), k % 2)
        for s in range(4)
        for k in range(6)
    ]


@pytest.fixture(scope="session")
def toy_inputs(toy_clips):
    return load_inputs(toy_clips, SIZE, {"spatial": FaceFrames(), "temporal": FlowImages()})


@pytest.fixture(scope="session")
def toy_labels(toy_inputs):
    return np.array([("anger", "fear").index(name) for name in toy_inputs.expressions])
