"""The driver, on a tiny workflow of two steps."""

import fcntl
import json
import signal
import subprocess
import sys
import time

import psutil
import pytest

from mffcnn_book.runs import Site, run_workflow
from mffcnn_book.runs._leftovers import kill_leftovers, leftovers
from mffcnn_core.errors import BuildError

SNAKEFILE = """
rule book:
    input: "_build/smoke/synthetic/site.json"
    localrule: True

rule corpus:
    input: "in.txt"
    output: "corpus.txt"
    shell: "sh corpus.sh > {output}"

rule results:
    input: "corpus.txt"
    localrule: True

rule site:
    input: "corpus.txt"
    output: "_build/smoke/synthetic/site.json"
    shell: "cp {input} {output} && mkdir -p _build/smoke/synthetic/_build/html"
           " && touch _build/smoke/synthetic/_build/html/index.html"
"""

CALL = """
import sys
from pathlib import Path
from mffcnn_core.errors import BuildError
from mffcnn_book.runs import Site, run_workflow
try:
    site = Site(Path(sys.argv[1]), "smoke", "synthetic")
    made = run_workflow(site, goal=sys.argv[2], cores=1)
except BuildError as error:
    sys.exit(str(error))
print("made" if made else "nothing")
"""

pytestmark = pytest.mark.slow


@pytest.fixture
def site(tmp_path, root):
    (tmp_path / "workflow").mkdir()
    (tmp_path / "workflow" / "Snakefile").write_text(SNAKEFILE)
    plugin = "snakemake_logger_plugin_steps"
    (tmp_path / "workflow" / plugin).symlink_to(root / "workflow" / plugin)
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "_toc.yml").write_text("format: jb-book\nroot: book/intro\n")
    (tmp_path / "in.txt").write_text("1")
    (tmp_path / "corpus.sh").write_text("cat in.txt")
    return Site(tmp_path, "smoke", "synthetic")


def start(site, goal="book"):
    # files and no pipes, which steps that outlive the driver would keep open
    with (site.root / "out").open("w") as out, (site.root / "err").open("w") as err:
        command = [sys.executable, "-c", CALL, str(site.root), goal]
        return subprocess.Popen(command, stdout=out, stderr=err, preexec_fn=_heed_interrupts)


def _heed_interrupts():
    # a test runner that was started in the background ignores them, and hands that down
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def call(site, goal="book"):
    code = start(site, goal).wait(timeout=60)
    return code, (site.root / "out").read_text(), (site.root / "err").read_text()


def slow_down(site, seconds=60):
    (site.root / "corpus.sh").write_text(f"touch started; sleep {seconds}; cat in.txt")


def command(process):
    """Return the words that started a process; none if it has ended, reaped or not."""
    try:
        return process.cmdline()
    except psutil.Error:  # a zombie too: somebody else may never reap it
        return []


def wait_for(condition, what):
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.05)


def test_steps_are_told_with_an_estimate_and_a_second_run_has_nothing_to_do(site):
    code, out, err = call(site)
    assert (code, out) == (0, "made\n"), err
    assert [line.split(" · about ")[0] for line in err.splitlines()] == [
        "[1/2] corpus",
        "[2/2] site",
    ]
    assert "left in all" in err
    assert set(json.loads((site.folder / "timings.json").read_text())) == {"corpus", "site"}
    begin = time.monotonic()
    assert call(site) == (0, "nothing\n", "")
    assert time.monotonic() - begin < 15


def test_a_step_that_fails(site):
    (site.root / "corpus.sh").write_text("echo the reason >&2; exit 3")
    code, _, err = call(site)
    assert code == 1
    assert "the reason" in err
    assert "The step corpus failed. Its command was\n  sh corpus.sh > corpus.txt" in err
    assert "book: expected every step to succeed, got exit code 1" in err
    (site.root / "corpus.sh").write_text("cat in.txt")
    assert call(site)[1] == "made\n"


def test_a_site_that_was_deleted_is_made_again(site):
    call(site)
    site.index.unlink()
    assert call(site)[1] == "made\n"
    assert site.index.exists()


def test_only_the_records(site):
    call(site, goal="results")
    assert (site.root / "corpus.txt").read_text() == "1"
    assert not site.stamp.exists()
    assert call(site, goal="results")[1] == "nothing\n"
    assert call(site)[1] == "made\n"


def test_what_fails_takes_nothing_else_down_and_is_named_at_the_end(site):
    snakefile = site.root / "workflow" / "Snakefile"
    two = 'rule {}:\n    input: "in.txt"\n    output: "{}.txt"\n    shell: "{}"\n'
    rules = two.format("one", "one", "exit 3") + two.format("two", "two", "cp {input} {output}")
    goal = 'rule book:\n    input: "one.txt", "two.txt"\n    localrule: True\n'
    snakefile.write_text(goal + rules)
    code, _, err = call(site)
    assert code == 1
    assert (site.root / "two.txt").exists()
    assert err.splitlines()[-2] == "Failed steps: one."


def test_a_second_run_of_the_same_build_is_refused(site):
    slow_down(site)
    first = start(site)
    wait_for((site.root / "started").exists, "the first step")
    with pytest.raises(BuildError, match=f"expected no other run at work.*process id {first.pid}"):
        run_workflow(site)
    assert first.poll() is None
    first.kill()
    first.wait()
    assert kill_leftovers(site.folder) > 0


def test_a_run_on_another_machine_is_not_taken_for_dead(site):
    site.folder.mkdir(parents=True)
    with (site.folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.write(json.dumps({"pid": 2**22 + 1, "host": "node7"}))
        lock.flush()
        with pytest.raises(BuildError, match="process id 4194305 on node7"):
            run_workflow(site)


@pytest.mark.parametrize("victims", ["driver", "driver and Snakemake"])
def test_after_a_kill_the_same_command_goes_on(site, victims):
    slow_down(site)
    first = start(site)
    wait_for((site.root / "started").exists, "the first step")
    first.kill()
    first.wait()
    # kill -9 leaves the steps running
    wait_for(lambda: ["sleep", "60"] in map(command, leftovers(site.folder)), "the orphan")
    old = leftovers(site.folder)
    if victims == "driver and Snakemake":
        for process in old:
            if "snakemake" in command(process):
                process.kill()
    (site.root / "corpus.sh").write_text("cat in.txt")
    code, out, err = call(site)
    assert (code, out) == (0, "made\n"), err
    assert site.stamp.read_text() == "1"
    assert not any(command(process) for process in old)


def test_an_interrupt_ends_the_running_step(site):
    slow_down(site)
    first = start(site)
    wait_for((site.root / "started").exists, "the first step")
    first.send_signal(signal.SIGINT)
    assert first.wait(timeout=30) != 0
    assert "KeyboardInterrupt" in (site.root / "err").read_text()
    wait_for(lambda: not leftovers(site.folder), "the end of the step")
