"""Training of one stream's network through skorch."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from sklearn.model_selection import GroupShuffleSplit
from skorch import NeuralNetClassifier
from skorch.callbacks import Callback, EarlyStopping
from skorch.helper import predefined_split
from torch import nn
from torch.utils.data import Dataset
from tqdm.std import tqdm

from mffcnn_core.errors import ParameterError
from mffcnn_core.features import ClipInputs, Stream
from mffcnn_core.nets import FrameCNN
from mffcnn_core.seeding import integer_seed
from mffcnn_core.training._images import SampledImages, as_batch
from mffcnn_core.training._settings import StreamSettings
from mffcnn_core.training._threads import torch_threads

Indices = npt.NDArray[np.intp]


class _Redraw(Callback):
    """New images of the training clips at the beginning of every epoch."""

    def on_epoch_begin(
        self, net: NeuralNetClassifier, dataset_train: Dataset = None, **kwargs: Any
    ) -> None:
        dataset_train.redraw(len(net.history))


class _Progress(Callback):
    """A progress bar over the epochs, with an estimate."""

    def on_train_begin(self, net: NeuralNetClassifier, **kwargs: Any) -> None:
        self.bar = tqdm(total=net.max_epochs, desc="train", unit="epoch")

    def on_epoch_end(self, net: NeuralNetClassifier, **kwargs: Any) -> None:
        self.bar.set_postfix(loss=f"{net.history[-1, 'train_loss']:.3f}", refresh=False)
        self.bar.update()

    def on_train_end(self, net: NeuralNetClassifier, **kwargs: Any) -> None:
        self.bar.close()


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


def fit_stream(
    inputs: ClipInputs,
    labels: Sequence[int] | npt.NDArray[np.integer],
    stream: Stream,
    settings: StreamSettings,
    *,
    classes: int = 6,
    seed: int,
    subjects: Sequence[str] | None = None,
    device: str = "cpu",
    progress: bool = False,
) -> NeuralNetClassifier:
    """Train the network of one stream on its own.

    Cross entropy, minimised by gradient descent with momentum:
    ``v <- rho v + g;  w <- w - eta v``.

    Paper: Sec. 3.6, Eqs. (11), (12); Sec. 3.5 trains each stream alone first.

    Parameters
    ----------
    inputs : ClipInputs
        Training clips only.
    labels : sequence of int, length n_clips
        Class of every clip, 0 ... ``classes - 1``.
    stream : Stream
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

    Returns
    -------
    skorch.NeuralNetClassifier
        ``module_`` is the network, :func:`history_of` its course.

    Raises
    ------
    ParameterError
        If labels and clips differ in number, or early stopping has fewer than two people.

    Notes
    -----
    Departures from the paper: (I) Eq. (11) is binary cross entropy written for six
    classes: the categorical one is meant.  (II) Every image of a clip carries the clip's
    label, also where the face is still neutral.  (III) Images are standardised per
    channel by the images that the weights are fitted on.
    """
    labels = np.asarray(labels, dtype=np.int64)
    if len(labels) != len(inputs):
        raise ParameterError(
            f"labels: expected one per clip, got {len(labels)} for {len(inputs)} clip(s). "
            "Pass the expression of every clip."
        )
    people = inputs.subjects if subjects is None else subjects
    fit, validation = np.arange(len(inputs)), np.array([], dtype=np.intp)
    if settings.patience is not None:
        fit, validation = inner_split(people, share=settings.validation_share, seed=seed)

    def images_of(clips: Indices, **changes: Any) -> SampledImages:
        return SampledImages(
            inputs.select(clips),
            labels[clips],
            stream,
            per_clip=settings.images_per_clip,
            seed=seed,
            **changes,
        )

    train = images_of(fit, shift=settings.shift, mirror=settings.mirror, gain=settings.gain)
    shown = train.images(np.arange(len(train))).astype(np.float64)
    callbacks: list[tuple[str, Callback]] = [("redraw", _Redraw())]
    if len(validation):
        stop = EarlyStopping(patience=settings.patience, load_best=True, sink=_silent)
        callbacks.append(("stop", stop))
    if progress:
        callbacks.append(("progress", _Progress()))
    with torch_threads(settings.threads), torch.random.fork_rng(devices=[]):
        torch.manual_seed(integer_seed(seed, "weights"))
        net = NeuralNetClassifier(
            FrameCNN,
            module__settings=settings.network,
            module__size=inputs.size,
            module__classes=classes,
            module__mean=shown.mean(axis=(0, 1, 2)).tolist(),
            module__std=shown.std(axis=(0, 1, 2)).tolist(),
            criterion=nn.CrossEntropyLoss,
            optimizer=torch.optim.SGD,
            optimizer__momentum=settings.momentum,
            optimizer__weight_decay=settings.weight_decay,
            lr=settings.learning_rate,
            max_epochs=settings.epochs,
            batch_size=settings.batch_size,
            classes=list(range(classes)),
            iterator_train__shuffle=True,
            iterator_train__generator=torch.Generator().manual_seed(integer_seed(seed, "order")),
            iterator_train__collate_fn=as_batch,
            iterator_valid__collate_fn=as_batch,
            train_split=predefined_split(images_of(validation)) if len(validation) else None,
            callbacks=callbacks,
            verbose=0,
            device=device,
        )
        return net.fit(train, y=None)


def _silent(message: str) -> None:
    """Take the place of ``print`` in skorch's callbacks."""


def history_of(net: NeuralNetClassifier) -> list[dict[str, float]]:
    """Return the course of a training as data: one row per epoch.

    Returns
    -------
    list of dict
        ``epoch``, ``train_loss`` and, after early stopping, ``valid_loss``, ``valid_acc``.
    """
    keys = ("epoch", "train_loss", "valid_loss", "valid_acc")
    return [{key: row[key] for key in keys if key in row} for row in net.history]
