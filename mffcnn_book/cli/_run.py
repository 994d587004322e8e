"""``mffcnn run``: execute one notebook with parameters, and record the run."""

import argparse
import sys
from pathlib import Path
from typing import Any

from mffcnn_book.runs import (
    Parameter,
    read_parameters,
    record_path,
    run_notebook,
    without_sections,
)
from mffcnn_core.errors import ParameterError
from mffcnn_core.inputs import read_yaml

DESCRIPTION = (
    "Execute a notebook on this Python with papermill. Unknown parameters are refused, values "
    "are converted to the declared types, folders are made, and a record of the run is written."
)
EPILOG = (
    "A YAML file given with -f holds parameters by name. A mapping in it under a name that is "
    "no parameter of the notebook is a section of a profile, which the library reads; it is "
    "passed over here. Later files win over earlier ones, and -p wins over files."
)


def add_parser(subparsers: argparse._SubParsersAction) -> None:
    """Add the command."""
    parser = subparsers.add_parser("run", description=DESCRIPTION, epilog=EPILOG)
    parser.add_argument("notebook", type=Path, metavar="NOTEBOOK", help="the notebook to execute")
    parser.add_argument(
        "out",
        type=Path,
        metavar="OUT",
        nargs="?",
        help="the executed notebook (default: NOTEBOOK's name with .out.ipynb, in this folder)",
    )
    parser.add_argument(
        "-p",
        "--parameter",
        nargs=2,
        action="append",
        default=[],
        metavar=("NAME", "VALUE"),
        dest="parameters",
        help="set a parameter; a list is written 1,2,3",
    )
    parser.add_argument(
        "-f",
        "--file",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        dest="files",
        help="set the parameters of a YAML file, e.g. notebooks/profiles/smoke.yaml",
    )
    parser.add_argument(
        "--record",
        type=Path,
        metavar="FILE",
        help="the run record (default: runs/NOTEBOOK.json beside OUT)",
    )
    parser.add_argument(
        "--progress",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="show a bar with the time left on stderr (default: on a terminal)",
    )
    parser.add_argument("--list", action="store_true", help="list the parameters; run nothing")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> None:
    """Execute the notebook, or list its parameters."""
    declared = read_parameters(args.notebook)
    if args.list:
        print(parameter_table(list(declared.values())))
        return
    values: dict[str, Any] = {}
    for file in args.files:
        values |= without_sections(read_profile(file), declared)
    values |= dict(args.parameters)
    out = args.out or Path(f"{args.notebook.stem}.out.ipynb")
    progress = sys.stderr.isatty() if args.progress is None else args.progress
    record = args.record or record_path(args.notebook, out)
    done = run_notebook(args.notebook, out, values, record=record, progress=progress)
    print(f"{args.notebook} ran in {done.seconds:.1f} s: {out}, recorded in {record}")


def read_profile(path: Path) -> dict[str, Any]:
    """Read a YAML file whose keys are parameters and sections.

    Raises
    ------
    ParameterError
        If the file is missing or holds no mapping.
    InputError
        If it is not YAML.
    """
    try:
        profile = read_yaml(path)
    except OSError as error:
        raise ParameterError(
            f"{path}: expected a YAML file of parameters, got none ({error.strerror}). "
            "The profiles are in notebooks/profiles."
        ) from error
    if not isinstance(profile, dict):
        raise ParameterError(
            f"{path}: expected a mapping of names to values, got {type(profile).__name__}. "
            "Write one `name: value` a line."
        )
    return profile


def parameter_table(parameters: list[Parameter]) -> str:
    """Return names, types, defaults and help as columns."""
    if not parameters:
        return "The notebook has no parameters."
    rows = [("name", "type", "default", "help")]
    rows += [(one.name, one.type, repr(one.default), one.help) for one in parameters]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)
