"""How networks are trained."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from mffcnn_core.augment import CropSettings
from mffcnn_core.errors import ParameterError
from mffcnn_core.nets import (
    SMALL_SE_RESNET,
    EfficientNetSettings,
    FrameCNNSettings,
    NetworkSettings,
)
from mffcnn_core.settings import Settings, check_at_least, check_choice, check_share
from mffcnn_core.training._losses import LOSSES

Optimiser = Literal["momentum", "adadelta", "adadelta_literal"]
Schedule = Literal["constant", "cosine"]
Precision = Literal["full", "bf16", "fp16"]
_CHOICES = {
    "optimiser": ["momentum", "adadelta", "adadelta_literal"],
    "schedule": ["constant", "cosine"],
    "loss": list(LOSSES),
    "precision": ["full", "bf16", "fp16"],
}
_LEAST = {
    "epochs": 1,
    "images_per_clip": 1,
    "batch_size": 1,
    "shift": 0,
    "weight_decay": 0,
    "threads": 1,
    "patience": 1,
}


@dataclass(frozen=True, kw_only=True)
class TrainingSettings(Settings):
    """How a network is trained, whichever it is.

    Paper: Sec. 3.6, Eqs. (11)-(14); Sec. 4.3 chooses momentum and learning rate.

    Parameters
    ----------
    epochs : int
        Largest number of passes over the training clips, >= 1.
    images_per_clip : int
        Images drawn from each clip anew in every epoch, one from each of as many equal
        stretches of the clip, >= 1.
    batch_size : int
        Images per step, >= 1.
    optimiser : {"momentum", "adadelta", "adadelta_literal"}
        Eq. (12); Eqs. (13)-(14) with the gradient; or as they are printed, without it,
        which cannot learn.
    learning_rate : float
        eta of Eqs. (12), (14), > 0.
    schedule : {"constant", "cosine"}
        Whether eta stays, or falls from epoch to epoch by half a wave of a cosine towards 0:
        a short training then ends where it would otherwise still leap about.
    momentum : float
        rho of Eqs. (12), (13), in [0, 1).
    weight_decay : float
        >= 0; of Eq. (12) only.
    loss : {"categorical", "bce_on_softmax"}
        Eq. (11) as it is meant for six classes, or as it is printed, see ``LOSSES``.
    crops : CropSettings, optional
        Augmentation x10: each epoch shows one of ten crops of every clip.
    shift : int
        Training images are moved by up to this many px in each direction, >= 0; a face
        crop never sits quite alike in two clips.
    mirror : bool
        Half of the training images are mirrored, flow with its sign; faces are nearly
        symmetric.
    gain : float
        Training images are multiplied by a factor in ``[1 - gain, 1 + gain]``, in
        [0, 1): another brightness of a frame, another strength of a movement.
    patience : int or None
        Stop when the loss on the validation people has not fallen for this many epochs,
        and take the weights of the best one.  None: train for all epochs on everybody.
    validation_share : float
        Share of the training people (at least one) that early stopping looks at, in
        (0, 1); they give no gradient.
    precision : {"full", "bf16", "fp16"}
        Mixed precision, through accelerate; ``"fp16"`` needs a GPU.
    threads : int
        torch threads, >= 1; part of the settings because results depend on it.

    Raises
    ------
    ParameterError
        If a value is outside its range.

    Notes
    -----
    Departures from the paper: (I) rho = 0.2 and eta = 0.02 are the paper's; batch size,
    epochs and stopping rule are not given.  (II) ``schedule``, ``shift``, ``mirror`` and
    ``gain`` are ours and off by default; the paper augments by ``crops`` of the training clips.
    (III) The paper's tenfold data are ten epochs here.
    """

    epochs: int = 20
    images_per_clip: int = 4
    batch_size: int = 64
    optimiser: Optimiser = "momentum"
    learning_rate: float = 0.02
    schedule: Schedule = "constant"
    momentum: float = 0.2
    weight_decay: float = 0.0
    loss: str = "categorical"
    crops: CropSettings | None = None
    shift: int = 0
    mirror: bool = False
    gain: float = 0.0
    patience: int | None = 5
    validation_share: float = 0.2
    precision: Precision = "full"
    threads: int = 1

    def __post_init__(self) -> None:
        for name, known in _CHOICES.items():
            check_choice(name, getattr(self, name), known)
        for name, low in _LEAST.items():
            value = getattr(self, name)
            if value is not None:
                check_at_least(name, value, low, "See TrainingSettings for what it means.")
        if not self.learning_rate > 0:
            raise ParameterError(
                f"learning_rate: expected a number > 0, got {self.learning_rate}. "
                "The paper's is 0.02."
            )
        check_share("momentum", self.momentum, "The paper's is 0.2; at 1 nothing is forgotten.")
        if self.weight_decay and self.optimiser != "momentum":
            raise ParameterError(
                f"weight_decay: expected 0 with optimiser={self.optimiser!r}, got "
                f"{self.weight_decay}. Only Eq. (12) takes it."
            )
        check_share("gain", self.gain, "0 switches it off.")
        if not 0 < self.validation_share < 1:
            raise ParameterError(
                f"validation_share: expected a share in (0, 1), got {self.validation_share}. "
                "patience=None trains without validation people."
            )


@dataclass(frozen=True, kw_only=True)
class StreamSettings(TrainingSettings):
    """Settings of :func:`fit_stream`: the network of one stream, and how it is trained.

    Parameters
    ----------
    network : NetworkSettings
        A mapping in :meth:`replace` changes some of its settings; its kind only with
        ``kind: efficientnet_lite0``.
    weights : path, "torchvision" or "package", optional
        Of a network trained on ImageNet, or a video network trained on Kinetics, to begin
        with, see :meth:`mffcnn_core.nets.NetworkSettings.load`; None: weights drawn at random.
    **training
        See :class:`TrainingSettings`.

    Raises
    ------
    ParameterError
        If a value is outside its range.
    """

    network: NetworkSettings = field(default_factory=FrameCNNSettings)
    weights: Path | str | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.weights is not None and isinstance(self.network, FrameCNNSettings):
            raise ParameterError(
                f"weights: expected None for a FrameCNN, got {self.weights!r}. Weights from "
                "elsewhere exist for SE-ResNets, which take those of a ResNet, video networks and "
                "EfficientNet-Lite0."
            )

    @classmethod
    def _changed(cls, current: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
        network = changes.get("network")
        if isinstance(network, Mapping) and "kind" in network:
            before = current.get("network")
            if not isinstance(before, EfficientNetSettings):
                before = EfficientNetSettings()
            changes = {**changes, "network": before.replace(**network)}
        return super()._changed(current, changes)

    def to_dict(self) -> dict[str, Any]:
        """Return the settings as plain values."""
        weights = None if self.weights is None else str(self.weights)
        return super().to_dict() | {"weights": weights}


_CHANGED = {"momentum": 0.9, "shift": 3, "mirror": True, "gain": 0.2, "patience": None}

SMALL_STREAM = StreamSettings(
    network=FrameCNNSettings(pool=4, batch_norm=True, dropout=0.3), epochs=20, **_CHANGED
)
"""Settings with which the paper's small network learns from few people on a CPU.

A momentum of 0.9 takes steps 8 times as long as the paper's rho = 0.2 at the same eta, so
that 20 epochs go further.  Batch normalisation, dropout, a coarser down-sampling and
changed images keep the network from learning the seven or so training people by heart;
without early stopping none of them has to be held back.
"""

SMALL_SE_STREAM = StreamSettings(
    network=SMALL_SE_RESNET.replace(dropout=0.3), epochs=12, **_CHANGED
)
"""The same for a narrow squeeze-excitation network, before the streams are joined."""

SMALL_JOINT = TrainingSettings(epochs=8, learning_rate=0.01, **_CHANGED)
"""The same for both streams together, which begin with what each has learnt alone."""
