"""fc6 responses of VGG-16: our extraction against the bare forward pass of torchvision.

    python benchmarks/fc6.py

Both get the same images as one batch and the same weights; the weights are drawn at random,
which costs as much as trained ones.  Repetitions of both take turns; medians are compared.
"""

import statistics
import sys
import time

import numpy as np
import torch
from _report import Claim, report
from torchvision.models import vgg16

from mffcnn_core.features import as_tensor, network_responses
from mffcnn_core.nets import IMAGENET_MEAN, IMAGENET_STD, VGG16FC6
from mffcnn_core.training import torch_threads

BATCH, SIDE, REPEATS, THREADS = 8, 224, 9, 1


def main() -> int:
    """Measure, print, write the record, return the exit code."""
    torch.manual_seed(0)
    theirs = vgg16(weights=None).eval()
    ours = VGG16FC6(theirs.state_dict())
    images = np.random.default_rng(0).uniform(0, 255, (BATCH, SIDE, SIDE, 3)).astype(np.float32)
    mean, std = (torch.tensor(v).reshape(1, 3, 1, 1) for v in (IMAGENET_MEAN, IMAGENET_STD))

    @torch.no_grad()
    def bare() -> torch.Tensor:
        x = (as_tensor(images) / 255 - mean) / std
        return theirs.classifier[:2](theirs.avgpool(theirs.features(x)).flatten(1))

    def extract() -> np.ndarray:
        return network_responses(ours, images, layer=VGG16FC6.feature_layer)

    seconds: dict[str, list[float]] = {"bare": [], "ours": []}
    with torch_threads(THREADS):
        difference = float(np.abs(extract() - bare().numpy()).max())  # and both are warm
        for _ in range(REPEATS):
            for name, run in (("bare", bare), ("ours", extract)):
                started = time.perf_counter()
                run()
                seconds[name].append(time.perf_counter() - started)
    median = {name: statistics.median(values) for name, values in seconds.items()}
    return report(
        "fc6",
        [
            Claim("fc6: ours / bare forward, time", median["ours"] / median["bare"], "<= 1.1"),
            Claim("fc6: largest difference of a response", difference, "<= 0.001"),
        ],
        settings={"batch": BATCH, "side": SIDE, "repeats": REPEATS, "threads": THREADS},
        seconds=seconds,
    )


if __name__ == "__main__":
    sys.exit(main())
