"""A tiny notebook, and a stay in the test's own folder."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}


@pytest.fixture
def notebook(tmp_path, monkeypatch):
    """Return the relative path of a notebook, in a folder of its own below the current one."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "notebooks" / "04_flow.ipynb"
    path.parent.mkdir()
    parameters = "window: int = 20  # flows in a window\nprofile: str = 'quick'  # which sizes"
    cells = [
        new_code_cell(parameters, metadata={"tags": ["parameters"]}),
        new_code_cell("assert window < 100, 'too wide'\nprint(profile, window)"),
    ]
    nbformat.write(new_notebook(metadata={"kernelspec": KERNEL}, cells=cells), path)
    return path.relative_to(tmp_path)
