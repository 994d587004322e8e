"""``mffcnn corpus``, ``prepare``, ``evaluate``: the steps before the notebooks."""

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING

from mffcnn_book.cli._data import REMARKS
from mffcnn_book.cli._device import add_device
from mffcnn_core.errors import PreparationError

if TYPE_CHECKING:
    from mffcnn_book.experiments import Workspace


def add_parser(subparsers: argparse._SubParsersAction) -> None:
    """Add the three commands."""
    corpus = _add(subparsers, "corpus", _corpus, "Render the synthetic corpus of a profile.")
    prepare = _add(subparsers, "prepare", _prepare, "Cut out faces and estimate their flow.")
    evaluate = _add(subparsers, "evaluate", _evaluate, "Run an experiment and record its results.")
    evaluate.add_argument(
        "experiments",
        nargs="*",
        metavar="EXPERIMENT",
        help="a grid such as table_1, or a configuration such as mffcnn (default: those of the "
        "profile; `mffcnn grids` lists all); or real_people, by itself: the study of chapter 18",
    )
    evaluate.add_argument(
        "--seeds",
        type=int,
        metavar="N",
        help="trainings of each configuration, with seeds of their own; those that are there are "
        "kept (default: as many as the profile says)",
    )
    evaluate.add_argument(
        "--reference",
        action="store_true",
        help="copy the records to results/reference, to be committed",
    )
    evaluate.add_argument(
        "--forecast",
        action="store_true",
        help="only say how long it will take here, and how much disk and memory; long work says "
        "so anyway before it begins",
    )
    add_device(evaluate)
    for parser in (prepare, evaluate):
        parser.add_argument("--dataset", default="synthetic", help="file in data_manifests")
    prepare.add_argument(
        "--lenient",
        action="store_true",
        help=f"exit with 0, not {REMARKS}, if some clips could not be prepared",
    )
    corpus.set_defaults(dataset="synthetic")


def _add(
    subparsers: argparse._SubParsersAction,
    name: str,
    step: Callable[["Workspace", argparse.Namespace], int | None],
    description: str,
) -> argparse.ArgumentParser:
    parser = subparsers.add_parser(
        name, description=f"{description} What exists and is still current is kept."
    )
    parser.add_argument(
        "--profile",
        default="quick",
        help="file in notebooks/profiles; quick+held is quick with the control corpus held",
    )
    parser.add_argument("--jobs", type=int, help="processes (default: all usable cores)")

    def run(args: argparse.Namespace) -> int | None:
        # loads torch and OpenCV, which `mffcnn --help` can do without
        from mffcnn_book.experiments import Workspace

        work = Workspace.open(
            args.profile,
            args.dataset,
            jobs=args.jobs,
            progress=True,
            device=getattr(args, "device", "cpu"),
        )
        return step(work, args)

    parser.set_defaults(run=run)
    return parser


def _corpus(work: "Workspace", args: argparse.Namespace) -> None:
    print(f"{work.dataset.describe()} in {work.data_folder}")


def _prepare(work: "Workspace", args: argparse.Namespace) -> int | None:
    report = work.preparation
    print(report.summary())
    for row in report.failed[5:]:  # the summary names the first ones
        print(f"  {row.clip}: {row.reason}")
    if not report.prepared:
        raise PreparationError(
            f"{work.dataset_name}: expected clips that can be prepared, got none of "
            f"{len(report.rows)}. See the reasons above."
        )
    return REMARKS if report.failed and not args.lenient else None


def _evaluate(work: "Workspace", args: argparse.Namespace) -> None:
    from mffcnn_book.experiments import LONG, STUDY, forecast, in_order_of_weight
    from mffcnn_core.errors import ExperimentError, MffcnnError

    if args.experiments == [STUDY]:
        _evaluate_people(work, args)
        return
    names = args.experiments or work.profile.evaluate
    chosen = in_order_of_weight(work, names, seeds=args.seeds)
    # whether a record that is there is whole and current is seen when its turn comes
    missing = [
        one for one in chosen if not (work.results_folder(one.name) / "results.json").exists()
    ]
    expected = forecast(work, missing, longer_than=0 if args.forecast else LONG)
    if expected is not None:
        print(expected.summary(), flush=True)
    if args.forecast:
        return
    failed: dict[str, str] = {}
    for number, (configuration, found) in enumerate(work.evaluate(chosen), start=1):
        print(f"[{number}/{len(chosen)}] {configuration.name}")
        if isinstance(found, MffcnnError):  # one that fails takes no other one down
            failed[configuration.name] = str(found)
            print(f"  failed: {found}")
            continue
        for name, measures in found.metrics.items():
            low, high = measures["accuracy_interval"]
            print(
                f"  {name}: accuracy {measures['accuracy']:.1%} "
                f"(95 % interval over people {low:.1%} to {high:.1%}), "
                f"macro recall {measures['macro_recall']:.1%}"
            )
            if stuck := measures["collapsed_folds"]:
                print(f"  {name}: one answer for everybody in {len(stuck)} fold(s)")
        folder = (
            work.publish(configuration)
            if args.reference
            else work.results_folder(configuration.name)
        )
        print(f"  record in {folder}", flush=True)
    if failed:
        raise ExperimentError(
            f"evaluate: expected all {len(chosen)} configurations to succeed, got {len(failed)} "
            f"that did not: {', '.join(failed)}. See above; what is done is kept."
        )


def _evaluate_people(work: "Workspace", args: argparse.Namespace) -> None:
    """Run the study of real people, which has a data set and settings of its own."""
    from mffcnn_book.experiments import TRIALS, record_trial

    for number, (name, trial) in enumerate(TRIALS.items(), start=1):
        print(f"[{number}/{len(TRIALS)}] {trial.title}", flush=True)
        found = record_trial(work.root, name, jobs=work.jobs, reference=args.reference)
        for method, measures in found.record.metrics.items():
            print(f"  {method}: accuracy {measures['accuracy']:.1%}")
        print(f"  record in {found.folder}")
