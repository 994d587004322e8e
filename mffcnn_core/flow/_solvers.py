"""The solver of a flow method, by name."""

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from mffcnn_core.errors import ParameterError
from mffcnn_core.registry import Registry
from mffcnn_core.settings import did_you_mean

FlowSolver = Callable[[np.ndarray, np.ndarray], np.ndarray]

METHODS = Registry("mffcnn_core.flow.methods", "method")
"""Method name -> the function that makes its solver; its docstring explains the options."""


def make_solver(method: str, **options: Any) -> FlowSolver:
    """Return the solver of a method, or say which name or option is unknown.

    Parameters
    ----------
    method : str
        A key of :data:`METHODS`.
    **options
        The method's own keyword arguments.

    Raises
    ------
    ParameterError
        If the method or an option is not known.
    """
    make = METHODS[method]
    known = list(inspect.signature(make).parameters)
    for name in options:
        if name not in known:
            raise ParameterError(
                f"method {method!r}: expected known options, got {name!r}. "
                f"{did_you_mean(name, known)}"
            )
    return make(**options)
