"""The pages of the library: docstrings as they are written here, and two indexes from the code.

Types in our docstrings are words for people ("ndarray of uint8, shape (n, H, W, 3)").  A
word that names something public becomes a link, every other one stays a word.  An explicit
role that leads nowhere is still a warning.
"""

import dataclasses
import re
from importlib import import_module
from pkgutil import iter_modules

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.pycode import ModuleAnalyzer
from sphinx.util.docutils import SphinxDirective
from sphinx.util.nodes import make_refnode

from mffcnn_core.settings import Settings
from mffcnn_core.sources import PACKAGES

# commands, and what a command starts; the doctor is one
NOT_A_LIBRARY = {"mffcnn_book.cli", "mffcnn_book.doctor", "mffcnn_book.kernels"}


def shelves() -> list[str]:
    """Return the full names of the modules that hold the public names."""
    found = ["mffcnn_corpus"]  # one shelf; the other packages have one for each of their parts
    for package in ("mffcnn_core", "mffcnn_book"):
        parts = iter_modules(import_module(package).__path__, prefix=f"{package}.")
        found += [part.name for part in parts]
    return sorted(set(found) - NOT_A_LIBRARY)


def page_of(shelf: str) -> str:
    """Return the page that documents a shelf: named after its last part, without the prefix."""
    return f"book/api/{shelf.rpartition('.')[2].removeprefix('mffcnn_')}"


def settings_classes() -> list[tuple[str, type[Settings]]]:
    """Return every public settings record with its full name."""
    found = []
    for shelf in shelves():
        module = import_module(shelf)
        for name in getattr(module, "__all__", ()):
            thing = getattr(module, name)
            settings = isinstance(thing, type) and issubclass(thing, Settings)
            if settings and dataclasses.fields(thing):  # not what only others are made from
                found.append((f"{shelf}.{name}", thing))
    return found


def _tidy(app: Sphinx, what: str, name: str, obj, options, lines: list[str]) -> None:
    if what == "data":
        lines[:] = _comment_on(name)
    # Footnotes of several docstrings on one page would have the same numbers.
    lines[:] = [re.sub(r"^( *)\.\. \[\d+\] ", r"\1*  ", line) for line in lines]
    lines[:] = [re.sub(r"\[(\d+)\]_", r"[\1]", line) for line in lines]


def _comment_on(name: str) -> list[str]:
    """Return the text below a constant, wherever in its package it is defined.

    autodoc looks for it in the shelf only, and then takes the docstring of ``dict``.
    """
    shelf, _, constant = name.rpartition(".")
    inner = iter_modules(getattr(import_module(shelf), "__path__", ()), prefix=f"{shelf}.")
    for module in (shelf, *(found.name for found in inner)):
        analyzer = ModuleAnalyzer.for_module(module)
        analyzer.analyze()
        if ("", constant) in analyzer.attr_docs:
            return analyzer.attr_docs["", constant]
    return [""]


def _skip(app: Sphinx, what: str, name: str, obj, skip: bool, options) -> bool | None:
    # put there by scikit-learn, and by named tuples
    foreign = re.fullmatch(r"set_\w+_request", name)
    return True if foreign or str(obj.__doc__).startswith("Alias for field number") else None


def _resolve(app: Sphinx, env, node, contnode):
    if node.get("refdomain") != "py":
        return None
    target = node["reftarget"]
    last = target.rpartition(".")[2]
    named = [
        thing for name, thing in env.get_domain("py").objects.items()
        if name.rpartition(".")[2] == last and thing.objtype in ("class", "exception", "data")
    ]  # fmt: skip
    if len(named) == 1 and (target == last or target.startswith(PACKAGES)):
        (thing,) = named
        return make_refnode(app.builder, node["refdoc"], thing.docname, thing.node_id, contnode)
    written = "refwarn" in node  # by a role in a text, and not for a type
    return None if written and target.startswith(PACKAGES) else contnode


class Lister(SphinxDirective):
    """Lists as text of this page's own syntax."""

    def parsed(self, lines: list[str]) -> list[nodes.Node]:
        """Return lines of MyST as nodes."""
        return self.parse_text_to_nodes("\n".join(lines))


class ReadingIndex(Lister):
    """Every place of the paper that can be read in more than one way."""

    def run(self) -> list[nodes.Node]:
        """Return the table."""
        from mffcnn_book.experiments import READINGS

        lines = ["| Reading | Default | Other readings |", "|---|---|---|"]
        for reading in READINGS:
            others = "; ".join(one.value for one in reading.alternatives)
            lines.append(
                f"| {reading.name}, {reading.place}: {_link(reading.where)} "
                f"| {reading.default} | {others} |"
            )
        return self.parsed(lines)


class SettingsIndex(Lister):
    """Every settings record, its fields and their defaults."""

    def run(self) -> list[nodes.Node]:
        """Return a table for each record, without what it has from another one."""
        return self.parsed(settings_lines())


def settings_lines() -> list[str]:
    """Return a table for each settings record as MyST: two columns, which fit a phone."""
    names = {thing: full for full, thing in settings_classes()}
    lines = []
    for thing, full in sorted(names.items(), key=lambda item: item[1]):
        parents = [parent for parent in thing.__mro__[1:] if parent in names]
        told = {f.name: _default(f) for parent in parents[:1] for f in dataclasses.fields(parent)}
        rows = {f.name: _default(f) for f in dataclasses.fields(thing)}
        own = {name: value for name, value in rows.items() if told.get(name) != value}
        more = f", which has all of {_link(names[parents[0]])} and" if parents else ""
        lines += [f"{_link(full)}{more}:", "", "| Setting | Default |", "|---|---|"]
        lines += [f"| `{name}` | {value} |" for name, value in own.items()]
        lines.append("")
    return lines


def _short(full: str) -> str:
    """Return a full name without its package."""
    return full.partition(".")[2]


def _link(full: str) -> str:
    return f"{{py:obj}}`{_short(full)} <{full}>`"


def _default(field: dataclasses.Field) -> str:
    if field.default is not dataclasses.MISSING:
        value = field.default
    elif field.default_factory is not dataclasses.MISSING:
        value = field.default_factory()
    else:
        return "must be given"
    if dataclasses.is_dataclass(value):
        return f"its own defaults ({type(value).__name__})"
    return f"`{value!r}`".replace("|", r"\|")


def setup(app: Sphinx) -> dict:
    app.setup_extension("sphinx.ext.autodoc")
    app.add_directive("reading-index", ReadingIndex)
    app.add_directive("settings-index", SettingsIndex)
    app.connect("autodoc-process-docstring", _tidy, priority=300)
    app.connect("autodoc-skip-member", _skip)
    app.connect("missing-reference", _resolve)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
