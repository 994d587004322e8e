import numpy as np
import pytest
from scipy.special import expit

from mffcnn_core.dbn._backprop import Layer, backpropagate, encode


def _network(*sizes, activations):
    draw = np.random.default_rng(0)
    return [
        Layer(draw.normal(size=(below, above)), draw.normal(size=above), activation)
        for below, above, activation in zip(sizes, sizes[1:], activations, strict=False)
    ]


def _classes(n, k):
    return np.eye(k)[np.arange(n) % k]


CASES = {
    "softmax": (
        _network(6, 4, 3, 2, activations=["sigmoid", "linear", "softmax"]), _classes(5, 2)
    ),
    "autoencoder": (
        _network(6, 4, 2, 4, 6, activations=["sigmoid", "linear", "sigmoid", "sigmoid"]),
        np.random.default_rng(1).random((5, 6)),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_gradients_are_the_slopes_of_the_loss(case):
    layers, targets = CASES[case]
    x = np.random.default_rng(2).random((5, 6))
    gradients, _ = backpropagate(layers, x, targets)
    parameters = [parameter for layer in layers for parameter in layer.parameters]
    for parameter, gradient in zip(parameters, gradients, strict=True):
        assert gradient.shape == parameter.shape
        for where in np.ndindex(parameter.shape):
            value, sides = parameter[where], []
            for step in (-1e-5, 1e-5):
                parameter[where] = value + step
                sides.append(backpropagate(layers, x, targets)[1])
            parameter[where] = value
            assert gradient[where] == pytest.approx((sides[1] - sides[0]) / 2e-5, abs=1e-8)


def test_the_loss_is_the_cross_entropy_of_the_output():
    x = np.random.default_rng(2).random((5, 6))
    layers, t = CASES["softmax"]
    y = encode(layers, x)
    np.testing.assert_allclose(y.sum(axis=1), 1)
    assert backpropagate(layers, x, t)[1] == pytest.approx(-(t * np.log(y)).sum(axis=1).mean())
    layers, t = CASES["autoencoder"]
    y = encode(layers, x)
    entropy = -(t * np.log(y) + (1 - t) * np.log(1 - y)).sum(axis=1).mean()
    assert backpropagate(layers, x, t)[1] == pytest.approx(entropy)


@pytest.mark.parametrize("activation", ["sigmoid", "softmax"])
def test_a_certain_mistake_costs_a_finite_loss(activation):
    layer = Layer(np.array([[2000.0, 0.0]]), np.zeros(2), activation)
    _, loss = backpropagate([layer], np.ones((1, 1)), np.array([[0.0, 1.0]]))
    assert 1999 < loss < 2001


def test_a_stack_is_its_layers_in_turn():
    layers = CASES["softmax"][0][:2]
    x = np.random.default_rng(3).random((4, 6))
    first, second = layers
    y = expit(x @ first.weights + first.bias) @ second.weights + second.bias
    np.testing.assert_allclose(encode(layers, x), y)
