import warnings

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning, NotFittedError
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.utils.estimator_checks import parametrize_with_checks

from mffcnn_core.dbn import DESCENT, DeepBeliefNetwork, DescentSettings
from mffcnn_core.dbn._backprop import encode
from mffcnn_core.errors import ParameterError

FINETUNES = ["softmax", "autoencoder", "none"]
FEW = {"epochs": 3}


def quick(finetune="softmax", **params):
    return DeepBeliefNetwork(
        **{"finetune": finetune, "binary": FEW, "gaussian": FEW, "finetuning": FEW} | params
    )


@parametrize_with_checks([quick(finetune) for finetune in FINETUNES])
def test_it_is_a_scikit_learn_estimator(estimator, check):
    check(estimator)


@pytest.mark.parametrize("finetune", FINETUNES)
def test_features_tell_classes_apart(finetune, clouds):
    X, y = clouds
    svm = make_pipeline(
        DeepBeliefNetwork(finetune=finetune), StandardScaler(), SVC(kernel="linear")
    )
    assert svm.fit(X[:160], y[:160]).score(X[160:], y[160:]) >= 0.6  # chance: 0.25


def test_layers_are_those_of_the_paper_s_peers(clouds):
    dbn = quick("none").fit(clouds[0])
    assert [layer.weights.shape for layer in dbn.layers_] == [(24, 12), (12, 3)]
    assert [layer.activation for layer in dbn.layers_] == ["sigmoid", "linear"]
    assert len(dbn.get_feature_names_out()) == 3
    deep = quick(hidden=[1.0, 7, 0.001]).fit(*clouds)
    assert [len(layer.bias) for layer in deep.layers_] == [24, 7, 1]
    assert [layer.activation for layer in deep.layers_] == ["sigmoid", "sigmoid", "linear"]
    assert deep.transform(clouds[0]).shape == (240, 1)


def test_machines_learn_before_the_network_does(clouds):
    X, y = clouds
    history = DeepBeliefNetwork().fit(X, y).history_
    parts = {p: [r["error"] for r in history if r["part"] == p] for p in DESCENT_PARTS}
    assert {part: len(errors) for part, errors in parts.items()} == dict(
        zip(DESCENT_PARTS, (100, 100, 300), strict=True)
    )
    for errors in parts.values():
        assert errors[-1] < 0.9 * errors[0]
    assert parts["fine-tuning"][0] < np.log(4) + 0.01
    assert history[100] == {"part": "machine 2", "epoch": 1, "error": parts["machine 2"][0]}


DESCENT_PARTS = ["machine 1", "machine 2", "fine-tuning"]


def test_the_second_machine_learns_from_the_means_of_the_first(clouds, monkeypatch):
    seen = []
    monkeypatch.setattr(
        "mffcnn_core.dbn._network.train_rbm",
        lambda machine, v, *_, **options: (seen.append((machine, v, options["steps"])), [])[1],
    )
    quick("none", gibbs_steps=4).fit(clouds[0])
    (first, v, k), (_, hidden, _) = seen
    assert k == 4
    assert v.min() == 0
    assert v.max() == 1
    np.testing.assert_array_equal(hidden, first.hidden_means(v))


@pytest.mark.parametrize("finetune", ["softmax", "autoencoder"])
def test_fine_tuning_starts_at_the_machines_and_changes_all_layers(finetune, clouds):
    before = quick("none").fit(*clouds)
    untouched = quick(finetune, finetuning={"epochs": 0}).fit(*clouds)
    after = quick(finetune).fit(*clouds)
    for a, b, c in zip(before.layers_, untouched.layers_, after.layers_, strict=True):
        np.testing.assert_array_equal(a.weights, b.weights)
        assert (a.weights != c.weights).any()
        assert (a.bias != c.bias).any()


def test_the_autoencoder_s_first_loss_is_that_of_the_mirrored_machines(clouds, monkeypatch):
    stacks = []
    monkeypatch.setattr(
        "mffcnn_core.dbn._network.descend", lambda layers, *_, **__: (stacks.append(layers), [])[1]
    )
    quick("autoencoder").fit(clouds[0])
    ((w1, _, w2, _, back2, _, back1, _),) = stacks
    np.testing.assert_array_equal(back1, w1.T)
    np.testing.assert_array_equal(back2, w2.T)
    assert not np.shares_memory(back1, w1)  # the two halves learn apart


def test_visible_units_are_scaled_by_training_data_and_clamped(clouds):
    X, y = clouds
    dbn = quick().fit(X, y)
    np.testing.assert_array_equal(dbn.scaler_.data_max_, X.max(axis=0))
    outside = np.vstack([X.max(axis=0) + 5, X.min(axis=0) - 5])
    edge = np.vstack([np.ones(24), np.zeros(24)])
    np.testing.assert_allclose(dbn.transform(outside), encode(dbn.layers_, edge))


def test_fit_sees_its_own_data_only(clouds):
    X, y = clouds
    alone = quick().fit(X[:100], y[:100])
    before = alone.transform(X[:100])
    alone.transform(1000 * X[100:])
    np.testing.assert_array_equal(alone.transform(X[:100]), before)
    # a row is a row: what else is in the batch does not matter
    np.testing.assert_allclose(alone.transform(X)[:100], before, rtol=1e-12)
    np.testing.assert_array_equal(
        clone(alone).fit(X[:100].copy(), y[:100]).transform(X[:100]), before
    )


