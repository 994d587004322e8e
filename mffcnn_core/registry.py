"""Things on offer by name, each in a module of its own."""

from collections.abc import Iterator, Mapping
from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules
from typing import Any

from mffcnn_core.settings import check_choice


class Registry(Mapping[str, Any]):
    """What the modules of one package offer, by the names of the modules.

    To add one is to add its module.  A module is imported when its name is asked for, so that
    nothing depends on what nobody chose (see :mod:`mffcnn_core.sources`).

    Parameters
    ----------
    package : str
        Dotted name; each of its modules defines ``OFFER``, the thing itself.
    kind : str
        What the things are called in a message, e.g. ``"flow method"``.
    """

    def __init__(self, package: str, kind: str) -> None:
        self.package, self.kind = package, kind

    def __getitem__(self, name: str) -> Any:
        return import_module(self.module(name)).OFFER

    def __iter__(self) -> Iterator[str]:
        spec = find_spec(self.package)
        return iter(sorted(one.name for one in iter_modules(spec.submodule_search_locations)))

    def __len__(self) -> int:
        return len(list(iter(self)))

    def module(self, name: str) -> str:
        """Return the dotted name of the module that offers a thing.

        Raises
        ------
        ParameterError
            If there is none of that name.
        """
        check_choice(self.kind, name, self)
        return f"{self.package}.{name}"
