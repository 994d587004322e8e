"""Build the index of a copy of a data set; every file of it is accounted for."""

from collections import Counter, defaultdict
from pathlib import Path, PurePosixPath

from tqdm.std import tqdm

from mffcnn_book.acquisition._build import Build
from mffcnn_book.acquisition._facts import Reader, UnusableClip, plain, read_labels
from mffcnn_book.acquisition._features import build_features
from mffcnn_book.acquisition._people import questions, told
from mffcnn_book.acquisition._scan import LeftOut, looks_like_video, scan
from mffcnn_core.datasets import Clip, Layout, Manifest, PathPattern
from mffcnn_core.errors import ManifestError, ParameterError
from mffcnn_core.files import VIDEO_SUFFIXES, sha256_of_path

_LFS = b"version https://git-lfs"


def build_index(manifest: Manifest, root: Path | str, *, progress: bool = False) -> Build:
    """Look through a copy of a data set and make its index.

    Every file is accounted for: a clip, left out with a reason, or counted by its ending.

    Parameters
    ----------
    manifest : Manifest
        With a layout.
    root : Path or str
        Folder of the copy.
    progress : bool
        Show a progress bar while checksums are computed.

    Raises
    ------
    ParameterError
        If the data set is one that this project renders.
    ManifestError
        If there is no such folder, it is another data set, or a sheet of labels is missing
        or cannot be read.
    """
    if manifest.layout is None:
        raise ParameterError(
            f"{manifest.name}: expected a data set with a layout, got one that is rendered. "
            f"{manifest.how_to_get}"
        )
    root = Path(root)
    files, left_out = scan(root)
    reader = Reader(manifest, root, files)
    _refuse(reader, root, files)
    if manifest.layout.kind == "features":
        return build_features(reader, root, files, left_out)
    candidates, other_files, wrong = _candidates(manifest.layout, root, files)
    left_out += wrong
    reader.labels = read_labels(manifest.layout, root, candidates, reader.known)
    notes = list(reader.labels.notes)
    found: dict[str, dict[str, str]] = {}
    for path in candidates:
        try:
            facts = reader.facts(path)
            if doubt := reader.doubt(facts):
                notes.append(f"{path}: {doubt}")
            facts["expression"] = reader.expression(facts)
        except UnusableClip as why:
            left_out.append(LeftOut(path, str(why), why.meant))
        else:
            found[path] = facts
    left_out += _copies(manifest.layout, found)
    sums, unreadable = _checksums(root, found, progress)
    left_out += unreadable
    left_out += _same_bytes(found, sums)
    gone = {one.path for one in left_out}
    kept = {path: facts for path, facts in found.items() if path in sums and path not in gone}
    names = _names(kept)
    guessed = {path: facts for path, facts in kept.items() if "guessed" in facts}
    notes += [told(guessed)] if guessed else []
    sure = {facts["subject"] for path, facts in kept.items() if path not in guessed}
    clips = tuple(
        Clip(
            clip=names[path],
            path=path,
            subject=plain(facts["subject"]),
            expression=facts["expression"],
            sha256=sums[path],
            attributes={name: facts.get(name, "") for name in reader.attributes},
        )
        for path, facts in kept.items()
    )
    left_out.sort(key=lambda one: (one.path, one.reason))
    return Build(
        manifest, root, clips, tuple(left_out), other_files, tuple(notes), questions(guessed, sure)
    )


def _refuse(reader: Reader, root: Path, files: list[str]) -> None:
    for text, reason in reader.layout.refuse.items():
        sign = PathPattern(text)
        hit = next((path for path in files if sign.occurs_in(path)), None)
        if hit is not None:
            raise ManifestError(f"{root}: expected no other data set in it, got {hit}: {reason}.")


