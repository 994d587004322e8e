"""Kernels that are forked: like those that are started, and they end with what asked for them."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import psutil
import pytest

from mffcnn_book.runs import run_notebook
from mffcnn_book.runs._forks import PLACE, forked_kernels

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux")
LOOK = """
import json, os, random, sys
import numpy as np
print(json.dumps({
    "kernel": os.getpid(), "parent": os.getppid(), "folder": os.getcwd(),
    "mark": os.environ["MARK"], "path": sys.path, "loaded": "mffcnn_book.pages" in sys.modules,
    "draws": [random.random(), float(np.random.rand())],
}))
"""


@pytest.fixture(scope="module")
def kernels():
    """Lead the runs of this module to one process that forks."""
    with pytest.MonkeyPatch.context() as patch, forked_kernels(os.environ) as variables:
        patch.setenv("MARK", "seen")
        for name, value in variables.items():
            patch.setenv(name, value)
        yield variables


def _text(path):
    cells = nbformat.read(path, as_version=4).cells
    return "".join(out.get("text", "") for cell in cells for out in cell.get("outputs", []))


def _look(write_notebook, folder, name):
    run_notebook(write_notebook(LOOK), folder / name)
    return json.loads(_text(folder / name))


def test_a_forked_kernel_has_the_libraries_and_the_run_s_folder_and_environment(
    kernels, write_notebook, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MARK", "of this run")
    first, second = (_look(write_notebook, tmp_path, name) for name in ("a.ipynb", "b.ipynb"))
    assert first["loaded"] and first["mark"] == "of this run"
    assert first["folder"] == str(tmp_path)
    assert first["parent"] == second["parent"] != os.getpid()
    assert first["kernel"] != second["kernel"]
    assert not set(first["draws"]) & set(second["draws"])  # chance is not shared
    assert _over(first["kernel"])


def test_what_it_shows_is_what_a_started_kernel_shows(
    kernels, write_notebook, tmp_path, monkeypatch
):
    source = write_notebook(
        "import matplotlib.pyplot as plt; plt.plot([1, 3, 2]);", "print(1 + 1)", "import sys; sys.x"
    )

    def outputs(name):
        with pytest.raises(Exception, match="AttributeError"):
            run_notebook(source, tmp_path / name)
        (left,) = tmp_path.glob(f"{Path(name).stem}.unfinished.ipynb")
        cells = nbformat.read(left, as_version=4).cells
        return [out.get("data", out.get("text")) for c in cells for out in c.get("outputs", [])]

    forked = outputs("forked.ipynb")
    monkeypatch.delenv(PLACE)
    assert forked == outputs("started.ipynb")
    assert any("image/png" in (shown or {}) for shown in forked)


def test_a_kernel_that_is_killed_is_noticed(kernels, write_notebook, tmp_path):
    killed = write_notebook("import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    with pytest.raises(Exception, match="a killed kernel"):
        run_notebook(killed, tmp_path / "out.ipynb")


def test_it_ends_with_the_run_that_asked_for_it(kernels, write_notebook, tmp_path):
    told = tmp_path / "kernel"
    waiting = write_notebook(
        f"import os, pathlib; pathlib.Path({str(told)!r}).write_text(str(os.getpid()))",
        "import time; time.sleep(600)",
    )
    command = f"from mffcnn_book.runs import run_notebook as r; r({str(waiting)!r}, 'out.ipynb')"
    run = subprocess.Popen([sys.executable, "-c", command], cwd=tmp_path)
    try:
        _until(lambda: told.is_file() and told.read_text())
        kernel = int(told.read_text())
        assert not _over(kernel)
        run.send_signal(signal.SIGKILL)
        _until(lambda: _over(kernel))
    finally:
        run.kill()
        run.wait()


def test_without_the_process_that_forks_a_kernel_is_started(write_notebook, tmp_path, monkeypatch):
    with forked_kernels(os.environ) as variables:
        monkeypatch.setenv(PLACE, variables[PLACE])
    monkeypatch.setenv("MARK", "seen")
    with pytest.warns(UserWarning, match="kernel: expected one to be forked, got"):
        seen = _look(write_notebook, tmp_path, "out.ipynb")
    assert seen["parent"] == os.getpid() and not seen["loaded"]


def test_the_process_that_forks_ends_with_the_one_that_started_it(tmp_path):
    command = (
        "import os, time\nfrom mffcnn_book.runs._forks import forked_kernels\n"
        "with forked_kernels(os.environ):\n    print('ready', flush=True)\n    time.sleep(600)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", command], stdout=subprocess.PIPE, text=True, cwd=tmp_path
    ) as driver:
        assert driver.stdout.readline() == "ready\n"
        (server,) = psutil.Process(driver.pid).children()
        driver.kill()
    _until(lambda: _over(server.pid))


def _over(pid):
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE  # nobody may ever reap it
    except psutil.NoSuchProcess:
        return True


def _until(happened, patience=60):
    deadline = time.monotonic() + patience
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.1)
