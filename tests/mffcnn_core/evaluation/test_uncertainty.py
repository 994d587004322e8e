import numpy as np
import pytest

from mffcnn_core.errors import ParameterError
from mffcnn_core.evaluation import accuracy, bootstrap_interval


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


def _coverage(simulated, simulations=300, *, looked_at=5, **chances):
    rng = np.random.default_rng(5)
    inside = 0
    for _ in range(simulations):
        truth, said, people = simulated(rng, **chances)
        low, high = bootstrap_interval(truth, said[:looked_at], people, seed=0, draws=400)
        inside += low <= 0.6 <= high
    return inside / simulations


@pytest.mark.parametrize("luck", [0.0, 0.05, 0.15])
def test_interval_covers_people_and_the_luck_of_training(simulated, luck):
    assert 0.9 <= _coverage(simulated, luck=luck) <= 0.99


def test_interval_of_one_training_knows_nothing_of_its_luck(simulated):
    assert _coverage(simulated, looked_at=1, luck=0.15, person=0.02) < 0.85
    assert _coverage(simulated, looked_at=5, luck=0.15, person=0.02) >= 0.88
