import copy
import json
import random
from dataclasses import replace

import numpy as np
import pytest

from mffcnn_book.experiments import ResultsRecord, is_current
from mffcnn_core.errors import RecordError
from mffcnn_core.files import read_json, sha256_of, sha256_of_text

SETTINGS = {"recogniser": {"seed": 0, "kernels": (5, 3)}, "preparation": {"size": 128}}


@pytest.fixture
def record(predictions):
    return ResultsRecord(
        experiment="first",
        settings=SETTINGS,
        seed=0,
        dataset_name="synthetic",
        dataset_sha256="d" * 64,
        code="c" * 64,
        predictions=predictions,
    )


def test_a_record_comes_back_as_it_was_written(record, tmp_path):
    record.write(tmp_path, seconds=1.5)
    back = ResultsRecord.read(tmp_path)
    assert back.predictions.clips == record.predictions.clips
    assert back.predictions.folds == record.predictions.folds
    for name in record.predictions.variants:
        np.testing.assert_array_equal(
            back.predictions.scores[name], record.predictions.scores[name]
        )
    assert back.metrics == record.metrics
    assert back.versions == record.versions


def test_same_record_same_bytes_and_run_facts_apart(record, tmp_path):
    record.write(tmp_path / "a", seconds=1.5, jobs=1)
    record.write(tmp_path / "b", seconds=9.0, jobs=2)
    for name in ("settings.json", "results.json"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    run = json.loads((tmp_path / "b" / "run.json").read_text())
    assert (run["seconds"], run["jobs"]) == (9.0, 2)
    assert run["date"].endswith("+00:00")
    assert run["machine"]["cores"] >= 1


def test_results_say_what_they_were_made_of(record, tmp_path):
    record.write(tmp_path, seconds=0)
    results = json.loads((tmp_path / "results.json").read_text())
    assert results["dataset"] == {"name": "synthetic", "sha256": "d" * 64}
    assert {"python", "numpy", "torch", "opencv-python", "scikit-learn", "skorch"} <= set(
        results["versions"]
    )
    assert results["clips"][7] == {
        "clip": "clip7",
        "subject": "s1",
        "expression": "disgust",
        "fold": "s1",
    }
    assert len(results["variants"]["both"]["predicted"]) == 18


def test_results_of_other_settings_are_refused(record, tmp_path):
    record.write(tmp_path, seconds=0)
    settings = json.loads((tmp_path / "settings.json").read_text())
    settings["recogniser"]["seed"] = 1
    (tmp_path / "settings.json").write_text(json.dumps(settings))
    with pytest.raises(RecordError, match=r"expected results of the settings\.json beside it"):
        ResultsRecord.read(tmp_path)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda r: r.update(schema=0), "expected schema 1, got 0"),
        (lambda r: r.pop("folds"), "expected a complete record, got KeyError"),
        (lambda r: r["clips"].pop(), "expected a complete record, got ParameterError"),
        (
            lambda r: r["folds"][0].update(test_subjects=r["folds"][0]["train_subjects"]),
            "expected a complete record, got LeakageError",
        ),
        (lambda r: r["variants"]["both"].update(accuracy=1.0), "that follow from the scores"),
        (lambda r: r["variants"]["both"]["predicted"].reverse(), "others for 'both'"),
    ],
)
def test_a_broken_or_edited_record_is_refused(record, tmp_path, change, message):
    record.write(tmp_path, seconds=0)
    results = json.loads((tmp_path / "results.json").read_text())
    change(results)
    (tmp_path / "results.json").write_text(json.dumps(results))
    with pytest.raises(RecordError, match=message):
        ResultsRecord.read(tmp_path)


def test_a_record_that_is_no_mapping_is_refused(record, tmp_path):
    record.write(tmp_path, seconds=0)
    (tmp_path / "results.json").write_text("[]")
    with pytest.raises(RecordError, match="expected schema 1, got list"):
        ResultsRecord.read(tmp_path)


def test_a_missing_record_is_refused(tmp_path):
    with pytest.raises(RecordError, match="expected a JSON record, got no file"):
        ResultsRecord.read(tmp_path)


