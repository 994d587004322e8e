"""A configuration: one pipeline with settings, the unit that an experiment evaluates."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Self, get_args

from mffcnn_core.errors import ParameterError
from mffcnn_core.settings import check_choice

Protocol = Literal["by_subject", "random", "permuted"]

SEED = "@seed="


@dataclass(frozen=True, kw_only=True)
class Configuration:
    """One pipeline with the settings that make it differ from the profile's own.

    Attributes
    ----------
    pipeline : str
        A key of :data:`mffcnn_core.pipelines.PIPELINES`.
    changes : mapping
        Settings over those of the profile; a mapping in it changes a part of a mapping there.
    protocol : {"by_subject", "random", "permuted"}
        Test on people who were not trained on; or, to see what it would claim, on clips
        drawn at random, with everybody on both sides; or on people who were not trained on,
        with labels that chance has given to the clips.
    seed : int
        Which of several trainings, >= 0: it is added to the profile's seed.

    Raises
    ------
    ParameterError
        If the protocol is unknown, or the seed negative.

    Examples
    --------
    >>> Configuration(pipeline="mffcnn", changes={"fusion": {"fuse_stages": (4, 5)}}).name
    'mffcnn+fusion.fuse_stages=4-5'
    >>> Configuration(pipeline="two_stream", protocol="random").trained(2).name
    'two_stream@random@seed=2'
    """

    pipeline: str
    changes: Mapping[str, Any] = field(default_factory=dict)
    protocol: Protocol = "by_subject"
    seed: int = 0

    def __post_init__(self) -> None:
        check_choice(
            "protocol",
            self.protocol,
            get_args(Protocol),
            "A result that counts tests on strangers: by_subject.",
        )

        if self.seed < 0:
            raise ParameterError(
                f"seed: expected a number >= 0, got {self.seed}. 0 is the first training."
            )

    @property
    def name(self) -> str:
        """The name of its folder, from pipeline, changes, protocol, seed."""
        changes = "".join(f"+{place}={_word(value)}" for place, value in _leaves(self.changes))
        protocol = f"@{self.protocol}" if self.protocol != "by_subject" else ""
        return self.pipeline + changes + protocol + (f"{SEED}{self.seed}" if self.seed else "")

    def trained(self, seed: int) -> Self:
        """Return the same with another seed: another training."""
        return replace(self, seed=seed)

    def __hash__(self) -> int:
        return hash(self.name)


def _leaves(settings: Mapping[str, Any], place: str = "") -> Iterator[tuple[str, Any]]:
    for name in sorted(settings):
        value = settings[name]
        if isinstance(value, Mapping) and value:
            yield from _leaves(value, f"{place}{name}.")
        else:
            yield f"{place}{name}", value


def _word(value: Any) -> str:
    """Return a value as it can stand in a file name."""
    if isinstance(value, tuple | list):
        return "-".join(map(_word, value)) or "none"
    if isinstance(value, Mapping):  # an empty one: on, with all its defaults
        return "on"
    return str(value).lower().replace("->", "-to-") if value is not None else "none"
