"""Small restricted Boltzmann machines without approximation: every visible state is visited.

What contrastive divergence estimates can be computed where ``2^D`` states are few: these
functions check it, and show what its bias is.
"""

import numpy as np
import numpy.typing as npt
from scipy.special import logsumexp, softmax

from mffcnn_core.dbn import RBM
from mffcnn_core.errors import ParameterError

Array = npt.NDArray[np.floating]
LARGEST = 16


def visible_states(units: int) -> Array:
    """Return all states of binary units, shape (2**units, units).

    Raises
    ------
    ParameterError
        If there are more than 16 units.

    Examples
    --------
    >>> visible_states(2).tolist()
    [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]
    """
    if not 1 <= units <= LARGEST:
        raise ParameterError(
            f"visible units: expected 1 to {LARGEST}, got {units}. Only a small machine can be "
            "enumerated; use contrastive divergence."
        )
    return np.indices((2,) * units).reshape(units, -1).T.astype(np.float64)


def log_partition(rbm: RBM) -> float:
    """Return ``log Z = log sum_v exp(-F(v))``.

    Raises
    ------
    ParameterError
        If the machine has more than 16 visible units.
    """
    return float(logsumexp(-rbm.free_energy(visible_states(len(rbm.visible_bias)))))


def log_likelihood(rbm: RBM, v: Array) -> Array:
    """Return ``log p(v) = -F(v) - log Z`` in nats, shape (n,).

    Parameters
    ----------
    rbm : RBM
        At most 16 visible units.
    v : ndarray, shape (n, D), values 0 and 1

    Raises
    ------
    ParameterError
        If the machine has more than 16 visible units.
    """
    return -rbm.free_energy(v) - log_partition(rbm)


def likelihood_gradient(rbm: RBM, v: Array) -> tuple[Array, Array, Array]:
    """Return the exact gradient of the mean negative log-likelihood.

    ``<v h>_model - <v h>_data`` and alike for the biases: what
    :func:`contrastive_divergence` estimates.

    Parameters
    ----------
    rbm : RBM
        At most 16 visible units.
    v : ndarray, shape (n, D), values in [0, 1]

    Returns
    -------
    weights, visible_bias, hidden_bias : ndarray

    Raises
    ------
    ParameterError
        If the machine has more than 16 visible units.
    """
    states = visible_states(len(rbm.visible_bias))
    p = softmax(-rbm.free_energy(states))
    h, dreamt = rbm.hidden_means(v), rbm.hidden_means(states)
    return (
        (states * p[:, None]).T @ dreamt - v.T @ h / len(v),
        p @ states - v.mean(axis=0),
        p @ dreamt - h.mean(axis=0),
    )
