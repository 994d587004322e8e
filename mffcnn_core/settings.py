"""Settings: frozen records with the paper's values as defaults."""

import dataclasses
import difflib
from collections.abc import Iterable, Mapping
from typing import Any, Self, get_args, get_type_hints

from mffcnn_core.errors import MffcnnError, ParameterError


def did_you_mean(name: str, known: list[str]) -> str:
    """Return a sentence that offers the nearest known name, or lists all of them.

    Examples
    --------
    >>> did_you_mean("windw", ["window", "size"])
    "Did you mean 'window'?"
    """
    near = difflib.get_close_matches(name, known, n=1)
    return f"Did you mean {near[0]!r}?" if near else f"Known: {', '.join(sorted(known))}."


def check_choice(
    name: str,
    value: Any,
    choices: Iterable[Any],
    hint: str = "",
    error: type[MffcnnError] = ParameterError,
) -> None:
    """Refuse a value that is none of those on offer.

    Parameters
    ----------
    name : str
        What the value is called where it was given.
    value
    choices : iterable
        In the order in which the message lists them.
    hint : str
        What to do; by default the nearest choice is offered.
    error : type

    Raises
    ------
    ParameterError
        Or ``error``, if ``value`` is not among ``choices``.
    """
    known = list(choices)
    if value not in known:
        offered = ", ".join(map(str, known)) or "none"
        hint = hint or did_you_mean(str(value), [str(one) for one in known])
        raise error(f"{name}: expected one of {offered}, got {value!r}. {hint}")


def check_at_least(name: str, value: float, least: float, hint: str = "") -> None:
    """Refuse a number below the least that makes sense.

    Parameters
    ----------
    name : str
        What the number is called where it was given.
    value, least : float
    hint : str
        What to do.

    Raises
    ------
    ParameterError
        If ``value`` is below ``least``, or no number.
    """
    if not value >= least:
        raise ParameterError(f"{name}: expected at least {least}, got {value}. {hint}".rstrip())


def check_share(name: str, value: float, hint: str = "") -> None:
    """Refuse a number outside [0, 1), as :func:`check_at_least` refuses one that is too small."""
    if not 0 <= value < 1:
        raise ParameterError(f"{name}: expected a share in [0, 1), got {value}. {hint}".rstrip())


def merged(base: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return a mapping with changes; a mapping changes what a mapping says, or fills None.

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


def resolve(current: Any, change: Any) -> Any:
    """Return a finished value: ``current`` as ``change`` alters it.

    A mapping alters a settings record field by field, and the records inside it likewise; any
    other value takes the place of the current one.

    Parameters
    ----------
    current
        A settings record, or any other value.
    change
        From a profile, a configuration or a caller.

    Raises
    ------
    ParameterError
        If a key of a mapping is not a field of the record that it alters.
    """
    if isinstance(current, Settings) and isinstance(change, Mapping):
        return current.replace(**change)
    return change


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
        defaults = {}
        for field in dataclasses.fields(cls):
            if field.default_factory is not dataclasses.MISSING:
                defaults[field.name] = field.default_factory()
            elif field.default is not dataclasses.MISSING:
                defaults[field.name] = field.default
        return cls(**cls._changed(defaults, values))

    @classmethod
    def _changed(cls, current: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
        """Return finished values of all fields."""
        known = [field.name for field in dataclasses.fields(cls)]
        hints = get_type_hints(cls)
        values = dict(current)
        for name, change in changes.items():
            if name not in known:
                raise ParameterError(
                    f"{cls.__name__}: expected known settings, got {name!r}. "
                    f"{did_you_mean(name, known)}"
                )
            before = values.get(name)
            if before is None and isinstance(change, Mapping):  # a record that is off by default
                kinds = [one for one in get_args(hints[name]) if _is_record(one)]
                before = kinds[0]() if len(kinds) == 1 else None
            values[name] = resolve(before, change)
        return values

    def to_dict(self) -> dict[str, Any]:
        """Return the settings as plain values."""
        return dataclasses.asdict(self)

    def replace(self, **changes: Any) -> Self:
        """Return a copy with some values changed; an unknown name is refused.

        A mapping changes some values of a record inside, see :func:`resolve`.
        """
        current = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        return type(self)(**self._changed(current, changes))


def _is_record(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Settings)
