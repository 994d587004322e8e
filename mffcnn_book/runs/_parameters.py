"""The parameters that a notebook declares: names, types, defaults and plain help."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import papermill

from mffcnn_core.errors import NotebookError, ParameterError
from mffcnn_core.settings import did_you_mean

LINE = "`name: type = default  # plain help`, with no further `=`"

_FROM_TEXT = {
    "bool": lambda text: {"true": True, "false": False}[text.lower()],
    "int": int,
    "float": float,
    "str": str,
}
_INSTANCES = {"bool": bool, "int": int, "float": (int, float), "str": str}
TYPES = (*_FROM_TEXT, *(f"list[{name}]" for name in _FROM_TEXT))


@dataclass(frozen=True)
class Parameter:
    """One line of a notebook's parameters cell.

    Attributes
    ----------
    name : str
    type : str
        ``bool``, ``int``, ``float``, ``str``, or a list of one of them, e.g. ``list[int]``.
    default : object
        A default of None says that the parameter may be None.
    help : str
    """

    name: str
    type: str
    default: Any
    help: str = ""

    def convert(self, value: object) -> Any:
        """Return ``value`` as the parameter's type; text, as a command line has it, is read.

        Raises
        ------
        ParameterError
            If the value neither is of the type nor is text that says one.

        Examples
        --------
        >>> Parameter("window", "int", 20).convert("12")
        12
        >>> Parameter("seeds", "list[int]", [0]).convert("0, 1, 2")
        [0, 1, 2]
        """
        if self.default is None and value in (None, "None", "null"):
            return None
        try:
            return _convert(value, self.type)
        except (KeyError, TypeError, ValueError) as error:
            about = f" ({self.help})" if self.help else ""
            raise ParameterError(
                f"{self.name}: expected {self.type}, got {value!r}. "
                f"The default is {self.default!r}{about}."
            ) from error


def _convert(value: Any, kind: str) -> Any:
    if kind.startswith("list["):
        if isinstance(value, str):  # 1,2 or [1, 2]
            inside = value.strip().removeprefix("[").removesuffix("]")
            value = [part.strip().strip("'\"") for part in inside.split(",") if part.strip()]
        if not isinstance(value, list | tuple):
            raise TypeError
        return [_convert(part, kind[5:-1]) for part in value]
    if isinstance(value, str):
        return _FROM_TEXT[kind](value)
    if isinstance(value, bool) != (kind == "bool") or not isinstance(value, _INSTANCES[kind]):
        raise TypeError
    return float(value) if kind == "float" else value


def read_parameters(path: Path | str) -> dict[str, Parameter]:
    """Read what a notebook's cell tagged ``parameters`` declares, in its order.

    papermill finds the names and the help; what it would pass over in silence (a
    second ``=``, a type with ``|``, code that is no assignment) is refused here.

    Parameters
    ----------
    path : Path or str
        A notebook. Without a tagged cell it has no parameters.

    Raises
    ------
    NotebookError
        If there is no such notebook, or its parameters cell breaks the rule of one
        ``name: type = default  # plain help`` a line.
    """
    path = Path(path)
    cell = _parameters_cell(path)
    if cell is None:
        return {}
    try:
        help_of = {
            name: found["help"]
            for name, found in papermill.inspect_notebook(without_fields(path)).items()
        }
    except ValueError as error:  # papermill: no kernel name
        raise NotebookError(
            f"{path}: expected metadata that name the kernel python3, got none ({error}). "
            "Open and save the notebook in Jupyter once."
        ) from error
    try:
        statements = ast.parse(cell.source).body
    except SyntaxError as error:
        raise _line_error(path, cell, error.lineno or 1) from error
    found = [_declared(path, cell, statement, help_of) for statement in statements]
    return {parameter.name: parameter for parameter in found}


def without_fields(path: Path) -> str:
    """Return a path as papermill must be given it, which reads ``{name}`` as a field."""
    return str(path).replace("{", "{{").replace("}", "}}")


def _parameters_cell(path: Path) -> nbformat.NotebookNode | None:
    try:
        notebook = nbformat.read(path, as_version=4)
    except FileNotFoundError as error:
        near = sorted(other.name for other in path.parent.glob("*.ipynb"))
        hint = did_you_mean(path.name, near) if near else "There is no notebook in that folder."
        raise NotebookError(f"{path}: expected a notebook, got no file. {hint}") from error
    except (nbformat.reader.NotJSONError, nbformat.ValidationError, OSError) as error:
        reason = str(error).splitlines()[0][:100]
        raise NotebookError(
            f"{path}: expected a Jupyter notebook, got something else ({reason}). "
            "Check that the path ends in the right .ipynb file."
        ) from error
    tagged = [cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", [])]
    return tagged[0] if tagged else None


def _line_error(path: Path, cell: nbformat.NotebookNode, number: int) -> NotebookError:
    line = cell.source.splitlines()[number - 1].strip()
    return NotebookError(
        f"{path}: expected {LINE}, got {line!r} in line {number} of the parameters cell. "
        "Write one described parameter a line."
    )


def _declared(
    path: Path, cell: nbformat.NotebookNode, statement: ast.stmt, help_of: Mapping[str, str]
) -> Parameter:
    match statement:
        case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
            kind = ast.unparse(statement.annotation)
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            kind = ""
        case _:
            raise _line_error(path, cell, statement.lineno)
    if name not in help_of:
        raise _line_error(path, cell, statement.lineno)
    try:
        default = ast.literal_eval(value)
    except ValueError as error:
        raise _line_error(path, cell, statement.lineno) from error
    parameter = Parameter(name, kind or type(default).__name__, default, help_of[name])
    if parameter.type not in TYPES:
        raise NotebookError(
            f"{path}: expected a type among {', '.join(TYPES)}, got {parameter.type} "
            f"for the parameter {name}. Change its line in the parameters cell."
        )
    try:
        parameter.convert(default)
    except ParameterError as error:
        raise NotebookError(f"{path}: in the parameters cell, {error}") from error
    return parameter


def check_parameters(
    values: Mapping[str, Any], declared: Mapping[str, Parameter], *, notebook: Path | str
) -> dict[str, Any]:
    """Return the given values converted to the types that the notebook declares.

    Raises
    ------
    ParameterError
        If a name is not declared (with the nearest one that is), or a value does not
        fit its type.
    """
    for name in values:
        if name not in declared:
            hint = did_you_mean(name, list(declared)) if declared else "It declares none."
            raise ParameterError(
                f"{notebook}: expected a parameter of the notebook, got {name!r}. {hint}"
            )
    return {name: declared[name].convert(value) for name, value in values.items()}


def without_sections(
    profile: Mapping[str, Any], declared: Mapping[str, Parameter]
) -> dict[str, Any]:
    """Return a profile without its sections, which configure the library and not a notebook.

    A section is a mapping under a name that the notebook does not declare; an unknown
    name with any other value stays, for :func:`check_parameters` to refuse.

    Examples
    --------
    >>> without_sections({"profile": "smoke", "corpus": {"subjects": 3}}, {})
    {'profile': 'smoke'}
    """
    return {
        name: value
        for name, value in profile.items()
        if name in declared or not isinstance(value, Mapping)
    }
