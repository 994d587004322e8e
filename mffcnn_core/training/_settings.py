"""How one stream's network is trained."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from mffcnn_core.errors import ParameterError
from mffcnn_core.nets import FrameCNNSettings
from mffcnn_core.settings import Settings


@dataclass(frozen=True, kw_only=True)
class StreamSettings(Settings):
    """Settings of :func:`fit_stream`.

    Paper: Sec. 3.6, Eqs. (11), (12); Sec. 4.3 chooses momentum and learning rate.

    Parameters
    ----------
    network : FrameCNNSettings
        A mapping is taken as well, e.g. from a profile.
    epochs : int
        Largest number of passes over the training clips, >= 1.
    images_per_clip : int
        Images drawn from each clip anew in every epoch, one from each of as many equal
        stretches of the clip, >= 1.
    batch_size : int
        Images per step, >= 1.
    learning_rate : float
        eta of Eq. (12), > 0.
    momentum : float
        rho of Eq. (12), in [0, 1).
    weight_decay : float
        >= 0.
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
    threads : int
        torch threads, >= 1; part of the settings because results depend on it.

    Raises
    ------
    ParameterError
        If a value is outside its range.

    Notes
    -----
    Departures from the paper: (I) rho = 0.2 and eta = 0.02 are the paper's; batch size,
    epochs and stopping rule are not given.  (II) ``shift``, ``mirror`` and ``gain`` are
    ours and off by default; the paper augments by crops of the training clips instead.
    """

    network: FrameCNNSettings = field(default_factory=FrameCNNSettings)
    epochs: int = 20
    images_per_clip: int = 4
    batch_size: int = 64
    learning_rate: float = 0.02
    momentum: float = 0.2
    weight_decay: float = 0.0
    shift: int = 0
    mirror: bool = False
    gain: float = 0.0
    patience: int | None = 5
    validation_share: float = 0.2
    threads: int = 1

    def __post_init__(self) -> None:
        if isinstance(self.network, Mapping):
            object.__setattr__(self, "network", FrameCNNSettings.from_dict(self.network))
        for name, low in (
            ("epochs", 1),
            ("images_per_clip", 1),
            ("batch_size", 1),
            ("shift", 0),
            ("weight_decay", 0),
            ("threads", 1),
            ("patience", 1),
        ):
            value = getattr(self, name)
            if value is not None and value < low:
                raise ParameterError(
                    f"{name}: expected at least {low}, got {value}. "
                    "See StreamSettings for what it means."
                )
        if not self.learning_rate > 0:
            raise ParameterError(
                f"learning_rate: expected a number > 0, got {self.learning_rate}. "
                "The paper's is 0.02."
            )
        if not 0 <= self.momentum < 1:
            raise ParameterError(
                f"momentum: expected a number in [0, 1), got {self.momentum}. "
                "The paper's is 0.2; at 1 no gradient would ever be forgotten."
            )
        if not 0 <= self.gain < 1:
            raise ParameterError(
                f"gain: expected a number in [0, 1), got {self.gain}. 0 switches it off."
            )
        if not 0 < self.validation_share < 1:
            raise ParameterError(
                f"validation_share: expected a share in (0, 1), got {self.validation_share}. "
                "patience=None trains without validation people."
            )

    def replace(self, **changes: Any) -> Self:
        """Return a copy with some values changed; a mapping ``network`` changes some of its."""
        if isinstance(changes.get("network"), Mapping):
            changes["network"] = self.network.replace(**changes["network"])
        return super().replace(**changes)


SMALL_STREAM = StreamSettings(
    network=FrameCNNSettings(pool=4, batch_norm=True, dropout=0.3),
    epochs=20,
    momentum=0.9,
    shift=3,
    mirror=True,
    gain=0.2,
    patience=None,
)
"""Settings with which the paper's small network learns from few people on a CPU.

A momentum of 0.9 takes steps 8 times as long as the paper's rho = 0.2 at the same eta, so
that 20 epochs go further.  Batch normalisation, dropout, a coarser down-sampling and
changed images keep the network from learning the seven or so training people by heart;
without early stopping none of them has to be held back.
"""
