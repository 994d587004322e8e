"""The two trainings of the paper: each stream alone, then both together."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from skorch import NeuralNet, NeuralNetClassifier

from mffcnn_core.devices import Device, find_device
from mffcnn_core.features import ClipInputs
from mffcnn_core.nets import (
    FusionSettings,
    SEResNet,
    TwoStreamFusionNet,
)
from mffcnn_core.training._data import TrainingData
from mffcnn_core.training._loop import train
from mffcnn_core.training._losses import LOSSES, FusionLoss
from mffcnn_core.training._net import Classifier, Net
from mffcnn_core.training._place import computing
from mffcnn_core.training._settings import StreamSettings, TrainingSettings


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
        network = settings.network.make(size=inputs.size, classes=classes, mean=mean, std=std)
        if settings.weights is not None:
            settings.network.load(network, settings.weights)
        return train(
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
        return train(
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
