import inspect

import numpy as np
import pytest

from mffcnn_core.errors import ParameterError
from mffcnn_core.flow import METHODS, make_solver


@pytest.mark.parametrize("method", sorted(METHODS))
def test_every_option_is_documented_and_has_a_default(method):
    for name, parameter in inspect.signature(METHODS[method]).parameters.items():
        assert parameter.default is not parameter.empty
        assert f"{name} :" in inspect.getdoc(METHODS[method])


@pytest.mark.parametrize("method", sorted(METHODS))
@pytest.mark.parametrize("side", [16, 17, 224])
def test_any_size(method, side):
    blank = np.zeros((side, side), np.uint8)
    assert make_solver(method)(blank, blank).shape == (side, side, 2)


def test_finest_scale_changes_dis(texture):
    image, following = texture[..., 0], np.roll(texture[..., 0], 1, axis=1)
    coarse, fine = (make_solver("dis", finest_scale=k)(image, following) for k in (3, 0))
    assert not np.array_equal(coarse, fine)


def test_unknown_names():
    with pytest.raises(ParameterError, match="preset: expected one of .* Did you mean 'medium'"):
        make_solver("dis", preset="medum")
    with pytest.raises(ParameterError, match="method 'dis': expected known options, got 'levels'"):
        make_solver("dis", levels=3)
