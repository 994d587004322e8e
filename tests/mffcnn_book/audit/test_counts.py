import pytest
from hypothesis import given
from hypothesis import strategies as st

from mffcnn_book.audit import (
    attainable_counts,
    attainable_share,
    chance_of_at_most,
    decimals,
    smallest_test,
)
from mffcnn_core.errors import ParameterError


@given(st.integers(1, 2000), st.data(), st.integers(0, 3))
def test_what_an_honest_test_prints_is_attainable(n, data, places):
    k = data.draw(st.integers(0, n))
    scaled = 100 * k * 10**places
    cut, rest = divmod(scaled, n)
    rounded = cut + (2 * rest >= n)
    for number in (cut, rounded):
        printed = f"{number // 10**places}"
        printed += f".{number % 10**places:0{places}d}" if places else ""
        assert k in attainable_counts(printed, n)
    assert k in attainable_counts(f"{100 * k / n:.{places}f}", n, cut=False)


@given(st.integers(1, 300), st.integers(0, 10_000))
def test_every_count_that_is_named_is_near(n, hundredths):
    printed = f"{hundredths / 100:.2f}"
    for k in attainable_counts(printed, n):
        assert abs(100 * k / n - hundredths / 100) < 0.0100001
    for k in attainable_counts(printed, n, cut=False):
        assert abs(100 * k / n - hundredths / 100) <= 0.0050001


def test_half_way_values_may_go_either_way():
    # 1 of 16 is 6.25
    assert attainable_counts("6.2", 16, cut=False) == attainable_counts("6.3", 16) == [1]


def test_trailing_zeros_are_a_claim():
    assert attainable_counts("64.5", 720) == [465]  # cut off
    assert attainable_counts("64.50", 720) == []
    assert (decimals("64.50"), decimals("64.5"), decimals("64")) == (2, 1, 0)
    assert attainable_counts("6E+1", 8, cut=False) == [5]  # 62.5, to the nearest ten


def test_nothing_beyond_the_test_itself():
    assert attainable_counts("101", 7) == []
    assert attainable_counts("-1", 7) == []
    assert attainable_counts("100", 7) == [7]


@pytest.mark.parametrize("n", [1, 7, 120, 521])
def test_the_share_is_the_share_of_attainable_numbers(n):
    numbers = [f"{k / 10:.1f}" for k in range(1001)]
    found = sum(bool(attainable_counts(text, n)) for text in numbers)
    assert attainable_share(n, 1) == pytest.approx(found / len(numbers))


def test_binomial_chance():
    assert chance_of_at_most(3, 3, 0.2) == pytest.approx(1)
    assert chance_of_at_most(0, 4, 0.5) == pytest.approx(1 / 16)


def test_the_smallest_test_that_fits():
    assert smallest_test(["14.29", "85.71"]) == 7
    assert smallest_test(["33.33", "99.99"], limit=50) is None


def test_values_outside_their_range():
    with pytest.raises(ParameterError, match="printed: expected a decimal number .* got 'x'"):
        attainable_counts("x", 7)
    with pytest.raises(ParameterError, match="got 'inf'"):
        attainable_counts("inf", 7)
    with pytest.raises(ParameterError, match="n: expected at least one clip, got 0"):
        attainable_counts("50", 0)
    with pytest.raises(ParameterError, match="places: expected 0 to 4 decimals, got 7"):
        attainable_share(10, 7)
    with pytest.raises(ParameterError, match="binomial: expected 0 <= hits <= trials"):
        chance_of_at_most(4, 3, 0.5)