def _candidates(
    layout: Layout, root: Path, files: list[str]
) -> tuple[list[str], dict[str, int], list[LeftOut]]:
    """Return paths that may be clips, counts of other files, and videos of a foreign kind."""
    candidates: dict[str, None] = {}
    other: Counter[str] = Counter()
    wrong = []
    for path in files:
        parts = PurePosixPath(path)
        suffix = parts.suffix.lower()
        if suffix in layout.endings:
            candidates[path if layout.kind == "videos" else str(parts.parent)] = None
        elif suffix in VIDEO_SUFFIXES:
            wrong.append(LeftOut(path, f"a video, but not {' or '.join(layout.endings)}"))
        elif _is_video(root / path):
            told = "a video by its content, but not by its name; let it end in"
            wrong.append(LeftOut(path, f"{told} {layout.endings[0]} or what it is"))
        else:
            other[suffix or "without ending"] += 1
    return list(candidates), dict(other), wrong


def _is_video(path: Path) -> bool:
    try:
        return looks_like_video(path)
    except OSError:  # it is counted as one of the other files
        return False


def _copies(layout: Layout, found: dict[str, dict[str, str]]) -> list[LeftOut]:
    """Of the copies of one take, leave out all but the preferred one."""
    if not layout.take:
        return []
    takes = defaultdict(list)
    for path, facts in found.items():
        takes[tuple(plain(facts[name]) for name in layout.take)].append(path)

    def rank(path: str) -> tuple:
        order = []
        for name, values in layout.prefer.items():
            best = [plain(value) for value in values]
            value = plain(found[path][name])
            order.append(best.index(value) if value in best else len(best))
        return (*order, path)

    left_out = []
    for paths in takes.values():
        best, *rest = sorted(paths, key=rank)
        for path in rest:
            reason = "a second copy of a take that is there already"
            left_out.append(LeftOut(path, reason, meant=True))
            found[path]["copy_of"] = best
    return left_out


def _checksums(
    root: Path, found: dict[str, dict[str, str]], progress: bool
) -> tuple[dict[str, str], list[LeftOut]]:
    sums, left_out = {}, []
    todo = [path for path, facts in found.items() if "copy_of" not in facts]
    for path in tqdm(todo, desc="checksums", unit="clip", disable=not progress):
        try:
            if hollow := _hollow(root / path):
                left_out.append(LeftOut(path, hollow))
            else:
                sums[path] = sha256_of_path(root / path)
        except OSError as error:
            left_out.append(LeftOut(path, f"cannot be read ({error.strerror})"))
    return sums, left_out


def _hollow(path: Path) -> str:
    """Say why a file holds no video though it has the name of one; empty if it may hold one."""
    if path.is_dir():
        return ""
    with path.open("rb") as file:
        head = file.read(len(_LFS))
    if not head:
        return "an empty file (0 bytes); copy it again"
    return "a pointer of git-lfs instead of the file; run `git lfs pull`" if head == _LFS else ""


def _same_bytes(found: dict[str, dict[str, str]], sums: dict[str, str]) -> list[LeftOut]:
    """Leave out what is there twice: it would stand in training and test, or with two labels."""
    by_sum = defaultdict(list)
    for path, value in sums.items():
        by_sum[value].append(path)
    left_out = []
    for paths in by_sum.values():
        first, *rest = sorted(paths, key=lambda path: (len(path), path))  # "a (1).mp4" is the copy
        facts = {
            (plain(found[path]["subject"]), found[path]["expression"]) for path in (first, *rest)
        }
        if len(facts) == 1:
            reason = f"the same bytes as {first}"
            left_out += [LeftOut(path, reason) for path in rest]
        else:
            reason = "the same bytes under several people or expressions; which is right?"
            left_out += [LeftOut(path, reason) for path in (first, *rest)]
    return left_out


def _names(found: dict[str, dict[str, str]]) -> dict[str, str]:
    """Name clips by the part of the path that the layout describes; by all of it if need be."""

    def name(path: str, ending: bool) -> str:
        parts = PurePosixPath(path)
        text = path if ending else str(parts.with_suffix(""))
        return text.replace("/", "__").replace(" ", "_")

    short = {path: name(facts["own_"], ending=False) for path, facts in found.items()}
    times = Counter(short.values())
    return {
        path: value if times[value] == 1 else name(path, ending=True)
        for path, value in short.items()
    }
