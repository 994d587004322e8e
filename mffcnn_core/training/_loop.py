"""One training through skorch, which goes on from a checkpoint where there is one."""

from pathlib import Path
from typing import Any

import torch
from skorch import NeuralNet
from skorch.callbacks import Callback
from skorch.helper import predefined_split
from skorch.hf import AccelerateMixin
from torch import nn

from mffcnn_core.files import sha256_of
from mffcnn_core.training._callbacks import Anneal, Progress, Redraw
from mffcnn_core.training._checkpoint import Checkpoint, Finish, Stop, digest
from mffcnn_core.training._data import TrainingData
from mffcnn_core.training._images import Loader, as_batch
from mffcnn_core.training._place import optimiser_options, placed
from mffcnn_core.training._settings import TrainingSettings


def train(
    kind: type[NeuralNet],
    network: nn.Module,
    criterion: nn.Module,
    data: TrainingData,
    settings: TrainingSettings,
    *,
    name: str,
    seed: int,
    device: torch.device,
    progress: bool,
    checkpoints: Path | None,
    **options: Any,
) -> NeuralNet:
    """Train a network; torch's own generator is left as it was."""
    order = torch.Generator()
    callbacks: list[tuple[str, Callback]] = [("redraw", Redraw(seed, order))]
    if settings.schedule == "cosine":
        callbacks.append(("anneal", Anneal(settings)))
    stop = Stop(settings.patience) if data.validation is not None else None
    if progress:
        callbacks.append(("progress", Progress(name, settings.epochs)))
    if stop is not None:
        callbacks.append(("stop", stop))
    saved = None
    if checkpoints is not None:
        path = checkpoints / f"{name}-{_digest_of(network, data, settings, seed)[:20]}.pt"
        saved = Checkpoint(path, settings.epochs, stop)
        callbacks.append(("checkpoint", saved))
    finish = Finish(settings.epochs, stop)
    callbacks.append(("finish", finish))
    kind, place = placed(kind, settings, device)
    net = kind(
        network,
        criterion=criterion,
        lr=settings.learning_rate,
        max_epochs=settings.epochs,
        batch_size=settings.batch_size,
        iterator_train=Loader,
        iterator_valid=Loader,
        iterator_train__shuffle=True,
        iterator_train__generator=order,
        iterator_train__collate_fn=as_batch,
        iterator_valid__collate_fn=as_batch,
        train_split=predefined_split(data.validation) if data.validation is not None else None,
        callbacks=callbacks,
        verbose=0,
        **optimiser_options(settings, device),
        **place,
        **options,
    )
    net.mixed = settings.precision == "bf16" and not isinstance(net, AccelerateMixin)
    net.initialize()
    if saved is not None:
        saved.resume(net)
    _run(net, data, finish)
    return net


def _digest_of(
    network: nn.Module, data: TrainingData, settings: TrainingSettings, seed: int
) -> str:
    """Return what tells a training from every other one."""
    images = data.train.inputs.streams
    return sha256_of(
        {
            **data.facts,
            "settings": settings.to_dict(),
            "images": {name: repr(own) for name, own in images.items()},
            "network": repr(getattr(network, "settings", None)),
            "weights": digest(network),  # holds the training images' mean and deviation, too
            "seed": seed,
        }
    )


def _run(net: NeuralNet, data: TrainingData, finish: Finish) -> None:
    """Train what is left of a training, which may be nothing."""
    finish.done = len(net.history)
    if not finish.over:
        net.partial_fit(data.train, y=None, epochs=net.max_epochs - finish.done)
        if not finish.over:
            raise KeyboardInterrupt  # skorch takes it for a wish to go on with half a training
        net.forget_steps()
        return
    if finish.stop is not None:  # all was read from the checkpoint
        finish.stop.on_train_end(net)
    if isinstance(net, AccelerateMixin):
        net._unwrap_accelerator()  # as skorch does after a training
