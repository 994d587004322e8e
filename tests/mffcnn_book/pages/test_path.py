import numpy as np
import pytest

from mffcnn_book.pages import regularisation_path
from mffcnn_core.pooling import SMOOTHINGS

T = 28


def toy(envelope, *, noise=0.3, size=16, seed=0):
    """A motion pattern that follows its envelope over time, plus noise."""
    rng = np.random.default_rng(seed)
    pattern = rng.standard_normal((1, size, size, 2))
    flow = np.reshape(envelope, (-1, 1, 1, 1)) * pattern
    return (flow + noise * rng.standard_normal(flow.shape)).astype(np.float32)


def there_and_back(**options):
    return toy(np.sin(np.pi * np.linspace(0, 1, T)) ** 2, **options)


@pytest.mark.parametrize("length", [7, 28, 60])
def test_a_corner_of_the_path_lies_where_the_theory_puts_it(length):
    flow = toy(np.linspace(0, 1, length), noise=0)  # grows evenly
    corner = length / (length - 1)
    costs = [0.99 * corner, 1.01 * corner]
    below, above = regularisation_path(flow, costs, smoothing="none")
    assert below.kept == 0
    assert below.cosine == pytest.approx(1, abs=1e-6)
    # the widest pair, first against last, is the first to keep the margin
    assert above.kept == pytest.approx(2 / (length * (length - 1)), rel=1e-6)


@pytest.mark.parametrize("smoothing", SMOOTHINGS)
def test_the_path_leads_from_the_closed_form_to_the_hard_margin(smoothing):
    costs = np.logspace(-1, 7, 9)
    path = regularisation_path(there_and_back(), costs, smoothing=smoothing)
    assert [point.C for point in path] == costs.tolist()
    assert path[0].cosine == pytest.approx(1, abs=1e-6)
    assert path[0].kept == 0
    assert path[-1].ordered == path[-1].kept == 1
    assert path[-1].cosine < path[0].cosine - 0.01
    assert np.all(np.diff([point.kept for point in path]) >= 0)
    assert path[0].ordered < 1


# Pairs in the wrong order count when a solution is stretched; left out, gaps of 0.02 remained.
@pytest.mark.parametrize("smoothing", SMOOTHINGS)
def test_every_point_of_the_path_is_certified(smoothing):
    path = regularisation_path(there_and_back(), np.logspace(-1, 7, 17), smoothing=smoothing)
    assert min(point.ordered for point in path) < 1
    assert min(point.relative_gap for point in path) >= -1e-9
    assert max(point.relative_gap for point in path) < 1e-4


def test_a_still_window_has_no_direction():
    (point,) = regularisation_path(np.ones((5, 4, 4, 2), np.float32), [1.0])
    assert np.isnan(point.cosine)
    assert point.ordered == point.kept == 0
