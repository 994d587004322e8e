"""Training on a GPU: ours with everything against a plain torch loop on the same card.

    python benchmarks/training_gpu.py [--device cuda] [--small]

The plain loop has one batch ready on the card and does nothing but steps: forward, backward,
optimiser, with the same network, precision, memory format and choice of convolutions as ours.
Ours draws images anew in every epoch and crops, moves, mirrors and amplifies each of them.
``--small`` runs the same code with tiny sizes, also on a CPU, and records nothing.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import torch
from _report import Claim, report

from mffcnn_core.augment import CropSettings
from mffcnn_core.datasets import Clip
from mffcnn_core.devices import device_facts, find_device
from mffcnn_core.features import ClipInputs, FaceFrames, FlowImages, load_inputs
from mffcnn_core.nets import (
    SMALL_SE_RESNET,
    FusionSettings,
    SEResNet,
    SEResNetSettings,
    TwoStreamFusionNet,
)
from mffcnn_core.training import (
    FusionLoss,
    StreamSettings,
    TrainingSettings,
    fit_fusion,
    fit_stream,
)

AUGMENTED = {
    "crops": CropSettings(),
    "shift": 4,
    "mirror": True,
    "gain": 0.2,
    "momentum": 0.9,
    "patience": None,
}
QUICK = SMALL_SE_RESNET.replace(widths=(32, 64, 96, 128), dropout=0.3)


class MadeUp:
    """A clip of noise: what is in the pictures costs nothing."""

    def __init__(self, number: int, arrays: SimpleNamespace) -> None:
        self.clip = Clip(f"c{number}", "x.mp4", f"s{number % 8}", "fear")
        self.arrays = arrays

    def load(self) -> SimpleNamespace:
        """Return faces and flow."""
        return self.arrays


def made_up(clips: int, frames: int, side: int) -> ClipInputs:
    """Return inputs of clips of noise, faces and flow images."""
    draw = np.random.default_rng(0)
    faces = draw.integers(0, 256, (frames, side, side, 3), dtype=np.uint8)
    flow = draw.random((frames - 1, side, side, 2), dtype=np.float32) - 0.5
    arrays = SimpleNamespace(faces=faces, flow=flow)
    kinds = {"spatial": FaceFrames(), "temporal": FlowImages()}
    return load_inputs([MadeUp(k, arrays) for k in range(clips)], side, kinds)


def plain(
    network: torch.nn.Module,
    images: dict[str, torch.Tensor],
    loss: Callable[..., torch.Tensor],
    device: torch.device,
    *,
    mixed: bool,
    steps: int,
) -> float:
    """Return seconds per step of a loop that has its batch ready on the device."""
    on_gpu = device.type == "cuda"
    torch.backends.cudnn.benchmark = True
    network = network.to(device).train()
    optimiser = torch.optim.SGD(network.parameters(), lr=0.01, momentum=0.9, fused=on_gpu)
    labels = torch.arange(len(next(iter(images.values()))), device=device) % 6

    def step() -> None:
        optimiser.zero_grad(set_to_none=True)
        with torch.autocast(device.type, torch.bfloat16, enabled=mixed):
            value = loss(network(*images.values()), labels)
        value.backward()
        optimiser.step()

    for _ in range(5):
        step()
    seconds = []
    for _ in range(3):
        _wait(device)
        started = time.perf_counter()
        for _ in range(steps):
            step()
        _wait(device)
        seconds.append((time.perf_counter() - started) / steps)
    return statistics.median(seconds)


def _wait(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)


def batch(count: int, side: int, device: torch.device, streams: tuple[str, ...]) -> dict:
    """Return images of noise in the memory format that networks here are fed with."""
    return {
        name: (torch.rand(count, side, side, 3, device=device) * 255).permute(0, 3, 1, 2)
        for name in streams
    }


def per_step(net: Any, images: int, batch_size: int) -> tuple[float, float]:
    """Return seconds per step, the median over all epochs but the first, and if captured."""
    rows = list(net.history)[1:]
    steps = -(-images // batch_size)
    captured = rows[-1].get("captured", 0.0)
    return statistics.median(row["dur"] for row in rows) / steps, captured


def ours(inputs: ClipInputs, settings: StreamSettings, device: torch.device) -> tuple[float, float]:
    """Return seconds per step of ``fit_stream``, and whether its steps were captured."""
    labels = np.arange(len(inputs)) % 6
    net = fit_stream(inputs, labels, "spatial", settings, seed=0, device=device)
    return per_step(net, len(inputs) * settings.images_per_clip, settings.batch_size)


def ours_paired(
    inputs: ClipInputs,
    network: SEResNetSettings,
    settings: TrainingSettings,
    device: torch.device,
) -> tuple[float, float]:
    """Return seconds per step of ``fit_fusion``, and whether its steps were captured."""
    labels = np.arange(len(inputs)) % 6
    streams = {name: SEResNet(network) for name in ("spatial", "temporal")}
    net = fit_fusion(inputs, labels, streams, FusionSettings(), settings, seed=0, device=device)
    return per_step(net, len(inputs) * settings.images_per_clip, settings.batch_size)


def main() -> int:
    """Measure, print each number as it is there, write the record, return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--small", action="store_true", help="tiny sizes, no record")
    given = parser.parse_args()
    device = find_device(given.device)
    large = SEResNetSettings() if not given.small else SMALL_SE_RESNET
    side, size, clips, per_clip = (32, 8, 6, 4) if given.small else (224, 64, 48, 32)
    steps = 2 if given.small else 20
    entropy = torch.nn.CrossEntropyLoss()
    numbers: dict[str, float] = {}

    def note(name: str, seconds: float, count: int) -> None:
        numbers[name] = count / seconds
        print(f"{name}: {count / seconds:.0f} images/s, {1000 * seconds:.2f} ms/step", flush=True)

    torch.manual_seed(0)
    inputs = made_up(clips, 12 if given.small else 40, side)
    one, pair = ("spatial",), ("spatial", "temporal")
    for precision in ("full", "bf16"):
        mixed = precision == "bf16"
        seconds = plain(
            SEResNet(large),
            batch(size, side, device, one),
            entropy,
            device,
            mixed=mixed,
            steps=steps,
        )
        note(f"plain {precision}", seconds, size)
        shared = {"batch_size": size, "images_per_clip": per_clip, "precision": precision}
        settings = StreamSettings(network=large, epochs=3, **AUGMENTED, **shared)
        note(f"stream {precision}, all changes", ours(inputs, settings, device)[0], size)
        without = settings.replace(crops=None, shift=0, mirror=False, gain=0.0)
        note(f"stream {precision}, no changes", ours(inputs, without, device)[0], size)
    joint = TrainingSettings(epochs=3, **AUGMENTED, **shared | {"images_per_clip": per_clip // 2})
    note("pair bf16, all changes", ours_paired(inputs, large, joint, device)[0], size)
    del inputs
    small = made_up(32, 50, 48)
    changed = {**AUGMENTED, "crops": None, "shift": 2, "batch_size": 16, "images_per_clip": 4}
    changed |= {"optimiser": "adadelta", "learning_rate": 5e-4, "epochs": 2 if given.small else 20}
    seconds, captured = ours(small, StreamSettings(network=QUICK, **changed), device)
    note("quick stream", seconds, 16)
    joint_seconds, _ = ours_paired(small, QUICK, TrainingSettings(**changed), device)
    note("quick pair", joint_seconds, 16)
    note(
        "quick plain",
        plain(SEResNet(QUICK), batch(16, 48, device, one), entropy, device, mixed=False, steps=50),
        16,
    )
    both = TwoStreamFusionNet(SEResNet(QUICK), SEResNet(QUICK), FusionSettings())
    note(
        "quick pair plain",
        plain(
            both, batch(16, 48, device, pair), FusionLoss(entropy), device, mixed=False, steps=50
        ),
        16,
    )
    best = max(numbers["plain full"], numbers["plain bf16"])
    claims = [
        Claim(
            "stream with all changes / plain torch",
            numbers["stream bf16, all changes"] / best,
            ">= 0.9",
        ),
        Claim(
            "pair with all changes / plain torch",
            numbers["pair bf16, all changes"] / best,
            ">= 0.4",
        ),
        Claim("quick stream, ms per step", 1000 * seconds, "<= 2"),
        Claim("quick stream's steps are captured", captured, ">= 1"),
    ]
    if given.small:
        return 0
    return report(
        "training_gpu",
        claims,
        settings={"side": side, "batch_size": size, "network": large.to_dict()},
        images_per_second=numbers,
        device=device_facts(device),
    )


if __name__ == "__main__":
    sys.exit(main())
