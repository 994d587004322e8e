import importlib
import math
import shutil
from dataclasses import replace

import numpy as np
import pytest

from mffcnn_book.experiments import (
    GRIDS,
    NOT_RUN,
    READINGS,
    Configuration,
    Difference,
    Grid,
    ResultsRecord,
    Row,
    Workspace,
    clear_ones,
    configurations,
    grid_table,
    in_order_of_weight,
    stale_references,
    trainings_of,
    variant_of,
)
from mffcnn_core.errors import ParameterError
from mffcnn_core.evaluation import Predictions, leave_one_subject_out
from mffcnn_core.expressions import EXPRESSIONS
from mffcnn_core.files import read_json, write_json

PEOPLE = ("a", "b", "c")
HEAD = Configuration(pipeline="mffcnn")
FIXED = Configuration(pipeline="icltp")
OTHER = Configuration(pipeline="mffcnn", changes={"fusion": {"direction": "S->T"}})
GRID = Grid(
    title="toy",
    place="-",
    rows=(
        Row(label="head", configuration=HEAD, paper={"RML": 65.02}),
        Row(label="without", configuration=HEAD, variant="without_dbn"),
        Row(label="other", configuration=OTHER, facts={"direction": "S->T"}),
    ),
    baseline="head",
)


def _scores(hits):
    """Return scores of six clips a person, one of each expression, of which some are missed."""
    truth = np.tile(np.arange(6), len(PEOPLE))
    return np.eye(6)[np.where(hits, truth, (truth + 1) % 6)]


def _write(work, folder, configuration, dataset="0" * 64, seed=0, **hits):
    subjects = tuple(np.repeat(PEOPLE, 6))
    record = ResultsRecord(
        experiment=configuration.name,
        settings=work.settings(configuration) | {"not_prepared": ["a lost one"]},
        seed=seed,
        dataset_name="synthetic",
        dataset_sha256=dataset,
        code="0" * 64,
        predictions=Predictions(
            clips=tuple(f"{person}{k % 6}" for k, person in enumerate(subjects)),
            subjects=subjects,
            expressions=EXPRESSIONS * len(PEOPLE),
            folds=tuple(leave_one_subject_out(subjects)),
            scores={name: _scores(np.array(hit)) for name, hit in hits.items()},
        ),
    )
    record.write(folder, seconds=7)


@pytest.fixture
def work(tiny_project):
    work = Workspace.open("tiny", root=tiny_project)
    yield work
    shutil.rmtree(tiny_project / "results", ignore_errors=True)


ALL, HALF, NONE = [True] * 18, [True, False] * 9, [False] * 18


def test_a_table_without_records_says_so_and_shows_the_paper(work):
    frame = grid_table(work, GRID)
    assert list(frame.label) == ["head", "without", "other"]
    assert set(frame.origin) == {NOT_RUN}
    assert frame.accuracy.isna().all()
    assert frame.RML[0] == 0.6502
    assert math.isnan(frame.RML[1])


def test_rows_are_measured_and_compared_with_the_baseline(work):
    _write(work, work.results_folder(HEAD.name), HEAD, both=ALL, without_dbn=HALF)
    _write(work, work.results_folder(OTHER.name), OTHER, both=NONE)
    frame = grid_table(work, GRID).set_index("label")
    assert list(frame.accuracy) == [1, 0.5, 0]
    assert list(frame.difference.fillna(9)) == [9, -0.5, -1]
    assert not frame.clear["other"]  # three people cannot show it, see paired_difference
    assert frame.worst_person["without"] == frame.best_person["without"] == 0.5
    assert set(frame.origin) == {"this build"}
    assert frame.direction["other"] == "S->T"
    assert set(frame.seconds) == {7}


