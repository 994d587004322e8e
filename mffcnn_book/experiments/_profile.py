"""Profiles: how much of the corpus, at which size, trained for how long."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from mffcnn_book.experiments._configuration import Configuration
from mffcnn_book.experiments._controls import CONTROL, controlled
from mffcnn_book.experiments._dealt import with_random_groups
from mffcnn_book.experiments._grids import COMPARED, LEANING, configurations
from mffcnn_core.errors import InputError, ParameterError
from mffcnn_core.inputs import check_paths, read_yaml
from mffcnn_core.pipelines import evaluate_side_by_side, make_recogniser
from mffcnn_core.preparation import PreparationSettings, preparation_code
from mffcnn_core.recognition import ClipRecogniser
from mffcnn_core.settings import Settings, did_you_mean, merged
from mffcnn_corpus import CorpusSettings


@dataclass(frozen=True, kw_only=True)
class SeedCounts(Settings):
    """How many trainings, with a seed each, an evaluation takes.

    Parameters
    ----------
    leaning : int
        Of what sentences lean on, see :data:`mffcnn_book.experiments.LEANING`, >= 1.
    compared : int
        Of other methods and protocols, see :data:`mffcnn_book.experiments.COMPARED`, >= 1.
    others : int
        Of everything else, >= 1.

    Raises
    ------
    ParameterError
        If a number is < 1.
    """

    leaning: int = 1
    compared: int = 1
    others: int = 1

    def __post_init__(self) -> None:
        if min(counts := self.to_dict().values()) < 1:
            raise ParameterError(
                f"seeds: expected numbers >= 1, got {', '.join(map(str, counts))}. Without a "
                "training there is no result."
            )


@dataclass(frozen=True)
class Profile:
    """The settings of one build of the book.

    Attributes
    ----------
    name : str
        ``smoke`` (tests), ``quick`` (the published default) or ``paper`` (for a GPU).
    corpus : CorpusSettings
    preparation : PreparationSettings
    filmed : mapping
        What differs from it where people were filmed, not drawn.
    pipelines : mapping of str to mapping
        By pipeline, the parameters that differ from its own.
    groups : int or None
        Folds of several people each; None leaves one subject out at a time.
    evaluate : tuple of str
        Grids and configurations that a build of the book evaluates, see
        :func:`mffcnn_book.experiments.configurations`.
    seed : int
        Of everything that is fitted; the first one of several trainings.
    seeds : SeedCounts
    """

    name: str
    corpus: CorpusSettings = field(default_factory=CorpusSettings)
    preparation: PreparationSettings = field(default_factory=PreparationSettings)
    filmed: Mapping[str, Any] = field(default_factory=dict)
    pipelines: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    groups: int | None = None
    evaluate: tuple[str, ...] = ("two_stream", "mffcnn")
    seed: int = 0
    seeds: SeedCounts = field(default_factory=SeedCounts)

    def recogniser(self, configuration: Configuration) -> ClipRecogniser:
        """Return an unfitted recogniser, see :func:`mffcnn_core.pipelines.make_recogniser`."""
        own = self.pipelines.get(configuration.pipeline, {})
        return make_recogniser(configuration.pipeline, **merged(own, configuration.changes))

    def trainings(self, configuration: Configuration) -> int:
        """Return how many trainings a configuration gets: one if no seed changes anything."""
        if not self.recogniser(configuration).seeded:
            return 1
        first = configuration.trained(0)
        if first in LEANING:
            return self.seeds.leaning
        return self.seeds.compared if first in COMPARED else self.seeds.others

    def code(self, configuration: Configuration) -> tuple[Any, ...]:
        """Return what a result depends on: entries of :func:`mffcnn_core.sources.sources_of`."""
        recogniser = self.recogniser(configuration)
        # who is on which side, or what a clip shows, is then decided here
        dealt = () if configuration.protocol == "by_subject" else (with_random_groups,)
        steps = (evaluate_side_by_side, *dealt)
        return *steps, *recogniser.code(), *preparation_code(self.preparation)

    @property
    def configurations(self) -> tuple[Configuration, ...]:
        """Every configuration that a build evaluates, once."""
        return tuple(dict.fromkeys(one for name in self.evaluate for one in configurations(name)))


def _pipelines(values: dict[str, Any]) -> dict[str, dict[str, Any]]:
    changes = {name: own or {} for name, own in values.items()}
    for name, own in changes.items():
        make_recogniser(name, **own)  # a misspelt setting is reported as the profile is read
    return changes


def _filmed(values: dict[str, Any]) -> dict[str, Any]:
    PreparationSettings.from_dict(values)  # a misspelt setting is reported as the profile is read
    return values


_SECTIONS = {
    "seeds": SeedCounts.from_dict,
    "corpus": CorpusSettings.from_dict,
    "preparation": PreparationSettings.from_dict,
    "filmed": _filmed,
    "pipelines": _pipelines,
}


def load_profile(path: Path | str) -> Profile:
    """Read a profile file; papermill takes the same file with ``-f``.

    Parameters
    ----------
    path : Path or str
        Behind the name, after a plus, may stand a control corpus, see ``CONTROL_CORPORA``:
        ``quick+held.yaml`` is ``quick.yaml`` with its corpus changed.  YAML with
        ``profile: <name>``, ``seed``, ``groups``, ``evaluate`` and the sections
        ``corpus``, ``preparation``, ``filmed``, ``pipelines`` and ``seeds``, all but the name
        optional.

    Raises
    ------
    ParameterError
        If the file is missing or faulty, or a section or setting is unknown.
    """
    path = Path(path)
    stem, _, control = path.stem.partition(CONTROL)
    if control:
        own = load_profile(path.with_name(stem + path.suffix))
        return replace(own, name=path.stem, corpus=controlled(own.corpus, control))
    try:
        raw = read_yaml(path)
        check_paths(raw, str(path))
    except FileNotFoundError as error:
        have = ", ".join(sorted(p.stem for p in path.parent.glob("*.yaml"))) or "none"
        raise ParameterError(
            f"profile: expected one of {have}, got {path.stem!r}. "
            f"Profiles are the YAML files in {path.parent}."
        ) from error
    except InputError as error:
        raise ParameterError(str(error)) from error
    if not isinstance(raw, dict) or "profile" not in raw:
        raise ParameterError(f"{path}: expected a mapping with the key 'profile', got {raw!r}.")
    values = dict(raw)
    name = values.pop("profile")
    if not isinstance(name, str) or not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", name):
        raise ParameterError(
            f"{path}: expected a profile's name of letters and digits, got {name!r}. Folders are "
            "called after it; take the name of the file."
        )
    plain = {key: values.pop(key) for key in ("seed", "groups", "evaluate") if key in values}
    plain["evaluate"] = plain.get("evaluate", Profile.evaluate) or ()
    sound = {
        "seed": isinstance(plain.get("seed", 0), int),
        "groups": isinstance(plain.get("groups"), int | None),
        "evaluate": isinstance(plain["evaluate"], list | tuple)
        and all(isinstance(one, str) for one in plain["evaluate"]),
    }
    if wrong := [key for key, is_sound in sound.items() if not is_sound]:
        raise ParameterError(
            f"{path}: {wrong[0]}: expected a number, or for evaluate a list of names, got "
            f"{plain[wrong[0]]!r}. Compare with notebooks/profiles/quick.yaml."
        )
    plain["evaluate"] = tuple(plain["evaluate"])
    for key in values:
        if key not in _SECTIONS:
            raise ParameterError(
                f"{path}: expected known sections, got {key!r}. "
                f"{did_you_mean(str(key), list(_SECTIONS))}"
            )
    try:
        sections = {key: _SECTIONS[key](values[key] or {}) for key in values}
        for experiment in plain.get("evaluate", ()):
            configurations(experiment)
    except ParameterError as error:
        raise ParameterError(f"{path}: {error}") from error
    # a text where a number is due, a list where names are
    except (TypeError, ValueError, AttributeError) as error:
        raise ParameterError(
            f"{path}: expected settings of the right types, got others ({error}). Compare with "
            "notebooks/profiles/quick.yaml."
        ) from error
    return Profile(name=name, **plain, **sections)
