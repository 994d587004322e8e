"""The driver, on a tiny workflow of two steps."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from mffcnn_core.errors import BuildError
from mffcnn_core.runs import Site, run_workflow

SNAKEFILE = """
rule book:
    input: "_build/smoke/synthetic/site.json"
    localrule: True

rule corpus:
    input: "in.txt"
    output: "corpus.txt"
    shell: "sh corpus.sh > {output}"

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
from mffcnn_core.runs import Site, run_workflow
try:
    made = run_workflow(Site(Path(sys.argv[1]), "smoke", "synthetic"), cores=1)
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


def start(site):
    # files and no pipes, which steps that outlive the driver would keep open
    with (site.root / "out").open("w") as out, (site.root / "err").open("w") as err:
        command = [sys.executable, "-c", CALL, str(site.root)]
        return subprocess.Popen(command, stdout=out, stderr=err, preexec_fn=_heed_interrupts)


def _heed_interrupts():
    # a test runner that was started in the background ignores them, and hands that down
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def call(site):
    code = start(site).wait(timeout=60)
    return code, (site.root / "out").read_text(), (site.root / "err").read_text()


def slow_down(site, seconds=60):
    (site.root / "corpus.sh").write_text(f"touch started; sleep {seconds}; cat in.txt")


def wait_for(condition, what):
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.05)


def group_of(site):
    return json.loads((site.folder / "lock").read_text())["group"]


def group_is_alive(group):
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


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


def test_a_second_run_of_the_same_build_is_refused(site):
    slow_down(site)
    first = start(site)
    wait_for((site.root / "started").exists, "the first step")
    with pytest.raises(BuildError, match=f"expected no other run at work.*process id {first.pid}"):
        run_workflow(site)
    assert first.poll() is None
    first.kill()
    first.wait()
    os.killpg(group_of(site), signal.SIGKILL)


def test_after_a_kill_the_same_command_goes_on(site):
    slow_down(site)
    first = start(site)
    wait_for((site.root / "started").exists, "the first step")
    group = group_of(site)
    first.kill()
    first.wait()
    assert group_is_alive(group)  # kill -9 leaves the steps running
    (site.root / "corpus.sh").write_text("cat in.txt")
    code, out, err = call(site)
    assert (code, out) == (0, "made\n"), err
    assert site.stamp.read_text() == "1"
    wait_for(lambda: not group_is_alive(group), "the end of the steps left behind")


def test_an_interrupt_ends_the_running_step(site):
    slow_down(site)
    first = start(site)
    wait_for((site.root / "started").exists, "the first step")
    group = group_of(site)
    first.send_signal(signal.SIGINT)
    assert first.wait(timeout=30) != 0
    assert "KeyboardInterrupt" in (site.root / "err").read_text()
    wait_for(lambda: not group_is_alive(group), "the end of the step")
