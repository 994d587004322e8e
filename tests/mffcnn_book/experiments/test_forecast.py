"""A forecast is near what the work then takes, and says what a machine lacks."""

from dataclasses import replace

import pytest

from mffcnn_book.experiments import Configuration, Workspace, forecast
from mffcnn_book.experiments._forecast import LONG, PROCESS_BYTES, _prepared_bytes

MFFCNN = Configuration(pipeline="mffcnn")
SUM = Configuration(pipeline="mffcnn", changes={"fusion": {"operation": "sum"}})


@pytest.fixture(scope="module")
def work(tiny_project):
    return Workspace.open("tiny", root=tiny_project)


def test_what_several_configurations_share_counts_once(work):
    one, two = forecast(work, [MFFCNN]), forecast(work, [MFFCNN, SUM])
    assert one.trainings == 3 * 2  # two streams and both together, for each of two people
    assert two.trainings == 4 * 2
    for other in (
        MFFCNN.trained(1),
        Configuration(pipeline="mffcnn", protocol="random"),
        Configuration(pipeline="mffcnn", changes={"held_out": 0.5}),
    ):
        assert forecast(work, [MFFCNN, other]).trainings == 6 * 2, other.name
    assert 0 < one.hours < two.hours < 1


def test_pixels_are_those_that_trainings_show(work):
    recogniser = work.profile.recogniser(Configuration(pipeline="two_stream"))
    shown = 12 * 1 * 2 * recogniser.spatial.epochs * recogniser.spatial.images_per_clip
    told = forecast(work, [Configuration(pipeline="two_stream")])
    assert told.pixels == shown * 32**2  # 12 clips, each in one of two folds, two streams
    assert forecast(work, [MFFCNN], longer_than=LONG) is None


def test_disk_and_memory_are_near_what_is_taken(work):
    before = forecast(work, [MFFCNN]).disk
    prepared = work.preparation.prepared
    frames = 12 * work.profile.corpus.frames
    stored = sum(path.stat().st_size for path in (work.root / "data").rglob("*") if path.is_file())
    assert 0.5 < _prepared_bytes(work, frames) / stored < 2
    loaded = work.profile.recogniser(MFFCNN).load(prepared)
    rows = sum(stack.rows.nbytes for stack in loaded.stacks.values())
    told = forecast(work, [MFFCNN])
    assert before - told.disk == _prepared_bytes(work, frames)  # that is there now
    assert 0.9 < (told.memory - (work.jobs + 1) * PROCESS_BYTES) / rows < 1.1


def test_other_methods_are_named(work):
    told = forecast(work, [Configuration(pipeline="icltp"), MFFCNN])
    assert told.others == ("icltp",)
    assert "Not estimated: icltp." in told.summary()


def test_settings_that_cannot_be_met_are_left_to_their_turn(work):
    changes = {"spatial": {"network": {"kernels": (35, 35), "padding": "valid"}}, "size": 16}
    told = forecast(work, [Configuration(pipeline="two_stream", changes=changes), MFFCNN])
    assert told.trainings == forecast(work, [MFFCNN]).trainings


def test_what_is_lacking_is_said(work):
    told = forecast(work, [MFFCNN])
    assert told.problems() == []
    poor = replace(told, disk=9 * 10**9, disk_free=10**9, memory=10**9, memory_free=5 * 10**8)
    disk, memory = poor.problems()
    assert disk.startswith("disk: expected 9.0 GB, got 1.0 GB.")
    assert memory.startswith("memory: expected 1.0 GB, got 0.5 GB.")
    assert "Take fewer --jobs, or smaller images." in poor.summary()


def test_the_paper_s_profile_is_weighed_without_building_its_networks(root):
    paper = Workspace.open("paper", root=root)
    told = forecast(paper, [MFFCNN], longer_than=LONG)
    assert told.memory > 5e9 and told.hours > 1
