"""The preflight and the watch, with commands of SLURM that are only played."""

import os
from types import SimpleNamespace

import pytest

from mffcnn_book.runs import Slurm, _slurm
from mffcnn_book.runs._slurm import Watch, job_prefix, jobs_of
from mffcnn_core.errors import BuildError, ParameterError

ACCOUNTING = ["--slurm-status-command", "squeue", "--slurm-no-account"]


@pytest.fixture
def play(tmp_path, monkeypatch):
    """Return a function that puts a shell script in the place of a command."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}/usr/bin{os.pathsep}/bin")
    monkeypatch.setattr(_slurm, "find_spec", lambda name: name)

    def write(name, script):
        (folder / name).write_text(f"#!/bin/sh\ncd {tmp_path}\n{script}\n")
        (folder / name).chmod(0o755)

    return write


@pytest.fixture
def cluster(play, tmp_path):
    """A cluster with accounting, whose queue is the file ``queue``."""
    play("sbatch", "exit 0")
    play("squeue", "cat queue")
    play("sacct", "exit 0")
    play("scancel", 'echo "$@" > cancelled; : > queue')
    (tmp_path / "queue").write_text("")
    return play


def test_where_there_is_accounting_the_plugin_asks_as_it_likes(cluster, tmp_path):
    assert Slurm().prepare(tmp_path) == ["--slurm-jobname-prefix", job_prefix(tmp_path)]


def test_without_accounting_the_queue_is_asked(cluster, tmp_path):
    cluster("sacct", "echo 'Slurm accounting storage is disabled' >&2; exit 1")
    assert Slurm().prepare(tmp_path)[-3:] == ACCOUNTING


def test_a_command_that_hangs_counts_as_no_answer(cluster, tmp_path, monkeypatch):
    monkeypatch.setattr(_slurm, "ANSWER", 0.2)
    cluster("sacct", "exec sleep 30")
    assert Slurm().prepare(tmp_path)[-3:] == ACCOUNTING


def test_a_controller_that_is_down_is_told(cluster, tmp_path):
    cluster("squeue", "exit 1")
    with pytest.raises(BuildError, match="expected an answer of squeue, got none"):
        Slurm().prepare(tmp_path)


def test_no_cluster_and_no_plugin_are_told(play, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    play("squeue", "exit 0")
    with pytest.raises(BuildError, match="expected its commands, got no sbatch, scancel. Run this"):
        Slurm().prepare(tmp_path)
    monkeypatch.setattr(_slurm, "find_spec", lambda name: None)
    with pytest.raises(BuildError, match="Snakemake's plugin, got none. Install it: pip install"):
        Slurm().prepare(tmp_path)


def test_jobs_that_a_killed_run_left_are_cancelled_and_no_others(cluster, tmp_path):
    own = job_prefix(tmp_path)
    (tmp_path / "queue").write_text(f"7 {own}_ab-12\n8 someone's job\n9 {own}_ab-12\n\n")
    assert jobs_of(tmp_path) == ["7", "9"]
    Slurm().prepare(tmp_path)
    assert (tmp_path / "cancelled").read_text() == "7 9\n"
    assert Slurm().cancel(tmp_path) == 0


def test_jobs_that_will_not_go_are_told(cluster, tmp_path, monkeypatch):
    monkeypatch.setattr(_slurm, "GOODBYE", 0)
    cluster("scancel", "exit 0")
    (tmp_path / "queue").write_text(f"7 {job_prefix(tmp_path)}_a\n")
    with pytest.raises(BuildError, match="to leave the queue within 0 s, got 7 still in it"):
        Slurm().cancel(tmp_path)


@pytest.mark.parametrize("squeue", ["exit 0", "exit 1"])
def test_a_run_that_waits_for_nothing_is_ended(cluster, tmp_path, monkeypatch, squeue):
    clock = SimpleNamespace(now=0.0, monotonic=lambda: clock.now)
    monkeypatch.setattr(_slurm, "time", clock)
    watch = Watch(Slurm(idle_limit=300), tmp_path)
    (tmp_path / "queue").write_text(f"7 {job_prefix(tmp_path)}_a\n")
    for clock.now in (100, 1000, 2000):  # a job may be in the queue for as long as it likes
        watch.look()
    (tmp_path / "queue").write_text("")
    cluster("squeue", f"cat queue; {squeue}")
    clock.now = 2300
    watch.look()
    clock.now = 2301
    with pytest.raises(BuildError, match="neither for 300 s.*Run the same command again"):
        watch.look()


def test_the_limit_is_positive():
    with pytest.raises(ParameterError, match="idle_limit: expected seconds > 0, got 0"):
        Slurm(idle_limit=0)
