"""Checkpoints: a training that was cut off resumes where it stopped."""

import contextlib
import hashlib
import io
import json
import math
import time
import warnings
from pathlib import Path
from typing import Any

import torch
from skorch import NeuralNet
from skorch.callbacks import Callback, EarlyStopping
from skorch.history import History
from torch import nn

from mffcnn_core.files import atomic_path, canonical_json


def digest(network: nn.Module) -> str:
    """Return the sha256 of a network's weights."""
    found = hashlib.sha256()
    for name, value in network.state_dict().items():
        found.update(name.encode())
        found.update(value.cpu().contiguous().numpy().tobytes())
    return found.hexdigest()


class Stop(EarlyStopping):
    """Early stopping that says nothing and resumes from a checkpoint.

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

    def on_epoch_end(self, net: NeuralNet, **kwargs: Any) -> None:
        """Take note of the epoch; :class:`Finish` ends the training, when all is written."""
        with contextlib.suppress(KeyboardInterrupt):
            super().on_epoch_end(net, **kwargs)

    def state(self) -> dict[str, Any]:
        """Return what the rest of a training depends on, as plain values and tensors."""
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


class Finish(Callback):
    """Know which epochs are whole, and end the training when patience has run out.

    It must be the last callback.  skorch takes an interrupt for the wish to go on with what
    there is, and writes a row of history for an epoch before it begins.

    Parameters
    ----------
    epochs : int
        After which a training is over.
    stop : Stop, optional
    """

    def __init__(self, epochs: int, stop: Stop | None) -> None:
        self.epochs, self.stop, self.done = epochs, stop, 0

    def on_epoch_end(self, net: NeuralNet, **kwargs: Any) -> None:
        """Count the epoch."""
        self.done = len(net.history)
        if self.stop is not None and self.stop.over:
            raise KeyboardInterrupt

    @property
    def over(self) -> bool:
        """Whether no epoch is left."""
        return self.done >= self.epochs or (self.stop is not None and self.stop.over)


class Checkpoint(Callback):
    """Keep everything that the rest of a training depends on, between epochs.

    The file is written after the first epoch and the last one; and after every one between
    them, unless the last writing took more than a twentieth of the time since then: of a large
    network it takes longer than an epoch.

    The file begins with the sha256 of what follows: tensors and plain values, which are
    read as such, so that no code can come with it.  It stays when the training is over,
    and gives its result; whoever keeps the network deletes it.

    Parameters
    ----------
    path : Path
        Named after the training's settings, data and seed: trainings share a folder.
    epochs : int
        After which the training is over.
    stop : Stop, optional
        Its state is written too.
    """

    def __init__(self, path: Path, epochs: int, stop: Stop | None) -> None:
        self.path, self.epochs, self.stop = path, epochs, stop
        self.due = -math.inf

    def on_epoch_end(self, net: NeuralNet, **kwargs: Any) -> None:
        """Write the file if that is due."""
        last = len(net.history) >= self.epochs or (self.stop is not None and self.stop.over)
        if last or time.perf_counter() >= self.due:
            started = time.perf_counter()
            self._write(net)
            ended = time.perf_counter()
            self.due = ended + _SHARE * (ended - started)

    def _write(self, net: NeuralNet) -> None:
        """Write the file, atomically."""
        state = {
            "network": net.module_.state_dict(),
            "optimiser": net.optimizer_.state_dict(),
            "history": canonical_json(
                [{key: row[key] for key in row if key != "batches"} for row in net.history]
            ),
            "stop": self.stop.state() if self.stop is not None else {},
        }
        content = io.BytesIO()
        torch.save(state, content)
        with atomic_path(self.path) as part:
            part.write_bytes(_sum(content.getvalue()) + content.getvalue())

    def resume(self, net: NeuralNet) -> None:
        """Bring an initialised net to where the file left it, if there is one.

        A file that is not what was written is not used; a warning reports it.
        """
        if not self.path.exists():
            return
        found = self.path.read_bytes()
        content = found[_SUM:]
        if found[:_SUM] != _sum(content):
            warnings.warn(
                f"{self.path}: expected a checkpoint as it was written, got a damaged file. "
                "It is not used; the network is trained from the beginning.",
                stacklevel=2,
            )
            return
        where = net.device or "cpu"
        state = torch.load(io.BytesIO(content), map_location=where, weights_only=True)
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


_SHARE = 20  # times as long as a writing is trained before the next one
_SUM = 65  # bytes: a sha256 in hexadecimal digits and the end of its line


def _sum(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode() + b"\n"
