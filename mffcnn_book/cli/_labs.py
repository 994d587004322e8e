"""``mffcnn labs``: make, hand out, collect, mark and return the labs of the course."""

import argparse
from pathlib import Path

from mffcnn_book import labs


def add_parser(subparsers: argparse._SubParsersAction) -> None:
    """Add the command with its steps."""
    parser = subparsers.add_parser("labs", description="The labs of the course, step by step.")
    steps = parser.add_subparsers(title="steps", metavar="STEP", required=True)
    build = steps.add_parser("build", help="make student editions and keys from the sources")
    build.add_argument("--no-keys", action="store_true", help="only the student editions")
    build.set_defaults(run=_build)
    for name, step, text in (
        ("release", _release, "put a lab into a course folder, ready to hand out"),
        ("collect", _collect, "take submissions from a folder or a zip file"),
        ("grade", _grade, "mark what was collected (runs the students' code, no sandbox)"),
        ("feedback", _feedback, "take the marking sheet and write a page per student"),
    ):
        one = steps.add_parser(name, help=text, description=text)
        one.add_argument("lab", type=int, help="number of the lab, e.g. 2")
        one.add_argument("--course", type=Path, required=True, help="the course folder")
        one.set_defaults(run=step)
        if name == "collect":
            one.add_argument("--inbox", type=Path, required=True, help="folder or zip file")
            one.add_argument(
                "--pattern", default="", help="regular expression with a group `student`"
            )
        if name == "grade":
            one.add_argument("--jobs", type=int, default=2, help="submissions at a time")
            one.add_argument("--again", action="store_true", help="also what is marked already")


def _build(args: argparse.Namespace) -> None:
    found = labs.find_labs(Path.cwd())
    for path in labs.write_editions(found):
        print(f"student edition: {path}")
    for lab in [] if args.no_keys else found:
        print(f"key: {labs.write_key(lab)}")


def _release(args: argparse.Namespace) -> None:
    print(f"hand out: {labs.release(labs.find_lab(Path.cwd(), args.lab), args.course)}")


def _collect(args: argparse.Namespace) -> None:
    lab = labs.find_lab(Path.cwd(), args.lab)
    students = labs.collect(lab, args.course, args.inbox, pattern=args.pattern)
    print(f"{len(students)} submission(s) of {lab.name}: {', '.join(students)}")


def _grade(args: argparse.Namespace) -> None:
    lab = labs.find_lab(Path.cwd(), args.lab)
    marked = labs.grade(lab, args.course, jobs=args.jobs, again=args.again)
    print(f"marked {len(marked)} submission(s) of {lab.name}; grades in {args.course}/grades.csv")
    print(f"answers for you to read: {args.course}/marking/{lab.name}.csv (fill in `points`)")


def _feedback(args: argparse.Namespace) -> None:
    lab = labs.find_lab(Path.cwd(), args.lab)
    waiting, pages = labs.feedback(lab, args.course)
    if waiting:
        print(f"{waiting} answer(s) have no points yet and count 0 on these pages")
    print(f"{len(pages)} page(s) in {args.course}/feedback; grades in {args.course}/grades.csv")
