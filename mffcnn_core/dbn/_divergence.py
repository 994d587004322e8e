"""Contrastive divergence: the gradient that a restricted Boltzmann machine learns by."""

import numpy as np
import numpy.typing as npt

from mffcnn_core.dbn._descent import Array, DescentSettings, descend
from mffcnn_core.dbn._rbm import RBM
from mffcnn_core.settings import check_at_least


def contrastive_divergence(
    rbm: RBM, v: Array, rng: np.random.Generator, *, steps: int = 1, centred: bool = False
) -> tuple[Array, Array, Array]:
    """Estimate the gradient of the negative log-likelihood by a short Gibbs chain (CD-k).

    ``-dlog p(v)/dW = <v h>_model - <v h>_data``; the model's mean is taken over chains
    that start at the data and stop after k steps, instead of running for ever.

    Parameters
    ----------
    rbm : RBM
    v : ndarray, shape (n, D), values in [0, 1]
        A value between 0 and 1 counts as the probability that the unit is 1.
    rng : numpy Generator
    steps : int
        k, >= 1.  The longer the chain, the smaller the bias.
    centred : bool
        Return the centred gradient instead, in which v and h are measured from their means
        on the data: ``-dW = <(v - v0) (h - h0)>_data - <(v - v0) (h - h0)>_model``.

    Returns
    -------
    weights, visible_bias, hidden_bias : ndarray
        Means over the samples, in the shapes of the machine's parameters.

    Raises
    ------
    ParameterError
        If ``steps`` is less than 1.

    Notes
    -----
    The last hidden units are means, not draws: the same expectation with less noise.  The
    visible units of the chain are drawn, so that a long chain ends at the model's own
    distribution and the estimate at the true gradient.

    The centred gradient goes uphill as well, on another way.  It keeps all hidden units
    from following the mean of the data together: with the plain one, machines of a few
    thousand units end with hidden units that say the same about every sample.

    References
    ----------
    Montavon, G., Mueller, K.-R., Deep Boltzmann machines and the centering trick, in
    Neural Networks: Tricks of the Trade, LNCS 7700:621-637, 2012.

    Hinton, G. E., Training products of experts by minimizing contrastive divergence,
    Neural Computation 14:1771-1800, 2002.
    """
    check_at_least("gibbs steps", steps, 1, "CD-1 is the usual choice.")
    h = means = rbm.hidden_means(v)
    for _ in range(steps):
        dream = rbm.draw_visible(rbm.visible_means(rbm.draw_hidden(means, rng)), rng)
        means = rbm.hidden_means(dream)
    v0, h0 = v.mean(axis=0) * centred, h.mean(axis=0) * centred
    weights = ((dream - v0).T @ (means - h0) - (v - v0).T @ (h - h0)) / len(v)
    return (
        weights,
        (dream - v).mean(axis=0) - weights @ h0,
        (means - h).mean(axis=0) - v0 @ weights,
    )


def reconstruction_error(rbm: RBM, v: Array) -> float:
    """Return the mean square of ``v - E[v | E[h | v]]`` over samples and units."""
    return float(np.square(v - rbm.visible_means(rbm.hidden_means(v))).mean())


def train_rbm(
    rbm: RBM,
    v: Array,
    settings: DescentSettings,
    rng: np.random.Generator,
    *,
    steps: int = 1,
    name: str = "RBM",
    progress: bool = False,
) -> list[float]:
    """Train a machine in place by contrastive divergence, with centred gradients.

    Parameters
    ----------
    rbm : RBM
    v : ndarray, shape (n, D), values in [0, 1]
    settings : DescentSettings
    rng : numpy Generator
    steps : int
        k of CD-k, >= 1.
    name : str
        What the progress bar and an error call the machine.
    progress : bool
        Show a progress bar with an estimate.

    Returns
    -------
    list of float
        :func:`reconstruction_error` by epoch.  It tells whether learning runs, not how
        good the model is: contrastive divergence does not minimise it.

    Raises
    ------
    ParameterError
        If ``steps`` is less than 1 or the weights run away to infinity.
    """

    def gradients(rows: npt.NDArray[np.intp]) -> tuple[tuple[Array, Array, Array], float]:
        batch = v[rows]
        gradient = contrastive_divergence(rbm, batch, rng, steps=steps, centred=True)
        return gradient, reconstruction_error(rbm, batch)

    return descend(rbm.parameters, gradients, len(v), settings, rng, name=name, progress=progress)
