import numpy as np
import pytest

from mffcnn_book.experiments import Difference, holm, paired_difference
from mffcnn_core.errors import ParameterError


def _clips(hits_of):
    rows = [(person, hit) for person, hits in hits_of.items() for hit in hits]
    return (
        ["fear"] * len(rows),
        ["fear" if hit else "anger" for _, hit in rows],
        [person for person, _ in rows],
    )


def _two(first, second):
    """Return truth, both recognisers' words and the people, from hits by person."""
    truth, one, people = _clips(first)
    return truth, one, _clips(second)[1], people


def test_paired_difference_is_told_person_by_person():
    # everybody gains one clip of eight, whoever they are: no doubt is left
    hard_and_easy = {f"s{k}": [1] * k + [0] * (8 - k) for k in range(8)}
    gained = {who: sorted([1, *hits[:-1]], reverse=True) for who, hits in hard_and_easy.items()}
    difference = paired_difference(*_two(gained, hard_and_easy), seed=0)
    assert (difference.value, difference.low, difference.high) == (0.125, 0.125, 0.125)
    assert difference.p == pytest.approx(2 / 2**8)  # the smallest that eight people allow
    assert difference.clear


def test_paired_difference_that_hangs_on_one_person_is_not_clear():
    same = {f"s{k}": [1, 0] * 4 for k in range(7)}
    difference = paired_difference(*_two(same | {"s7": [1] * 8}, same | {"s7": [0] * 8}), seed=0)
    assert difference.value == 0.125
    assert difference.p == 1
    assert not difference.clear


def test_clear_is_beyond_chance_in_either_direction():
    assert Difference(0.1, 0.02, 0.2, 0.01).clear
    assert Difference(-0.1, -0.2, -0.02, 0.01).clear
    assert not Difference(0.1, -0.02, 0.2, 0.01).clear
    assert not Difference(0.1, 0.02, 0.2, 0.25).clear  # three people: p is never lower


def test_few_people_are_never_clear():
    people = {f"s{k}": [1] * 8 for k in range(5)}
    difference = paired_difference(*_two(people, {who: [0] * 8 for who in people}), seed=0)
    assert (difference.low, difference.high) == (1, 1)
    assert difference.p == pytest.approx(2 / 2**5)
    assert not difference.clear


def test_paired_difference_changes_sign_with_the_order():
    better, worse = (
        {f"s{k}": [1] * 6 + [0] * 2 for k in range(5)},
        {f"s{k}": [1] * (5 - k) + [0] * (3 + k) for k in range(5)},
    )
    forth = paired_difference(*_two(better, worse), seed=1)
    back = paired_difference(*_two(worse, better), seed=1)
    assert forth.value == -back.value > 0
    assert forth.p == back.p


def test_no_difference_at_all():
    one = {"s0": [1, 0], "s1": [0, 1]}
    assert paired_difference(*_two(one, one), seed=0) == (0, 0, 0, 1, 1)


def test_paired_difference_needs_equal_lengths():
    with pytest.raises(ParameterError, match="one label per clip .* got 1 for 2"):
        paired_difference(["fear"] * 2, ["fear"] * 2, ["fear"], ["s1"] * 2, seed=0)


def test_equal_recognisers_are_seldom_called_different(simulated):
    rng = np.random.default_rng(7)
    clear = 0
    for _ in range(200):
        truth, ours, people = simulated(rng, luck=0.08)
        _, theirs, _ = simulated(rng, luck=0.08)
        clear += paired_difference(truth, ours, theirs, people, seed=0, draws=400).clear
    assert clear / 200 <= 0.07


def test_trainings_that_disagree_make_a_difference_unclear():
    people = [f"s{k}" for k in range(16)]
    truth, worse = ["fear"] * 16, ["fear"] * 4 + ["anger"] * 12
    better = ["fear"] * 12 + ["anger"] * 4
    sure = paired_difference(truth, [better] * 5, [worse] * 5, people, seed=0)
    assert sure.trainings == 5
    assert sure.clear
    assert sure.value == paired_difference(truth, better, worse, people, seed=0).value == 0.5
    # the same mean, but from one training that gains everything and four that gain little
    everything, little = ["fear"] * 16, ["fear"] * 6 + ["anger"] * 10
    uneven = paired_difference(truth, [everything, *[little] * 4], [worse] * 5, people, seed=0)
    assert uneven.value == pytest.approx((0.75 + 4 * 0.125) / 5)
    assert not uneven.clear


def test_what_has_no_luck_is_compared_with_every_training():
    truth, people = ["fear"] * 8, [f"s{k}" for k in range(8)]
    lucky = [["fear"] * 8, ["fear"] * 4 + ["anger"] * 4]
    found = paired_difference(truth, lucky, ["anger"] * 8, people, seed=0)
    assert (found.value, found.trainings) == (0.75, 2)
    assert paired_difference(truth, ["anger"] * 8, lucky, people, seed=0).value == -0.75


def test_paired_difference_needs_trainings_that_belong_together():
    truth, people = ["fear"] * 2, ["a", "b"]
    with pytest.raises(ParameterError, match="expected as many trainings as the other, 2, or one"):
        paired_difference(truth, [truth] * 2, [truth] * 3, people, seed=0)


def test_holm_by_hand():
    # in order: 0.005 * 4, 0.01 * 3, 0.03 * 2, 0.04 * 1 -> the last one is lifted to 0.06
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.5, 0.9]) == [1, 1]
    assert holm([]) == []
    assert holm([0.04]) == [0.04]


@pytest.mark.parametrize("wrong", [[-0.1], [1.1], [float("nan")]])
def test_holm_takes_probabilities(wrong):
    with pytest.raises(ParameterError, match=r"p: expected values in \[0, 1\]"):
        holm([0.5, *wrong])
