"""What a training needs of its device: a net, an optimiser, threads and draws."""

import contextlib
from collections.abc import Iterator
from typing import Any

import torch
from accelerate import Accelerator
from skorch import NeuralNet

from mffcnn_core.errors import ParameterError
from mffcnn_core.seeding import integer_seed
from mffcnn_core.training._net import ACCELERATED
from mffcnn_core.training._optimisers import PaperAdadelta
from mffcnn_core.training._settings import TrainingSettings
from mffcnn_core.training._threads import torch_threads


def optimiser_options(settings: TrainingSettings, device: torch.device) -> dict[str, Any]:
    """Return the optimiser as skorch's options."""
    if settings.optimiser == "momentum":
        return {
            "optimizer": torch.optim.SGD,
            "optimizer__momentum": settings.momentum,
            "optimizer__weight_decay": settings.weight_decay,
            # one operation for all weights, where starting one takes longer than its work
            "optimizer__fused": device.type == "cuda" or None,
        }
    return {
        "optimizer": PaperAdadelta,
        "optimizer__rho": settings.momentum,
        "optimizer__literal": settings.optimiser == "adadelta_literal",
    }


def placed(
    kind: type[NeuralNet], settings: TrainingSettings, device: torch.device
) -> tuple[type[NeuralNet], dict[str, Any]]:
    """Return the kind of net, and the options that put it on its device or devices."""
    on_cpu = device.type == "cpu"
    if settings.precision == "fp16" and on_cpu:
        raise ParameterError(
            "precision: expected 'full' or 'bf16' on the CPU, got 'fp16'. It needs a GPU."
        )
    if settings.precision != "fp16" and not torch.distributed.is_torchelastic_launched():
        return kind, {"device": device}
    mixed = "no" if settings.precision == "full" else settings.precision
    accelerator = Accelerator(mixed_precision=mixed, cpu=on_cpu)
    silent = {"callbacks__print_log__sink": lambda line: None}
    return ACCELERATED[kind], {"accelerator": accelerator, "device": None, **silent}


@contextlib.contextmanager
def computing(settings: TrainingSettings, seed: int, device: torch.device) -> Iterator[None]:
    """Fix threads and draws; torch's own generators are left as they were."""
    on_gpu = device.type == "cuda"
    cards = (
        [torch.cuda.current_device() if device.index is None else device.index] if on_gpu else []
    )
    tries = torch.backends.cudnn.benchmark
    try:
        torch.backends.cudnn.benchmark = on_gpu or tries  # all batches but the last are alike
        with torch_threads(settings.threads), torch.random.fork_rng(devices=cards):
            torch.manual_seed(integer_seed(seed, "weights"))
            yield
    finally:
        torch.backends.cudnn.benchmark = tries
