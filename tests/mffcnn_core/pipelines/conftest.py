from dataclasses import dataclass, replace
from types import SimpleNamespace

import numpy as np
import pytest

from mffcnn_core.datasets import Clip
from mffcnn_core.expressions import EXPRESSIONS
from mffcnn_core.nets import FrameCNNSettings
from mffcnn_core.pipelines import FusionRecogniser, TwoStreamRecogniser
from mffcnn_core.training import StreamSettings

SIZE, FRAMES = 16, 18


@dataclass(frozen=True)
class ToyClip:
    """A bright bar at one of three heights (seen in a frame) that moves left or right.

    Neither a frame nor the flow tells all six classes: a perfect spatial stream is right
    in one clip of two, a perfect temporal stream in one of three, both together always.
    """

    clip: Clip
    poison: bool = False

    def load(self):
        draw = np.random.default_rng([ord(c) for c in self.clip.clip])
        label = EXPRESSIONS.index(self.clip.expression)
        height, direction = label % 3, (-1, 1)[label // 3]
        faces = draw.integers(0, 60, (FRAMES, SIZE, SIZE, 3), dtype=np.uint8)
        faces[:, 1 + 5 * height : 5 + 5 * height, 3:13] += 150
        flow = draw.normal(scale=0.3, size=(FRAMES - 1, SIZE, SIZE, 2)).astype(np.float32)
        flow[..., 0] += direction
        if self.poison:
            faces, flow = 255 - faces, 50 * flow[::-1].copy() + 7
        return SimpleNamespace(faces=faces, flow=flow)

    def poisoned(self):
        """Return the clip with other pictures, other flow and another expression."""
        label = EXPRESSIONS.index(self.clip.expression)
        other = replace(self.clip, expression=EXPRESSIONS[(label + 2) % 6])
        return ToyClip(other, poison=True)


@pytest.fixture(scope="session")
def toy_clips():
    return [
        ToyClip(Clip(f"s{s}_{name}_{k}", "x.mp4", f"s{s}", name))
        for s in range(4)
        for name in EXPRESSIONS
        for k in range(2)
    ]


def make_recogniser():
    stream = StreamSettings(
        network=FrameCNNSettings(kernels=(3, 3), maps=(4, 8), hidden=16),
        epochs=6,
        images_per_clip=2,
        batch_size=8,
        learning_rate=0.05,
        momentum=0.9,
        patience=4,
    )
    return TwoStreamRecogniser(size=SIZE, spatial=stream, temporal=stream, flow_run=4)


SMALL_DBN = {part: {"epochs": 2} for part in ("binary", "gaussian", "finetuning")}


def make_fusion():
    return FusionRecogniser.from_settings(
        size=SIZE,
        stream={"epochs": 3, "shift": 1, "images_per_clip": 2, "mirror": False},
        joint={"epochs": 2, "shift": 1, "images_per_clip": 2, "mirror": False},
        ordered_flow={"window": 8},
        dbn=SMALL_DBN,
    )


@pytest.fixture
def fusion():
    return make_fusion()


@pytest.fixture
def recogniser():
    return make_recogniser()


@pytest.fixture(scope="session")
def shared_recogniser():
    """Not to be changed."""
    return make_recogniser()
