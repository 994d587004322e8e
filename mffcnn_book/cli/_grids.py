"""``mffcnn grids``: which experiments there are, and which of them have a record."""

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mffcnn_book.experiments import Configuration, Workspace

NONE = "none"


def add_parser(subparsers: argparse._SubParsersAction) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "grids",
        description="List the grids of experiments, or the configurations of some. A record "
        "counts if it was made with the settings of today. Nothing is computed.",
    )
    parser.add_argument("grids", nargs="*", metavar="GRID", help="e.g. table_1 (default: all)")
    parser.add_argument("--profile", default="quick", help="file in notebooks/profiles")
    parser.add_argument("--dataset", default="synthetic", help="file in data_manifests")
    parser.set_defaults(run=_grids)


def _grids(args: argparse.Namespace) -> None:
    # loads torch and OpenCV, which `mffcnn --help` can do without
    from mffcnn_book.experiments import GRIDS, Workspace
    from mffcnn_core.settings import check_choice

    for name in args.grids:
        check_choice("grid", name, GRIDS)
    work = Workspace.open(args.profile, args.dataset)
    built = work.profile.configurations
    print(f"profile {args.profile} on {args.dataset}")
    for name, grid in GRIDS.items():
        if args.grids and name not in args.grids:
            continue
        states = {one: _state(work, one) for one in grid.configurations}
        print(
            f"{name} ({grid.place}): {grid.title}. {len(states)} configurations, "
            f"{sum(one in built for one in states)} in a build of the book, "
            f"{sum(not state.startswith(NONE) for state in states.values())} with a record."
        )
        for one, state in states.items() if args.grids else ():
            print(f"  {one.name}  [{'book' if one in built else 'on demand'}; record: {state}]")
    if not args.grids:
        print("`mffcnn grids GRID` lists one; `mffcnn evaluate GRID` runs it.")


def _state(work: "Workspace", configuration: "Configuration") -> str:
    from mffcnn_book.experiments import trainings_of
    from mffcnn_core.errors import MffcnnError

    try:
        found, wanted = trainings_of(work, configuration), work.profile.trainings(configuration)
    except MffcnnError as error:  # settings that this profile cannot meet, or a broken record
        return f"{NONE} ({error})"
    if found is None:
        return NONE
    return f"{found.origin}, {len(found.records)} of {wanted} seeds"
