"""What experiments will take on this machine, before the first of them begins."""

import shutil
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import psutil
import torch
from torch import nn
from tqdm.std import tqdm

from mffcnn_book.experiments._configuration import Configuration
from mffcnn_book.experiments._sharing import training_bytes
from mffcnn_core.devices import find_device
from mffcnn_core.errors import MffcnnError
from mffcnn_core.expressions import EXPRESSIONS
from mffcnn_core.features import StreamImages
from mffcnn_core.files import sha256_of
from mffcnn_core.pipelines import FusionRecogniser, TwoStreamRecogniser
from mffcnn_core.recognition import ClipRecogniser
from mffcnn_core.seeding import generator
from mffcnn_core.training import TrainingSettings, torch_threads

if TYPE_CHECKING:
    from mffcnn_book.experiments._workspace import Workspace

FILM_BYTES = 0.1  # of a pixel of a rendered film, as the writer compresses it
PROCESS_BYTES = 700_000_000  # that the libraries take in every process
LONG = 5e9
"""Pixels shown in training from which on a forecast is worth a command's first line."""

_GB = 1e9
_SIDE = 8  # px of the small images that tell how much is kept of large ones
_ENOUGH = 0.5  # seconds of a step beside which its preparations are nothing
_TRIED = 224**2  # pixels of a step that is timed on a CPU


@dataclass(frozen=True)
class Forecast:
    """What experiments need; more for classifiers and features, which are not in it.

    Attributes
    ----------
    trainings : int
        Of networks: those that several configurations share count once.
    pixels : float
        That are shown in all trainings together.
    hours : float
        On this machine, from the time of a step of each network.
    disk, memory : int
        Bytes of all files to come, and of all processes together at one time.
    disk_free, memory_free : int
        Bytes that this machine has for them now.
    card, card_has : int
        Bytes of a GPU that a training takes, and that it has; 0 without one.
    others : tuple of str
        Pipelines that are not estimated: those of others, and frozen networks.
    """

    trainings: int
    pixels: float
    hours: float
    disk: int
    memory: int
    disk_free: int
    memory_free: int
    card: int
    card_has: int
    others: tuple[str, ...]

    def summary(self) -> str:
        """Return all of it in a few lines."""
        lines = [
            f"{self.trainings} trainings of networks, about {_duration(self.hours)} on this "
            "machine; features and classifiers come on top.",
            f"About {self.disk / _GB:.1f} GB of disk ({self.disk_free / _GB:.1f} GB are free) and "
            f"{self.memory / _GB:.1f} GB of memory ({self.memory_free / _GB:.1f} GB are free).",
        ]
        if self.card:
            lines.append(
                f"About {self.card / _GB:.1f} GB of the GPU's {self.card_has / _GB:.1f} GB."
            )
        if self.others:
            lines.append(f"Not estimated: {', '.join(self.others)}.")
        return "\n".join([*lines, *self.problems()])

    def problems(self) -> list[str]:
        """Return what this machine does not have, in sentences; empty if it has everything."""
        needs = (
            ("disk", self.disk, self.disk_free, "Free some, or take fewer configurations."),
            (
                "memory",
                self.memory,
                self.memory_free,
                "Take fewer --jobs, or smaller images.",
            ),
            ("the GPU's memory", self.card, self.card_has, "Take a smaller batch_size."),
        )
        return [
            f"{name}: expected {need / _GB:.1f} GB, got {has / _GB:.1f} GB. {hint}"
            for name, need, has, hint in needs
            if need > has
        ]


@dataclass(frozen=True)
class _Training:
    """One training of a network, for all folds."""

    settings: TrainingSettings
    network: nn.Module
    streams: int  # images that it sees at a time
    size: int

    @property
    def alike(self) -> tuple[Any, ...]:
        """What says how long a step takes: where streams are joined adds next to nothing."""
        weights = sum(weight.numel() for weight in self.network.parameters())
        return self.streams, weights, self.size, self.settings.batch_size, self.settings.threads


def forecast(
    work: "Workspace", experiments: Iterable[Configuration], *, longer_than: float = 0
) -> Forecast | None:
    """Return what configurations will take; nothing is computed but two steps of each network.

    Parameters
    ----------
    work : Workspace
        Clips of another data set are taken to be as long as those of the profile's own corpus.
    experiments : iterable of Configuration
        Each with a seed of its own where several trainings of one are asked for.
    longer_than : float
        Pixels, see :attr:`Forecast.pixels`.

    Returns
    -------
    Forecast or None
        None if fewer pixels are shown: then not even a step is computed.
    """
    clips, people, frames = _extent(work)
    folds = work.profile.groups or people
    found: dict[str, _Training] = {}
    kept: dict[str, int] = {}
    others: set[str] = set()
    for experiment in experiments:
        try:
            recogniser = work.profile.recogniser(experiment)
            own = _trainings(recogniser, experiment)
        except MffcnnError:  # settings that cannot be met are reported when their turn comes
            continue
        if own is None:
            others.add(experiment.pipeline)
        else:
            found |= own
            kept[recogniser.inputs_key()] = clips * _clip_bytes(recogniser, frames)
    shown = {
        key: one.settings.epochs * one.settings.images_per_clip * clips * (folds - 1)
        for key, one in found.items()
    }
    pixels = float(sum(shown[key] * one.streams * one.size**2 for key, one in found.items()))
    if pixels < longer_than:
        return None
    device = find_device(work.device)
    seconds = _seconds_per_image(found, device, progress=work.progress)
    side_by_side = min(work.jobs, folds) if device.type == "cpu" else 1
    weights = sum(
        4 * sum(weight.numel() for weight in one.network.parameters()) for one in found.values()
    )
    card = [training_bytes(one.size, one.settings.batch_size) for one in found.values()]
    on_card = device.type == "cuda"
    prepared = (work.results_folder() / "preparation.json").is_file()
    return Forecast(
        trainings=len(found) * folds,
        pixels=pixels,
        hours=sum(shown[key] * seconds[key] for key in found) / side_by_side / 3600,
        disk=_prepared_bytes(work, clips * frames) * (not prepared) + folds * weights,
        memory=max(kept.values(), default=0) + (work.jobs + 1) * PROCESS_BYTES,
        disk_free=shutil.disk_usage(work.root).free,
        memory_free=psutil.virtual_memory().available,
        card=max(card, default=0) if on_card else 0,
        card_has=torch.cuda.mem_get_info(device)[1] if on_card else 0,
        others=tuple(sorted(others)),
    )


