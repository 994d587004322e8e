"""``mffcnn labs``: make, hand out, collect, mark and return the labs of the course."""

import argparse
from datetime import datetime
from pathlib import Path

from mffcnn_book import labs

LEFT_OVER = 3
"""Exit code: the work is done, but something is to be looked at."""


def add_parser(subparsers: argparse._SubParsersAction) -> None:
    """Add the command with its steps."""
    parser = subparsers.add_parser("labs", description="The labs of the course, step by step.")
    steps = parser.add_subparsers(title="steps", metavar="STEP", required=True)
    build = steps.add_parser("build", help="make student editions and keys from the sources")
    build.add_argument("--no-keys", action="store_true", help="only the student editions")
    build.set_defaults(run=_build)
    release = _step(steps, "release", _release, "put a lab into a course folder, ready to hand out")
    release.add_argument(
        "--source", type=Path, default=Path(), help="folder with labNN/labNN.ipynb (default: here)"
    )
    release.add_argument("--variant", default="", help="another task, see labs/variants")
    collect = _step(steps, "collect", _collect, "take submissions from a folder or a zip file")
    collect.add_argument("--inbox", type=Path, required=True, help="folder or zip file")
    collect.add_argument("--pattern", default="", help="regular expression with a group `student`")
    collect.add_argument("--due", type=_moment, help="when it was due, e.g. 2027-01-15T23:59")
    collect.add_argument("--groups", action="store_true", help="one notebook for a whole group")
    grade = _step(steps, "grade", _grade, "mark what was collected (runs the students' programs)")
    grade.add_argument("--jobs", type=int, default=2, help="submissions at a time")
    grade.add_argument("--again", action="store_true", help="also what is marked already")
    grade.add_argument(
        "--sandbox",
        choices=("best", "podman", "docker", "user", "none"),
        default="best",
        help="where the programs run (default: the safest that there is)",
    )
    grade.add_argument("--user", default="nobody", help="of the sandbox `user`")
    _step(steps, "feedback", _feedback, "take the marking sheet and write a page per student")
    _step(steps, "copies", _copies, "list pairs of submissions that look alike")
    _step(steps, "report", _report, "say which tests the class fails, and why most likely")
    _step(steps, "export", _export, "write grades and feedback for Moodle and Canvas")
    material = steps.add_parser("material", help="write syllabus, questions, exam and its key")
    material.add_argument("--out", type=Path, default=Path("_build/labs/material"))
    material.set_defaults(run=_material)
    check = steps.add_parser("check", help="for students: is my notebook whole, what passes?")
    check.add_argument("notebook", type=Path)
    check.add_argument("--released", type=Path, help="the notebook as it was handed out")
    check.set_defaults(run=_check)


def _step(
    steps: argparse._SubParsersAction, name: str, run: object, text: str
) -> argparse.ArgumentParser:
    one = steps.add_parser(name, help=text, description=text)
    one.add_argument("lab", type=int, help="number of the lab, e.g. 2")
    one.add_argument("--course", type=Path, required=True, help="the course folder")
    one.set_defaults(run=run)
    return one


