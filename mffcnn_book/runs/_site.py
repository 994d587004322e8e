"""From executed notebooks and prose to the site.

The pages are not built where they are written.  A folder of this profile and data set
holds a mirror of the repository as far as the site needs it, with the executed notebooks
in place of the committed ones and the records of the results beside them.  Only what
differs is copied, so that Sphinx reads only the pages that changed.
"""

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from filecmp import cmp
from pathlib import Path

import yaml

from mffcnn_book.runs._crate import write_crate
from mffcnn_book.runs._record import RunRecord
from mffcnn_core.errors import BuildError, NotebookError
from mffcnn_core.files import write_json, write_json_if_new
from mffcnn_core.sources import PACKAGES

TOC = "book/_toc.yml"
RECORDS = "_records"
CITATION = "CITATION.cff"
# Its script may lie anywhere; this environment holds the module.
JUPYTER_BOOK = "from jupyter_book.cli.main import main; main()"
# A change to one of these changes every page, and Sphinx does not see all of them (it copies no
# static file, for instance, where no text has changed).
REBUILD_ALL = ("_config.yml", TOC, "book/_ext", "book/_static")


@dataclass(frozen=True)
class Site:
    """Where the parts of one build lie.

    Attributes
    ----------
    root : Path
        The repository.
    profile, dataset : str
        What the notebooks are run with.
    """

    root: Path
    profile: str
    dataset: str

    @property
    def folder(self) -> Path:
        """Everything that can be made again for this profile and data set."""
        return self.root / "_build" / self.profile / self.dataset

    @property
    def executed(self) -> Path:
        """Folder of the executed notebooks."""
        return self.folder / "executed"

    @property
    def source(self) -> Path:
        """Folder that Sphinx reads."""
        return self.folder / "source"

    @property
    def index(self) -> Path:
        """First page of the built site."""
        return self.folder / "_build" / "html" / "index.html"

    @property
    def stamp(self) -> Path:
        """Written when the site is complete, the file that says that it is up to date."""
        return self.folder / "site.json"

    @property
    def results(self) -> Path:
        """Folder of the results records and of the run records (``runs/``)."""
        return self.root / "results" / self.profile / self.dataset

    def record_of(self, notebook: str) -> Path:
        """Run record of a notebook, e.g. ``01_corpus``."""
        return self.results / "runs" / f"{notebook}.json"


def toc_notebooks(root: Path) -> list[str]:
    """Return the names of the notebooks that the book lists, e.g. ``01_corpus``, in order."""
    toc = yaml.safe_load((root / TOC).read_text(encoding="utf-8"))
    return [
        Path(page).name.removesuffix(".ipynb")
        for page in _files_of(toc)
        if page.startswith("notebooks/")
    ]


def _files_of(entry: Mapping) -> Iterator[str]:
    yield from (entry[key] for key in ("root", "file") if key in entry)
    for key in ("parts", "chapters", "sections"):
        for child in entry.get(key, ()):
            yield from _files_of(child)


def stage_site(site: Site) -> list[str]:
    """Bring the folder that Sphinx reads up to date and return what changed in it.

    A file with the same content is left alone, time stamp included; a file that no
    longer belongs there is removed.

    Returns
    -------
    list of str
        Paths relative to ``site.source``: new, different and removed files.

    Raises
    ------
    NotebookError
        If a notebook of the book has not been executed.
    """
    wanted = dict(_wanted(site))
    changed = []
    build = site.source / RECORDS / "build.json"
    if write_json_if_new(build, {"profile": site.profile, "dataset": site.dataset}):
        changed.append(f"{RECORDS}/build.json")
    for name, origin in wanted.items():
        target = site.source / name
        if not target.exists() or not cmp(origin, target, shallow=False):
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(origin, target)  # with a new time stamp, which Sphinx compares
            changed.append(name)
    for target in sorted(site.source.rglob("*")):
        name = target.relative_to(site.source).as_posix()
        if target.is_file() and name not in wanted and target != build:
            target.unlink()
            changed.append(name)
    return changed


