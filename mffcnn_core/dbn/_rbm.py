"""Restricted Boltzmann machines: two layers of units without links inside a layer.

Given one layer, the units of the other are independent, so that each conditional
distribution is one line.  Every method here is one equation.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from scipy.special import expit, logit

from mffcnn_core.dbn._descent import Array


@dataclass(eq=False)
class RBM(ABC):
    """Restricted Boltzmann machine with binary visible units: ``p(v, h) = exp(-E(v, h)) / Z``.

    The kind of the hidden units is the subclass's.

    Paper: Sec. 3.1 names deep belief networks, which are made of these, and no more.

    Parameters
    ----------
    weights : ndarray, shape (D, K)
        W, from D visible to K hidden units.
    visible_bias : ndarray, shape (D,)
        a.
    hidden_bias : ndarray, shape (K,)
        b.
    """

    weights: Array
    visible_bias: Array
    hidden_bias: Array

    activation: ClassVar[str]
    """How a layer of a network computes the means of the hidden units."""

    @classmethod
    def start(cls, v: Array, hidden: int, rng: np.random.Generator) -> Self:
        """Return an untrained machine for data: small weights, visible units like the data.

        ``a_i = log(p_i / (1 - p_i))`` with p_i the smoothed mean of unit i: without weights
        the machine gives every visible unit its mean already, and learns the rest.

        Parameters
        ----------
        v : ndarray, shape (n, D), values in [0, 1]
        hidden : int
            K, >= 1.
        rng : numpy Generator
        """
        weights = rng.standard_normal((v.shape[1], hidden), dtype=v.dtype)
        weights *= 0.01
        means = (v.sum(axis=0) + 1) / (len(v) + 2)
        return cls(weights, logit(means), np.zeros(hidden, v.dtype))

    @property
    def parameters(self) -> tuple[Array, Array, Array]:
        """The arrays W, a and b themselves."""
        return self.weights, self.visible_bias, self.hidden_bias

    @abstractmethod
    def energy(self, v: Array, h: Array) -> Array:
        """Return E(v, h), shape (n,)."""

    @abstractmethod
    def free_energy(self, v: Array) -> Array:
        """Return F(v), shape (n,): minus the log of exp(-E(v, h)) summed over all h."""

    @abstractmethod
    def hidden_means(self, v: Array) -> Array:
        """Return E[h | v], shape (n, K)."""

    @abstractmethod
    def draw_hidden(self, means: Array, rng: np.random.Generator) -> Array:
        """Draw h from p(h | v), given its means E[h | v], shape (n, K)."""

    def visible_means(self, h: Array) -> Array:
        """Return ``p(v_i = 1 | h) = sigmoid(a + W h)``, shape (n, D)."""
        return expit(self.visible_bias + h @ self.weights.T)

    def draw_visible(self, means: Array, rng: np.random.Generator) -> Array:
        """Draw v from p(v | h), given its means E[v | h], shape (n, D), values 0 and 1."""
        return _flip(means, rng)


class BinaryRBM(RBM):
    """Restricted Boltzmann machine with binary hidden units.

    ``E(v, h) = -a v - b h - v W h``

    Examples
    --------
    >>> rbm = BinaryRBM(np.zeros((2, 1)), np.zeros(2), np.zeros(1))
    >>> rbm.hidden_means(np.array([[1.0, 0.0]]))
    array([[0.5]])
    """

    activation = "sigmoid"

    def energy(self, v: Array, h: Array) -> Array:
        """Return ``-a v - b h - v W h``, shape (n,)."""
        return -v @ self.visible_bias - h @ self.hidden_bias - ((v @ self.weights) * h).sum(axis=1)

    def free_energy(self, v: Array) -> Array:
        """Return ``F(v) = -a v - sum_k log(1 + exp(b + v W)_k)``, shape (n,)."""
        scores = self.hidden_bias + v @ self.weights
        return -v @ self.visible_bias - np.logaddexp(0, scores).sum(axis=1)

    def hidden_means(self, v: Array) -> Array:
        """Return ``p(h_k = 1 | v) = sigmoid(b + v W)``, shape (n, K)."""
        return expit(self.hidden_bias + v @ self.weights)

    def draw_hidden(self, means: Array, rng: np.random.Generator) -> Array:
        """Draw h from its means, shape (n, K), values 0 and 1."""
        return _flip(means, rng)


class GaussianHiddenRBM(RBM):
    """Restricted Boltzmann machine with Gaussian hidden units of variance 1.

    ``E(v, h) = -a v + ||h - b||^2 / 2 - v W h``

    The top of a deep belief network: its features are linear and have no upper end.
    "Gaussian" machines elsewhere often have Gaussian visible units; here they are binary.

    References
    ----------
    Hinton, G. E., Salakhutdinov, R. R., Reducing the dimensionality of data with neural
    networks, Science 313:504-507, 2006.

    Examples
    --------
    >>> rbm = GaussianHiddenRBM(np.array([[2.0], [3.0]]), np.zeros(2), np.ones(1))
    >>> rbm.hidden_means(np.array([[1.0, 1.0]]))
    array([[6.]])
    """

    activation = "linear"

    def energy(self, v: Array, h: Array) -> Array:
        """Return ``-a v + ||h - b||^2 / 2 - v W h``, shape (n,)."""
        containment = ((h - self.hidden_bias) ** 2).sum(axis=1) / 2
        return -v @ self.visible_bias + containment - ((v @ self.weights) * h).sum(axis=1)

    def free_energy(self, v: Array) -> Array:
        """Return ``F(v) = -a v - b u - ||u||^2 / 2 - K/2 log(2 pi)``, ``u = v W``, shape (n,)."""
        u = v @ self.weights
        volume = len(self.hidden_bias) / 2 * np.log(2 * np.pi)
        return -v @ self.visible_bias - u @ self.hidden_bias - (u**2).sum(axis=1) / 2 - volume

    def hidden_means(self, v: Array) -> Array:
        """Return ``E[h | v] = b + v W``, shape (n, K)."""
        return self.hidden_bias + v @ self.weights

    def draw_hidden(self, means: Array, rng: np.random.Generator) -> Array:
        """Draw h from the normal distribution of variance 1 around its means, shape (n, K)."""
        return means + rng.standard_normal(means.shape, dtype=means.dtype)


def _flip(means: Array, rng: np.random.Generator) -> Array:
    """Draw 0 or 1 with the given means."""
    return (rng.random(means.shape, dtype=means.dtype) < means).astype(means.dtype)
