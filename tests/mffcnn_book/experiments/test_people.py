"""The study of real people, on numbers that are made up."""

import shutil
from dataclasses import replace

import numpy as np
import pytest

from mffcnn_book import cli
from mffcnn_book.acquisition import build_index
from mffcnn_book.experiments import (
    PEOPLE,
    TRIALS,
    Trial,
    evaluate_trial,
    people_dataset,
    people_evidence,
    record_trial,
    stale_references,
)
from mffcnn_core.datasets import load_manifest
from mffcnn_core.dbn import _network
from mffcnn_core.errors import LeakageError, ManifestError, ParameterError
from mffcnn_core.evaluation import accuracy, leave_one_subject_out

CODES = (3, 4, 5, 6, 7, 8)
ACTORS = (1, 2, 3, 5, 10, 20)


@pytest.fixture
def project(root, tmp_path):
    """Return a function that makes a project with a table of six actors."""
    manifest = load_manifest(root / "data_manifests" / f"{PEOPLE}.yaml")
    shutil.copytree(root / "data_manifests", tmp_path / "data_manifests")
    columns = manifest.layout.features.columns

    def write(shared=2.0, own=0.0, offset=0.0, noise=1.0, codes=CODES):
        rng = np.random.default_rng(0)
        means = {code: shared * rng.normal(size=len(columns)) for code in codes}
        lines = [[*columns, "name"]]
        for actor in ACTORS:
            face = offset * rng.normal(size=len(columns))
            habits = {code: own * rng.normal(size=len(columns)) for code in codes}
            for code in codes:
                for take in range(4):
                    values = means[code] + face + habits[code]
                    values = values + noise * rng.normal(size=len(columns))
                    name = f"01-01-{code:02}-{1 + take % 2:02}-01-{1 + take // 2:02}-{actor:02}"
                    lines.append([*(f"{value:.4f}" for value in values), name])
        copy = tmp_path / "copy"
        copy.mkdir(exist_ok=True)
        (copy / manifest.layout.features.file).write_text("\n".join(map(";".join, lines)))
        build_index(manifest, copy).write(tmp_path / "data" / PEOPLE)
        return tmp_path

    return write


def score(root, trial, method="svm", seed=0):
    told = evaluate_trial(people_dataset(root), trial, seed=seed)
    return accuracy(told.expressions, told.predicted(method))


PLAIN = Trial(title="", methods=("svm",))


@pytest.mark.parametrize("method", ["dbn", "svm", "svm_tuned", "logistic", "rbf"])
def test_what_people_have_in_common_is_learnt_by_every_method(project, method):
    assert score(project(shared=3.0), replace(PLAIN, methods=(method,)), method) > 0.6


def test_labels_without_meaning_are_not_recognised(project):
    root = project(shared=0.0, noise=1.0)
    assert score(root, PLAIN) < 0.35
    assert score(root, replace(PLAIN, own="standardise")) < 0.35


def test_random_clips_claim_what_strangers_do_not_show(project):
    root = project(shared=0.0, own=3.0)  # everybody shows an expression in a way of his own
    assert score(root, PLAIN) < 0.35
    assert score(root, replace(PLAIN, split="random")) > 0.8


def test_own_clips_help_where_faces_differ(project):
    root = project(shared=1.0, offset=8.0, noise=2.0)
    plain, centred = score(root, PLAIN), score(root, replace(PLAIN, own="centre"))
    assert centred > plain + 0.1


def test_a_clip_is_tested_once_by_a_model_that_never_saw_its_actor(project):
    root = project()
    told = evaluate_trial(people_dataset(root), PLAIN)
    assert len(told.folds) == len(ACTORS)
    published = evaluate_trial(people_dataset(root), replace(PLAIN, split="published"))
    assert [fold.test_subjects for fold in published.folds] == [
        ("2", "5"), ("3",), ("10", "20"), ("1",),
    ]  # fmt: skip
    for fold in (*told.folds, *published.folds):
        assert not set(fold.train_subjects) & set(fold.test_subjects)


