"""The proof that the key gets full marks under every name can fail."""

import importlib.util
import sys

import nbformat
import pytest

from mffcnn_book.labs import Lab, find_lab
from mffcnn_book.labs._whole import grade_id


@pytest.mark.slow
def test_points_that_the_key_loses_are_named(root, tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "path", [str(root / "benchmarks"), *sys.path])
    spec = importlib.util.spec_from_file_location("grading", root / "benchmarks" / "grading.py")
    grading = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(grading)
    lab = find_lab(root, 6)
    assert grading.points_lost(lab, names=2) == []
    broken = Lab(tmp_path / "source", 6)
    broken.source.parent.mkdir(parents=True)
    notebook = lab.read()
    for cell in notebook.cells:
        if grade_id(cell) == "mended_cell":
            cell.source += "\nassert not STUDENT.startswith('Student 1'), 'this name loses a point'"
    nbformat.write(notebook, broken.source)
    assert grading.points_lost(broken, names=2) == [
        "lab06, Student 1 of lab06, mended_cell: AssertionError: this name loses a point"
    ]
