import math

import numpy as np
import pytest

from mffcnn_book.baselines import LearnPlusPlus
from mffcnn_book.baselines._learn_pp import normalised_error, reweigh
from mffcnn_core.errors import ParameterError


@pytest.fixture
def samples():
    """Return three classes that overlap."""
    draw = np.random.default_rng(0)
    y = np.repeat([0, 1, 2], 20)
    return draw.normal(scale=0.7, size=(60, 2)) + np.array([[0, 0], [2, 0], [0, 2]])[y], y


def test_two_rounds_by_hand():
    """Five samples; the first member misses one of them, then the two together another."""
    first = np.full(5, 0.2)
    wrong = np.array([True, False, False, False, False])
    assert normalised_error(first, wrong) == pytest.approx(0.25)  # 0.2 / 0.8
    second = reweigh(first, wrong)
    # 0.2 stays, the others become 0.2 * 0.25 = 0.05; all sum to 0.4
    np.testing.assert_allclose(second, [0.5, 0.125, 0.125, 0.125, 0.125])
    wrong = np.array([False, True, False, False, False])
    assert normalised_error(second, wrong) == pytest.approx(1 / 7)  # 0.125 / 0.875
    # 0.5 / 7, 0.125, and three times 0.125 / 7; all sum to 0.25
    np.testing.assert_allclose(reweigh(second, wrong), [2 / 7, 1 / 2, 1 / 14, 1 / 14, 1 / 14])


def test_no_error_counts_as_half_a_sample():
    right = np.zeros(4, bool)
    assert normalised_error(np.full(4, 0.25), right) == pytest.approx(1 / 7)  # 1/8 / 7/8
    np.testing.assert_allclose(reweigh(np.full(4, 0.25), right), 0.25)


def test_a_fit_follows_the_rounds(samples):
    """The same rounds with plain numbers, from what the members say."""
    X, y = samples
    ensemble = LearnPlusPlus(members=4, share=0.3, seed=3).fit(X, y)
    assert len(ensemble.members_) == 4
    D = [1 / 60] * 60
    votes = [[0.0] * 3 for _ in y]
    for member, beta in zip(ensemble.members_, ensemble.betas_, strict=True):
        said = member.predict(X)
        error = sum(d for d, s, true in zip(D, said, y, strict=True) if s != true)
        assert 1 / 120 < error < 0.5
        assert beta == pytest.approx(error / (1 - error))
        for own, s in zip(votes, said, strict=True):
            own[s] += math.log(1 / beta)
        misses = [own.index(max(own)) != true for own, true in zip(votes, y, strict=True)]
        together = sum(d for d, miss in zip(D, misses, strict=True) if miss)
        B = together / (1 - together)
        D = [d if miss else d * B for d, miss in zip(D, misses, strict=True)]
        D = [d / sum(D) for d in D]
    static = ensemble.decision_function(X, dynamic=False)
    np.testing.assert_allclose(static, np.array(votes) / np.sum(votes, axis=1)[:, None])


def test_members_draw_a_share_of_each_class_and_rather_what_is_missed(samples):
    X, y = samples
    ensemble = LearnPlusPlus(members=8, share=0.25).fit(X, y)
    for drawn in ensemble.samples_:
        assert len(set(drawn)) == 15
        assert np.bincount(y[drawn]).tolist() == [5, 5, 5]
    often = np.bincount(np.concatenate(ensemble.samples_), minlength=60)
    wrong = ensemble.decision_function(X, dynamic=False).argmax(axis=1) != y
    assert 0 < wrong.sum() < 15
    assert often[wrong].mean() > 1.5 * often[~wrong].mean()