def test_current_means_same_settings_data_and_code(record, tmp_path):
    asked = {
        "settings": record.settings,
        "seed": record.seed,
        "dataset_sha256": "d" * 64,
        "code": "c" * 64,
    }
    assert not is_current(tmp_path, **asked)
    record.write(tmp_path, seconds=0)
    assert is_current(tmp_path, **asked)
    assert not is_current(tmp_path, **{**asked, "settings": {"other": 1}})
    assert not is_current(tmp_path, **{**asked, "dataset_sha256": "e" * 64})
    assert not is_current(tmp_path, **{**asked, "code": "e" * 64})
    assert not is_current(tmp_path, **{**asked, "seed": record.seed + 1})
    (tmp_path / "results.json").write_text("{")
    assert not is_current(tmp_path, **asked)


def test_a_run_that_dies_leaves_no_stale_results(record, tmp_path):
    record.write(tmp_path, seconds=0)
    broken = replace(record, settings={"not": object()})
    with pytest.raises(TypeError):
        broken.write(tmp_path, seconds=0)
    with pytest.raises(RecordError):
        ResultsRecord.read(tmp_path)


def test_any_change_of_a_value_is_found(record, tmp_path):
    record.write(tmp_path, seconds=0)
    sound = json.loads((tmp_path / "results.json").read_text())
    rng, found = random.Random(0), 0
    for _ in range(150):
        results = copy.deepcopy(sound)
        holder, key = results, rng.choice(list(results))
        while isinstance(holder[key], dict | list) and holder[key]:
            holder = holder[key]
            key = (
                rng.choice(list(holder)) if isinstance(holder, dict) else rng.randrange(len(holder))
            )
        if rng.random() < 0.2 and isinstance(holder, dict):
            del holder[key]
        else:
            holder[key] = rng.choice([None, "other", -1.5, [], {}, True])
        if json.dumps(results) == json.dumps(sound):
            continue
        (tmp_path / "results.json").write_text(json.dumps(results))
        with pytest.raises(RecordError, match="json: expected"):
            ResultsRecord.read(tmp_path)
        found += 1
    assert found > 100


@pytest.mark.parametrize("damage", [None, "", "[]", "{}", '{"seconds": 1, "results_sha256": "x"}'])
def test_a_record_without_its_run_is_made_again(record, tmp_path, damage):
    asked = {"settings": record.settings, "seed": record.seed, "code": record.code}
    record.write(tmp_path, seconds=0)
    assert is_current(tmp_path, dataset_sha256=record.dataset_sha256, **asked)
    if damage is None:
        (tmp_path / "run.json").unlink()
    else:
        (tmp_path / "run.json").write_text(damage)
    assert not is_current(tmp_path, dataset_sha256=record.dataset_sha256, **asked)


def test_a_record_of_a_run_that_names_no_sum_is_read(record, tmp_path):
    record.write(tmp_path, seconds=0)
    run = json.loads((tmp_path / "run.json").read_text())
    del run["results_sha256"]
    (tmp_path / "run.json").write_text(json.dumps(run))
    assert ResultsRecord.read(tmp_path).seed == record.seed


def test_a_record_whose_file_is_laid_out_otherwise_means_the_same(record, tmp_path):
    record.write(tmp_path, seconds=0)
    results = tmp_path / "results.json"
    assert sha256_of_text(results) == sha256_of(read_json(results))
    results.write_text(json.dumps(read_json(results)))
    assert ResultsRecord.read(tmp_path).seed == record.seed


@pytest.mark.parametrize("main", ["both", "spatial"])
def test_a_record_names_the_variant_of_the_method_itself(record, tmp_path, main):
    replace(record, predictions=replace(record.predictions, main=main)).write(tmp_path, seconds=0)
    assert ResultsRecord.read(tmp_path).predictions.main == main


@pytest.mark.parametrize(
    ("variants", "main"),
    [
        (("both", "spatial", "without_dbn"), "both"),
        (("components", "method", "one_level"), "method"),  # controls may come first
        (("softmax", "temporal", "without_dbn"), "temporal"),
    ],
)
def test_the_method_itself_in_a_record_that_does_not_name_it(record, tmp_path, variants, main):
    told = replace(
        record.predictions,
        scores=dict.fromkeys(variants, record.predictions.scores["both"]),
        main=variants[0],
    )
    replace(record, predictions=told).write(tmp_path, seconds=0)
    results, run = (json.loads((tmp_path / f"{n}.json").read_text()) for n in ("results", "run"))
    del results["main"], run["results_sha256"]
    (tmp_path / "results.json").write_text(json.dumps(results))
    (tmp_path / "run.json").write_text(json.dumps(run))
    assert ResultsRecord.read(tmp_path).predictions.main == main