def _extent(work: "Workspace") -> tuple[int, int, int]:
    """Return the number of clips and of people, and the frames of a clip."""
    corpus = work.profile.corpus
    if work.dataset_name == "synthetic":
        return corpus.subjects * len(EXPRESSIONS) * corpus.takes, corpus.subjects, corpus.frames
    clips = work.dataset.clips
    return len(clips), len({clip.subject for clip in clips}), corpus.frames


def _trainings(
    recogniser: ClipRecogniser, experiment: Configuration
) -> dict[str, _Training] | None:
    """Return the trainings of a method by what makes them equal; None if it has none."""
    if not isinstance(recogniser, FusionRecogniser | TwoStreamRecogniser):
        return None
    recogniser.classes_ = np.array(EXPRESSIONS)
    with torch.device("meta"):  # shapes only: a profile has hundreds of large networks
        networks = recogniser.build_networks()
    images: Mapping[str, StreamImages] = recogniser.images()
    found = {}

    def add(settings: TrainingSettings, network: nn.Module, *streams: str, **facts: Any) -> None:
        told = {
            "settings": settings.to_dict(),
            "images": {name: repr(images[name]) for name in streams},
            "size": recogniser.size,
            "seed": experiment.seed,
            "protocol": experiment.protocol,  # other people to learn from
            "held_out": getattr(recogniser, "held_out", 0.0),
        }
        found[sha256_of(told | facts)] = _Training(settings, network, len(streams), recogniser.size)

    if isinstance(recogniser, FusionRecogniser):
        both = networks["fusion"]
        for name in images:
            add(recogniser.stream, getattr(both, name), name)
        add(recogniser.joint, both, *images, fusion=recogniser.fusion.to_dict())
    else:
        for name in images:
            add(getattr(recogniser, name), networks[name], name)
    return found


def _seconds_per_image(
    found: Mapping[str, _Training], device: torch.device, *, progress: bool
) -> dict[str, float]:
    """Return what a step of each training takes on a device, for each image; equal ones once."""
    kinds = {one.alike: one for one in found.values()}
    bar = tqdm(kinds.items(), "timing a step", unit="network", leave=False, disable=not progress)
    timed = {alike: _time_step(one, device) for alike, one in bar}
    return {key: timed[one.alike] for key, one in found.items()}


def _time_step(one: _Training, device: torch.device) -> float:
    """Return seconds of a step for each image; of fewer images where a batch might not fit."""
    count = one.settings.batch_size
    if device.type == "cpu" or training_bytes(one.size, count) > torch.cuda.mem_get_info(device)[0]:
        count = min(count, max(1, _TRIED // one.size**2))
    network = one.network.to_empty(device=device).train()
    for values in (*network.parameters(), *network.buffers()):
        values.data.fill_(0.01 if values.is_floating_point() else 0)
    frames = getattr(getattr(one.settings, "network", None), "frames", 1)
    shape = (count, *([frames] if frames > 1 else []), 3, one.size, one.size)
    draw = generator(0, "forecast").standard_normal(shape, dtype=np.float32)
    images = [torch.from_numpy(draw).to(device)] * one.streams
    seconds = 0.0
    # dropout draws from torch's own generator, which is left as it was
    with torch_threads(one.settings.threads), torch.random.fork_rng():
        for _ in range(2):  # the first step of a small network mostly allocates
            started = time.perf_counter()
            told = network(*images)
            scores = [stream.scores for stream in told] if one.streams > 1 else [told]
            sum(own.square().sum() for own in scores).backward()
            if device.type == "cuda":
                torch.cuda.synchronize(device)
            seconds = time.perf_counter() - started
            if seconds > _ENOUGH:
                break
    network.to("meta")
    return seconds / count


def _clip_bytes(recogniser: ClipRecogniser, frames: int) -> int:
    """Return what is kept of one clip in memory."""
    draw = generator(0, "forecast")
    faces = draw.integers(0, 256, (frames, _SIDE, _SIDE, 3), dtype=np.uint8)
    flow = draw.standard_normal((frames - 1, _SIDE, _SIDE, 2), dtype=np.float32)
    small = sum(kind.read(faces, flow).nbytes for kind in recogniser.images().values())
    return small * recogniser.size**2 // _SIDE**2


def _prepared_bytes(work: "Workspace", frames: int) -> int:
    """Return what films and prepared arrays of so many frames take."""
    settings, corpus = work.profile.preparation, work.profile.corpus
    drawn = FILM_BYTES * corpus.width * corpus.height if work.dataset_name == "synthetic" else 0
    of_flow = 2 * np.dtype(settings.flow_dtype).itemsize
    return int(frames * (drawn + settings.size**2 * (3 + of_flow)))


def _duration(hours: float) -> str:
    return f"{hours:.1f} hours" if hours >= 1 else f"{60 * hours:.0f} minutes"
