import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA
from sklearn.linear_model import LinearRegression

from mffcnn_book.baselines import DSGPLVM
from mffcnn_book.baselines._gplvm import correlation, scatter_difference, view_cost
from mffcnn_core.errors import ParameterError


def views_of(n=24, seed=0):
    draw = np.random.default_rng(seed)
    y = np.arange(n) % 3
    return [draw.normal(size=(n, d)) + np.eye(3)[y] @ draw.normal(size=(3, d)) for d in (4, 6)], y


def test_the_cost_of_a_view_is_that_of_a_gaussian_process():
    draw = np.random.default_rng(0)
    X, Y, theta = draw.normal(size=(7, 2)), draw.normal(size=(7, 3)), np.array([1.5, 0.7, 0.2, 5])
    K = np.array(
        [
            [
                theta[0] * np.exp(-theta[1] / 2 * np.sum((a - b) ** 2)) + theta[2] + (i == j) / 5
                for j, b in enumerate(X)
            ]
            for i, a in enumerate(X)
        ]
    )
    expected = sum(0.5 * np.linalg.slogdet(K)[1] + 0.5 * y @ np.linalg.inv(K) @ y for y in Y.T)
    found = view_cost(
        torch.from_numpy(X), torch.log(torch.from_numpy(theta)), torch.from_numpy(Y @ Y.T), 3
    )
    assert found.item() == pytest.approx(expected)


def test_scatter_and_correlation_by_loops():
    X, y = np.random.default_rng(1).normal(size=(9, 2)), np.array([0, 0, 0, 0, 1, 1, 1, 2, 2])
    means = [X[y == c].mean(axis=0) for c in range(3)]
    within = np.mean([np.sum((x - means[c]) ** 2) for x, c in zip(X, y, strict=True)])
    between = np.mean([np.sum((means[c] - X.mean(axis=0)) ** 2) for c in y])
    members = torch.from_numpy((y == np.arange(3)[:, None]).astype(float))
    found = scatter_difference(torch.from_numpy(X), members).item()
    assert found == pytest.approx(within - between)
    apart = correlation(torch.from_numpy(X)).item()
    assert apart == pytest.approx(((np.cov(X.T, bias=True) - np.eye(2)) ** 2).sum())
    white = PCA(whiten=True).fit_transform(X) * np.sqrt(9 / 8)
    assert correlation(torch.from_numpy(white)).item() == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("supervised", [True, False])
def test_the_gradient_is_that_of_finite_differences(supervised):
    views, y = views_of()
    model = DSGPLVM(dims=2, iterations=1, smooth=0.3).fit(views, y)
    basis = np.random.default_rng(2).normal(size=(24, 5)) / 3
    members = (y == np.arange(3)[:, None]) if supervised else None
    cost = model._cost(basis, members)
    at = np.random.default_rng(3).normal(size=5 * 2 + 2 * 4)
    _, gradient = cost(at)
    steps = 1e-6 * np.eye(len(at))
    differences = [(cost(at + h)[0] - cost(at - h)[0]) / 2e-6 for h in steps]
    np.testing.assert_allclose(gradient, differences, rtol=1e-5, atol=1e-7)
    assert np.abs(gradient).min() > 1e-6  # every number of the vector matters


def explained(found, truth):
    """Return the share of the planted plane that a linear map of what was found gives back."""
    return LinearRegression().fit(found, truth).score(found, truth)


@pytest.mark.parametrize("seed", [0, 1])
def test_a_planted_plane_is_found_again(seed):
    """Two views bend the same plane; principal components cannot unbend it."""
    draw = np.random.default_rng(seed)
    truth = draw.uniform(-1, 1, (100, 2))

    def bend(columns):
        directions, phases = draw.normal(scale=3.5, size=(2, 12)), draw.uniform(0, 6, 12)
        waves = np.sin(truth @ directions + phases) @ draw.normal(size=(12, columns))
        noise = draw.normal(scale=0.05, size=(100, columns))
        return 3 * truth @ draw.normal(size=(2, columns)) + waves + noise

    views = [bend(15), bend(20)]
    train = [Y[:80] for Y in views]
    model = DSGPLVM(dims=2, uncorrelated=0.1, smooth=0.001, iterations=300).fit(train)
    linear = PCA(2).fit_transform(np.hstack(train))
    assert explained(linear, truth[:80]) < 0.98
    assert explained(model.latent_, truth[:80]) > 0.995
    new = np.vstack([model.latent_, model.transform([Y[80:] for Y in views])])
    assert explained(new, truth) > 0.97
    assert model.costs_[1] < model.costs_[0]


def test_classes_are_pulled_apart_and_axes_are_uncorrelated():
    draw = np.random.default_rng(0)
    y = np.arange(60) % 3
    views = [draw.normal(size=(60, d)) + np.eye(3)[y] @ draw.normal(size=(3, d)) for d in (4, 6)]
    weights = {"dims": 2, "smooth": 0.001, "iterations": 60}
    pulled = DSGPLVM(discriminative=5, uncorrelated=50, **weights).fit(views, y).latent_
    left = DSGPLVM(discriminative=0, uncorrelated=0, **weights).fit(views, y).latent_

    def share_within(X):
        means = np.array([X[y == c].mean(axis=0) for c in range(3)])
        return np.square(X - means[y]).sum() / np.square(X - X.mean(axis=0)).sum()

    assert share_within(pulled) < 0.25 * share_within(left)
    np.testing.assert_allclose(np.cov(pulled.T, bias=True), np.eye(2), atol=0.1)
    assert np.abs(np.cov(left.T, bias=True) - np.eye(2)).max() > 0.2


def test_new_samples_land_where_equal_training_samples_are():
    views, y = views_of()
    model = DSGPLVM(dims=2, iterations=20).fit(views, y)
    np.testing.assert_allclose(model.transform([Y[:5] for Y in views]), model.latent_[:5])


def test_a_fit_is_repeatable():
    views, y = views_of()
    one, two = (DSGPLVM(dims=2, iterations=20).fit(views, y).latent_ for _ in range(2))
    np.testing.assert_array_equal(one, two)


def test_more_dims_than_columns():
    views, y = views_of()
    model = DSGPLVM(dims=3, iterations=5).fit([Y[:, :1] for Y in views], y)
    assert model.latent_.shape == (24, 3)


@pytest.mark.parametrize(
    "wrong", [{"dims": 0}, {"iterations": 0}, {"smooth": -1}, {"discriminative": -0.1}]
)
def test_wrong_parameters(wrong):
    with pytest.raises(ParameterError, match="dims, iterations, weights: "):
        DSGPLVM(**wrong).fit(*views_of())


def test_wrong_views():
    views, y = views_of(24)
    with pytest.raises(ParameterError, match=r"views: .* got lengths \[24, 23\]"):
        DSGPLVM().fit([views[0], views[1][:23]], y)
    with pytest.raises(ParameterError, match=r"more than 5, got lengths \[5, 5\]"):
        DSGPLVM().fit([Y[:5] for Y in views], y[:5])
    with pytest.raises(ParameterError, match=r"views: .* got lengths \[\]"):
        DSGPLVM().fit([], y)