def test_reference_runs_fill_what_this_build_has_not_computed(work):
    _write(work, work.results_folder(HEAD.name), HEAD, both=ALL, without_dbn=ALL)
    _write(work, work.reference_folder(OTHER.name), OTHER, dataset="1" * 64, both=HALF)
    frame = grid_table(work, GRID).set_index("label")
    assert frame.origin["other"] == "reference run"
    # its baseline was not run on the same rendering: nothing is compared
    assert math.isnan(frame.difference["other"])
    _write(work, work.reference_folder(HEAD.name), HEAD, dataset="1" * 64, both=ALL)
    assert grid_table(work, GRID).set_index("label").difference["other"] == -0.5


def _write_seeds(work, configuration, each, *, place="results"):
    """Write a record for each training, with what it recognises."""
    folder = {"results": work.results_folder, "reference": work.reference_folder}[place]
    for seed, hits in enumerate(each):
        one = configuration.trained(seed)
        _write(work, folder(one.name), one, seed=seed, both=hits, without_dbn=hits)


def test_a_row_shows_all_its_trainings(work):
    _write_seeds(work, HEAD, [ALL, HALF, HALF])
    _write_seeds(work, OTHER, [NONE, HALF])
    frame = grid_table(work, GRID).set_index("label")
    assert list(frame.trainings) == [3, 3, 2]
    assert frame.accuracy["head"] == pytest.approx((1 + 0.5 + 0.5) / 3)
    assert (frame.lowest_seed["head"], frame.highest_seed["head"]) == (0.5, 1)
    # over the seeds that both have: (0 - 1) and (0.5 - 0.5)
    assert frame.difference["other"] == pytest.approx(-0.5)
    assert frame.best_person["other"] == pytest.approx(0.25)


def test_trainings_end_where_one_is_missing_or_of_another_rendering(work):
    _write_seeds(work, HEAD, [ALL, ALL, ALL])
    shutil.rmtree(work.results_folder(HEAD.trained(1).name))
    assert trainings_of(work, HEAD).seeds == (0,)
    other = work.results_folder(HEAD.trained(1).name)
    _write(work, other, HEAD, "1" * 64, seed=1, both=ALL)
    # a clean checkout is one commit, which draws the same clips
    write_json(other / "run.json", read_json(other / "run.json") | {"commit": "b" * 40})
    assert trainings_of(work, HEAD).seeds == (0,)


def test_clips_that_one_commit_drew_on_two_machines_are_the_same(work):
    other = work.results_folder(HEAD.trained(1).name)

    def with_commits(first, second):
        _write_seeds(work, HEAD, [ALL])
        _write(work, other, HEAD, "1" * 64, seed=1, both=ALL)
        for folder, commit in ((work.results_folder(HEAD.name), first), (other, second)):
            write_json(folder / "run.json", read_json(folder / "run.json") | {"commit": commit})
        return trainings_of(work, HEAD).seeds

    assert with_commits("a" * 40, "a" * 40) == (0, 1)
    assert with_commits("a" * 40, "b" * 40) == (0,)
    assert with_commits(None, None) == (0,)
    assert with_commits("a" * 40 + "-dirty", "a" * 40 + "-dirty") == (0,)


def test_more_trainings_count_more_than_this_build(work):
    _write_seeds(work, HEAD, [HALF])
    _write_seeds(work, HEAD, [ALL, ALL], place="reference")
    assert grid_table(work, GRID).origin[0] == "reference run"
    _write_seeds(work, HEAD, [HALF, HALF])
    assert grid_table(work, GRID).origin[0] == "this build"


def test_a_network_that_collapsed_is_said(work):
    _write_seeds(work, HEAD, [ALL, ALL])
    stuck = work.results_folder(HEAD.trained(1).name)
    record = ResultsRecord.read(stuck)
    same = np.tile(np.eye(6)[2], (18, 1))
    same[:6] = record.predictions.scores["both"][:6]  # the first of three folds is sound
    scores = {"both": same, "without_dbn": same}
    replace(record, predictions=replace(record.predictions, scores=scores)).write(stuck, seconds=1)
    assert grid_table(work, GRID).collapsed[0] == pytest.approx(2 / 6)
    assert read_json(stuck / "results.json")["variants"]["both"]["collapsed_folds"] == ["b", "c"]


