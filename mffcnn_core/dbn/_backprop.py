"""Back-propagation through a stack of layers, written out.

One code serves both fine-tunings: a softmax over classes and a sigmoid reconstruction of
the input, because the gradient of each one's cross entropy at the output is
``output - target``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import expit, logsumexp, softmax
from sklearn.utils.multiclass import check_classification_targets

from mffcnn_core.dbn._descent import Array
from mffcnn_core.errors import ParameterError


@dataclass(eq=False)
class Layer:
    """One layer of a network: ``y = f(x W + b)``.

    Parameters
    ----------
    weights : ndarray, shape (D, K)
    bias : ndarray, shape (K,)
    activation : {"sigmoid", "linear", "softmax"}
        f; ``"softmax"`` for the last layer only.
    """

    __module__ = "mffcnn_core.dbn"  # saved models name it: the shelf stays, a file may move

    weights: Array
    bias: Array
    activation: str

    @property
    def parameters(self) -> tuple[Array, Array]:
        """The arrays W and b themselves."""
        return self.weights, self.bias

    def scores(self, x: Array) -> Array:
        """Return ``z = x W + b``, shape (n, K)."""
        return x @ self.weights + self.bias

    def activate(self, z: Array) -> Array:
        """Return ``y = f(z)``, shape (n, K)."""
        if self.activation == "sigmoid":
            return expit(z)
        return softmax(z, axis=1) if self.activation == "softmax" else z

    def slope(self, y: Array) -> Array | float:
        """Return ``f'(z)`` in terms of y."""
        return y * (1 - y) if self.activation == "sigmoid" else 1.0

    def __call__(self, x: Array) -> Array:
        return self.activate(self.scores(x))

    def cross_entropy(self, z: Array, targets: Array) -> float:
        """Return ``-sum_k t log y`` (softmax) or ``-sum_k t log y + (1-t) log(1-y)`` (sigmoid).

        From the scores z, where no logarithm of 0 can happen; the mean over the samples.
        """
        if self.activation == "softmax":
            return float((logsumexp(z, axis=1) - (targets * z).sum(axis=1)).mean())
        return float((np.logaddexp(0, z) - targets * z).sum(axis=1).mean())


def encode(layers: Sequence[Layer], x: Array) -> Array:
    """Return the output of the last layer, shape (n, K)."""
    for layer in layers:
        x = layer(x)
    return x


def backpropagate(layers: Sequence[Layer], x: Array, targets: Array) -> tuple[list[Array], float]:
    """Return the gradient of the cross entropy by every weight and bias, and the loss.

    ``delta_L = (y_L - t) / n``;  ``delta_l = (delta_{l+1} W_{l+1}^T) f'(z_l)``;
    ``dW_l = y_{l-1}^T delta_l``;  ``db_l = sum delta_l``.

    Parameters
    ----------
    layers : sequence of Layer
        From the input up; the last one is a softmax or a sigmoid.
    x : ndarray, shape (n, D)
    targets : ndarray, shape (n, K)
        Values in [0, 1]; for a softmax, rows that sum to 1.

    Returns
    -------
    gradients : list of ndarray
        W and b of the first layer, W and b of the second, ...
    loss : float
        Mean cross entropy in nats per sample.
    """
    values = [x]
    for layer in layers[:-1]:
        values.append(layer(values[-1]))
    z = layers[-1].scores(values[-1])
    delta = (layers[-1].activate(z) - targets) / len(x)
    gradients: list[Array] = []
    for depth in reversed(range(len(layers))):
        gradients[:0] = [values[depth].T @ delta, delta.sum(axis=0)]
        if depth:
            delta = (delta @ layers[depth].weights.T) * layers[depth - 1].slope(values[depth])
    return gradients, layers[-1].cross_entropy(z, targets)


def one_hot(y: npt.NDArray[Any], dtype: npt.DTypeLike) -> Array:
    """Return a row per sample with a 1 in the column of its class."""
    check_classification_targets(y)
    classes, index = np.unique(y, return_inverse=True)
    if len(classes) < 2:
        raise ParameterError(
            "y: expected two or more classes for finetune='softmax', got 1 class. "
            "Pass samples of other classes, or take 'autoencoder'."
        )
    return np.eye(len(classes), dtype=dtype)[index]


def silent_layer(units: int, classes: int, dtype: npt.DTypeLike) -> Layer:
    """Return a softmax layer that starts without an opinion: all weights 0."""
    return Layer(np.zeros((units, classes), dtype), np.zeros(classes, dtype), "softmax")
