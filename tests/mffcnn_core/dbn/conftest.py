import itertools

import numpy as np
import pytest

from mffcnn_core.dbn import BinaryRBM, GaussianHiddenRBM


def states(units):
    """All states by itertools: not by the code under test."""
    return np.array(list(itertools.product([0.0, 1.0], repeat=units)))


@pytest.fixture(params=[BinaryRBM, GaussianHiddenRBM])
def rbm(request):
    """A machine of 5 visible and 3 hidden units with weights that matter."""
    draw = np.random.default_rng(7)
    return request.param(
        0.8 * draw.normal(size=(5, 3)), 0.5 * draw.normal(size=5), 0.5 * draw.normal(size=3)
    )


@pytest.fixture(scope="session")
def bars():
    """Bars and stripes of 3 x 3 px, 14 pictures: units depend on each other, means say nothing."""
    lines = states(3)
    pictures = np.vstack([np.repeat(lines, 3, axis=1), np.tile(lines, 3)])
    return np.unique(pictures, axis=0)


@pytest.fixture(scope="session")
def clouds():
    """Features of 4 classes, (240, 24), of which no single one tells the class."""
    draw = np.random.default_rng(3)
    y = np.tile(np.arange(4), 60)
    latent = 1.5 * draw.normal(size=(4, 6))[y] + draw.normal(size=(240, 6))
    return np.maximum(0, latent @ draw.normal(size=(6, 24))), y
