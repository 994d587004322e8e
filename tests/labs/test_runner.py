"""A submission is run apart, never fails as a whole, and cannot change what its tests mean."""

import os
from types import SimpleNamespace

import nbformat
import numpy as np
import pytest

from mffcnn_book.labs import Sandbox, best_sandbox, find_lab, make_copy
from mffcnn_book.labs._guard import Guard
from mffcnn_book.labs._whole import grade_id
from mffcnn_core.errors import LabError, ParameterError

pytestmark = pytest.mark.slow
LAB = 6


def answered(root, name="", code="", *, before=""):
    """Return a copy of a lab with the key's answers, but for one cell."""
    copy = make_copy(find_lab(root, LAB), answers=None)
    for cell in copy.cells:
        if name and grade_id(cell) == name:
            cell.source = code
    if before:
        copy.cells.insert(3, nbformat.v4.new_code_cell(before))
    return copy


def errors(notebook):
    """Return what the failed tests said, by test."""
    return {
        grade_id(cell): output.evalue
        for cell in notebook.cells
        for output in cell.get("outputs", ())
        if output.output_type == "error" and cell.metadata.get("nbgrader", {}).get("grade")
    }


LIES = {
    "a library's function": (
        "import numpy as np\nnp.isclose = np.allclose = lambda *a, **k: True\n"
        "class Yes(list):\n    __eq__ = __contains__ = lambda *_: True\n"
        "bad_rows = lambda *a: Yes('x')\nmended = lambda *a: 0",
        {"mended_cell"},
    ),
    "a name that was given": (
        "class np:\n    isclose = staticmethod(lambda *a: True)\n"
        "def bad_rows(m, tolerance=0.03):\n    return []\nmended = lambda *a: 0",
        {"rows_of_figure_8", "rows_in_general", "mended_cell"},
    ),
    "a built-in": (
        "len = lambda x: 1\nlist = lambda x: []\n"
        "def bad_rows(m, tolerance=0.03):\n    return []\nmended = lambda *a: 0",
        {"rows_of_figure_8", "rows_in_general", "mended_cell"},
    ),
    "the shell": (
        "import ast\n"
        "class Off(ast.NodeTransformer):\n"
        "    def visit_Assert(self, node):\n        return ast.copy_location(ast.Pass(), node)\n"
        "get_ipython().ast_transformers.append(Off())\n"
        "get_ipython().set_custom_exc((AssertionError,), lambda *a, **k: None)\n"
        "def bad_rows(m, tolerance=0.03):\n    return []\nmended = lambda *a: 0",
        {"rows_of_figure_8", "rows_in_general", "mended_cell"},
    ),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_test_cannot_be_made_to_pass(root, lie):
    code, caught = LIES[lie]
    done = Sandbox().run(answered(root, "bad_rows", code))
    assert set(errors(done)) >= caught


def test_a_patched_library_is_named(root):
    done = Sandbox().run(answered(root, before="np.isclose = lambda *a: True"))
    assert errors(done) == {}
    assert "numpy.isclose" in done.metadata.mffcnn.remarks[0]


def test_what_a_library_does_when_first_used_is_not_held_against_a_student(root):
    """IPython wraps a function of pyplot at the first figure, torch one at the first optimiser."""
    first_use = (
        "import matplotlib.pyplot as plt\n_, ax = plt.subplots()\nimport torch\n"
        "torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1).step()"
    )
    copy = answered(root, before=first_use)
    setup = next(cell for cell in copy.cells if grade_id(cell) == "setup")
    setup.source += "\nimport matplotlib.pyplot\nimport torch"
    assert Sandbox().run(copy).metadata.mffcnn.remarks == []


def test_a_students_wrapper_around_a_librarys_function_is_named(root):
    before = (
        "def kind(f):\n    return lambda *a, **k: f(*a, **k) or True\nnp.isclose = kind(np.isclose)"
    )
    done = Sandbox().run(answered(root, before=before))
    assert "numpy.isclose" in done.metadata.mffcnn.remarks[0]


def test_a_wrapper_that_says_it_is_the_librarys_is_put_back_all_the_same():
    hooks = ("ast_transformers", "input_transformers_cleanup", "input_transformers_post")
    shell = SimpleNamespace(user_ns={}, **{name: [] for name in hooks})
    guard, before, forged = Guard(shell, ["numpy"]), np.isclose, {}
    text = "def wrap(f):\n    return lambda *a: f is None or True"
    exec(compile(text, np.__file__, "exec"), forged)
    try:
        np.isclose = forged["wrap"](before)
        guard.restore([])
        assert np.isclose is before
    finally:
        np.isclose = before


def test_a_warning_costs_nothing(root):
    from nbgrader.utils import determine_grade

    warns = "import warnings\n"
    warns += "def decreases(v):\n    warnings.warn('slow')\n"
    warns += "    return all(b < a for a, b in zip(v, v[1:]))"
    done = Sandbox().run(answered(root, "claims", warns))
    (test,) = [cell for cell in done.cells if grade_id(cell) == "decreases_or_not"]
    assert "UserWarning: slow" in "".join(output.text for output in test.outputs)
    assert determine_grade(test) == (1, 1)


def test_what_ran_before_a_dead_kernel_is_marked(root):
    done = Sandbox().run(answered(root, "noise", "import os\nos._exit(1)"))
    said = errors(done)
    assert "rows_of_figure_8" not in said and "possible_shares" not in said
    assert "This cell did not run: the kernel had died in noise" in said["error_of_a_share"]
    assert "the kernel had died in noise" in done.metadata.mffcnn.remarks[0]
    assert len(done.cells) == len(find_lab(root, LAB).read().cells)


def test_a_cell_without_end_is_stopped_and_the_next_one_runs(root):
    done = Sandbox(cell_seconds=5).run(answered(root, "noise", "while True:\n    pass"))
    (stopped,) = [c for c in done.cells if grade_id(c) == "noise"]
    assert "took longer than 5 s and was stopped" in stopped.outputs[-1].evalue
    assert set(errors(done)) == {"error_of_a_share", "noise_or_not"}


def test_a_program_sees_an_empty_folder_and_no_secrets_of_the_environment(root, monkeypatch):
    monkeypatch.setenv("PASSWORD_OF_THE_TEACHER", "secret")
    look = "import os\nprint(os.listdir('.'), 'PASSWORD_OF_THE_TEACHER' in os.environ)"
    done = Sandbox().run(answered(root, before=look))
    assert done.cells[3].outputs[0].text.endswith("] False\n")
    assert "ipynb" not in done.cells[3].outputs[0].text


@pytest.mark.skipif(best_sandbox()[0].kind != "user", reason="needs root, and no container engine")
def test_another_user_cannot_read_what_is_yours(root, tmp_path):
    (tmp_path / "key").write_text("the key")
    tmp_path.chmod(0o700)
    look = f"import os\nprint(os.getuid())\nopen({str(tmp_path / 'key')!r})"
    done = Sandbox("user").run(answered(root, before=look))
    assert done.cells[3].outputs[0].text.strip() != "0"
    assert done.cells[3].outputs[1].ename == "PermissionError"
    assert errors(done) == {}


def test_a_sandbox_that_is_not_there(monkeypatch):
    with pytest.raises(ParameterError, match="sandbox: expected one of podman, docker, user, none"):
        Sandbox("jail")
    monkeypatch.setenv("PATH", "")
    with pytest.raises(LabError, match="podman: expected it to be installed, got no such program"):
        Sandbox("podman").check()
    with pytest.raises(LabError, match="expected a user of this machine, got 'no one here'|root"):
        Sandbox("user", user="no one here").check()


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ("false", 'docker: expected its engine to answer, got "is the daemon there". Start it'),
        ('test "$1" = version', "docker: expected an image mffcnn-labs, got none. Build it"),
    ],
)
def test_a_container_engine_says_what_is_missing(tmp_path, monkeypatch, answers, said):
    (tmp_path / "docker").write_text(f"#!/bin/sh\necho 'is the daemon there.' >&2\n{answers}\n")
    (tmp_path / "docker").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(LabError, match=said):
        Sandbox("docker").check()
    monkeypatch.setattr(Sandbox, "_check_user", lambda self: Sandbox("docker").check())
    chosen, reasons = best_sandbox()
    assert chosen.kind == "none"
    assert reasons[0].startswith("podman: expected it to be installed")
    assert reasons[1].startswith(said)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs root")
def test_the_other_user_has_an_empty_folder_and_no_rights_of_root(root, tmp_path, monkeypatch):
    """A program in Python's place says who it is: this Python may lie where only root may read."""
    program = tmp_path / "python"
    program.write_text('#!/bin/sh\necho "$(id -u):$(id -G):$(ls -A . | wc -l)" >&2\n')
    for path in (program, *tmp_path.parents[:-2], tmp_path):
        path.chmod(0o755)
    monkeypatch.setattr("mffcnn_book.labs._sandbox.sys.executable", str(program))
    with pytest.raises(
        LabError, match=r"expected an executed notebook.*It said: (\d+):\1:0"
    ) as told:
        Sandbox("user").run(answered(root))
    assert "It said: 0:" not in str(told.value)
