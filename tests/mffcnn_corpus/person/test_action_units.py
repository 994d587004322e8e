import numpy as np
import pytest

from mffcnn_core.errors import ParameterError
from mffcnn_corpus.person._action_units import ACTION_UNITS, UNIT_INDEX, action_unit_vector


def test_vector_puts_every_unit_in_its_place() -> None:
    vector = action_unit_vector({unit: unit / 100 for unit in ACTION_UNITS})

    np.testing.assert_allclose(vector, np.array(ACTION_UNITS) / 100, rtol=1e-6)
    assert vector.dtype == np.float32
    assert UNIT_INDEX[43] == 16


def test_unknown_unit_is_refused() -> None:
    with pytest.raises(ParameterError, match=r"action unit: expected one of 1, 2, .*got 27"):
        action_unit_vector({27: 1.0})
