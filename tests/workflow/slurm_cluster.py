"""The experiments as jobs of a real SLURM cluster of one node: `make test-slurm`.

Not part of `make test`: it installs Debian packages where they are missing, needs root, and
starts daemons, which it stops.  A machine that belongs to a cluster already is left alone.
"""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

from mffcnn_book.runs._leftovers import leftovers
from mffcnn_book.runs._slurm import jobs_of

CONFIGURATION = Path("/etc/slurm/slurm.conf")  # SLURM_CONF is not handed down to jobs
HEADER = "# A cluster of one node for the tests of mffcnn; may be deleted.\n"
TEXT = """\
ClusterName=mffcnn
SlurmctldHost={host}(127.0.0.1)
SlurmUser=root
AuthType=auth/munge
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SlurmdParameters=config_overrides
MinJobAge=600
KillWait=5
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
MpiDefault=none
ReturnToService=2
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
NodeName={host} NodeAddr=127.0.0.1 CPUs=2 RealMemory=16000
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"""
PATIENCE = 1200  # seconds, for a machine with much else to do


def wait_for(condition, what, seconds=PATIENCE):
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.2)
    return found


def answers(*command):
    return subprocess.run(command, capture_output=True, text=True).stdout.strip()


class Cluster:
    """A controller and a node, on loopback."""

    def __init__(self, folder):
        self.folder, self.daemons = folder, {}

    def start(self, daemon):
        self.daemons[daemon] = subprocess.Popen(
            [daemon, "-D"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def stop(self, daemon):
        process = self.daemons.pop(daemon)
        process.terminate()
        process.wait(30)

    def wait_until_idle(self):
        wait_for(lambda: answers("sinfo", "--noheader", "--format", "%T") == "idle", "a node")


@pytest.fixture(scope="module")
def cluster():
    if os.geteuid() != 0:
        pytest.fail("SLURM: expected root, who may start its daemons. Try: sudo make test-slurm")
    if shutil.which("slurmctld") is None:
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], check=True)
        install = ["apt-get", "install", "-y", "-qq", "slurm-wlm", "munge"]
        subprocess.run(install, check=True, env=quiet, stdout=subprocess.DEVNULL)
    if CONFIGURATION.exists() and not CONFIGURATION.read_text().startswith(HEADER):
        pytest.fail(f"{CONFIGURATION}: expected no cluster here, got one, which is left alone.")
    folder = Path(tempfile.mkdtemp(prefix="slurm-"))
    text = TEXT.format(host=socket.gethostname().partition(".")[0], folder=folder)
    CONFIGURATION.write_text(HEADER + text)
    subprocess.run(["service", "munge", "start"], check=True, stdout=subprocess.DEVNULL)
    cluster = Cluster(folder)
    try:
        cluster.start("slurmctld")
        cluster.start("slurmd")
        cluster.wait_until_idle()
        yield cluster
    finally:
        subprocess.run(["scancel", "--user", "root"])
        for daemon in list(cluster.daemons):
            cluster.stop(daemon)
        subprocess.run(["service", "munge", "stop"], stdout=subprocess.DEVNULL)
        CONFIGURATION.unlink()
        shutil.rmtree(folder)


@pytest.fixture
def project(cluster, make_project):
    project = make_project()
    yield project
    subprocess.run(["scancel", "--user", "root"])
    cluster.wait_until_idle()


def running(project):
    """Return the number of a job of the project that is running."""
    squeue = ("squeue", "--noheader", "--states", "RUNNING", "--format", "%A")
    return set(answers(*squeue).split()) & set(jobs_of(project.site.folder) or ())


def start(project, *words):
    return project.start("book", "--only-results", "--slurm", "--cores", 1, *words)


def said(project):
    return (project.folder / "said").read_text()


def assert_ends(run, project, finished):
    assert run.wait(PATIENCE) == 0, said(project)
    assert project.results() == finished.results()
    assert jobs_of(project.site.folder) == []


def test_jobs_give_the_bytes_of_a_run_on_one_machine(project, finished):
    begin = time.monotonic()
    assert_ends(start(project), project, finished)
    print(f"{time.monotonic() - begin:.0f} s as jobs, {finished.seconds:.0f} s on this machine")


def test_what_fails_is_told_with_the_end_of_its_log(project):
    steps = project.folder / "mffcnn_book" / "cli" / "_steps.py"
    text = steps.read_text()
    assert "print(report.summary())" in text
    fault = 'raise RuntimeError("a played fault")'
    steps.write_text(text.replace("print(report.summary())", fault))
    assert start(project).wait(PATIENCE) == 1
    assert "RuntimeError: a played fault" in said(project)
    assert "Failed steps: prepare." in said(project)


def test_a_cancelled_job_is_submitted_once_more(project, finished):
    run = start(project)
    (job,) = wait_for(lambda: running(project), "a running job")
    subprocess.run(["scancel", job], check=True)
    assert_ends(run, project, finished)


def test_after_a_kill_of_the_driver_the_same_command_goes_on(project, finished):
    run = start(project)
    wait_for(lambda: (project.site.results / "preparation.json").exists(), "prepared clips")
    old = wait_for(lambda: running(project), "a running job")
    for process in leftovers(project.site.folder):
        if "slurm-jobstep" not in process.cmdline() and "snakemake" in process.cmdline():
            process.kill()
    os.kill(run.pid, signal.SIGKILL)
    run.wait()
    assert running(project) >= old  # nobody watches them any more
    assert_ends(start(project), project, finished)
    # its processes are on this machine and may end before it is cancelled
    assert "JobState=COMPLETED" not in answers("scontrol", "show", "job", *old)


def test_a_run_that_missed_the_end_of_its_jobs_is_ended_and_the_same_command_goes_on(
    cluster, project, finished
):
    run = start(project, "--idle-limit", 240)
    wait_for(lambda: running(project), "a running job")
    cluster.stop("slurmctld")
    time.sleep(45)
    cluster.start("slurmctld")
    assert run.wait(PATIENCE) == 1, said(project)
    assert "SLURM: expected jobs in the queue or an end, got neither for 240 s" in said(project)
    cluster.wait_until_idle()
    assert_ends(start(project), project, finished)


def test_inside_one_allocation_the_same_command_needs_nothing_of_this(project, finished):
    command = project.command("book", "--only-results")
    srun = ["srun", "--ntasks=1", "--cpus-per-task=2", *command]
    subprocess.run(srun, cwd=project.folder, env=project.environment, check=True)
    assert project.results() == finished.results()
