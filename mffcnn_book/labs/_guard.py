"""What runs inside a student's kernel: keep the tests' tools as they were.

Its text is sent to the kernel, so it imports nothing of this package.  A program that says
``np.allclose = lambda *a, **k: True``, or ``draw = 3``, or ``sum = 0``, changes what a later
test means.  Before each test, functions and classes of the modules that the tests use, and the
names that given cells have made, are put back.
"""

import builtins
import importlib
import sys
import types

OWN = ("__class__", "input")  # `input` is the kernel's own, another one for each cell
HOOKS = ("ast_transformers", "input_transformers_cleanup", "input_transformers_post")


class Guard:
    """Remembers what tests stand on, and puts it back.

    Parameters
    ----------
    shell : IPython.core.interactiveshell.InteractiveShell
    modules : list of str
        What given cells import; with everything that belongs to the same packages it is guarded.
    """

    def __init__(self, shell, modules):
        for name in modules:
            importlib.import_module(name)
        self.shell = shell
        self.roots = {name.split(".")[0] for name in modules} | {"builtins", "math", "operator"}
        self.hooks = {name: list(getattr(shell, name)) for name in HOOKS}
        self.given = {}
        self.kept = []
        for module in [m for n, m in list(sys.modules.items()) if n.split(".")[0] in self.roots]:
            self._keep(module)
            for value in list(vars(module).values()):
                if isinstance(value, type) and value.__name__ == "Tensor":
                    self._keep(value)

    def _keep(self, place):
        if isinstance(getattr(place, "__dict__", None), dict | types.MappingProxyType):
            here = {n: v for n, v in vars(place).items() if callable(v) and n not in OWN}
            self.kept.append((place, here))

    def _is_own(self, value, before):
        """Say whether a library itself has wrapped its function, as some do when first used."""
        holds = [cell.cell_contents for cell in getattr(value, "__closure__", None) or ()]
        if not any(one is before for one in holds):
            return False
        roots = self.roots | {"IPython"}  # which wraps a function of pyplot
        loaded = [m for n, m in list(sys.modules.items()) if n.split(".")[0] in roots]
        return value.__code__.co_filename in {getattr(m, "__file__", None) for m in loaded}

    def remember(self, names):
        """Keep what a given cell or a test has just bound to these names."""
        self.given.update({n: self.shell.user_ns[n] for n in names if n in self.shell.user_ns})

    def restore(self, reads):
        """Put everything back; return what had been changed in the modules and in the shell.

        Parameters
        ----------
        reads : list of str
            Names that the test to come reads: a built-in among them is the built-in.
        """
        changed = []
        for place, kept in self.kept:
            now = vars(place)
            for name, value in kept.items():
                if now.get(name) is value:
                    continue
                # whose it is can be forged: it spares the remark, and nothing else
                own = self._is_own(now.get(name), value)
                setattr(place, name, value)
                if not own:
                    changed.append(f"{getattr(place, '__name__', '')}.{name}")
        space = self.shell.user_ns
        for name, value in self.given.items():
            if space.get(name) is not value:
                space[name] = value
        for name in reads:
            if name in space and name not in self.given and hasattr(builtins, name):
                del space[name]
        for name, kept in self.hooks.items():
            if list(getattr(self.shell, name)) != kept:
                getattr(self.shell, name)[:] = kept
                changed.append(name)
        self.shell.custom_exceptions = ()
        return changed
