from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
import pytest

from mffcnn_core.datasets import Clip


@dataclass
class StubClip:
    """A prepared clip that lives in memory."""

    clip: Clip
    faces: np.ndarray
    flow: np.ndarray

    def load(self):
        return SimpleNamespace(faces=self.faces, flow=self.flow)


@pytest.fixture
def make_clip():
    def make(name="c", frames=6, size=16, subject="s1", expression="fear", seed=0):
        draw = np.random.default_rng(seed)
        return StubClip(
            Clip(name, f"{name}.mp4", subject, expression),
            draw.integers(0, 256, (frames, size, size, 3), dtype=np.uint8),
            draw.normal(size=(frames - 1, size, size, 2)).astype(np.float32),
        )

    return make
