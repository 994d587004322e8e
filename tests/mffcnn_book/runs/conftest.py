"""Tiny notebooks, written by the test that needs them."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
PARAMETERS = "window: int = 20  # flows in a window\ndataset: str = 'synthetic'  # name of a set"


@pytest.fixture
def write_notebook(tmp_path):
    """Return a function that writes a notebook of some code cells into the test's folder."""

    def write(*cells, parameters=PARAMETERS, name="04_flow.ipynb", metadata=KERNEL):
        head = [new_markdown_cell("# A page")]
        if parameters is not None:
            head.append(new_code_cell(parameters, metadata={"tags": ["parameters"]}))
        notebook = new_notebook(metadata=metadata, cells=[*head, *map(new_code_cell, cells)])
        path = tmp_path / name
        nbformat.write(notebook, path)
        return path

    return write
