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


@pytest.mark.parametrize("length", [7, 28, 60])
def test_a_corner_of_the_path_lies_where_the_theory_puts_it(length):
    flow = toy(np.linspace(0, 1, length), noise=0)  # grows evenly
    corner = length / (length - 1)
    costs = [0.99 * corner, 1.01 * corner]
    below, above = pooling.regularisation_path(flow, costs, smoothing="none")
    assert below.kept == 0
    assert below.cosine == pytest.approx(1, abs=1e-6)
    # the widest pair, first against last, is the first to keep the margin
    assert above.kept == pytest.approx(2 / (length * (length - 1)), rel=1e-6)


@pytest.mark.parametrize("smoothing", pooling.SMOOTHINGS)
def test_the_path_leads_from_the_closed_form_to_the_hard_margin(smoothing):
    costs = np.logspace(-1, 7, 9)
    path = pooling.regularisation_path(there_and_back(), costs, smoothing=smoothing)
    assert [point.C for point in path] == costs.tolist()
    assert path[0].cosine == pytest.approx(1, abs=1e-6)
    assert path[0].kept == 0
    assert path[-1].ordered == path[-1].kept == 1
    assert path[-1].cosine < path[0].cosine - 0.01
    assert np.all(np.diff([point.kept for point in path]) >= 0)
    assert path[0].ordered < 1


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


# Pairs in the wrong order count when a solution is stretched; left out, gaps of 0.02 remained.
@pytest.mark.parametrize("smoothing", pooling.SMOOTHINGS)
def test_every_point_of_the_path_is_certified(smoothing):
    path = pooling.regularisation_path(
        there_and_back(), np.logspace(-1, 7, 17), smoothing=smoothing
    )
    assert min(point.ordered for point in path) < 1
    assert min(point.relative_gap for point in path) >= -1e-9
    assert max(point.relative_gap for point in path) < 1e-4


def test_the_relative_cost_divides_by_the_squared_differences():
    flat = there_and_back().reshape(T, -1).astype(float)
    i, j = np.triu_indices(T, 1)
    squares = ((flat[j] - flat[i]) ** 2).sum()
    assert pooling.absolute_cost(flat @ flat.T, 3.0) == pytest.approx(3 / squares)
    assert pooling.absolute_cost(flat @ flat.T, 3.0, "absolute") == 3


@pytest.mark.parametrize("gram", [np.zeros((3, 3)), np.ones((1, 1))])
def test_where_nothing_has_an_order_c_is_left_alone(gram):
    assert pooling.absolute_cost(gram, 3.0) == 3


def test_a_still_window_has_no_direction():
    (point,) = pooling.regularisation_path(np.ones((5, 4, 4, 2), np.float32), [1.0])
    assert np.isnan(point.cosine)
    assert point.ordered == point.kept == 0


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
