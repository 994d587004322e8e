"""``mffcnn doctor``: what is wrong with this environment, and what mends it."""

import argparse

from mffcnn_book.doctor import diagnose

DESCRIPTION = "Say what is wrong with this environment, and the one command that mends it."
EPILOG = "Exit code: 1 if there is a problem, else 0."


def add_parser(subparsers: argparse._SubParsersAction) -> None:
    """Add the command."""
    parser = subparsers.add_parser("doctor", description=DESCRIPTION, epilog=EPILOG)
    parser.add_argument("-q", "--quiet", action="store_true", help="show no check that is ok")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print every finding as soon as it is there, and a summary."""
    counts = {"ok": 0, "warning": 0, "problem": 0}
    for finding in diagnose():
        counts[finding.level] += 1
        if args.quiet and finding.level == "ok":
            continue
        print(f"{finding.level:<8} {finding.check:<16} {finding.text}", flush=True)
        if finding.remedy:
            print(f"{'':<8} {'':<16} -> {finding.remedy}", flush=True)
    if counts["problem"] or counts["warning"]:
        print(f"Problems: {counts['problem']}, warnings: {counts['warning']}.")
    elif not args.quiet:
        print("Everything is in order.")
    return 1 if counts["problem"] else 0
