"""Notebooks executed strictly, and the truthful records of their runs."""

from mffcnn_book.runs._inputs import report_inputs
from mffcnn_book.runs._notebook import run_notebook
from mffcnn_book.runs._parameters import (
    Parameter,
    check_parameters,
    read_parameters,
    without_sections,
)
from mffcnn_book.runs._record import RunRecord, notebook_code, notebook_sources, record_path
from mffcnn_book.runs._site import Site, build_site, stage_site, stale_runs, toc_notebooks
from mffcnn_book.runs._slurm import Slurm
from mffcnn_book.runs._workflow import run_workflow

__all__ = [
    "Parameter",
    "RunRecord",
    "Site",
    "Slurm",
    "build_site",
    "check_parameters",
    "notebook_code",
    "notebook_sources",
    "read_parameters",
    "record_path",
    "report_inputs",
    "run_notebook",
    "run_workflow",
    "stage_site",
    "stale_runs",
    "toc_notebooks",
    "without_sections",
]
