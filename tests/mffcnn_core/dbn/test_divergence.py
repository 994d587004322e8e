import numpy as np
import pytest
from sklearn.neural_network import BernoulliRBM

from mffcnn_book.pages import likelihood_gradient, log_likelihood
from mffcnn_core.dbn import (
    BinaryRBM,
    DescentSettings,
    GaussianHiddenRBM,
    contrastive_divergence,
    reconstruction_error,
    train_rbm,
)
from mffcnn_core.errors import ParameterError


def _flat(gradient):
    return np.concatenate([part.ravel() for part in gradient])


@pytest.fixture
def many():
    """Many copies of two samples: the noise of the chains averages out, the bias stays."""
    return np.repeat([[1.0, 0, 1, 1, 0], [1, 1, 1, 1, 0]], 20_000, axis=0)


def test_long_chains_end_at_the_exact_gradient(rbm, many):
    exact = _flat(likelihood_gradient(rbm, many))

    def off(steps):
        rng = np.random.default_rng(0)
        return np.abs(_flat(contrastive_divergence(rbm, many, rng, steps=steps)) - exact).max()

    assert off(60) < 0.02
    assert off(1) > 5 * off(60)


def test_one_step_points_uphill(rbm, many):
    exact = _flat(likelihood_gradient(rbm, many))
    for centred in (False, True):
        step = contrastive_divergence(rbm, many, np.random.default_rng(0), centred=centred)
        assert _flat(step) @ exact > 0


def test_a_machine_of_independent_units_has_its_gradient_at_once(many):
    draw = np.random.default_rng(0)
    rbm = BinaryRBM(np.zeros((5, 3)), draw.normal(size=5), draw.normal(size=3))
    exact = _flat(likelihood_gradient(rbm, many))
    estimate = _flat(contrastive_divergence(rbm, many, np.random.default_rng(0)))
    np.testing.assert_allclose(estimate, exact, atol=0.02)


def test_the_centred_gradient_is_the_plain_one_on_centred_units(rbm, many):
    plain, centred = (
        contrastive_divergence(rbm, many, np.random.default_rng(0), centred=c)
        for c in (False, True)
    )
    v0, h0 = many.mean(axis=0), rbm.hidden_means(many).mean(axis=0)
    # dE = dW (v - v0)(h - h0) + da v + db h, written out in the uncentred parameters
    weights = plain[0] - np.outer(plain[1], h0) - np.outer(v0, plain[2])
    np.testing.assert_allclose(centred[0], weights, atol=1e-12)
    np.testing.assert_allclose(centred[1], plain[1] - weights @ h0, atol=1e-12)
    np.testing.assert_allclose(centred[2], plain[2] - v0 @ weights, atol=1e-12)


@pytest.mark.parametrize(("kind", "rate"), [(BinaryRBM, 0.1), (GaussianHiddenRBM, 0.01)])
def test_training_raises_the_exact_likelihood(kind, rate, bars):
    v, rng = np.repeat(bars, 20, axis=0), np.random.default_rng(0)
    machine = kind.start(v, 8, rng)
    before, error = log_likelihood(machine, bars).mean(), reconstruction_error(machine, v)
    settings = DescentSettings(epochs=300, learning_rate=rate, momentum=0.5)
    errors = train_rbm(machine, v, settings, rng)
    # ln(1/14) = -2.64 is the best there is, ln(1/512) = -6.24 is knowing nothing
    assert before < -6
    assert log_likelihood(machine, bars).mean() > -3.9
    assert len(errors) == 300
    assert errors[-1] < error / 5


def test_it_learns_no_worse_than_scikit_learn(bars):
    v, rng = np.repeat(bars, 20, axis=0), np.random.default_rng(0)
    ours = BinaryRBM.start(v, 8, rng)
    train_rbm(ours, v, DescentSettings(epochs=300, batch_size=10), rng)
    fitted = BernoulliRBM(8, n_iter=300, random_state=0).fit(v)
    theirs = BinaryRBM(fitted.components_.T, fitted.intercept_visible_, fitted.intercept_hidden_)
    assert log_likelihood(ours, bars).mean() > log_likelihood(theirs, bars).mean() - 0.3


@pytest.mark.slow
def test_wide_machines_need_the_centred_gradient(monkeypatch):
    """Plain gradients leave the hidden units of a wide machine the same for all samples."""
    draw = np.random.default_rng(1)
    v = np.maximum(0, draw.normal(size=(240, 20)) @ draw.normal(size=(20, 2048)) - 2)
    v = (v / v.max(axis=0)).astype(np.float32)
    plain = contrastive_divergence

    def spread(**changes):
        rng = np.random.default_rng(0)
        machine = BinaryRBM.start(v, 1024, rng)
        monkeypatch.setattr(
            "mffcnn_core.dbn._divergence.contrastive_divergence",
            lambda *args, **options: plain(*args, **(options | changes)),
        )
        train_rbm(machine, v, DescentSettings(epochs=8), rng)
        return machine.hidden_means(v).std(axis=0).mean()

    assert spread() > 5 * spread(centred=False)


def test_same_seed_same_bytes(bars):
    def trained(seed):
        rng = np.random.default_rng(seed)
        machine = BinaryRBM.start(bars, 4, rng)
        train_rbm(machine, bars, DescentSettings(epochs=3), rng)
        return machine.weights.tobytes()

    assert trained(0) == trained(0) != trained(1)


def test_a_chain_has_a_step(rbm, bars):
    with pytest.raises(ParameterError, match="gibbs steps: expected at least 1, got 0"):
        contrastive_divergence(rbm, bars[:, :5], np.random.default_rng(0), steps=0)