def _wanted(site: Site) -> Iterator[tuple[str, Path]]:
    yield "_config.yml", site.root / "_config.yml"
    if (site.root / CITATION).is_file():
        yield CITATION, site.root / CITATION
    for path in sorted((site.root / "book").rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith("."):
            yield path.relative_to(site.root).as_posix(), path
    # pages show the library's own code (literalinclude), from the place where it lies for them
    for package in PACKAGES:
        for path in sorted((site.root / package).rglob("*.py")):
            yield path.relative_to(site.root).as_posix(), path
    for path in sorted((site.root / "data_manifests").glob("*.yaml")):  # a page lists them
        yield path.relative_to(site.root).as_posix(), path
    for notebook in toc_notebooks(site.root):
        path = site.executed / f"{notebook}.ipynb"
        if not path.is_file():
            raise NotebookError(
                f"{path}: expected the executed notebook, got no file. Run `mffcnn book`, "
                "which executes what is missing."
            )
        yield f"notebooks/{notebook}.ipynb", path
    for path in sorted(site.results.rglob("*.json")):
        yield f"{RECORDS}/{path.relative_to(site.results).as_posix()}", path


def stale_runs(site: Site) -> dict[str, str]:
    """Return the notebooks whose runs are older than their text or the library, with the reason.

    A notebook without a record is none of them: its page misses it by itself.
    """
    stale = {}
    for name in toc_notebooks(site.root):
        if site.record_of(name).is_file():
            record = RunRecord.read(site.record_of(name))
            if reason := record.staleness(site.root / "notebooks" / f"{name}.ipynb"):
                stale[name] = reason
    return stale


def build_site(site: Site) -> Path:
    """Stage and build the site; return its first page.

    Sphinx runs with warnings as errors, and reads only the pages whose source changed.

    Raises
    ------
    NotebookError
        If a notebook of the book has not been executed.
    BuildError
        If a page's numbers are older than what makes them, or the build fails; the message
        says which, or holds the warnings.
    """
    start = time.monotonic()
    if stale := stale_runs(site):
        lines = "\n".join(f"  {name}: {reason}." for name, reason in stale.items())
        raise BuildError(
            f"site: expected runs of the notebooks and the library as they are, got {len(stale)} "
            f"older:\n{lines}\n`mffcnn book` runs them again."
        )
    changed = stage_site(site)
    state = site.index.parents[1] / ".doctrees"
    gone = [name for name in changed if not (site.source / name).exists()]
    if gone or any(name.startswith(REBUILD_ALL) for name in changed):
        shutil.rmtree(state, ignore_errors=True)
        shutil.rmtree(site.index.parent, ignore_errors=True)
    command = [
        *(sys.executable, "-c", JUPYTER_BOOK, "build", str(site.source)),
        *("--path-output", str(site.folder), "--toc", str(site.source / TOC)),
        *("-W", "-n", "--keep-going"),
    ]
    done = subprocess.run(command, cwd=site.folder, capture_output=True, text=True)
    (site.folder / "site.log").write_text(done.stdout + done.stderr, encoding="utf-8")
    if done.returncode or not site.index.is_file():
        # Warnings of pages that were read are not repeated by the next build: forget them all.
        shutil.rmtree(state, ignore_errors=True)
        raise BuildError(
            f"site: expected a build without warnings, got exit code {done.returncode}.\n"
            f"{_what_went_wrong(done.stderr or done.stdout)}\n"
            f"The whole output is in {site.folder / 'site.log'}."
        )
    write_crate(
        site.index.parent,
        root=site.root,
        results=site.results,
        profile=site.profile,
        dataset=site.dataset,
    )
    pages = sorted(p.relative_to(site.source).as_posix() for p in _pages(site))
    write_json(site.stamp, {"pages": pages, "seconds": round(time.monotonic() - start, 1)})
    return site.index


def _pages(site: Site) -> Iterator[Path]:
    """Yield the pages among the staged files; a notebook that is only offered is none."""
    toc = yaml.safe_load((site.source / TOC).read_text(encoding="utf-8"))
    for name in _files_of(toc):
        for suffix in ("", ".md", ".ipynb"):  # the suffix may be left out
            if (path := site.source / f"{name}{suffix}").is_file():
                yield path


def _what_went_wrong(output: str, lines: int = 30) -> str:
    found = [line for line in output.splitlines() if line.strip()]
    marked = [line for line in found if "WARNING" in line or "ERROR" in line]
    return "\n".join(marked or found[-lines:])
