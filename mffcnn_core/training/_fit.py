"""Training through skorch: each stream alone, then both together."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from accelerate import Accelerator
from sklearn.model_selection import GroupShuffleSplit
from skorch import NeuralNet, NeuralNetClassifier
from skorch.callbacks import Callback
from skorch.helper import predefined_split
from skorch.hf import AccelerateMixin
from torch import Tensor, nn
from torch.utils.data import Dataset
from tqdm.std import tqdm

from mffcnn_core.errors import ParameterError
from mffcnn_core.features import ClipInputs
from mffcnn_core.files import sha256_of
from mffcnn_core.nets import (
    FusionOutput,
    FusionSettings,
    SEResNet,
    TwoStreamFusionNet,
    load_weights,
    make_network,
)
from mffcnn_core.seeding import integer_seed
from mffcnn_core.training._checkpoint import Checkpoint, Finish, Stop, digest
from mffcnn_core.training._images import SampledImages, as_batch
from mffcnn_core.training._losses import LOSSES
from mffcnn_core.training._optimisers import PaperAdadelta
from mffcnn_core.training._settings import StreamSettings, TrainingSettings
from mffcnn_core.training._threads import torch_threads

Indices = npt.NDArray[np.intp]


class _Redraw(Callback):
    """New images of the training clips at the beginning of every epoch.

    Every draw hangs on the seed and the number of the epoch, and on nothing that was drawn
    before: a training that is resumed takes the same course.
    """

    def __init__(self, seed: int, order: torch.Generator) -> None:
        self.seed, self.order = seed, order

    def on_epoch_begin(self, net: NeuralNet, dataset_train: Dataset = None, **kwargs: Any) -> None:
        epoch = len(net.history)
        dataset_train.redraw(epoch)
        self.order.manual_seed(integer_seed(self.seed, "order", epoch))
        torch.manual_seed(integer_seed(self.seed, "dropout", epoch))


class _Anneal(Callback):
    """A learning rate that falls with the number of the epoch, and hangs on nothing else."""

    def __init__(self, settings: TrainingSettings) -> None:
        self.settings = settings

    def on_epoch_begin(self, net: NeuralNet, **kwargs: Any) -> None:
        done = (len(net.history) - 1) / self.settings.epochs
        for group in net.optimizer_.param_groups:
            group["lr"] = self.settings.learning_rate * 0.5 * (1 + math.cos(math.pi * done))


class _Progress(Callback):
    """A progress bar over the epochs, with an estimate."""

    def __init__(self, name: str, epochs: int) -> None:
        self.name, self.epochs = name, epochs

    def on_train_begin(self, net: NeuralNet, **kwargs: Any) -> None:
        done = len(net.history)
        self.bar = tqdm(total=self.epochs, initial=done, desc=f"train {self.name}", unit="epoch")

    def on_epoch_end(self, net: NeuralNet, **kwargs: Any) -> None:
        self.bar.set_postfix(loss=f"{net.history[-1, 'train_loss']:.3f}", refresh=False)
        self.bar.update()

    def on_train_end(self, net: NeuralNet, **kwargs: Any) -> None:
        self.bar.close()


class FusionLoss(nn.Module):
    """The losses of both streams of a fused network, added.

    Paper: Sec. 3.5, Eq. (11).

    Parameters
    ----------
    loss : torch module
        Of one stream's scores (n, classes) and labels (n,).
    """

    def __init__(self, loss: nn.Module) -> None:
        super().__init__()
        self.loss = loss

    def forward(self, output: FusionOutput, labels: Tensor) -> Tensor:
        """Return the sum of both streams' losses."""
        return self.loss(output.spatial.scores, labels) + self.loss(output.temporal.scores, labels)


class _AcceleratedNet(AccelerateMixin, NeuralNet):
    """A net on several devices, or in mixed precision."""


class _AcceleratedClassifier(AccelerateMixin, NeuralNetClassifier):
    """A classifier on several devices, or in mixed precision."""


_ACCELERATED: dict[type[NeuralNet], type[NeuralNet]] = {
    NeuralNet: _AcceleratedNet,
    NeuralNetClassifier: _AcceleratedClassifier,
}


