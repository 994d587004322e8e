"""``mffcnn book``: everything from videos to pages; ``mffcnn site``: only its last step."""

import argparse
import functools
import http.server
import signal
from pathlib import Path

from mffcnn_book.project import MANIFESTS, PROFILES
from mffcnn_book.runs import Site, Slurm, build_site, run_workflow
from mffcnn_core.errors import BuildError, ParameterError
from mffcnn_core.settings import did_you_mean

DESCRIPTION = (
    "Make the corpus, the prepared clips, the results, the executed notebooks and the site, as "
    "far as they are missing or older than what they depend on. A run that was stopped resumes "
    "where it stopped. The last line is the path of the first page."
)


def add_parser(subparsers: argparse._SubParsersAction) -> None:
    """Add both commands."""
    book = subparsers.add_parser("book", description=DESCRIPTION)
    book.add_argument(
        "--cores",
        type=int,
        help="how many to use (default: all; with --slurm those of one job, as in its profile)",
    )
    book.add_argument(
        "--only-results",
        action="store_true",
        help="stop at the records: no notebooks, no pages",
    )
    book.add_argument(
        "--slurm",
        action="store_true",
        help="run the steps as jobs of a SLURM cluster, as workflow/slurm/config.yaml says",
    )
    book.add_argument(
        "--idle-limit",
        type=float,
        metavar="SECONDS",
        default=Slurm().idle_limit,
        help="with --slurm: give up when none of its jobs has been in the queue for so long "
        "(default: %(default)g)",
    )
    book.add_argument(
        "--serve", type=int, metavar="PORT", help="then serve the site on this port of this machine"
    )
    book.set_defaults(run=make_book)
    site = subparsers.add_parser(
        "site", description="Build the pages from the executed notebooks and the records."
    )
    site.set_defaults(run=make_site)
    for parser in (book, site):
        parser.add_argument("--profile", default="quick", help="a file in notebooks/profiles")
        parser.add_argument("--dataset", default="synthetic", help="a file in data_manifests")


def make_book(args: argparse.Namespace) -> None:
    """Run all steps that are due, and say where the site is."""
    site = find_site(args.profile, args.dataset)
    # a terminal that is closed or a `kill` ends the steps as well, as Ctrl-C does
    for name in ("SIGTERM", "SIGHUP"):
        signal.signal(getattr(signal, name), signal.default_int_handler)
    # a port that is in use is reported before hours of work, not after
    server = None if args.serve is None else open_server(site.index.parent, args.serve)
    goal = "results" if args.only_results else "book"
    slurm = Slurm(args.idle_limit) if args.slurm else None
    if not run_workflow(site, goal=goal, cores=args.cores, slurm=slurm):
        print(
            f"Nothing changed: the {'records are' if args.only_results else 'site is'} up to date."
        )
    if args.only_results:
        print(site.results)
        return
    if server is not None:
        serve(server)
    print(site.index)


def make_site(args: argparse.Namespace) -> None:
    """Build the pages only.

    Raises
    ------
    BuildError
        If the tables would show a record that is older than the code.
    """
    site = find_site(args.profile, args.dataset)
    if any(site.results.glob("*/results.json")):
        check_results(site)
    print(f"The pages are built: {build_site(site)}")


def check_results(site: Site) -> None:
    """Refuse records of results that are older than the code.

    Raises
    ------
    BuildError
        If there are any; the message says how each is made again.
    """
    from mffcnn_book.experiments import Workspace, stale_results  # loads torch

    work = Workspace.open(site.profile, site.dataset, root=site.root)
    if stale := stale_results(work):
        settings = f"--profile {site.profile} --dataset {site.dataset}"
        lines = "\n".join(
            f"  {name}: {reason}. `mffcnn evaluate {name} {settings}`"
            for name, reason in stale.items()
        )
        raise BuildError(
            f"results: expected records of the code as it is, got {len(stale)} older:\n{lines}\n"
            f"Delete the folder below {site.results} of one that is not wanted."
        )


def find_site(profile: str, dataset: str) -> Site:
    """Return the build of a profile and a data set in the current project.

    Raises
    ------
    ParameterError
        If the current folder is no project, or profile or data set are unknown.
    """
    root = Path.cwd()
    if not (root / "workflow" / "Snakefile").is_file():
        raise ParameterError(
            f"folder: expected the root of the repository, got {root}. "
            "Change to the folder that holds `workflow/Snakefile`."
        )
    _check_choice("profile", profile, root / PROFILES)
    _check_choice("dataset", dataset, root / MANIFESTS)
    if dataset != "synthetic" and not (root / "data" / dataset / "index.csv").is_file():
        raise ParameterError(
            f"dataset: expected the index of {dataset} in data/{dataset}, got none. Enter your "
            f"copy with `mffcnn data build {dataset} --root DIR`; `mffcnn data show {dataset}` "
            "tells how to get one."
        )
    return Site(root, profile, dataset)


def _check_choice(what: str, name: str, folder: Path) -> None:
    known = sorted(path.stem for path in folder.glob("*.yaml"))
    if name not in known:
        hint = did_you_mean(name, known) if known else "There is none."
        raise ParameterError(f"{what}: expected a YAML file in {folder}, got {name!r}. {hint}")


def open_server(folder: Path, port: int) -> http.server.ThreadingHTTPServer:
    """Return a server of a folder for this machine only, with the port taken already.

    Raises
    ------
    ParameterError
        If the port is none, or is in use.
    """
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(folder))
    try:
        return http.server.ThreadingHTTPServer(("127.0.0.1", port), handler)
    except (OSError, OverflowError) as error:
        told = getattr(error, "strerror", None) or error
        raise ParameterError(
            f"--serve: expected a free port from 1024 to 65535, or 0 for any, got {port} ({told}). "
            "Choose another one."
        ) from error


def serve(server: http.server.ThreadingHTTPServer) -> None:
    """Serve until interrupted."""
    with server:
        print(f"http://127.0.0.1:{server.server_address[1]}/ (stop with Ctrl-C)", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print()
