"""What a notebook read, told to the record of its run."""

from typing import Any

import nbformat
from IPython import get_ipython
from IPython.display import display

MIME = "application/vnd.mffcnn.inputs+json"


def report_inputs(**inputs: Any) -> None:
    """Tell the record of the run what the notebook reads, e.g. a data set's sha256.

    The report travels as an output without text, which ``mffcnn run`` moves into the
    record.  Outside of a notebook nothing happens.

    Parameters
    ----------
    **inputs : object
        Names and values that have a JSON form.
    """
    if get_ipython() is not None:
        display({MIME: inputs}, raw=True)


def take_inputs(notebook: nbformat.NotebookNode) -> dict[str, Any]:
    """Remove the reports from an executed notebook and return them as one dict."""
    inputs: dict[str, Any] = {}
    for cell in notebook.cells:
        outputs = cell.get("outputs", [])
        for output in outputs:
            inputs |= output.get("data", {}).get(MIME, {})
        if outputs:
            cell.outputs = [output for output in outputs if MIME not in output.get("data", {})]
    return inputs
