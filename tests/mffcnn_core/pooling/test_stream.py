import numpy as np
import pytest

from mffcnn_core.errors import ParameterError
from mffcnn_core.pooling import iter_ordered_flow_maps, ordered_flow_maps


class Slices:
    """Flow that cannot be had as a whole."""

    def __init__(self, flow):
        self.flow, self.largest = flow, 0

    def __len__(self):
        return len(self.flow)

    def __getitem__(self, rows):
        self.largest = max(self.largest, len(self.flow[rows]))
        return self.flow[rows].copy()


@pytest.mark.parametrize("n", [1, 20, 60, 75])
@pytest.mark.parametrize("options", [{}, {"window": 8, "solver": "approximate", "third": "zero"}])
def test_one_by_one_is_the_same_as_all_at_once(n, options):
    flow = np.random.default_rng(0).normal(size=(n, 6, 6, 2)).astype(np.float32)
    slices = Slices(flow)
    maps = np.stack(list(iter_ordered_flow_maps(slices, **options)))
    np.testing.assert_allclose(maps, ordered_flow_maps(flow, **options), atol=0.05)
    assert slices.largest <= options.get("window", 28)


def test_an_unknown_option_is_told():
    with pytest.raises(ParameterError, match="solver: expected one of"):
        next(iter_ordered_flow_maps(np.zeros((3, 4, 4, 2), np.float32), solver="exakt"))


def test_flow_as_it_is_stored_is_taken_as_it_is():
    flow = np.random.default_rng(0).normal(size=(30, 6, 6, 2)).astype(np.float16)
    maps = np.stack(list(iter_ordered_flow_maps(flow)))
    np.testing.assert_array_equal(maps, ordered_flow_maps(flow.astype(np.float32)))
