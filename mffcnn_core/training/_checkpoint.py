"""Checkpoints: a training that was cut off goes on where it stopped."""

import hashlib
import json
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import torch
from skorch import NeuralNet
from skorch.callbacks import Callback, EarlyStopping
from skorch.history import History
from torch import nn

from mffcnn_core.errors import ParameterError
from mffcnn_core.files import atomic_path, canonical_json


def digest(network: nn.Module) -> str:
    """Return the sha256 of a network's weights."""
    found = hashlib.sha256()
    for name, value in network.state_dict().items():
        found.update(name.encode())
        found.update(value.cpu().contiguous().numpy().tobytes())
    return found.hexdigest()


class Stop(EarlyStopping):
    """Early stopping that says nothing and goes on from a checkpoint.

    Parameters
    ----------
    patience : int
    """

    def __init__(self, patience: int) -> None:
        super().__init__(patience=patience, load_best=True, sink=lambda message: None)
        self.before: dict[str, Any] = {}

    def on_train_begin(self, net: NeuralNet, **kwargs: Any) -> None:
        """Begin anew, or with what a checkpoint told."""
        super().on_train_begin(net, **kwargs)
        vars(self).update(self.before)

    def state(self) -> dict[str, Any]:
        """Return what the rest of a training hangs on, as plain values and tensors."""
        return {
            "misses_": self.misses_,
            "dynamic_threshold_": float(self.dynamic_threshold_),
            "best_epoch_": self.best_epoch_,
            "best_model_weights_": self.best_model_weights_,
        }

    @property
    def over(self) -> bool:
        """Whether patience has run out."""
        return self.misses_ >= self.patience


class Checkpoint(Callback):
    """Write everything that the rest of a training hangs on, after every epoch.

    The file holds tensors and plain values, and is read as such: no code can come with it.
    It stays when the training is over, and gives its result; whoever keeps the network
    deletes it.

    Parameters
    ----------
    path : Path
    training : str
        Fingerprint of settings, data and seed.
    stop : Stop, optional
        Its state is written too.
    """

    def __init__(self, path: Path, training: str, stop: Stop | None) -> None:
        self.path, self.training, self.stop = path, training, stop

    def on_epoch_end(self, net: NeuralNet, **kwargs: Any) -> None:
        """Write the file, atomically."""
        state = {
            "training": self.training,
            "network": net.module_.state_dict(),
            "optimiser": net.optimizer_.state_dict(),
            "history": canonical_json(
                [{key: row[key] for key in row if key != "batches"} for row in net.history]
            ),
            "stop": self.stop.state() if self.stop is not None else {},
        }
        with atomic_path(self.path) as part:
            torch.save(state, part)

    def resume(self, net: NeuralNet) -> None:
        """Bring an initialised net to where the file left it, if there is one.

        Raises
        ------
        ParameterError
            If the file cannot be read, or is of another training.
        """
        if not self.path.exists():
            return
        try:
            state = torch.load(self.path, map_location=net.device or "cpu", weights_only=True)
            of = state["training"]
        except (EOFError, OSError, RuntimeError, UnpicklingError, KeyError, TypeError) as error:
            raise ParameterError(
                f"{self.path}: expected a checkpoint, got a file that cannot be read "
                f"({type(error).__name__}). Delete it and train from the beginning."
            ) from error
        if of != self.training:
            raise ParameterError(
                f"{self.path}: expected a checkpoint of this training, got one of other settings, "
                "clips or seed. Delete it, or name another file."
            )
        net.module_.load_state_dict(state["network"])
        net.optimizer_.load_state_dict(state["optimiser"])
        history = History()
        for row in json.loads(state["history"]):
            history.new_epoch()
            for key, value in row.items():
                history.record(key, value)
        net.history_ = history
        if self.stop is not None:
            self.stop.before = state["stop"]
            vars(self.stop).update(state["stop"])