def test_what_is_clear_is_decided_beside_the_other_rows():
    strong, weak = (Difference(0.1, 0.02, 0.2, p, 5) for p in (0.01, 0.03))
    assert clear_ones([strong], luck=[True]) == [True]
    assert clear_ones([weak], luck=[True]) == [True]
    assert clear_ones([strong, weak, weak], luck=[True] * 3) == [True, False, False]
    once = strong._replace(trainings=1)
    assert clear_ones([once, once], luck=[True, False]) == [False, True]
    assert clear_ones([strong._replace(low=-0.1)], luck=[True]) == [False]


def test_a_method_without_luck_is_compared_with_every_training(work):
    grid = Grid(title="x", place="-", rows=(GRID.rows[0], Row(label="fixed", configuration=FIXED)),
                baseline="head")  # fmt: skip
    _write_seeds(work, HEAD, [ALL, HALF, HALF])
    _write(work, work.results_folder(FIXED.name), FIXED, method=HALF)
    frame = grid_table(work, grid).set_index("label")
    assert frame.difference["fixed"] == pytest.approx(-1 / 6)
    assert work.profile.trainings(FIXED) == 1


def test_a_record_of_other_settings_is_no_evidence(work):
    _write(work, work.results_folder(OTHER.name), HEAD, both=ALL)
    assert work.evidence(OTHER) is None
    assert work.evidence(HEAD) is None


def test_what_the_profile_leaves_out_may_be_a_reference_run(work, monkeypatch):
    evaluated = []

    def recognition(self, configuration):
        evaluated.append(configuration.name)
        _write(self, self.results_folder(configuration.name), configuration, both=ALL)

    monkeypatch.setattr(Workspace, "recognition", recognition)
    for configuration in (HEAD, OTHER):
        _write(work, work.reference_folder(configuration.name), configuration, both=HALF)
    monkeypatch.setattr(type(work.profile), "configurations", (HEAD,))
    assert work.measured(HEAD).origin == "this build"
    found = work.measured("mffcnn+fusion.direction=s-to-t")
    assert (found.origin, found.folder) == ("reference run", work.reference_folder(OTHER.name))
    assert evaluated == ["mffcnn"]
    shutil.rmtree(found.folder)
    assert work.measured(OTHER).origin == "this build"
    assert evaluated == ["mffcnn", OTHER.name]


def test_a_record_is_published_whole_or_not_at_all(work, tiny_project):
    with pytest.raises(ParameterError, match="expected a record of mffcnn in this build, got none"):
        work.publish(HEAD)
    _write(work, work.results_folder(HEAD.name), HEAD, both=ALL)
    assert work.publish(HEAD) == work.reference_folder(HEAD.name)
    found = work.evidence(HEAD, origin="reference run")
    assert found.record.metrics == work.evidence(HEAD).record.metrics
    assert stale_references(tiny_project) == {}


def test_stale_references_are_found_with_the_reason(work, tiny_project):
    assert stale_references(tiny_project) == {}
    _write(work, work.reference_folder(HEAD.name), HEAD, both=ALL)
    assert stale_references(tiny_project) == {}
    _write(work, work.reference_folder(OTHER.name), HEAD, both=ALL)
    _write(work, work.reference_folder("gone"), HEAD, both=ALL)
    (work.reference_folder("two_stream")).mkdir()
    (work.reference_folder("two_stream") / "results.json").write_text("{")
    found = stale_references(tiny_project)
    assert set(found) == {f"tiny/synthetic/{n}" for n in (OTHER.name, "gone", "two_stream")}
    assert found[f"tiny/synthetic/{OTHER.name}"] == "made with other settings of: recogniser"

    manifest = tiny_project / "data_manifests" / "synthetic.yaml"
    text = manifest.read_text()
    manifest.write_text(text + "\n# another manifest\n")
    try:
        assert "manifest_sha256" in stale_references(tiny_project)[f"tiny/synthetic/{HEAD.name}"]
    finally:
        manifest.write_text(text)


