"""Training through skorch: each stream alone, then both together."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from skorch import NeuralNet, NeuralNetClassifier
from skorch.callbacks import Callback
from skorch.helper import predefined_split
from skorch.hf import AccelerateMixin
from torch import nn

from mffcnn_core.devices import Device, find_device
from mffcnn_core.features import ClipInputs
from mffcnn_core.files import sha256_of
from mffcnn_core.nets import (
    FusionSettings,
    SEResNet,
    TwoStreamFusionNet,
    load_weights,
    make_network,
)
from mffcnn_core.training._callbacks import Anneal, Progress, Redraw
from mffcnn_core.training._checkpoint import Checkpoint, Finish, Stop, digest
from mffcnn_core.training._data import TrainingData
from mffcnn_core.training._images import Loader, as_batch
from mffcnn_core.training._losses import LOSSES, FusionLoss
from mffcnn_core.training._net import Classifier, Net
from mffcnn_core.training._place import computing, optimiser_options, placed
from mffcnn_core.training._settings import StreamSettings, TrainingSettings


def _train(
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
        training = {
            **data.facts,
            "settings": settings.to_dict(),
            "images": {name: repr(images) for name, images in data.train.inputs.streams.items()},
            "network": repr(getattr(network, "settings", None)),
            "weights": digest(network),  # holds the training images' mean and deviation, too
            "seed": seed,
        }
        saved = Checkpoint(
            checkpoints / f"{name}-{sha256_of(training)[:20]}.pt", settings.epochs, stop
        )
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
    finish.done = len(net.history)
    if not finish.over:
        net.partial_fit(data.train, y=None, epochs=settings.epochs - finish.done)
        if not finish.over:
            raise KeyboardInterrupt  # skorch takes it for a wish to go on with half a training
        net.forget_steps()
        return net
    if stop is not None:  # all was read from the checkpoint
        stop.on_train_end(net)
    if isinstance(net, AccelerateMixin):
        net._unwrap_accelerator()  # as skorch does after a training
    return net


def fit_stream(
    inputs: ClipInputs,
    labels: Sequence[int] | npt.NDArray[np.integer],
    stream: str,
    settings: StreamSettings,
    *,
    classes: int = 6,
    seed: int,
    subjects: Sequence[str] | None = None,
    device: Device = "cpu",
    progress: bool = False,
    checkpoints: Path | None = None,
) -> NeuralNetClassifier:
    """Train the network of one stream on its own.

    Cross entropy, minimised by gradient descent with momentum:
    ``v <- rho v + g;  w <- w - eta v``, or by the optimiser that the settings name.

    Paper: Sec. 3.6, Eqs. (11)-(14); Sec. 3.5 trains each stream alone first.  Book: ch. 8.

    Parameters
    ----------
    inputs : ClipInputs
        Training clips only.
    labels : sequence of int, length n_clips
        Class of every clip, 0 ... ``classes - 1``.
    stream : str
        Which images of ``inputs`` the network sees.
    settings : StreamSettings
    classes : int
    seed : int
        Of first weights, order, images and validation people; on the CPU, same seed, same
        machine and same number of threads give the same weights.  On a GPU the draws are
        the same, but sums are added up in another order each time.
    subjects : sequence of str, optional
        The person of every clip; by default that of ``inputs``.
    device : str or torch.device
        See :func:`mffcnn_core.devices.find_device`.
    progress : bool
        Show a progress bar with an estimate.
    checkpoints : Path, optional
        Folder in which the training is kept after every epoch, under a name that tells it
        from every other one.  If it is there, it goes on, and ends with the weights of one
        that was not cut off.

    Returns
    -------
    skorch.NeuralNetClassifier
        ``module_`` is the network, :func:`history_of` its course.

    Raises
    ------
    ParameterError
        If labels and clips differ in number, early stopping has fewer than two people, or
        the device is not there.
    WeightsError
        If the weights to begin with cannot be had.

    Notes
    -----
    Departures from the paper: (I) Eq. (11) is binary cross entropy written for six
    classes: the categorical one is meant.  (II) Every image of a clip carries the clip's
    label, also where the face is still neutral.  (III) Images are standardised per
    channel by the images that the weights are fitted on.

    On a GPU the images stay there as they are kept, if they fit, and convolutions compute in
    TF32 also in "full" precision, unless torch is told otherwise.  On several GPUs, start the
    program by ``accelerate launch``, which is not tested.
    """
    place = find_device(device)
    data = TrainingData(inputs, labels, [stream], settings, subjects, seed, place)
    with computing(settings, seed, place):
        mean, std = data.train.statistics(stream)
        network = make_network(
            settings.network, size=inputs.size, classes=classes, mean=mean, std=std
        )
        if settings.weights is not None:
            load_weights(network, settings.weights)
        return _train(
            Classifier,
            network,
            LOSSES[settings.loss](),
            data,
            settings,
            name=stream,
            seed=seed,
            device=place,
            progress=progress,
            checkpoints=checkpoints,
            classes=list(range(classes)),
        )


def fit_fusion(
    inputs: ClipInputs,
    labels: Sequence[int] | npt.NDArray[np.integer],
    streams: Mapping[str, SEResNet],
    fusion: FusionSettings,
    settings: TrainingSettings,
    *,
    seed: int,
    subjects: Sequence[str] | None = None,
    device: Device = "cpu",
    progress: bool = False,
    checkpoints: Path | None = None,
) -> NeuralNet:
    """Train two streams together, with their products: the second stage of two.

    Each temporal image is paired with a random face frame of its span; the loss is the sum
    of both streams' losses.

    Paper: Sec. 3.5, 3.6.  Book: ch. 9.

    Parameters
    ----------
    inputs : ClipInputs
        Training clips only, with the streams ``"spatial"`` (single frames) and
        ``"temporal"``.
    labels : sequence of int, length n_clips
    streams : mapping of str to SEResNet
        ``"spatial"`` and ``"temporal"``, each trained alone (:func:`fit_stream`); left as
        they are.
    fusion : FusionSettings
    settings : TrainingSettings
    seed, subjects, device, progress, checkpoints
        As for :func:`fit_stream`.

    Returns
    -------
    skorch.NeuralNet
        ``module_`` is the :class:`~mffcnn_core.nets.TwoStreamFusionNet`.

    Raises
    ------
    ParameterError
        As :func:`fit_stream`.

    Notes
    -----
    Departures from the paper: (I) It does not say how the two networks are trained
    together; two stages with one loss per stream are those of the likely source.  (II) Which
    frame belongs to an ordered flow map is not said either.
    """
    place = find_device(device)
    data = TrainingData(inputs, labels, ["spatial", "temporal"], settings, subjects, seed, place)
    with computing(settings, seed, place):
        return _train(
            Net,
            TwoStreamFusionNet(streams["spatial"], streams["temporal"], fusion),
            FusionLoss(LOSSES[settings.loss]()),
            data,
            settings,
            name="fusion",
            seed=seed,
            device=place,
            progress=progress,
            checkpoints=checkpoints,
        )


def forget_checkpoint(net: NeuralNet) -> None:
    """Delete what was kept of a training that nobody will need again."""
    saved = dict(net.callbacks).get("checkpoint")
    if saved is not None:
        saved.path.unlink(missing_ok=True)


def history_of(net: NeuralNet) -> list[dict[str, float]]:
    """Return the course of a training as data: one row per epoch.

    Returns
    -------
    list of dict
        ``epoch``, ``train_loss`` and, after early stopping, ``valid_loss``, and
        ``valid_acc`` of one stream; on a GPU ``captured``: 1 if its steps were replayed as
        a CUDA graph, 0 if that was not possible.
    """
    keys = (
        "epoch",
        "train_loss",
        "valid_loss",
        "valid_acc",
        "captured",
    )  # not what differs from run to run
    return [{key: float(row[key]) for key in keys if key in row} for row in net.history]
