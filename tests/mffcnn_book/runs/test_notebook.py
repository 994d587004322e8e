import json
import subprocess
import sys

import nbformat
import pytest

from mffcnn_book.runs import RunRecord, run_notebook
from mffcnn_core.errors import NotebookError, ParameterError


def text_of(path):
    notebook = nbformat.read(path, as_version=4)
    return "".join(
        out.get("text", "") for cell in notebook.cells for out in cell.get("outputs", [])
    )


@pytest.fixture(scope="module")
def success(tmp_path_factory):
    """One run that several tests look at: starting a kernel takes a second."""
    from nbformat.v4 import new_code_cell, new_notebook

    root = tmp_path_factory.mktemp("success")
    source = root / "01_page.ipynb"
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    cells = [
        new_code_cell("window: int = 20\nrate: float = 0.1", metadata={"tags": ["parameters"]}),
        new_code_cell("from mffcnn_book.runs import report_inputs\nreport_inputs(corpus='ab12')"),
        new_code_cell("import sys\nprint(sys.executable, window, rate)"),
    ]
    nbformat.write(new_notebook(metadata={"kernelspec": kernel}, cells=cells), source)
    before = source.read_bytes()

    # A kernel of the same name that another environment has put first on Jupyter's path.
    decoy = root / "jupyter" / "kernels" / "python3"
    decoy.mkdir(parents=True)
    spec = {"argv": ["/no/such/python"], "display_name": "other", "language": "python"}
    (decoy / "kernel.json").write_text(json.dumps(spec), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_PATH", str(root / "jupyter"))
        out = root / "deep" / "folder" / "01_page.ipynb"
        record = run_notebook(source, out, {"window": "3"})
    assert source.read_bytes() == before
    return out, record


def test_parameters_take_effect_and_folders_are_made(success):
    out, _ = success
    assert text_of(out).split()[1:] == ["3", "0.1"]


def test_the_kernel_is_this_python_whatever_jupyter_finds_first(success):
    out, _ = success
    assert text_of(out).split()[0] == sys.executable


def test_the_record_lies_beside_and_tells_how_it_went(success):
    out, record = success
    assert RunRecord.read(out.parent / "runs" / "01_page.json") == record
    assert record.status == "succeeded"
    assert record.error is None
    assert record.executed == out.as_posix()
    assert record.asked == {"window": 3}
    assert record.parameters == {"window": 3, "rate": 0.1}
    assert len(record.cell_seconds) == 3  # of the source; the injected cell does not count
    assert 0 < sum(record.cell_seconds) < record.seconds
    if sys.platform == "linux":
        assert 10 < record.peak_memory_mib < 2000


def test_reported_inputs_move_from_the_page_into_the_record(success):
    out, record = success
    assert record.inputs == {"corpus": "ab12"}
    assert "ab12" not in json.dumps([c.get("outputs") for c in nbformat.read(out, 4).cells])


def test_nothing_unfinished_stays_behind_a_success(success):
    out, _ = success
    assert sorted(path.name for path in out.parent.iterdir()) == ["01_page.ipynb", "runs"]


def test_a_failing_cell_keeps_its_traceback_and_fails_the_record(write_notebook, tmp_path):
    source = write_notebook("ok = 1", "raise ValueError('no such window')", "print('after')")
    out = tmp_path / "built" / "a.ipynb"
    out.parent.mkdir()
    out.write_text("an older success", encoding="utf-8")
    unfinished = tmp_path / "built" / "a.unfinished.ipynb"
    with pytest.raises(
        NotebookError,
        match=r"04_flow.ipynb: expected every cell to run, got ValueError: no such window in code "
        r"cell 3 of 4. The executed notebook, as far as it came, is .*a.unfinished.ipynb",
    ):
        run_notebook(source, out, {"window": 2}, record=tmp_path / "r.json")
    assert not out.exists()
    assert "no such window" in unfinished.read_text(encoding="utf-8")
    record = RunRecord.read(tmp_path / "r.json")
    assert record.status == "failed"
    assert "ValueError: no such window in code cell 3" in record.error
    assert record.executed == unfinished.as_posix()
    assert [seconds is not None for seconds in record.cell_seconds] == [True, True, True, False]


def test_a_killed_kernel_fails_the_record_and_the_cell(write_notebook, tmp_path):
    source = write_notebook("import os\nos.kill(os.getpid(), 9)", "print('after')")
    with pytest.raises(NotebookError, match="got a killed kernel .* in code cell 2 of 3"):
        run_notebook(source, tmp_path / "a.ipynb", record=tmp_path / "r.json")
    record = RunRecord.read(tmp_path / "r.json")
    assert record.status == "failed"
    assert record.cell_seconds[2] is None
    cells = nbformat.read(tmp_path / "a.unfinished.ipynb", as_version=4).cells
    assert [cell.metadata.papermill.status for cell in cells[1:]] == [
        "completed",
        "failed",
        "pending",
    ]
    assert cells[2].outputs[-1].ename == "DeadKernelError"


def test_leaving_early_is_no_success(write_notebook, tmp_path):
    source = write_notebook("import sys\nsys.exit(0)", "print('after')")
    with pytest.raises(NotebookError, match=r"got an early end \(SystemExit\) in code cell 2 of 3"):
        run_notebook(source, tmp_path / "a.ipynb", record=tmp_path / "r.json")
    assert RunRecord.read(tmp_path / "r.json").status == "failed"


def test_a_killed_run_is_seen_as_not_finished(write_notebook, tmp_path):
    source = write_notebook("import os, time\nos.kill(os.getppid(), 9)\ntime.sleep(60)")
    code = "import sys; from mffcnn_book.runs import run_notebook; run_notebook(*sys.argv[1:])"
    done = subprocess.run(
        [sys.executable, "-c", code, source, tmp_path / "a.ipynb"], check=False, timeout=60
    )
    assert done.returncode == -9
    assert RunRecord.read(tmp_path / "runs" / "04_flow.json").status == "running"
    assert not (tmp_path / "a.ipynb").exists()


def test_an_interrupt_is_recorded_and_passed_on(write_notebook, tmp_path, monkeypatch):
    def interrupt(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("papermill.execute_notebook", interrupt)
    with pytest.raises(KeyboardInterrupt):
        run_notebook(write_notebook("1"), tmp_path / "a.ipynb", record=tmp_path / "r.json")
    record = RunRecord.read(tmp_path / "r.json")
    assert (record.status, record.error) == ("failed", "KeyboardInterrupt")


def test_a_kernel_that_does_not_start_is_told(write_notebook, tmp_path, monkeypatch):
    monkeypatch.setattr("ipykernel.kernelspec.sys.executable", "/bin/false")
    with pytest.raises(NotebookError, match="expected a kernel that starts, .* `mffcnn doctor`"):
        run_notebook(write_notebook("1"), tmp_path / "a.ipynb", record=tmp_path / "r.json")
    assert RunRecord.read(tmp_path / "r.json").status == "failed"


def test_a_wrong_parameter_runs_and_writes_nothing(write_notebook, tmp_path):
    source = write_notebook("1")
    for parameters, match in [({"windw": 3}, "Did you mean 'window'"), ({"window": "x"}, "int")]:
        with pytest.raises(ParameterError, match=match):
            run_notebook(source, tmp_path / "new" / "a.ipynb", parameters)
    assert not (tmp_path / "new").exists()


def test_a_notebook_does_not_overwrite_itself(write_notebook):
    source = write_notebook("1")
    with pytest.raises(NotebookError, match="expected another file than the notebook itself"):
        run_notebook(source, source.parent / "." / source.name)


def test_progress_goes_to_stderr_and_only_when_asked(write_notebook, tmp_path, capfd):
    source = write_notebook("1")
    run_notebook(source, tmp_path / "a.ipynb", progress=True)
    loud = capfd.readouterr()
    assert loud.out == ""
    assert "04_flow: 100%" in loud.err
    run_notebook(source, tmp_path / "a.ipynb")
    assert capfd.readouterr() == ("", "")


def test_plain_papermill_runs_the_same_notebook(write_notebook, tmp_path):
    source = write_notebook(
        "from mffcnn_book.runs import report_inputs\nreport_inputs(a=1)", "print(window)"
    )
    out = tmp_path / "plain.ipynb"
    command = [sys.executable, "-m", "papermill", source, out, "-p", "window", "7"]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    assert text_of(out) == "7\n"
