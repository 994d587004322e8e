"""What is current: the source files that a result depends on, found by following imports.

A result is stale when code that made it has changed, and only then.  That code is the import
closure of an entry point, for instance of the function that prepares a clip.  It is computed
from the syntax of the files, so that nothing is imported to find out:

* ``from mffcnn_core.flow import estimate_flow`` leads to the module that defines
  ``estimate_flow``, and not to everything else on that shelf;
* what is chosen by a name at run time (a flow method, a detector, a baseline) is imported by
  its name and so is in no closure: whoever chooses it names its module as an entry as well.
"""

import ast
import hashlib
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from mffcnn_core.errors import RecordError

PACKAGES = ("mffcnn_core", "mffcnn_corpus", "mffcnn_book")
"""The packages that imports are followed into; libraries are identified by their versions."""


METHODS = "mffcnn.recognisers"
"""The entry points by which packages add methods; imports are followed into these as well."""


def code_fingerprint(*entries: Any) -> str:
    """Return a sha256 over the source files that entry points depend on.

    What a program has made is stale when the program changes; keys of stored files therefore
    hold this fingerprint beside the settings.

    Parameters
    ----------
    *entries : str, function or class
        See :func:`sources_of`.
    """
    digest = hashlib.sha256()
    for name, path in sources_of(*entries).items():
        digest.update(f"{name}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def sources_of(*entries: Any) -> dict[str, Path]:
    """Return the modules in the import closure of entry points, and their files.

    Parameters
    ----------
    *entries : str, function or class
        The dotted name of a module or package, or a thing that is defined in one.  A package
        stands for all modules below it.

    Returns
    -------
    dict of str to Path
        Sorted by name; only modules of :data:`PACKAGES`, and of packages that add methods.

    Raises
    ------
    RecordError
        If an entry is not a module of ours.
    """
    wanted: list[str] = []
    for entry in entries:
        name = entry if isinstance(entry, str) else entry.__module__
        path = _file_of(name)
        if path is None:
            raise RecordError(
                f"{name}: expected a module of {', '.join(PACKAGES)}, got none. "
                "Name the module that makes the result."
            )
        wanted.append(name)
        if path.name == "__init__.py":
            wanted += _below(name, path)
    found: dict[str, Path] = {}
    while wanted:
        name = wanted.pop()
        path = _file_of(name)
        if name not in found and path is not None:
            found[name] = path
            wanted += imports_of(path, path.stat().st_mtime_ns, path.stat().st_size)
    return dict(sorted(found.items()))


@lru_cache(maxsize=4096)
def imports_of(path: Path, changed: int, size: int) -> tuple[str, ...]:
    """Return the modules of ours that a source file imports, anywhere in it.

    Parameters
    ----------
    path : Path
    changed, size : int
        Of the file: what is known of an older version of it is not used.
    """
    return imported_by(path.read_text(encoding="utf-8"))


def imported_by(source: str) -> tuple[str, ...]:
    """Return the modules of ours that Python source imports, anywhere in it."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found += [one.name for one in node.names if _file_of(one.name)]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found += [home for one in node.names if (home := _home_of(node.module, one.name))]
    return tuple(dict.fromkeys(found))


def _home_of(module: str, name: str) -> str | None:
    """Return the module that ``from module import name`` takes the name from, if it is ours."""
    path = _file_of(module)
    if path is None or _file_of(f"{module}.{name}"):
        return path and f"{module}.{name}"
    if path.name != "__init__.py":
        return module
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ImportFrom) and node.module:
            for one in node.names:
                if (one.asname or one.name) == name:
                    return _home_of(node.module, one.name)
    return module  # the shelf defines it itself


def _below(package: str, path: Path) -> Iterator[str]:
    for source in sorted(path.parent.rglob("*.py")):
        parts = source.relative_to(path.parent).with_suffix("").parts
        yield ".".join([package, *(part for part in parts if part != "__init__")])


def _file_of(name: str) -> Path | None:
    """Return the file of a module of ours; nothing is imported."""
    top, *rest = name.split(".")
    folder = _folder_of(top) if top in PACKAGES or top in _adding_methods() else None
    if folder is None:
        return None
    inner = folder.joinpath(*rest)
    for path in (inner / "__init__.py", inner.with_suffix(".py")):
        if path.is_file():
            return path
    return None


@cache
def _adding_methods() -> frozenset[str]:
    return frozenset(one.module.partition(".")[0] for one in entry_points(group=METHODS))


@cache
def _folder_of(package: str) -> Path | None:
    spec = find_spec(package)
    return Path(spec.origin).parent if spec is not None and spec.origin else None
