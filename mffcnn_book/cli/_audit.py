"""``mffcnn audit``: the general checks on anyone's table of results."""

import argparse
import shutil
import textwrap
from pathlib import Path

from mffcnn_book.audit import Finding, audit_table, read_table
from mffcnn_core.errors import ParameterError

DESCRIPTION = (
    "Check a confusion matrix or a table of accuracies: do rows sum up, is the mean the mean of "
    "the diagonal, can the values be counts of clips, how far does chance move them?"
)
EPILOG = """\
The table is a CSV file of any dialect, a spreadsheet (XLSX), or a table in Markdown or LaTeX. Its
first line names the columns, its first column the rows:

    true,happy,sad,clips              method,RML,BAUM-1s
    happy,70.36,29.64,120             SVM,60.07,55.29
    sad,39.32,60.68,120               CNN,64.57,60.89
    average,65.52

Left: a confusion matrix (names that are rows and columns are classes; sums, numbers of clips,
recalls, precisions and means beside them are recognised and checked). Right: accuracies; say
--clips RML=720 --clips BAUM-1s=521. The report says how the table was read; --true and --unit
overrule it.
Exit code: 1 if something does not add up as printed, else 0.
"""


def add_parser(subparsers: argparse._SubParsersAction) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "audit",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("csv", type=Path, metavar="TABLE")
    parser.add_argument(
        "--clips",
        action="append",
        default=[],
        metavar="[NAME=]N",
        help="clips of the test, of all or of one column (accuracies) or class (confusion)",
    )
    parser.add_argument("--unit", choices=("percent", "share", "counts"), help="of the numbers")
    parser.add_argument("--true", choices=("rows", "columns"), help="where the true classes stand")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print every finding."""
    table = read_table(args.csv, clips=_clips(args.clips), unit=args.unit, true=args.true)
    kind = "a confusion matrix" if table.is_confusion else "accuracies"
    print(f"{args.csv}: {kind}, {len(table.rows)} rows, {table.unit}")
    findings = [Finding("note", "reading", text) for text in table.notes] + audit_table(table)
    width = max(60, shutil.get_terminal_size((100, 24)).columns)
    for finding in findings:
        start = f"{finding.level:<8} {finding.check:<10} "
        print(textwrap.fill(start + finding.text, width, subsequent_indent=" " * len(start)))
    return 1 if any(finding.level == "problem" for finding in findings) else 0


def _clips(given: list[str]) -> dict[str, int] | int | None:
    named = {}
    for text in given:
        name, named_one, number = text.rpartition("=")
        if not number.isdecimal() or (not name and (named_one or len(given) > 1)):
            raise ParameterError(
                f"--clips: expected one N, or NAME=N for each name, got {' '.join(given)!r}. "
                "For example --clips RML=720 --clips BAUM-1s=521."
            )
        if not name:
            return int(number)
        named[name] = int(number)
    return named or None
