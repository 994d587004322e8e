"""``mffcnn data``: which data sets there are, how to get them, and what a copy holds."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from mffcnn_book.project import MANIFESTS, Project
from mffcnn_core.errors import DownloadError, ManifestError

if TYPE_CHECKING:
    from mffcnn_core.datasets import Manifest

DESCRIPTION = (
    "Data sets are declared in data_manifests, one YAML file each; a copy is entered once with "
    "`mffcnn data build`, and then every command and notebook takes `--dataset NAME`."
)
REMARKS = 3
"""Exit code of a command that did its work and has remarks that must be read."""


def add_parser(subparsers: argparse._SubParsersAction) -> None:
    """Add the command and its parts."""
    parser = subparsers.add_parser(
        "data",
        description=DESCRIPTION,
        epilog=f"Exit code {REMARKS}: done, but something is wrong with some files; see above.",
    )
    parts = parser.add_subparsers(title="parts", metavar="PART", required=True)
    one = parts.add_parser("list", help="list the data sets, and which are here")
    one.set_defaults(run=_list)
    one = _named(parts, "show", "show licence, terms, layout and how to get a data set")
    one.set_defaults(run=_show)
    one = _named(parts, "download", "fetch an open data set and build its index")
    one.add_argument("--to", type=Path, metavar="DIR", help="folder (default: data/NAME/files)")
    one.add_argument("--accept", action="store_true", help="accept licence and terms unasked")
    one.add_argument("--retries", type=int, default=5, help="further attempts for a file")
    one.set_defaults(run=_download)
    one = _named(parts, "build", "look through a copy, write its index, say what is left out")
    one.add_argument("--root", type=Path, required=True, metavar="DIR", help="folder of the copy")
    one.set_defaults(run=_build)
    one = _named(parts, "validate", "compare every file of a copy with its index")
    one.set_defaults(run=_validate)
    one = parts.add_parser("model", help="fetch the model of the face detector YuNet (230 kB)")
    one.set_defaults(run=_model)


def _named(parts: argparse._SubParsersAction, name: str, summary: str) -> argparse.ArgumentParser:
    one = parts.add_parser(name, help=summary, description=f"{summary[0].upper()}{summary[1:]}.")
    one.add_argument("name", metavar="NAME", help="file in data_manifests")
    return one


def _open(args: argparse.Namespace) -> tuple["Manifest", Path]:
    """Return the manifest, and the folder that holds its index."""
    project = Project.find()
    manifest = _load(project.manifest(args.name))
    return manifest, project.data(manifest.name)


def _load(path: Path) -> "Manifest":
    from mffcnn_core.datasets import load_manifest

    manifest = load_manifest(path)
    if manifest.name != path.stem:  # a copy would write over the index of the other one
        raise ManifestError(
            f"{path}: expected the name {path.stem!r}, as the file is called, got "
            f"{manifest.name!r}. Change `name` in it."
        )
    return manifest


def _list(args: argparse.Namespace) -> int | None:
    project = Project.find()
    wrong = []
    for path in sorted(project.folder(MANIFESTS).glob("*.yaml")):
        try:
            manifest = _load(path)
        except ManifestError as error:
            wrong.append(error)
            continue
        index = project.data(manifest.name) / manifest.index
        if manifest.access == "generated":
            state = "rendered when needed"
        else:
            state = "here" if index.is_file() else "not here"
        print(f"{manifest.name:12} {manifest.access:10} {state:21} {manifest.title}")
    for error in wrong:
        print(f"mffcnn: {error}", file=sys.stderr)
    return REMARKS if wrong else None


def _show(args: argparse.Namespace) -> None:
    manifest, folder = _open(args)
    print(f"{manifest.title} ({manifest.name})\n\n{manifest.description}\n")
    for what, text in (
        ("Cite", manifest.citation),
        ("Licence", manifest.licence),
        ("Terms", manifest.terms),
        ("Page", manifest.homepage),
        ("How to get it", manifest.how_to_get),
        ("A clip", manifest.layout.example if manifest.layout else ""),
    ):
        if text:
            print(f"{what}: {text}")
    classes = ", ".join(f"{code} = {name}" for code, name in manifest.expressions.items())
    print(f"Classes: {classes}")
    if manifest.other:
        print(f"Left out: {', '.join(manifest.other.values())}")
    promised = manifest.expected.model_dump(exclude={"source"}, exclude_none=True)
    if promised:
        counts = ", ".join(f"{n} {what.replace('_', ' ')}" for what, n in promised.items())
        print(f"Expected: {counts} ({manifest.expected.source})")
    if (folder / manifest.index).is_file():
        from mffcnn_core.datasets import open_dataset

        data = open_dataset(manifest, folder)
        print(f"Here: {data.describe()} in {data.root}")


def _build(args: argparse.Namespace) -> int | None:
    manifest, folder = _open(args)
    return _build_into(manifest, args.root, folder)


def _build_into(manifest: "Manifest", root: Path, folder: Path) -> int | None:
    from mffcnn_book.acquisition import build_index

    build = build_index(manifest, root, progress=sys.stderr.isatty())
    build.write(folder)
    print(build.summary())
    print(f"Index in {folder / manifest.index}")
    return REMARKS if build.problems or build.questions else None


def _download(args: argparse.Namespace) -> int | None:
    from mffcnn_book.acquisition import download, plan_download

    manifest, folder = _open(args)
    target = args.to or folder / "files"
    plan = plan_download(manifest, Project.find().folder(MANIFESTS), target)
    print(plan.describe())
    if plan.todo:
        _confirm(args)
        download(plan, retries=args.retries, progress=sys.stderr.isatty())
    return _build_into(manifest, target, folder)


def _confirm(args: argparse.Namespace) -> None:
    if args.accept:
        return
    if not sys.stdin.isatty():
        raise DownloadError(
            f"{args.name}: expected your word on licence and terms, got nobody to ask. Read them "
            "above and run the command again with --accept."
        )
    answer = input("Do you accept licence and terms, and fetch so much? Type yes: ")
    if answer.strip().lower() != "yes":
        raise DownloadError(f"{args.name}: expected yes, got {answer!r}. Nothing was fetched.")


def _validate(args: argparse.Namespace) -> int | None:
    from mffcnn_core.datasets import open_dataset, validate

    data = open_dataset(*_open(args))
    answer = validate(data)
    found = {name: getattr(answer, name) for name in ("missing", "altered", "unreadable")}
    for what, names in found.items():
        for name in names:
            print(f"{what}: {name}")
    counts = ", ".join(f"{len(names)} {what}" for what, names in found.items())
    print(f"{data.manifest.title}: {len(data.clips)} clips, {counts}")
    return None if answer else REMARKS


def _model(args: argparse.Namespace) -> None:
    from mffcnn_core.faces import fetch_yunet

    print(f"Model in {fetch_yunet()} (sha256 checked; Apache-2.0)")
