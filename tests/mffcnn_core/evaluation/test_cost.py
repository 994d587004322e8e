import mmap
import time

import numpy as np
import pytest
from sklearn.decomposition import PCA
from sklearn.neighbors import NearestNeighbors
from torch import nn

from mffcnn_core.dbn import DeepBeliefNetwork
from mffcnn_core.evaluation import Meter, count_parameters
from mffcnn_core.recognition import linear_svm


def test_memory_that_is_given_back_is_seen_as_the_peak():
    with Meter() as before:
        pass
    # pages of its own: an array may lie where a test before this one has freed some
    with Meter() as meter, mmap.mmap(-1, 128_000_000) as block:
        np.frombuffer(block, np.uint8)[:] = 1
        time.sleep(0.25)
    assert meter.peak_memory - before.peak_memory > 100_000_000
    assert meter.seconds > 0.25
    assert meter.cpu_seconds < meter.seconds  # it slept


def test_a_failure_is_measured_too():
    with pytest.raises(ZeroDivisionError), Meter() as meter:
        1 / 0  # noqa: B018
    assert meter.seconds > 0
    assert not meter._watch.is_alive()


def test_numbers_by_hand():
    draw = np.random.default_rng(0)
    X, y = draw.normal(size=(30, 4)), np.arange(30) % 3
    network = nn.Sequential(nn.Linear(4, 5), nn.BatchNorm1d(5))
    assert count_parameters(network) == 4 * 5 + 5 + 2 * 5
    # three pairs of classes, a plane of 4 + 1 each; mean, variance and scale of 4 columns
    assert count_parameters(linear_svm(1.0).fit(X, y)) == 3 * 5 + 3 * 4
    assert count_parameters(NearestNeighbors().fit(X)) == 30 * 4
    dbn = DeepBeliefNetwork(hidden=(3, 2), finetune="none").fit(X)
    scaling = sum(
        np.size(v) for k, v in vars(dbn.scaler_).items() if k.endswith("_") and np.ndim(v)
    )
    assert count_parameters(dbn) == (4 * 3 + 3) + (3 * 2 + 2) + scaling
    assert count_parameters({"a": [PCA(2).fit(X)], "b": None, "c": "text"}) > 2 * 4
    assert count_parameters([np.arange(9), 3.0]) == 0


def test_an_estimator_that_is_not_fitted_keeps_nothing():
    assert count_parameters(PCA(2)) == 0
