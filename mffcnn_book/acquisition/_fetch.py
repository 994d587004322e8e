"""Download an open data set: size told first, resumed, checked, and unpacked with care."""

import contextlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tqdm.std import tqdm

from mffcnn_book.acquisition._transfer import TIMEOUT, Resuming, part_of
from mffcnn_book.acquisition._unpack import unpack
from mffcnn_core.datasets import DownloadFile, Manifest, read_sheet
from mffcnn_core.errors import DownloadError, ManifestError
from mffcnn_core.files import read_json, write_json

if TYPE_CHECKING:
    import requests


@dataclass(frozen=True)
class DownloadPlan:
    """What is to be fetched, from where, and how large it is.

    Attributes
    ----------
    manifest : Manifest
    folder : Path
        Where the files go.
    files : tuple of DownloadFile
    """

    manifest: Manifest
    folder: Path
    files: tuple[DownloadFile, ...]

    @property
    def todo(self) -> tuple[DownloadFile, ...]:
        """Files that are not there in full; whether their bytes are right is checked later."""
        return tuple(one for one in self.files if not self._is_done(one))

    def _is_done(self, one: DownloadFile) -> bool:
        path = self.folder / one.file
        if path.is_file() and path.stat().st_size == one.size:
            return not self.manifest.downloads.unpack
        marker = _marker(path)
        if not (self.manifest.downloads.unpack and marker.is_file()):
            return False
        members = read_json(marker)
        return all(
            (self.folder / name).is_file() and (self.folder / name).stat().st_size == size
            for name, size in members.items()
        )

    @property
    def bytes_left(self) -> int:
        """Bytes still to be fetched, less the halves of files that are there."""
        paths = [self.folder / one.file for one in self.todo]
        there = [path for one in paths for path in (one, part_of(one)) if path.is_file()]
        left = sum(one.size for one in self.todo) - sum(path.stat().st_size for path in there)
        return max(0, left)

    @property
    def bytes_needed(self) -> int:
        """Free space that is needed; an archive lies beside what comes out of it for a while."""
        largest = max((one.size for one in self.todo), default=0)
        return self.bytes_left + (largest if self.manifest.downloads.unpack else 0)

    def describe(self) -> str:
        """Say what will be fetched and what its owners ask for."""
        manifest, total = self.manifest, sum(one.size for one in self.files)
        return "\n".join(
            [
                f"{manifest.title}: {len(self.files)} files, {_size(total)} in all; "
                f"{len(self.todo)} files, {_size(self.bytes_left)} still to fetch into "
                f"{self.folder}",
                f"Licence: {manifest.licence}",
                f"Terms: {manifest.terms}",
                f"Cite: {manifest.citation}",
                f"Page: {manifest.homepage}",
            ]
        )


def plan_download(manifest: Manifest, manifests: Path | str, folder: Path | str) -> DownloadPlan:
    """Work out what is to be fetched; nothing is fetched yet.

    Parameters
    ----------
    manifest : Manifest
    manifests : Path or str
        Folder of the manifest, which holds its table of files.
    folder : Path or str
        Where the files go.

    Raises
    ------
    DownloadError
        If the data set is not open to downloads.
    ManifestError
        If the table of files is faulty.
    """
    downloads = manifest.downloads
    if downloads is None:
        raise DownloadError(
            f"{manifest.name}: expected a data set that can be downloaded, got one that cannot. "
            f"{manifest.how_to_get}"
        )
    files = list(downloads.files)
    if downloads.table:
        files += _table(Path(manifests) / downloads.table, downloads.base_url)
    return DownloadPlan(manifest, Path(folder), tuple(files))


def _table(path: Path, base_url: str) -> Iterator[DownloadFile]:
    names = ("path", "sha256", "size")
    sheet = read_sheet(path, {name: (name,) for name in names}, names)
    for number, row in sheet.rows:
        try:
            yield DownloadFile(
                file=row["path"],
                url=base_url + row["path"],
                sha256=row["sha256"],
                size=int(row["size"]),
            )
        except ValueError as error:  # pydantic's is one
            raise ManifestError(
                f"{path}, line {number}: expected a path, a sha256 and a size, got {row}."
            ) from error


def download(plan: DownloadPlan, *, retries: int = 5, progress: bool = False) -> None:
    """Fetch what is missing; a call that was cut off resumes where it stopped.

    Every file is compared with its checksum before it gets its name.  Archives are unpacked
    into the folder and then deleted.

    Parameters
    ----------
    plan : DownloadPlan
    retries : int
        Further attempts for a file whose transfer breaks or whose checksum is wrong.
    progress : bool
        Show a progress bar.

    Raises
    ------
    DownloadError
        If there is too little space, a file cannot be had, it is another file than told, or
        an archive is damaged or unsafe.
    """
    import pooch
    import requests

    todo = plan.todo
    plan.folder.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(plan.folder).free
    if plan.bytes_needed > free:
        raise DownloadError(
            f"{plan.folder}: expected {_size(plan.bytes_needed)} of free space, got "
            f"{_size(free)}. Choose a folder on another disk."
        )
    total = sum(one.size for one in todo)
    bar = tqdm(total=total, desc="downloading", unit="B", unit_scale=True, disable=not progress)
    with bar, requests.Session() as session:
        sums = _checksums(plan, session)
        for one in todo:
            target = plan.folder / one.file
            keeper = pooch.create(
                path=plan.folder,
                base_url="",
                registry={one.file: sums[one.file]},
                urls={one.file: one.url},
                retry_if_failed=retries,
            )
            with _told(one):
                keeper.fetch(one.file, downloader=Resuming(one, target, session, bar))
            if plan.manifest.downloads.unpack:
                write_json(_marker(target), unpack(target, plan.folder))
                target.unlink()


@contextlib.contextmanager
def _told(one: DownloadFile) -> Iterator[None]:
    """Turn what pooch and requests raise after the last attempt into one error."""
    import pooch

    level = pooch.get_logger().level
    pooch.get_logger().setLevel("WARNING")
    try:
        yield
    except (OSError, ValueError) as error:  # requests' errors are OSErrors, pooch's ValueErrors
        raise DownloadError(
            f"{one.url}: expected the file {one.file} of {one.size} bytes, got {error}. Run the "
            "same command again: what is there is kept."
        ) from error
    finally:
        pooch.get_logger().setLevel(level)


def _checksums(plan: DownloadPlan, session: "requests.Session") -> dict[str, str]:
    """Return a checksum for every file; the server of the record names those that we do not."""
    sums = {one.file: f"sha256:{one.sha256}" for one in plan.files if one.sha256}
    bare = [one for one in plan.todo if not one.sha256]
    if bare:
        url = plan.manifest.downloads.checksums
        try:
            answer = session.get(url, timeout=TIMEOUT)
            answer.raise_for_status()
            told = {file["key"]: file["checksum"] for file in answer.json()["files"]}
            sums |= {one.file: told[one.file] for one in bare}
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise DownloadError(
                f"{url}: expected the checksums of {len(bare)} files, got none ({error}). Try "
                "again later; files are not accepted unchecked."
            ) from error
    return sums


def _marker(path: Path) -> Path:
    """Return the file that says what came out of an archive."""
    return path.with_name(f".{path.name}.json")


def _size(count: int) -> str:
    for unit in ("B", "kB", "MB"):
        if count < 1000:
            return f"{count:.3g} {unit}"
        count /= 1000
    return f"{count:.3g} GB"
