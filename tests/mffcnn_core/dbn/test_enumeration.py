import itertools

import numpy as np
import pytest

from mffcnn_book.pages import (
    likelihood_gradient,
    log_likelihood,
    log_partition,
    visible_states,
)
from mffcnn_core.dbn import BinaryRBM
from mffcnn_core.errors import ParameterError


def test_partition_function_is_the_sum_over_all_states(rbm):
    v, h = (np.array(list(itertools.product([0.0, 1.0], repeat=k))) for k in (5, 3))
    if isinstance(rbm, BinaryRBM):
        pairs = [(a, b) for a in v for b in h]
        energies = rbm.energy(*(np.array(side) for side in zip(*pairs, strict=True)))
    else:  # over h by its own formula, see test_rbm
        energies = rbm.free_energy(v)
    assert log_partition(rbm) == pytest.approx(np.log(np.exp(-energies).sum()))


def test_probabilities_sum_to_one(rbm):
    assert np.exp(log_likelihood(rbm, visible_states(5))).sum() == pytest.approx(1)


def test_gradient_is_the_slope_of_the_likelihood(rbm):
    v = (np.random.default_rng(0).random((7, 5)) < 0.5).astype(float)
    for parameter, gradient in zip(rbm.parameters, likelihood_gradient(rbm, v), strict=True):
        for where in np.ndindex(parameter.shape):
            value, sides = parameter[where], []
            for step in (-1e-5, 1e-5):
                parameter[where] = value + step
                sides.append(-log_likelihood(rbm, v).mean())
            parameter[where] = value
            assert gradient[where] == pytest.approx((sides[1] - sides[0]) / 2e-5, abs=1e-7)


@pytest.mark.parametrize("units", [0, 17])
def test_large_machines_are_refused(units):
    with pytest.raises(ParameterError, match=f"visible units: expected 1 to 16, got {units}"):
        visible_states(units)
    machine = BinaryRBM(np.zeros((units, 1)), np.zeros(units), np.zeros(1))
    with pytest.raises(ParameterError, match="use contrastive divergence"):
        log_partition(machine)
