"""Settings: frozen records with the paper's values as defaults."""

import dataclasses
import difflib
from collections.abc import Mapping
from typing import Any, Self

from mffcnn_core.errors import ParameterError


def did_you_mean(name: str, known: list[str]) -> str:
    """Return a sentence that offers the nearest known name, or lists all of them.

    Examples
    --------
    >>> did_you_mean("windw", ["window", "size"])
    "Did you mean 'window'?"
    """
    near = difflib.get_close_matches(name, known, n=1)
    return f"Did you mean {near[0]!r}?" if near else f"Known: {', '.join(sorted(known))}."


def merged(base: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return settings with changes; a mapping changes what a mapping says, or fills None.

    Examples
    --------
    >>> merged({"dbn": {"hidden": [8]}, "size": 64}, {"dbn": {"finetune": "none"}})
    {'dbn': {'hidden': [8], 'finetune': 'none'}, 'size': 64}
    """
    result = dict(base)
    for name, value in changes.items():
        if isinstance(value, Mapping):
            value = merged(result.get(name) or {}, value)
        result[name] = value
    return result


@dataclasses.dataclass(frozen=True, kw_only=True)
class Settings:
    """Base of every settings record.

    A subclass is a frozen, keyword-only dataclass; it checks its own values in
    ``__post_init__`` and raises :class:`~mffcnn_core.errors.ParameterError`.
    """

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Make settings from a mapping, e.g. a section of a profile.

        Raises
        ------
        ParameterError
            If a key is not a field of the settings.
        """
        known = [field.name for field in dataclasses.fields(cls)]
        for key in values:
            if key not in known:
                raise ParameterError(
                    f"{cls.__name__}: expected known settings, got {key!r}. "
                    f"{did_you_mean(key, known)}"
                )
        return cls(**values)

    def to_dict(self) -> dict[str, Any]:
        """Return the settings as plain values."""
        return dataclasses.asdict(self)

    def replace(self, **changes: Any) -> Self:
        """Return a copy with some values changed; an unknown name is refused."""
        return self.from_dict({**self.to_dict(), **changes})
