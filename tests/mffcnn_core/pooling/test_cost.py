import numpy as np
import pytest

from mffcnn_core import pooling
from mffcnn_core.errors import ParameterError
from mffcnn_core.pooling import _exact

T = 28


def toy(envelope, *, noise=0.3, size=16, seed=0):
    """A motion pattern that follows its envelope over time, plus noise."""
    rng = np.random.default_rng(seed)
    pattern = rng.standard_normal((1, size, size, 2))
    flow = np.reshape(envelope, (-1, 1, 1, 1)) * pattern
    return (flow + noise * rng.standard_normal(flow.shape)).astype(np.float32)


def there_and_back(**options):
    return toy(np.sin(np.pi * np.linspace(0, 1, T)) ** 2, **options)


def cosine(a, b):
    return float((a * b).sum() / np.sqrt((a * a).sum() * (b * b).sum()))


@pytest.mark.parametrize("solver", ["exact", "svr"])
@pytest.mark.parametrize("C", [0.5, 20.0, 1e4])
@pytest.mark.parametrize("unit", [1e-2, 1e2])
def test_a_relative_c_does_not_see_the_unit_of_the_flow(solver, C, unit):
    flow = there_and_back()
    here, there = (
        pooling.ordered_flow_maps(f, window=T, solver=solver, C=C, C_scale="relative")
        for f in (flow, np.float32(unit) * flow)
    )
    assert np.abs(here - there).max() < 0.5  # of 255 grey levels


def test_an_absolute_c_sees_it():
    flow = there_and_back()
    here, there = (
        pooling.rank_pool(f, C=1e-4, C_scale="absolute") for f in (flow, np.float32(100) * flow)
    )
    assert cosine(here, there) < 0.9


def test_where_no_pair_reaches_the_margin_the_general_solver_finds_the_closed_form_too():
    flat = there_and_back().reshape(T, -1).astype(float)
    gram = flat @ flat.T
    C = pooling.absolute_cost(gram, 0.5)
    direct = pooling.exact_coefficients(gram, C=C)
    general = _exact._trade_off_pairs(gram, C, 1e-8, 10**6)
    assert np.allclose(direct, general, atol=1e-6 * np.abs(direct).max())
    assert np.allclose(direct / C, np.arange(1, T + 1) - (T + 1) / 2)


def test_beyond_the_hard_margin_c_changes_nothing():
    flow = there_and_back()
    near, far = (pooling.rank_pool(flow, C=C) for C in (1e8, 1e12))
    assert np.array_equal(near, far)


def test_the_relative_cost_divides_by_the_squared_differences():
    flat = there_and_back().reshape(T, -1).astype(float)
    i, j = np.triu_indices(T, 1)
    squares = ((flat[j] - flat[i]) ** 2).sum()
    assert pooling.absolute_cost(flat @ flat.T, 3.0) == pytest.approx(3 / squares)
    assert pooling.absolute_cost(flat @ flat.T, 3.0, "absolute") == 3


@pytest.mark.parametrize("gram", [np.zeros((3, 3)), np.ones((1, 1))])
def test_where_nothing_has_an_order_c_is_left_alone(gram):
    assert pooling.absolute_cost(gram, 3.0) == 3


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"C": 0}, "C: expected a trade-off > 0, got 0. The smaller"),
        (
            {"C": 1.0, "C_scale": "magic"},
            "C_scale: expected one of relative, absolute, got 'magic'",
        ),
    ],
)
def test_costs_that_do_not_exist_are_refused(options, message):
    with pytest.raises(ParameterError, match=message):
        pooling.rank_pool(there_and_back(), **options)
    with pytest.raises(ParameterError, match=message):
        pooling.absolute_cost(np.eye(3), **options)