def inner_split(subjects: Sequence[str], *, share: float, seed: int) -> tuple[Indices, Indices]:
    """Split training clips by person, to fit on some and to stop early by the others.

    Parameters
    ----------
    subjects : sequence of str
        The person of every training clip.
    share : float
        Share of the people to hold back, in (0, 1); at least one is held back.
    seed : int

    Returns
    -------
    fit, validation : ndarray of int
        Positions of the clips.

    Raises
    ------
    ParameterError
        If there are fewer than two people.
    """
    people = len(set(subjects))
    if people < 2:
        raise ParameterError(
            f"early stopping: expected at least two training people, got {people}. "
            "Set patience=None to train without validation people."
        )
    held_back = min(max(1, round(share * people)), people - 1)
    splitter = GroupShuffleSplit(
        n_splits=1, test_size=held_back, random_state=integer_seed(seed, "validation people")
    )
    fit, validation = next(splitter.split(np.zeros(len(subjects)), groups=np.asarray(subjects)))
    return fit, validation


class _Data:
    """Training images, and those of the validation people if there are any."""

    def __init__(
        self,
        inputs: ClipInputs,
        labels: Sequence[int] | npt.NDArray[np.integer],
        streams: Sequence[str],
        settings: TrainingSettings,
        subjects: Sequence[str] | None,
        seed: int,
    ) -> None:
        labels = np.asarray(labels, dtype=np.int64)
        if len(labels) != len(inputs):
            raise ParameterError(
                f"labels: expected one per clip, got {len(labels)} for {len(inputs)} clip(s). "
                "Pass the expression of every clip."
            )
        people = inputs.subjects if subjects is None else subjects
        fit, held_back = np.arange(len(inputs)), np.array([], dtype=np.intp)
        if settings.patience is not None:
            fit, held_back = inner_split(people, share=settings.validation_share, seed=seed)
        common = {"per_clip": settings.images_per_clip, "seed": seed}
        changes = {name: getattr(settings, name) for name in ("crops", "shift", "mirror", "gain")}
        self.train = SampledImages(inputs[fit], labels[fit], streams, **common, **changes)
        self.validation = (
            SampledImages(inputs[held_back], labels[held_back], streams, **common)
            if len(held_back)
            else None
        )
        self.facts = {
            "clips": [clip.clip for clip in inputs.clips],
            "labels": labels.tolist(),
            "people": list(people),
        }

    def statistics(self, stream: str) -> dict[str, list[float]]:
        """Return mean and standard deviation of every channel of the training images.

        A channel that is the same everywhere beside others that are not has 1 in the place of
        its deviation: the third channel of flow images may be left empty.
        """
        shown = self.train.images(np.arange(len(self.train)))[stream].astype(np.float64)
        axes = tuple(range(shown.ndim - 1))
        mean, std = shown.mean(axis=axes), shown.std(axis=axes)
        if std.any():
            std[std == 0] = 1
        return {"mean": mean.tolist(), "std": std.tolist()}


def _optimiser(settings: TrainingSettings) -> dict[str, Any]:
    if settings.optimiser == "momentum":
        return {
            "optimizer": torch.optim.SGD,
            "optimizer__momentum": settings.momentum,
            "optimizer__weight_decay": settings.weight_decay,
        }
    return {
        "optimizer": PaperAdadelta,
        "optimizer__rho": settings.momentum,
        "optimizer__literal": settings.optimiser == "adadelta_literal",
    }


def _placed(kind: type[NeuralNet], settings: TrainingSettings, device: str) -> tuple[Any, dict]:
    """Return the kind of net, and the options that put it on its device or devices."""
    if settings.precision == "full" and not torch.distributed.is_torchelastic_launched():
        return kind, {"device": device}
    on_cpu = torch.device(device).type == "cpu"
    if settings.precision == "fp16" and on_cpu:
        raise ParameterError(
            "precision: expected 'full' or 'bf16' on the CPU, got 'fp16'. It needs a GPU."
        )
    mixed = "no" if settings.precision == "full" else settings.precision
    accelerator = Accelerator(mixed_precision=mixed, cpu=on_cpu)
    silent = {"callbacks__print_log__sink": lambda line: None}
    return _ACCELERATED[kind], {"accelerator": accelerator, "device": None, **silent}


