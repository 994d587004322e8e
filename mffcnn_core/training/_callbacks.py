"""What happens before and after each epoch of a training."""

import math
from typing import Any

import torch
from skorch import NeuralNet
from skorch.callbacks import Callback
from torch.utils.data import Dataset
from tqdm.std import tqdm

from mffcnn_core.seeding import integer_seed
from mffcnn_core.training._settings import TrainingSettings


class Redraw(Callback):
    """New images of the training clips at the beginning of every epoch.

    Every draw depends on the seed and the number of the epoch, and on nothing that was drawn
    before: a training that is resumed takes the same course.
    """

    def __init__(self, seed: int, order: torch.Generator) -> None:
        self.seed, self.order = seed, order

    def on_epoch_begin(self, net: NeuralNet, dataset_train: Dataset = None, **kwargs: Any) -> None:
        epoch = len(net.history)
        dataset_train.redraw(epoch)
        self.order.manual_seed(integer_seed(self.seed, "order", epoch))
        torch.manual_seed(integer_seed(self.seed, "dropout", epoch))


class Anneal(Callback):
    """A learning rate that falls with the number of the epoch, and depends on nothing else."""

    def __init__(self, settings: TrainingSettings) -> None:
        self.settings = settings

    def on_epoch_begin(self, net: NeuralNet, **kwargs: Any) -> None:
        done = (len(net.history) - 1) / self.settings.epochs
        for group in net.optimizer_.param_groups:
            group["lr"] = self.settings.learning_rate * 0.5 * (1 + math.cos(math.pi * done))


class Progress(Callback):
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
