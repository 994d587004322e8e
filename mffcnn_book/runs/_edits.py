"""Edits that keep an old date, as ``rsync -t``, ``cp -p`` and archives leave them.

Snakemake compares dates.  So what differs by its content from the last run, but is older
than that, gets the date of now.
"""

import os
import time
from collections.abc import Iterator
from pathlib import Path

from mffcnn_book.runs._site import Site
from mffcnn_core.errors import RecordError
from mffcnn_core.files import read_json, sha256_of_file, write_json

_PARTS = (
    *("mffcnn_core/**/*.py", "mffcnn_corpus/**/*.py", "mffcnn_book/**/*.py"),
    *("notebooks/*.ipynb", "notebooks/profiles/*.yaml", "data_manifests/*", "data/*/index.csv"),
    *("book/**/*", "_config.yml", "CITATION.cff", "results/reference/**/*.json"),
    "results/benchmarks/*.json",
)


def date_old_edits(site: Site) -> list[str]:
    """Give the date of now to what has changed since the last run and is dated before it.

    Parameters
    ----------
    site : Site

    Returns
    -------
    list of str
        Those files, relative to the project.
    """
    path = site.folder / "sources.json"
    try:
        before = read_json(path)
        known, last = dict(before["sums"]), float(before["time"])
    except (RecordError, KeyError, TypeError, ValueError):  # the first run, or damaged
        known, last = {}, 0.0
    sums = {file.relative_to(site.root).as_posix(): sha256_of_file(file) for file in _files(site)}
    dated = [
        name
        for name, value in sums.items()
        if value != known.get(name) and (site.root / name).stat().st_mtime <= last
    ]
    for name in dated:
        os.utime(site.root / name)
    write_json(path, {"sums": sums, "time": time.time()})
    return dated


def _files(site: Site) -> Iterator[Path]:
    for part in _PARTS:
        for path in sorted(site.root.glob(part)):
            if path.is_file() and "__pycache__" not in path.parts:
                yield path
