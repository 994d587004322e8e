import numpy as np
import pytest
from scipy.stats import binomtest

from mffcnn_book.audit import (
    largest_disagreement,
    standard_error,
    unpaired_z,
    wilson_interval,
)
from mffcnn_core.errors import ParameterError


def test_the_standard_error_is_the_spread_of_repeated_tests():
    hits = np.random.default_rng(0).binomial(720, 0.6457, size=20_000)
    assert standard_error(64.57, 720) == pytest.approx((100 * hits / 720).std(), rel=0.02)


@pytest.mark.parametrize(("k", "n"), [(0, 10), (76, 120), (465, 720), (5, 5)])
def test_wilson_agrees_with_scipy(k, n):
    theirs = binomtest(k, n).proportion_ci(0.9, method="wilson")
    ours = wilson_interval(100 * k / n, n, 0.9)
    assert ours == pytest.approx((100 * theirs.low, 100 * theirs.high), abs=1e-9)


def test_unpaired_difference():
    assert unpaired_z(60, 60, 100) == 0
    assert unpaired_z(60, 50, 100) == pytest.approx(10 / np.sqrt(24 + 25))
    assert unpaired_z(50, 60, 100) == -unpaired_z(60, 50, 100)


@pytest.mark.parametrize(("gap", "n"), [(1.31, 521), (4.5, 720), (2.0, 720)])
def test_the_largest_disagreement_is_the_edge_of_significance(gap, n):
    most = largest_disagreement(gap, n)
    clips = gap * n / 100
    assert clips / np.sqrt(most) >= 1.9599 > clips / np.sqrt(most + 1)


def test_a_gap_of_few_clips_is_within_chance_on_any_clips():
    # all of m clips in favour of one: D = m, D / sqrt(m) = sqrt(m) > 1.96 takes 4 clips
    assert largest_disagreement(4.0, 100) == 4
    assert largest_disagreement(3.0, 100) is None
    assert largest_disagreement(0.0, 100) is None or largest_disagreement(0.0, 100) == 0


def test_values_outside_their_range():
    with pytest.raises(ParameterError, match="accuracy: expected 0 to 100 % .* got 164 % of 7"):
        standard_error(164, 7)
    with pytest.raises(ParameterError, match="level: expected 0 < level < 1, got 95"):
        wilson_interval(50, 7, 95)
    with pytest.raises(ParameterError, match="gap: expected at least one clip"):
        largest_disagreement(1, 0)