def test_a_leak_is_refused(project, monkeypatch):
    def leaking(subjects):
        fold, *others = leave_one_subject_out(subjects)
        object.__setattr__(fold, "train_subjects", tuple(sorted(set(subjects))))
        return [fold, *others]

    monkeypatch.setattr("mffcnn_book.experiments._people.leave_one_subject_out", leaking)
    with pytest.raises(LeakageError, match="no person on both sides, got 1"):
        evaluate_trial(people_dataset(project()), PLAIN)


def test_more_actors_teach_more(project):
    root = project(shared=1.2, own=1.0, offset=2.0, noise=2.0)
    told = evaluate_trial(people_dataset(root), replace(PLAIN, people=(1, 5)))
    assert told.variants == ("svm_01", "svm_05")
    few, many = (accuracy(told.expressions, told.predicted(name)) for name in told.variants)
    assert many > few
    whole = evaluate_trial(people_dataset(root), PLAIN)
    assert told.predicted("svm_05") == whole.predicted("svm")  # five are all the others


def test_the_same_seed_gives_the_same_scores(project):
    data = people_dataset(project())
    trial = replace(PLAIN, split="random", methods=("svm", "dbn"))
    one, same, other = (evaluate_trial(data, trial, seed=seed) for seed in (3, 3, 4))
    assert all(np.array_equal(one.scores[name], same.scores[name]) for name in one.scores)
    assert one.subjects == same.subjects != other.subjects


def test_a_missing_expression_is_refused(project):
    with pytest.raises(ParameterError, match="all six expressions, got none of surprise"):
        evaluate_trial(people_dataset(project(codes=CODES[:-1])), PLAIN)


@pytest.mark.parametrize("changes", [{"split": "x"}, {"own": "x"}, {"methods": ("x",)}])
def test_unknown_values_are_refused(changes):
    with pytest.raises(ParameterError, match="expected one of .*, got 'x'"):
        replace(PLAIN, **changes)


def test_a_record_is_kept_and_not_made_again(project, monkeypatch):
    root = project()
    assert people_evidence(root, "curve") is None
    found = record_trial(root, "curve", reference=True)
    assert found.origin == "this build"
    copied = people_evidence(root, "curve", origin="reference run")
    assert copied.record.metrics == found.record.metrics

    def again(*_, **__):
        pytest.fail("was computed again")

    again.__module__ = evaluate_trial.__module__  # its sources say whether a record is current
    monkeypatch.setattr("mffcnn_book.experiments._people_records.evaluate_trial", again)
    record_trial(root, "curve")
    shutil.rmtree(root / "results" / "real_people")
    assert people_evidence(root, "curve").origin == "reference run"


def test_a_record_of_a_network_with_other_settings_is_not_shown(project, monkeypatch):
    root = project()
    quick = {part: own.replace(epochs=1) for part, own in _network.DESCENT.items()}
    monkeypatch.setattr(_network, "DESCENT", quick)
    record_trial(root, "published")
    assert people_evidence(root, "published") is not None
    monkeypatch.undo()
    assert people_evidence(root, "published") is None


def test_without_the_table_it_is_said_how_to_get_it(root, tmp_path):
    shutil.copytree(root / "data_manifests", tmp_path / "data_manifests")
    with pytest.raises(ManifestError, match="mffcnn data download ravdess_aus"):
        record_trial(tmp_path, "strangers")


def test_the_command_runs_the_study(project, monkeypatch, capsys, root):
    folder = project()
    shutil.copytree(root / "notebooks" / "profiles", folder / "notebooks" / "profiles")
    monkeypatch.chdir(folder)
    monkeypatch.setattr("mffcnn_book.experiments.TRIALS", {"curve": TRIALS["curve"]})
    assert cli.main(["evaluate", "real_people", "--jobs", "1", "--profile", "smoke"]) == 0
    assert "svm_20: accuracy" in capsys.readouterr().out
    assert people_evidence(folder, "curve").origin == "this build"


@pytest.mark.parametrize("name", TRIALS)
def test_every_trial_has_a_committed_record_of_all_actors(root, name):
    found = people_evidence(root, name, origin="reference run")
    assert found is not None, f"mffcnn evaluate real_people --reference ({name})"
    assert len(found.record.predictions.clips) == 1152
    assert not any(place.startswith("real_people") for place in stale_references(root))
