import numpy as np
import pytest
from sklearn.neural_network import BernoulliRBM

from mffcnn_core.dbn import BinaryRBM, GaussianHiddenRBM


@pytest.fixture
def v():
    return (np.random.default_rng(0).random((6, 5)) < 0.5).astype(float)


def _hidden_states(rbm):
    """Hidden states and the logarithm of the weight of each in a sum over all of them."""
    if isinstance(rbm, BinaryRBM):
        nodes, weights = np.array([0.0, 1.0]), np.ones(2)
    else:  # Gauss-Hermite: exact enough for the smooth integrand
        nodes, weights = np.polynomial.hermite_e.hermegauss(40)
        weights = weights * np.exp(nodes**2 / 2)
    grid = np.stack(np.meshgrid(*[nodes] * 3, indexing="ij"), axis=-1).reshape(-1, 3)
    volume = np.stack(np.meshgrid(*[np.log(weights)] * 3, indexing="ij"), axis=-1)
    return grid, volume.reshape(-1, 3).sum(axis=1)


def test_free_energy_is_the_sum_over_all_hidden_states(rbm, v):
    h, volume = _hidden_states(rbm)
    for one, free in zip(v, rbm.free_energy(v), strict=True):
        energies = rbm.energy(np.tile(one, (len(h), 1)), h)
        assert free == pytest.approx(-np.log(np.exp(volume - energies).sum()), rel=1e-6)


def test_hidden_means_are_those_of_the_energy(rbm, v):
    h, volume = _hidden_states(rbm)
    for one, means in zip(v, rbm.hidden_means(v), strict=True):
        p = np.exp(volume - rbm.energy(np.tile(one, (len(h), 1)), h))
        np.testing.assert_allclose(means, p @ h / p.sum(), atol=1e-6)


def test_visible_means_are_those_of_the_energy(rbm):
    h = np.random.default_rng(1).normal(size=(4, 3))
    for unit in range(5):
        off, on = np.zeros((4, 5)), np.zeros((4, 5))
        on[:, unit] = 1
        p = 1 / (1 + np.exp(rbm.energy(on, h) - rbm.energy(off, h)))
        np.testing.assert_allclose(rbm.visible_means(h)[:, unit], p)


def test_draws_follow_their_means(rbm):
    rng = np.random.default_rng(2)
    v = np.tile([1.0, 0, 1, 1, 0], (20_000, 1))
    means = rbm.hidden_means(v)
    h = rbm.draw_hidden(means, rng)
    np.testing.assert_allclose(h.mean(axis=0), means[0], atol=0.03)
    variance = means[0] * (1 - means[0]) if isinstance(rbm, BinaryRBM) else np.ones(3)
    np.testing.assert_allclose(h.var(axis=0), variance, atol=0.03)
    p = np.tile(rbm.visible_means(h[:1]), (20_000, 1))
    drawn = rbm.draw_visible(p, rng)
    assert set(np.unique(drawn)) == {0.0, 1.0}
    np.testing.assert_allclose(drawn.mean(axis=0), p[0], atol=0.02)


def test_binary_machine_agrees_with_scikit_learn(v):
    draw = np.random.default_rng(5)
    ours = BinaryRBM(draw.normal(size=(5, 3)), draw.normal(size=5), draw.normal(size=3))
    theirs = BernoulliRBM(n_components=3, n_iter=0).fit(v)
    theirs.components_ = ours.weights.T
    theirs.intercept_visible_, theirs.intercept_hidden_ = ours.visible_bias, ours.hidden_bias
    np.testing.assert_allclose(ours.hidden_means(v), theirs.transform(v), rtol=1e-12)
    np.testing.assert_allclose(ours.free_energy(v), theirs._free_energy(v), rtol=1e-12)
    # scikit-learn offers draws of p(v | h) only: compare their mean
    h = np.tile([1.0, 0.0, 1.0], (20_000, 1))
    drawn = theirs._sample_visibles(h, np.random.RandomState(0))
    np.testing.assert_allclose(ours.visible_means(h)[0], drawn.mean(axis=0), atol=0.02)


@pytest.mark.parametrize("kind", [BinaryRBM, GaussianHiddenRBM])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_an_untrained_machine_knows_the_means(kind, dtype):
    v = (np.random.default_rng(0).random((400, 5)) < [0, 0.2, 0.5, 0.8, 1]).astype(dtype)
    machine = kind.start(v, 3, np.random.default_rng(1))
    means = machine.visible_means(np.zeros((1, 3), dtype))
    np.testing.assert_allclose(means[0], v.mean(axis=0), atol=0.005)
    assert [p.shape for p in machine.parameters] == [(5, 3), (5,), (3,)]
    assert all(p.dtype == dtype for p in machine.parameters)
    assert machine.hidden_means(v).dtype == dtype
    assert machine.draw_hidden(machine.hidden_means(v), np.random.default_rng(2)).dtype == dtype