def _train(
    kind: type[NeuralNet],
    network: nn.Module,
    criterion: nn.Module,
    data: _Data,
    settings: TrainingSettings,
    *,
    name: str,
    seed: int,
    device: str,
    progress: bool,
    checkpoints: Path | None,
    **options: Any,
) -> NeuralNet:
    """Train a network; torch's own generator is left as it was."""
    order = torch.Generator()
    callbacks: list[tuple[str, Callback]] = [("redraw", _Redraw(seed, order))]
    if settings.schedule == "cosine":
        callbacks.append(("anneal", _Anneal(settings)))
    stop = Stop(settings.patience) if data.validation is not None else None
    if progress:
        callbacks.append(("progress", _Progress(name, settings.epochs)))
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
        saved = Checkpoint(checkpoints / f"{name}-{sha256_of(training)[:20]}.pt", stop)
        callbacks.append(("checkpoint", saved))
    finish = Finish(settings.epochs, stop)
    callbacks.append(("finish", finish))
    kind, place = _placed(kind, settings, device)
    net = kind(
        network,
        criterion=criterion,
        lr=settings.learning_rate,
        max_epochs=settings.epochs,
        batch_size=settings.batch_size,
        iterator_train__shuffle=True,
        iterator_train__generator=order,
        iterator_train__collate_fn=as_batch,
        iterator_valid__collate_fn=as_batch,
        train_split=predefined_split(data.validation) if data.validation is not None else None,
        callbacks=callbacks,
        verbose=0,
        **_optimiser(settings),
        **place,
        **options,
    )
    net.initialize()
    if saved is not None:
        saved.resume(net)
    finish.done = len(net.history)
    if not finish.over:
        net.partial_fit(data.train, y=None, epochs=settings.epochs - finish.done)
        if not finish.over:
            raise KeyboardInterrupt  # skorch takes it for a wish to go on with half a training
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
    device: str = "cpu",
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
        Of first weights, order, images and validation people; same seed, same machine
        and same number of threads give the same weights.
    subjects : sequence of str, optional
        The person of every clip; by default that of ``inputs``.
    device : str
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
        If labels and clips differ in number, or early stopping has fewer than two people.
    WeightsError
        If the weights to begin with cannot be had.

    Notes
    -----
    Departures from the paper: (I) Eq. (11) is binary cross entropy written for six
    classes: the categorical one is meant.  (II) Every image of a clip carries the clip's
    label, also where the face is still neutral.  (III) Images are standardised per
    channel by the images that the weights are fitted on.

    On several GPUs, start the program by ``accelerate launch``.  Mixed precision is tested
    on a CPU only, several devices not at all.
    """
    data = _Data(inputs, labels, [stream], settings, subjects, seed)
    with torch_threads(settings.threads), torch.random.fork_rng(devices=[]):
        torch.manual_seed(integer_seed(seed, "weights"))
        network = make_network(
            settings.network, size=inputs.size, classes=classes, **data.statistics(stream)
        )
        if settings.weights is not None:
            load_weights(network, settings.weights)
        return _train(
            NeuralNetClassifier,
            network,
            LOSSES[settings.loss](),
            data,
            settings,
            name=stream,
            seed=seed,
            device=device,
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
    device: str = "cpu",
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
    data = _Data(inputs, labels, ["spatial", "temporal"], settings, subjects, seed)
    with torch_threads(settings.threads), torch.random.fork_rng(devices=[]):
        torch.manual_seed(integer_seed(seed, "weights"))
        return _train(
            NeuralNet,
            TwoStreamFusionNet(streams["spatial"], streams["temporal"], fusion),
            FusionLoss(LOSSES[settings.loss]()),
            data,
            settings,
            name="fusion",
            seed=seed,
            device=device,
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
        ``valid_acc`` of one stream.
    """
    keys = ("epoch", "train_loss", "valid_loss", "valid_acc")  # not what differs from run to run
    return [{key: float(row[key]) for key in keys if key in row} for row in net.history]
