"""A training epoch of the two-stream network: ours against a bare torch loop.

    python benchmarks/training.py

Both train the same network with the same optimiser and losses on the same numbers of images in
batches of the same size.  The bare loop has its batches ready as tensors; ours draws frames and
maps of every clip anew, as it does in every epoch.  Epochs of both take turns.
"""

import statistics
import sys
import time
from types import SimpleNamespace

import numpy as np
import torch
from _report import Claim, report

from mffcnn_core.datasets import Clip
from mffcnn_core.features import FaceFrames, OrderedFlowMaps, load_inputs
from mffcnn_core.nets import SMALL_SE_RESNET, FusionSettings, SEResNet, TwoStreamFusionNet
from mffcnn_core.training import (
    SMALL_JOINT,
    FusionLoss,
    SampledImages,
    fit_fusion,
    torch_threads,
)
from mffcnn_core.training import _callbacks as callbacks

CLIPS, FRAMES, SIDE, EPOCHS = 192, 50, 64, 9
SETTINGS = SMALL_JOINT.replace(epochs=EPOCHS)


class MadeUp:
    """A clip of noise: what is in the pictures costs nothing."""

    def __init__(self, number: int) -> None:
        self.clip = Clip(f"c{number}", "x.mp4", f"s{number % 8}", "fear")
        self.number = number

    def load(self) -> SimpleNamespace:
        """Return faces and flow."""
        draw = np.random.default_rng(self.number)
        faces = draw.integers(0, 256, (FRAMES, SIDE, SIDE, 3), dtype=np.uint8)
        flow = draw.normal(size=(FRAMES - 1, SIDE, SIDE, 2)).astype(np.float32)
        return SimpleNamespace(faces=faces, flow=flow)


class Clock:
    """Take the time of every epoch."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    def on_epoch_begin(self, net: object, **kwargs: object) -> None:
        """Start."""
        self.started = time.perf_counter()

    def on_epoch_end(self, net: object, **kwargs: object) -> None:
        """Stop."""
        self.seconds.append(time.perf_counter() - self.started)


def streams() -> dict[str, SEResNet]:
    """Return two networks with the same weights at every call."""
    torch.manual_seed(0)
    return {name: SEResNet(SMALL_SE_RESNET) for name in ("spatial", "temporal")}


def bare_epochs(batches: list, epochs: int) -> list[float]:
    """Return the seconds of each epoch of a plain loop over tensors that are ready."""
    network = TwoStreamFusionNet(*streams().values(), FusionSettings()).train()
    optimiser = torch.optim.SGD(
        network.parameters(), lr=SETTINGS.learning_rate, momentum=SETTINGS.momentum
    )
    loss, seconds = FusionLoss(torch.nn.CrossEntropyLoss()), []
    for _ in range(epochs):
        started = time.perf_counter()
        for images, labels in batches:
            optimiser.zero_grad()
            loss(network(**images), labels).backward()
            optimiser.step()
        seconds.append(time.perf_counter() - started)
    return seconds


def our_epochs(inputs: object, labels: np.ndarray, epochs: int) -> list[float]:
    """Return the seconds of each epoch of ``fit_fusion``, the drawing of images included."""
    clock = Clock()
    redraw = callbacks.Redraw.on_epoch_begin

    def timed(self: object, net: object, dataset_train: object = None, **kwargs: object) -> None:
        clock.on_epoch_begin(net)
        redraw(self, net, dataset_train=dataset_train, **kwargs)

    callbacks.Redraw.on_epoch_begin = timed
    callbacks.Redraw.on_epoch_end = lambda self, net, **kwargs: clock.on_epoch_end(net)
    try:
        settings = SETTINGS.replace(epochs=epochs)
        fit_fusion(inputs, labels, streams(), FusionSettings(), settings, seed=0)
    finally:
        callbacks.Redraw.on_epoch_begin = redraw
        del callbacks.Redraw.on_epoch_end
    return clock.seconds


def main() -> int:
    """Measure, print, write the record, return the exit code."""
    kinds = {"spatial": FaceFrames(), "temporal": OrderedFlowMaps()}
    inputs = load_inputs([MadeUp(k) for k in range(CLIPS)], SIDE, kinds, progress=True)
    labels = np.arange(CLIPS) % 6
    data = SampledImages(inputs, labels, ("spatial", "temporal"), per_clip=SETTINGS.images_per_clip)
    size = SETTINGS.batch_size
    batches = [
        data.__getitems__(list(range(k, min(k + size, len(data)))))
        for k in range(0, len(data), size)
    ]
    seconds: dict[str, list[float]] = {"bare": [], "ours": []}
    with torch_threads(SETTINGS.threads):
        for _ in range(3):  # the machine's mood changes: they take turns
            seconds["bare"] += bare_epochs(batches, EPOCHS // 3)[1:]
            seconds["ours"] += our_epochs(inputs, labels, EPOCHS // 3)[1:]
    median = {name: statistics.median(values) for name, values in seconds.items()}
    return report(
        "training",
        [
            Claim(
                "two-stream epoch: ours / bare loop, time",
                median["ours"] / median["bare"],
                "<= 1.1",
            )
        ],
        settings={"clips": CLIPS, "side": SIDE, "training": SETTINGS.to_dict()},
        seconds=seconds,
    )


if __name__ == "__main__":
    sys.exit(main())