def test_weights_by_hand(samples):
    """W_k = log(1 / beta_k) exp(-d_k^2 / 2 sigma^2), with distances by plain loops."""
    X, y = samples
    ensemble = LearnPlusPlus(members=3, share=0.2, neighbours=2, seed=1).fit(X, y)
    queries = np.array([[0.5, 0.5], [3.0, -1.0]])

    def distance(x, k):
        near = sorted(math.dist(x, X[i]) for i in ensemble.samples_[k])
        return (near[0] + near[1]) / 2

    assert len(ensemble.members_) == 3
    unseen = [distance(X[i], k) for k in range(3) for i in range(60)
              if i not in ensemble.samples_[k]]  # fmt: skip
    sigma = sorted(unseen)[len(unseen) // 2 - 1 : len(unseen) // 2 + 1]
    assert ensemble.sigma_ == pytest.approx(sum(sigma) / 2)
    W = np.array(
        [
            [
                math.log(1 / ensemble.betas_[k])
                * math.exp(-(distance(x, k) ** 2) / (2 * ensemble.sigma_**2))
                for k in range(3)
            ]
            for x in queries
        ]
    )
    W /= W.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(ensemble.weights(queries), W)
    said = np.array([member.predict(queries) for member in ensemble.members_]).T
    votes = [[W[n][said[n] == c].sum() for c in range(3)] for n in range(2)]
    np.testing.assert_allclose(ensemble.decision_function(queries), votes)


def test_the_nearest_member_has_the_say_far_away(samples):
    """Without a guard, all weights of such a query would be zero."""
    X, y = samples
    ensemble = LearnPlusPlus(members=3, share=0.2).fit(X, y)
    far = np.array([[400.0, 1.0]])
    np.testing.assert_array_equal(
        ensemble.weights(far).argmax(axis=1), ensemble.distances(far).argmin(axis=1)
    )
    assert ensemble.weights(far).max() > 0.99


def test_the_seed_decides(samples):
    X, y = samples
    one, same, other = (LearnPlusPlus(members=3, seed=s).fit(X, y) for s in (0, 0, 1))
    np.testing.assert_array_equal(one.samples_, same.samples_)
    assert not np.array_equal(one.samples_, other.samples_)


def test_equal_samples_make_all_members_equally_near():
    y = np.array([0, 0, 1, 1])
    X = np.array([[0.0], [0.0], [1.0], [1.0]])
    ensemble = LearnPlusPlus(members=2, neighbours=1).fit(X, y)
    assert ensemble.sigma_ == 1
    assert ensemble.predict(X).tolist() == y.tolist()


@pytest.mark.parametrize("wrong", [{"members": 0}, {"neighbours": 0}, {"share": 0}, {"share": 1}])
def test_wrong_parameters(samples, wrong):
    with pytest.raises(ParameterError, match="members, neighbours, share: "):
        LearnPlusPlus(**wrong).fit(*samples)


def test_too_few_samples():
    with pytest.raises(ParameterError, match="y: .* got 2 of at most 1"):
        LearnPlusPlus().fit(np.eye(2), [0, 1])
    with pytest.raises(ParameterError, match="y: .* got 1 of at most 2"):
        LearnPlusPlus().fit(np.eye(2), [0, 0])


def test_an_ensemble_that_cannot_learn_says_so():
    X, y = np.zeros((20, 1)), np.repeat(np.arange(4), 5)
    with pytest.raises(ParameterError, match="right on more than half, got none in 10 draws"):
        LearnPlusPlus(members=3).fit(X, y)


def test_an_ensemble_ends_where_nothing_more_can_be_learnt():
    """One sample in ten is labelled wrong: once those have all the weight, it is over."""
    X = np.linspace(-1, 1, 40)[:, None]
    y = (X[:, 0] > 0).astype(int)
    y[[3, 11, 25, 33]] ^= 1
    ensemble = LearnPlusPlus(members=50).fit(X, y)
    assert 1 <= len(ensemble.members_) < 50
    assert ensemble.weights(X).shape == (40, len(ensemble.members_))
    assert (ensemble.predict(X) == y).sum() >= 32
