import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mffcnn_core.errors import ParameterError
from mffcnn_core.evaluation import (
    Difference,
    accuracy,
    bootstrap_interval,
    confusion,
    macro_recall,
    paired_difference,
)
from mffcnn_core.expressions import EXPRESSIONS

labels = st.sampled_from(EXPRESSIONS)


@given(st.lists(st.tuples(labels, labels), min_size=1, max_size=40))
def test_confusion_rows_sum_to_class_counts_and_agree_with_the_rates(pairs):
    truth, predicted = zip(*pairs, strict=True)
    matrix = confusion(truth, predicted)
    assert matrix.sum(axis=1).tolist() == [truth.count(name) for name in EXPRESSIONS]
    assert np.trace(matrix) / len(pairs) == pytest.approx(accuracy(truth, predicted))
    counts = matrix.sum(axis=1)
    recalls = np.diag(matrix)[counts > 0] / counts[counts > 0]
    assert macro_recall(truth, predicted) == pytest.approx(recalls.mean())


def test_rows_are_true_and_columns_predicted():
    matrix = confusion(["fear", "fear", "anger"], ["anger", "fear", "anger"])
    fear, anger = EXPRESSIONS.index("fear"), EXPRESSIONS.index("anger")
    assert matrix[fear, anger] == 1
    assert matrix[anger, fear] == 0


def test_a_large_class_does_not_hide_a_small_one():
    truth = ["anger"] * 9 + ["fear"]
    assert accuracy(truth, ["anger"] * 10) == pytest.approx(0.9)
    assert macro_recall(truth, ["anger"] * 10) == pytest.approx(0.5)


@pytest.mark.parametrize("measure", [accuracy, macro_recall, confusion])
@pytest.mark.parametrize(("truth", "predicted"), [([], []), (["fear"], []), (["fear"], ["a", "b"])])
def test_one_prediction_per_clip(measure, truth, predicted):
    with pytest.raises(ParameterError, match="expected one label per clip and at least one clip"):
        measure(truth, predicted)


def test_unknown_labels_are_named():
    with pytest.raises(ParameterError, match=r"labels: expected the classes .*, got bored\. Map"):
        confusion(["fear"], ["bored"])


def _clips(hits_of):
    rows = [(person, hit) for person, hits in hits_of.items() for hit in hits]
    return (
        ["fear"] * len(rows),
        ["fear" if hit else "anger" for _, hit in rows],
        [person for person, _ in rows],
    )


def test_interval_is_reproducible_and_holds_the_accuracy():
    truth, predicted, people = _clips({f"s{k}": [1] * k + [0] * (8 - k) for k in range(8)})
    interval = bootstrap_interval(truth, predicted, people, seed=3)
    assert interval == bootstrap_interval(truth, predicted, people, seed=3)
    assert interval != bootstrap_interval(truth, predicted, people, seed=4)
    assert 0 <= interval.low < accuracy(truth, predicted) < interval.high <= 1


def test_interval_follows_people_and_not_clips():
    # 50 % each: alike people leave nothing to chance, all-or-nothing people everything
    alike = bootstrap_interval(*_clips({f"s{k}": [1, 0] * 4 for k in range(8)}), seed=0)
    apart = bootstrap_interval(*_clips({f"s{k}": [k % 2] * 8 for k in range(8)}), seed=0)
    assert alike == (0.5, 0.5)
    assert apart.high - apart.low > 0.4


def test_interval_widens_with_its_level():
    clips = _clips({f"s{k}": [1] * k + [0] * (8 - k) for k in range(8)})
    narrow = bootstrap_interval(*clips, seed=0, level=0.5)
    wide = bootstrap_interval(*clips, seed=0, level=0.99)
    assert wide.low < narrow.low < narrow.high < wide.high


@pytest.mark.parametrize("options", [{"draws": 0}, {"level": 0.0}, {"level": 1.0}])
def test_interval_refuses_numbers_outside_their_range(options):
    with pytest.raises(ParameterError, match="expected draws >= 1 and 0 < level < 1"):
        bootstrap_interval(["fear"], ["fear"], ["s1"], seed=0, **options)


def test_interval_needs_the_person_of_every_clip():
    with pytest.raises(ParameterError, match="expected one person per clip, got 1 for 2"):
        bootstrap_interval(["fear", "fear"], ["fear", "fear"], ["s1"], seed=0)


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
    assert paired_difference(*_two(one, one), seed=0) == (0, 0, 0, 1)


def test_paired_difference_needs_equal_lengths():
    with pytest.raises(ParameterError, match="one label per clip .* got 1 for 2"):
        paired_difference(["fear"] * 2, ["fear"] * 2, ["fear"], ["s1"] * 2, seed=0)
