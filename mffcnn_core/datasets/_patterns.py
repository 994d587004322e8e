"""Regular expressions of a manifest, which may come from a stranger: each has its time."""

import re
from dataclasses import dataclass, field
from typing import Any

from mffcnn_core.errors import ManifestError
from mffcnn_core.inputs import PATTERN_SECONDS


@dataclass(frozen=True)
class PathPattern:
    """A regular expression for paths; case is ignored, and so is white space in it.

    An expression such as ``(a+)+b`` can take longer than anybody lives to say that a path does
    not fit, and Python's own ``re`` cannot be stopped.

    Attributes
    ----------
    text : str

    Raises
    ------
    ValueError
        If it is no regular expression.
    """

    text: str
    _compiled: Any = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        import regex  # not at the top: most of what imports this reads no manifest

        try:
            compiled = regex.compile(self.text, regex.VERBOSE | regex.IGNORECASE)
        except regex.error as error:
            raise ValueError(
                f"expected a regular expression, got a syntax error: {error}"
            ) from error
        object.__setattr__(self, "_compiled", compiled)

    @property
    def groups(self) -> set[str]:
        """The names of its groups."""
        return set(self._compiled.groupindex)

    def fits(self, path: str) -> dict[str, str] | None:
        """Return what the groups of the expression are in a path; None if it does not fit."""
        found = self._compared("fullmatch", path)
        return None if found is None else found.groupdict("")

    def occurs_in(self, path: str) -> bool:
        """Say whether the expression occurs anywhere in a path."""
        return self._compared("search", path) is not None

    def _compared(self, how: str, path: str) -> re.Match[str] | None:
        try:
            found: re.Match[str] | None = getattr(self._compiled, how)(
                path, timeout=PATTERN_SECONDS
            )
        except TimeoutError as error:
            raise ManifestError(
                f"{self.text}: expected an expression that is compared with a path in at most "
                f"{PATTERN_SECONDS:g} s, got none for {path}. Repeat no group that repeats itself."
            ) from error
        return found