def test_costs_stand_in_the_table_where_they_were_measured(work):
    _write(work, work.results_folder(HEAD.name), HEAD, both=ALL, without_dbn=HALF)
    path = work.results_folder(HEAD.name) / "run.json"
    frame = grid_table(work, GRID)
    assert frame.parameters.isna().all()
    write_json(path, read_json(path) | {"parameters": 1234, "peak_memory": 9, "cpu_seconds": 0.5})
    frame = grid_table(work, GRID)
    assert frame.parameters[0] == 1234
    assert (frame.peak_memory[0], frame.cpu_seconds[0]) == (9, 0.5)
    assert math.isnan(frame.parameters[2])


def test_what_matters_most_comes_first(work):
    counts = type(work.profile.seeds)(leaning=3, compared=2, others=2)
    work = replace(work, profile=replace(work.profile, seeds=counts))
    names = ["mffcnn+normalise=false", "icltp", "dwmv", "mffcnn"]
    order = [one.name for one in in_order_of_weight(work, names)]
    assert order == [
        *("mffcnn", "mffcnn@seed=1", "mffcnn@seed=2"),  # what sentences lean on
        *("icltp", "dwmv", "mffcnn+normalise=false"),  # everything else, once
        *("dwmv@seed=1", "mffcnn+normalise=false@seed=1"),
    ]
    assert [one.name for one in in_order_of_weight(work, ["mffcnn"], seeds=1)] == ["mffcnn"]
    assert [one.name for one in in_order_of_weight(work, ["mffcnn@seed=4"])] == ["mffcnn@seed=4"]
    with pytest.raises(ParameterError, match="seeds: expected at least 1, got 0"):
        in_order_of_weight(work, names, seeds=0)


def test_a_further_training_is_a_configuration_of_its_own():
    (one,) = configurations("mffcnn+fusion.direction=s-to-t@seed=3")
    assert one == OTHER.trained(3)
    assert one.name == "mffcnn+fusion.direction=s-to-t@seed=3"
    for wrong in ("mffcnn@seed=x", "mffcn@seed=1"):
        with pytest.raises(ParameterError, match="expected a grid or a configuration of one"):
            configurations(wrong)
    with pytest.raises(ParameterError, match="seed: expected a number >= 0, got -1"):
        HEAD.trained(-1)


def test_the_variant_of_a_row():
    def shown(row, *variants, main):
        subjects = tuple(np.repeat(PEOPLE, 6))
        predictions = Predictions(
            clips=tuple(map(str, range(18))),
            subjects=subjects,
            expressions=EXPRESSIONS * 3,
            folds=tuple(leave_one_subject_out(subjects)),
            scores=dict.fromkeys(variants, _scores(ALL)),
            main=main,
        )
        return variant_of(row, predictions)

    whole, without = GRID.rows[:2]
    # the names of controls may come first in the alphabet
    assert shown(whole, "components", "method", "one_level", main="method") == "method"
    assert shown(without, "spatial", "without_dbn", main="spatial") == "without_dbn"


def test_committed_reference_records_hold_what_they_claim(root):
    """Remake those that are named here: `mffcnn evaluate --reference NAME`."""
    assert stale_references(root) == {}


def test_every_grid_is_sound():
    for name, grid in GRIDS.items():
        labels = [row.label for row in grid.rows]
        assert len(set(labels)) == len(labels), name
        assert grid.baseline in (None, *labels), name


def test_every_reading_names_what_the_library_documents():
    for reading in READINGS:
        module, name = reading.where.rsplit(".", 1)
        assert hasattr(importlib.import_module(module), name), reading.where
        assert reading.alternatives, reading.name
        for alternative in reading.alternatives:
            assert (alternative.changes is None) == bool(alternative.seen), reading.name


@pytest.mark.parametrize("profile", ["smoke", "quick", "paper"])
def test_every_configuration_can_be_asked_of_every_profile(root, profile):
    work = Workspace.open(profile, root=root)
    for grid in GRIDS.values():
        for configuration in grid.configurations:
            assert work.settings(configuration)["recogniser"]
            assert configurations(configuration.name) == (configuration,)
