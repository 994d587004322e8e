import json
import platform
import subprocess
from importlib.metadata import version

import pytest

from mffcnn_book.runs import RunRecord, notebook_sources
from mffcnn_core.errors import RecordError
from mffcnn_core.files import read_json, sha256_of_file, write_json
from mffcnn_core.provenance import git_state


@pytest.fixture
def record(write_notebook, tmp_path):
    return RunRecord.begin(
        write_notebook("1"), tmp_path / "out.ipynb", {"window": 5}, {"window": 20, "seeds": [0, 1]}
    )


def test_a_run_begins_with_what_is_known_before_it(record, tmp_path):
    assert record.status == "running"
    assert record.seconds is None
    assert record.parameters == {"window": 5, "seeds": [0, 1]}
    assert record.asked == {"window": 5}
    assert record.notebook_sha256 == sha256_of_file(tmp_path / "04_flow.ipynb")
    assert record.python == platform.python_version()
    assert record.packages["numpy"] == version("numpy")
    assert record.machine["cores"] >= 1
    assert record.started.endswith("+00:00")


def test_a_record_reads_back_equal(record, tmp_path):
    ended = record.replace(status="succeeded", seconds=1.5, cell_seconds=[0.5, None])
    ended.write(tmp_path / "runs" / "a.json")
    assert RunRecord.read(tmp_path / "runs" / "a.json") == ended


def test_a_file_of_other_fields_is_no_record(record, tmp_path):
    record.write(tmp_path / "a.json")
    write_json(tmp_path / "b.json", {**read_json(tmp_path / "a.json"), "speed": 1})
    with pytest.raises(RecordError, match=r"expected a run record, got other fields \(\['speed'"):
        RunRecord.read(tmp_path / "b.json")
    write_json(tmp_path / "c.json", [])
    with pytest.raises(RecordError, match=r"got other fields \(no mapping"):
        RunRecord.read(tmp_path / "c.json")


def test_the_command_repeats_the_run(record):
    asked = {"window": 5, "dataset": "my set", "seeds": [0, 1]}
    command = record.replace(notebook="notebooks/04.ipynb", asked=asked).command
    assert command == "mffcnn run notebooks/04.ipynb -p window 5 -p dataset 'my set' -p seeds 0,1"


def test_commit_and_changes_of_tracked_files_are_told(tmp_path):
    def git(*words):
        identity = ["-c", "user.name=t", "-c", "user.email=t@t", "-c", "commit.gpgsign=false"]
        subprocess.run(["git", *identity, *words], cwd=tmp_path, check=True, capture_output=True)

    assert git_state(tmp_path) == (None, None)
    git("init", "-q")
    (tmp_path / "a.txt").write_text("a", encoding="utf-8")
    git("add", "a.txt")
    git("commit", "-q", "-m", "a", "--no-verify")
    commit, dirty = git_state(tmp_path)
    assert len(commit) == 40
    assert dirty is False
    (tmp_path / "b.txt").write_text("not tracked", encoding="utf-8")
    assert git_state(tmp_path) == (commit, False)
    (tmp_path / "a.txt").write_text("changed", encoding="utf-8")
    assert git_state(tmp_path) == (commit, True)


def test_a_run_is_stale_when_its_notebook_has_changed(record, tmp_path):
    notebook = tmp_path / "04_flow.ipynb"
    assert record.staleness(notebook) == ""
    notebook.write_text(notebook.read_text() + " ")
    assert record.staleness(notebook) == "the notebook has changed since it was run"


def test_a_run_is_stale_when_the_library_has_changed(record, tmp_path):
    other = record.replace(code_sha256="0" * 64)
    assert other.staleness(tmp_path / "04_flow.ipynb") == "the library has changed since it was run"


def test_a_notebook_depends_on_what_it_imports(tmp_path):
    notebook = tmp_path / "a.ipynb"
    cells = [
        {
            "cell_type": "code",
            "source": ["%time 1\n", "from mffcnn_core.flow import warp"],
        },
        {"cell_type": "markdown", "source": ["from mffcnn_core.nets import FrameCNN"]},
    ]
    notebook.write_text(json.dumps({"cells": cells}))
    sources = notebook_sources(notebook)
    assert sources[0] == "mffcnn_core.flow._measures"
    assert not any("nets" in name or "cli" in name for name in sources)
    assert "mffcnn_core.flow.methods" in sources  # whichever is chosen by its name