def _moment(text: str) -> datetime:
    """Return a moment by the clock of this machine, as files are dated."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or len(text) <= len("2027-01-15"):  # a day alone would be its first minute
        raise argparse.ArgumentTypeError(
            f"expected a date and a time such as 2027-01-15T23:59, got {text!r}"
        )
    return moment.astimezone().replace(tzinfo=None) if moment.tzinfo else moment


def _build(args: argparse.Namespace) -> None:
    found = labs.find_labs(Path.cwd())
    for path in labs.write_editions(found):
        print(f"student edition: {path}")
    for lab in [] if args.no_keys else found:
        print(f"key: {labs.write_key(lab)}")


def _release(args: argparse.Namespace) -> None:
    lab = labs.find_lab(args.source, args.lab)
    print(f"hand out: {labs.release(lab, args.course, variant=args.variant)}")


def _collect(args: argparse.Namespace) -> int:
    lab = labs.find_lab(args.course, args.lab)
    done = labs.collect(
        lab, args.course, args.inbox, pattern=args.pattern, due=args.due, groups=args.groups
    )
    print(f"{len(done.taken)} submission(s) of {lab.name}: {', '.join(done.taken)}")
    for who, said in done.remarks.items():
        print(f"  look at {who}: {said}")
    return LEFT_OVER if done.remarks else 0


def _grade(args: argparse.Namespace) -> int:
    lab = labs.find_lab(args.course, args.lab)
    chosen, reasons = (
        labs.best_sandbox() if args.sandbox == "best" else (labs.Sandbox(args.sandbox), [])
    )
    if chosen.kind == "user":
        chosen = labs.Sandbox("user", user=args.user)
    if chosen.kind == "none":
        print("warning: the programs run with your rights, and reach your files and the network;")
        print("  a container or another user is safer, see the guide (book/teaching.md)")
        for reason in reasons:
            print(f"  not offered here: {reason}")
    done = labs.grade(lab, args.course, jobs=args.jobs, again=args.again, sandbox=chosen)
    print(f"marked {len(done.marked)} submission(s) of {lab.name} (sandbox: {chosen.kind})")
    for student, said in done.failed.items():
        print(f"  not marked: {student}: {said}")
    print(f"grades: {args.course}/grades.csv")
    print(f"answers for you to read: {args.course}/marking/{lab.name}.csv (fill in `points`)")
    return LEFT_OVER if done.failed else 0


def _feedback(args: argparse.Namespace) -> None:
    lab = labs.find_lab(args.course, args.lab)
    waiting, pages = labs.feedback(lab, args.course)
    if waiting:
        print(f"{waiting} answer(s) have no points yet; the pages say so")
    print(f"{len(pages)} page(s) in {args.course}/feedback; grades in {args.course}/grades.csv")
    _say_unmarked(lab, args)


def _copies(args: argparse.Namespace) -> None:
    lab = labs.find_lab(args.course, args.lab)
    found = labs.find_copies(lab, args.course)
    print(found.to_string(index=False) if len(found) else "no pair looks alike")
    print(f"table: {args.course}/marking/{lab.name}_copies.csv; read both before you speak")
    print(f"answers for JPlag: {args.course}/marking/jplag/{lab.name}")


def _report(args: argparse.Namespace) -> None:
    lab = labs.find_lab(args.course, args.lab)
    for row in labs.class_report(lab, args.course).to_dict("records"):
        like = f"; looks like {row['looks like']}" if row["looks like"] else ""
        print(f"{row['failed']:6.0%}  {row['test']}{like}")
    print(f"table: {args.course}/marking/{lab.name}_report.csv")


def _export(args: argparse.Namespace) -> None:
    lab = labs.find_lab(args.course, args.lab)
    for path in labs.export(lab, args.course):
        print(path)
    _say_unmarked(lab, args)


def _say_unmarked(lab: labs.Lab, args: argparse.Namespace) -> None:
    if waiting := labs.unmarked(lab, args.course):
        print(f"  not in it: {', '.join(waiting)}, collected since the last marking;")
        print(f"  mark them with `mffcnn labs grade {lab.number} --course {args.course}`")


def _check(args: argparse.Namespace) -> int:
    done = labs.check_submission(args.notebook, args.released)
    for remark in done.remarks:
        print(f"look: {remark}")
    for test, said in done.failed.items():
        print(f"fails: {test}: {said}")
    print(f"tests whose visible checks pass: {len(done.passed)}, worth {done.points:g} points;")
    print(f"answers that your teacher reads: {done.to_read:g} points")
    return LEFT_OVER if done.remarks or done.failed else 0


def _material(args: argparse.Namespace) -> None:
    notebooks = sorted(Path("notebooks").glob("[0-9]*.ipynb"))
    for path in labs.write_material(labs.find_labs(Path.cwd()), notebooks, args.out):
        print(path)