@pytest.mark.parametrize("finetune", ["autoencoder", "none"])
def test_without_softmax_classes_do_not_matter(finetune, clouds):
    X, y = clouds
    a, b = quick(finetune).fit(X), quick(finetune).fit(X, y)
    np.testing.assert_array_equal(a.transform(X), b.transform(X))


@pytest.mark.parametrize("finetune", FINETUNES)
def test_same_seed_same_bytes(finetune, clouds):
    X, y = clouds
    np.random.seed(5)  # noqa: NPY002 - must not matter
    a, b, c = (quick(finetune, seed=seed).fit(X, y) for seed in (0, 0, 1))
    assert a.transform(X).tobytes() == b.transform(X).tobytes() != c.transform(X).tobytes()
    assert a.history_ == b.history_ != c.history_


@pytest.mark.parametrize("finetune", FINETUNES)
def test_single_precision_is_kept(finetune, clouds):
    X, y = clouds
    dbn = quick(finetune).fit(X.astype(np.float32), y)
    assert all(p.dtype == np.float32 for layer in dbn.layers_ for p in layer.parameters)
    assert dbn.transform(X.astype(np.float32)).dtype == np.float32


def test_labels_may_be_names(clouds):
    X, y = clouds
    names = np.array(["anger", "fear", "happiness", "sadness"])[y]
    np.testing.assert_array_equal(
        quick().fit(X, names).transform(X), quick().fit(X, y).transform(X)
    )


def test_a_mapping_changes_some_settings():
    told = quick(gaussian={"learning_rate": 0.5}, finetuning=DescentSettings(epochs=7)).describe()
    assert told["binary"] == DESCENT["binary"].replace(epochs=3).to_dict()
    assert told["gaussian"] == DESCENT["gaussian"].replace(learning_rate=0.5).to_dict()
    assert told["finetuning"] == DescentSettings(epochs=7).to_dict()
    assert told["hidden"] == [1 / 2, 1 / 8]
    assert "progress" not in told
    with pytest.raises(ParameterError, match="got 'rate'.*"):
        quick(gaussian={"rate": 0.5}).describe()


def test_progress_shows_every_part(clouds, capsys):
    quick().fit(*clouds)
    assert capsys.readouterr().err == ""
    quick(progress=True).fit(*clouds)
    shown = capsys.readouterr().err
    assert all(part in shown for part in DESCENT_PARTS)


def test_unfitted_it_says_so(clouds):
    with pytest.raises(NotFittedError):
        quick().transform(clouds[0])


def test_wrong_parameters_are_refused(clouds):
    X, y = clouds
    with pytest.raises(ParameterError, match="finetune: expected one of softmax, .* got 'sgd'"):
        quick("sgd").fit(X, y)
    with pytest.raises(ParameterError, match="gibbs steps: expected at least 1, got 0"):
        quick(gibbs_steps=0).fit(X, y)
    with pytest.raises(ParameterError, match="machine 2: expected finite weights, got infinite"):
        quick(gaussian={"learning_rate": 1e200}).fit(X, y)


@pytest.mark.parametrize("hidden", [(), (0,), (0.5, -1), (1.5,), (0.0, 3), (float("nan"),)])
def test_wrong_layers_are_refused(hidden, clouds):
    with pytest.raises(ParameterError, match=r"hidden: expected one or more layers, each an int"):
        quick(hidden=hidden).fit(*clouds)


def test_softmax_needs_classes(clouds):
    X, y = clouds
    with pytest.raises(ParameterError, match="y: expected the class of every sample, got None"):
        quick().fit(X)
    with pytest.raises(ParameterError, match="y: expected two or more classes .* got 1 class"):
        quick().fit(X, np.zeros(len(X)))
    with pytest.raises(ValueError, match="Unknown label type: continuous"):
        quick().fit(X, X[:, 0] + 0.5)
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        quick().fit(X, y[:-1])


def clouds_of_six(noise):
    """Return pooled features of few clips, of length 1 as a pipeline's, in six classes."""
    draw = np.random.default_rng(0)
    y = np.repeat(np.arange(6), 40)
    X = draw.normal(size=(6, 128))[y] + noise * draw.normal(size=(240, 128))
    return (X / np.linalg.norm(X, axis=1, keepdims=True)).astype(np.float32), y


def test_fine_tuning_comes_to_rest():
    with warnings.catch_warnings():
        warnings.simplefilter("error", ConvergenceWarning)
        dbn = DeepBeliefNetwork().fit(*clouds_of_six(noise=1))
    assert dbn.converged_
    assert dbn.history_[-1]["error"] < 0.1  # nats: the training clips are known


@pytest.mark.parametrize(
    ("noise", "above"),
    [
        pytest.param(1, 1.0, id="on its way"),
        pytest.param(1.5, 1.75, id="on the plateau where it began"),
    ],
)
def test_fine_tuning_that_is_not_at_its_end_warns(noise, above):
    slow = {"learning_rate": 0.02, "momentum": 0.2, "epochs": 100}  # the paper's, for its networks
    with pytest.warns(ConvergenceWarning, match=r"fine-tuning .*: expected a loss .* to rest"):
        dbn = DeepBeliefNetwork(finetuning=slow).fit(*clouds_of_six(noise))
    assert not dbn.converged_
    assert dbn.history_[-1]["error"] > above
