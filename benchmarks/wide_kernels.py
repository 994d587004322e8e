"""A training step with the kernels of Table 3: product of spectra against torch's convolution.

    python benchmarks/wide_kernels.py

The three-frame network of Fig. 2 at the paper's 128 px, on one thread: forward, loss, backward.
Both ways see the same images with the same weights, in turns; medians are compared.
"""

import statistics
import sys
import time

import torch
from _report import Claim, report
from torch import nn

from mffcnn_core.nets import FrameCNN, FrameCNNSettings
from mffcnn_core.nets._wide_kernel import WideConv2d
from mffcnn_core.training import torch_threads

BATCH, SIDE, REPEATS, THREADS = 8, 128, 5, 1
PAIRS = {(17, 15): ">= 2", (35, 33): ">= 4"}


def plain(network: FrameCNN) -> FrameCNN:
    """Return the same network with torch's own convolutions."""
    for name, wide in list(network.named_children()):
        if isinstance(wide, WideConv2d):
            size = wide.in_channels, wide.out_channels, wide.kernel_size
            setattr(network, name, nn.Conv2d(*size, padding=wide.padding))
    return network.to(memory_format=torch.channels_last)


def main() -> int:
    """Measure, print, write the record, return the exit code."""
    torch.manual_seed(0)
    images, labels = torch.rand(BATCH, 3, 3, SIDE, SIDE), torch.arange(BATCH) % 6
    claims, seconds, differences = [], {}, {}
    with torch_threads(THREADS):
        for kernels, rule in PAIRS.items():
            settings = FrameCNNSettings(kernels=kernels, frames=3)
            ours = FrameCNN(settings, size=SIDE)
            theirs = plain(FrameCNN(settings, size=SIDE))
            theirs.load_state_dict(ours.state_dict())
            with torch.no_grad():
                differences[kernels] = float((ours(images) - theirs(images)).abs().max())
            own: dict[str, list[float]] = {"spectra": [], "torch": []}
            for _ in range(REPEATS):
                for name, network in (("spectra", ours), ("torch", theirs)):
                    started = time.perf_counter()
                    nn.functional.cross_entropy(network(images), labels).backward()
                    own[name].append(time.perf_counter() - started)
            median = {name: statistics.median(values) for name, values in own.items()}
            sides = "/".join(map(str, kernels))
            claims.append(
                Claim(f"{sides}: torch / spectra, time", median["torch"] / median["spectra"], rule)
            )
            seconds[sides] = own
    claims.append(Claim("largest difference of a score", max(differences.values()), "<= 0.001"))
    return report(
        "wide_kernels",
        claims,
        settings={"batch": BATCH, "side": SIDE, "repeats": REPEATS, "threads": THREADS},
        seconds=seconds,
    )


if __name__ == "__main__":
    sys.exit(main())
