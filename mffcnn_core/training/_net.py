"""skorch's nets, with steps that do not wait for the device they run on."""

import warnings
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
import torch
from accelerate.utils import convert_to_fp32
from skorch import NeuralNet, NeuralNetClassifier
from skorch.callbacks import Callback, EpochTimer, PrintLog
from skorch.hf import AccelerateMixin
from torch import Tensor

Batch = tuple[Tensor | Mapping[str, Tensor], Tensor]


class CapturedStep:
    """Forward and backward pass of a batch, recorded once and replayed as one CUDA graph.

    A small network's step consists of hundreds of operations, each done before the CPU can
    ask for the next one; a graph asks once.  The parameters' ``grad`` are the graph's own
    tensors from here on, and are filled by each replay.

    Parameters
    ----------
    net : NeuralNet
        Initialised, on a GPU, in training mode.
    batch : tuple
        Images and labels; all that follow have their shapes.
    """

    def __init__(self, net: NeuralNet, batch: Batch) -> None:
        self.images, self.labels = _copied(batch[0]), batch[1].clone()
        device = self.labels.device
        before = {name: value.clone() for name, value in net.module_.state_dict().items()}
        drawn = torch.cuda.get_rng_state(device)
        stream = torch.cuda.Stream(device)
        stream.wait_stream(torch.cuda.current_stream(device))
        with torch.cuda.stream(stream):
            for _ in range(3):  # cuDNN tries its ways, which it may not do in a recording
                net.optimizer_.zero_grad(set_to_none=True)
                self._passes(net)
        torch.cuda.current_stream(device).wait_stream(stream)
        net.optimizer_.zero_grad(set_to_none=True)
        self.graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(self.graph, capture_error_mode="thread_local"):
            self.loss = self._passes(net)
        with torch.no_grad():  # no step was meant so far: not of running means, nor of draws
            for name, value in net.module_.state_dict().items():
                value.copy_(before[name])
        torch.cuda.set_rng_state(drawn, device)

    def _passes(self, net: NeuralNet) -> Tensor:
        loss = net.get_loss(net.infer(self.images), self.labels, X=self.images, training=True)
        loss.backward()
        return loss.detach()

    def fits(self, batch: Batch) -> bool:
        """Whether a batch is as large as the one that was recorded."""
        return batch[1].shape == self.labels.shape

    def __call__(self, batch: Batch) -> Tensor:
        """Fill the gradients for a batch and return its loss."""
        images = batch[0]
        if isinstance(images, Mapping):
            for name, values in images.items():
                self.images[name].copy_(values)
        else:
            self.images.copy_(images)
        self.labels.copy_(batch[1])
        self.graph.replay()
        return self.loss.clone()


def _copied(images: Tensor | Mapping[str, Tensor]) -> Any:
    if isinstance(images, Mapping):
        return {name: values.clone() for name, values in images.items()}
    return images.clone()


class StepsMixin:
    """Losses stay on the device until an epoch is over; mixed precision; CUDA graphs.

    skorch asks for the loss after each batch: a GPU would be idle until its next one is
    prepared.  The history has a row for each epoch and none for batches.
    """

    mixed: bool = False
    """Whether the network computes in bfloat16 where that is enough."""
    captured: CapturedStep | None = None
    capture_failed: str | None = None
    """Why the steps are not replayed as a graph; None if they are, or need not be."""

    @property
    def _default_callbacks(self) -> list[tuple[str, Callback]]:
        return [("epoch_timer", EpochTimer()), ("print_log", PrintLog())]

    def _may_capture(self) -> bool:
        on_gpu = self.device is not None and torch.device(self.device).type == "cuda"
        return on_gpu and self.capture_failed is None and not isinstance(self, AccelerateMixin)

    def forget_steps(self) -> None:
        """Give back what steps have taken of a GPU's memory."""
        if self.captured is not None:
            self.captured = None
            self._zero_grad_optimizer()

    def infer(self, x: Any, **fit_params: Any) -> Any:
        """Return the network's output, in single precision."""
        if not self.mixed:
            return super().infer(x, **fit_params)
        kind = torch.device(self.device).type
        with torch.autocast(kind, dtype=torch.bfloat16):
            found = super().infer(x, **fit_params)
        return convert_to_fp32(found)

    def _zero_grad_optimizer(self, set_to_none: bool | None = None) -> None:
        for name in self._optimizers:  # a graph fills the tensors that it knows
            getattr(self, name + "_").zero_grad(set_to_none=self.captured is None)

    def train_step(self, batch: Batch, **fit_params: Any) -> dict[str, Any]:
        """Take a step, by a graph if there can be one and the batch is a whole one."""
        if self.captured is None and self._may_capture() and len(batch[1]) == self.batch_size:
            self._set_training(True)
            try:
                self.captured = CapturedStep(self, batch)
            except RuntimeError as error:
                self.capture_failed = str(error).splitlines()[0]
                warnings.warn(
                    "training: expected steps that can be recorded as a CUDA graph, got "
                    f"{self.capture_failed!r}. Each operation is started by itself, which takes "
                    "longer; the history says so.",
                    stacklevel=2,
                )
        if self.captured is None or not self.captured.fits(batch):
            return super().train_step(batch, **fit_params)
        self._set_training(True)
        loss = self.captured(batch)
        self.optimizer_.step()
        return {"loss": loss, "y_pred": None}

    def run_single_epoch(
        self,
        iterator: Iterable[Batch] | None,
        training: bool,
        prefix: str,
        step_fn: Callable[..., dict[str, Any]],
        **fit_params: Any,
    ) -> None:
        """Pass all batches, and record the mean loss and, of classes, the share that is right."""
        if iterator is None:
            return
        losses, sizes, right = [], [], []
        for batch in iterator:
            step = step_fn(batch, **fit_params)
            losses.append(step["loss"].detach())
            sizes.append(len(batch[1]))
            if not training and isinstance(self, NeuralNetClassifier):
                right.append((step["y_pred"].argmax(dim=1) == batch[1]).sum())
        values = torch.stack(losses).tolist()
        self.history.record(f"{prefix}_loss", float(np.average(values, weights=sizes)))
        if right:
            self.history.record(f"{prefix}_acc", int(sum(right)) / sum(sizes))
        if training and torch.device(self.device or "cpu").type == "cuda":
            self.history.record("captured", float(self.captured is not None))


class Net(StepsMixin, NeuralNet):
    """A net of any output and loss."""


class Classifier(StepsMixin, NeuralNetClassifier):
    """A net whose outputs are scores of classes."""


class _AcceleratedNet(StepsMixin, AccelerateMixin, NeuralNet):
    """A net on several devices."""


class _AcceleratedClassifier(StepsMixin, AccelerateMixin, NeuralNetClassifier):
    """A classifier on several devices."""


ACCELERATED: dict[type[NeuralNet], type[NeuralNet]] = {
    Net: _AcceleratedNet,
    Classifier: _AcceleratedClassifier,
}
