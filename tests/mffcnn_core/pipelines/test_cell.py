"""Folds that fail, are damaged, are killed, or find no room: what becomes of the others."""

import errno
import json
import os
import signal

import pytest

from mffcnn_core.devices import device_facts
from mffcnn_core.errors import ExperimentError
from mffcnn_core.pipelines import TwoStreamRecogniser, evaluate_by_subject
from mffcnn_core.pipelines import _fold as evaluating
from mffcnn_core.pipelines._cell import cell_runs

BRIEF = {"epochs": 1, "network": {"pool": 2}}


class Troubled(TwoStreamRecogniser):
    """Has trouble with the fold that leaves one person out."""

    person = "s1"

    def trouble(self):
        raise ZeroDivisionError("a reason")

    def fit(self, X, y, groups=None):
        if self.person not in set(groups):
            self.trouble()
        return super().fit(X, y, groups=groups)


class Killed(Troubled):
    def trouble(self):
        os.kill(os.getpid(), signal.SIGKILL)


class WithoutRoom(Troubled):
    def trouble(self):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "weights.pt")


@pytest.fixture
def evaluate(recogniser, toy_clips, tmp_path):
    def run(kind=TwoStreamRecogniser, **options):
        own = kind(**recogniser.get_params()).set_params(streams="spatial", spatial=BRIEF)
        options = {"cells": tmp_path, "key": {"a": 1}, "seed": 0} | options
        return evaluate_by_subject(toy_clips, own, **options)

    return run


def kept(folder):
    return sorted(path.stem for path in folder.glob("*.json"))


def count_folds(monkeypatch):
    computed, before = [], evaluating.fit_fold

    def fit_fold(inputs, recogniser, fold, **options):
        computed.append(fold.name)
        return before(inputs, recogniser, fold, **options)

    monkeypatch.setattr(evaluating, "fit_fold", fit_fold)
    return computed


def test_a_failing_fold_is_named_when_all_others_are_done(evaluate, tmp_path, monkeypatch):
    reason = r"all 4 to succeed, got 1 failed. s1: ZeroDivisionError: a reason \(in trouble, line"
    with pytest.raises(ExperimentError, match=reason):
        evaluate(Troubled)
    assert kept(tmp_path) == ["s0", "s2", "s3"]
    computed = count_folds(monkeypatch)
    evaluate()
    assert computed == ["s1"]
    assert evaluate().scores["spatial"].shape == (48, 6)
    assert computed == ["s1"]


def test_a_flipped_bit_in_the_scores_is_told_and_the_fold_computed_again(
    evaluate, tmp_path, monkeypatch
):
    whole = evaluate().scores["spatial"]
    path = tmp_path / "s2.json"
    text = path.read_bytes()
    at = text.index(b"0.", text.index(b'"scores"')) + 3  # a digit of a score
    path.write_bytes(text[:at] + bytes([text[at] ^ 1]) + text[at + 1 :])
    computed = count_folds(monkeypatch)
    with pytest.warns(UserWarning, match="s2.json: .*damaged file. The fold is computed again"):
        again = evaluate().scores["spatial"]
    assert computed == ["s2"]
    assert (again == whole).all()


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b"\xff\xfe", b'{"asked": 1}'])
def test_a_file_of_scores_that_is_none(evaluate, tmp_path, damage):
    evaluate()
    (tmp_path / "s2.json").write_bytes(damage)
    with pytest.warns(UserWarning, match="damaged file"):
        evaluate()


def test_scores_of_something_else_are_not_taken(evaluate, monkeypatch):
    evaluate()
    computed = count_folds(monkeypatch)
    evaluate(key={"a": 2})
    assert computed == ["s0", "s1", "s2", "s3"]


@pytest.mark.slow
def test_a_process_that_is_killed_is_told_like_a_failed_fold(evaluate, tmp_path, monkeypatch):
    with pytest.raises(ExperimentError, match="every process to live, got one that was killed"):
        evaluate(Killed, jobs=2)
    computed = count_folds(monkeypatch)
    done = kept(tmp_path)
    evaluate()
    assert sorted(computed + done) == ["s0", "s1", "s2", "s3"]


def test_a_full_disk_ends_everything_at_once(evaluate, tmp_path):
    with pytest.raises(OSError, match="No space left on device"):
        evaluate(WithoutRoom)
    assert kept(tmp_path) == ["s0"]


def test_no_room_for_the_scores_leaves_nothing_half_written(evaluate, tmp_path, monkeypatch):
    def write_text(self, text, **options):
        self.write_bytes(text.encode()[:100])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self))

    with monkeypatch.context() as patched:
        patched.setattr("pathlib.Path.write_text", write_text)
        with pytest.raises(OSError, match="No space left on device"):
            evaluate()
    assert not list(tmp_path.iterdir())
    evaluate()
    assert kept(tmp_path) == ["s0", "s1", "s2", "s3"]


def test_what_a_fold_cost_is_read_from_whole_files_only(evaluate, tmp_path):
    evaluate()
    (first, *others) = sorted(tmp_path.glob("*.json"))
    told = json.loads(first.read_text())
    del told["run"]
    first.write_text(json.dumps(told))
    (tmp_path / "leftover.json").write_text('{"run": ')
    (tmp_path / "another.json").write_text('{"run": {"seconds": "x"}}')
    assert sorted(cell_runs(tmp_path)) == [path.stem for path in others]
    with pytest.warns(UserWarning, match="expected scores as they were written"):
        evaluate()
    assert set(cell_runs(tmp_path)) == {first.stem, *(path.stem for path in others)}


def test_what_a_fold_cost_names_the_device_that_computed_it(evaluate, tmp_path):
    evaluate()
    run = json.loads((tmp_path / "s2.json").read_text())["run"]
    assert run["device"] == device_facts("cpu")
