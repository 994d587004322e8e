"""What every method of recognising expressions shares: clips in, a score per expression out."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import MISSING, dataclass, fields, replace
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import LabelEncoder, StandardScaler
from sklearn.svm import SVC
from sklearn.utils import Tags

from mffcnn_core.errors import ParameterError
from mffcnn_core.features import (
    ClipInputs,
    ClipParts,
    ClipSequence,
    PreparedLike,
)
from mffcnn_core.settings import Settings, did_you_mean, resolve

Loaded = ClipInputs | ClipParts
Clips = Loaded | Iterable[PreparedLike]
Matrix = npt.NDArray[np.float64]


def linear_svm(C: float) -> Pipeline:
    """Return a scaler and a linear support vector machine, one against one."""
    return make_pipeline(
        StandardScaler(),
        SVC(kernel="linear", C=C, decision_function_shape="ovr", break_ties=True),
    )


def class_scores(svm: Pipeline, X: npt.ArrayLike) -> Matrix:
    """Return the scores of a machine, shape (n, n_classes), also for two classes."""
    scores = svm.decision_function(X)
    return np.column_stack([-scores, scores]) if scores.ndim == 1 else scores


@dataclass(kw_only=True, eq=False, repr=False)
class ClipRecogniser(ClassifierMixin, BaseEstimator, ABC):
    """A method of recognising expressions in clips, as a scikit-learn classifier.

    X is a list of prepared clips, or what :meth:`load` has made of one: then clips are read
    once for many fits.  scikit-learn's ``cross_val_predict`` takes either, with the people
    as ``groups``.

    A method is a dataclass: its fields are its parameters, as scikit-learn knows them, and
    settings among them are finished records.  :meth:`from_settings` takes plain values.

    Parameters
    ----------
    seed : int
    progress : bool
        Show progress bars with an estimate.
    checkpoints : path, optional
        Folder in which trainings are kept: one that was cut off resumes, and one that
        is needed again, e.g. with another fusion, is read.
    """

    seed: int = 0
    progress: bool = False
    checkpoints: Path | str | None = None

    pipeline: ClassVar[str | None] = None
    """Name under which a method to compare with is on offer; the paper's pipelines have none."""

    unrecorded: ClassVar[tuple[str, ...]] = ("device", "progress", "checkpoints")
    """Parameters that results do not depend on."""

    seeded: ClassVar[bool] = True
    """Whether the seed changes anything: a method that is all formulas needs one run only."""

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array = False  # X holds clips
        return tags

    @classmethod
    def from_settings(cls, **changes: Any) -> Self:
        """Return an unfitted recogniser from plain values, e.g. of a profile or of a record.

        Parameters
        ----------
        **changes
            Parameters; a mapping changes some values of the record that is the default.

        Raises
        ------
        ParameterError
            If a parameter, or a setting in a record, is unknown.
        """
        defaults = {
            field.name: field.default if field.default is not MISSING else field.default_factory()
            for field in fields(cls)
        }
        for name in changes:
            if name not in defaults:
                raise ParameterError(
                    f"{cls.__name__}: expected known settings, got {name!r}. "
                    f"{did_you_mean(name, list(defaults))}"
                )
        return cls(**{name: resolve(defaults[name], value) for name, value in changes.items()})

    def set_params(self, **params: Any) -> Self:
        """Change parameters; a mapping changes some values of the record that is there."""
        changed = {name: resolve(getattr(self, name, None), new) for name, new in params.items()}
        return super().set_params(**changed)

    def describe(self) -> dict[str, Any]:
        """Return what results depend on, as plain values for a record's settings.

        ``type(recogniser).from_settings(**recogniser.describe())`` is the same method again.
        """
        params = self.get_params(deep=False)
        return {
            name: _plain(value) for name, value in params.items() if name not in self.unrecorded
        }

    def code(self) -> tuple[type, ...]:
        """Return the classes that results depend on: its own, and those of its settings.

        They are entries of :func:`mffcnn_core.sources.sources_of`.
        """
        return type(self), *_kinds(self.get_params(deep=False).values())

    def load(self, X: Clips) -> Loaded:
        """Read prepared clips as this method needs them, once for many fits.

        Raises
        ------
        ParameterError
            If X was loaded already, by another method or for other settings.
        PreparationError
            If a clip's arrays are not what a recogniser needs; the message names the clip.
        """
        if not isinstance(X, ClipSequence):
            loaded = self._read(list(X))
            if isinstance(loaded, ClipParts):
                return replace(loaded, key=self.inputs_key())
            return loaded
        if X.key != self.inputs_key():
            raise ParameterError(
                f"X: expected prepared clips or {self.inputs_key()}; got "
                f"{X.key or 'responses of a network'}. Load them with recogniser.load(clips)."
            )
        return X

    @abstractmethod
    def _read(self, clips: Sequence[PreparedLike]) -> Loaded:
        """Read prepared clips: images in memory, or what no fit changes of responses to them."""

    @abstractmethod
    def inputs_key(self) -> str:
        """Return what :meth:`load` depends on: methods with one key share what it returns.

        Of a method that loads images it is their size and kind, as ``ClipInputs.key`` is.
        """

    @abstractmethod
    def fit(self, X: Clips, y: Sequence[str], groups: Sequence[str] | None = None) -> Self:
        """Learn from training clips, their expressions and their people.

        Parameters
        ----------
        X : sequence of PreparedClip, or what ``load`` returned
            Training clips.
        y : sequence of str, length n_clips
            Expression of every clip.
        groups : sequence of str, optional
            The person of every clip, for early stopping; by default the clips' own.

        Raises
        ------
        ParameterError
            If lengths do not fit, there is one class only, or a parameter is outside its
            range.
        """

    @property
    def main(self) -> str:
        """Which of the variants in :meth:`stream_scores` is the method's own."""
        return "method"

    @abstractmethod
    def stream_scores(self, X: Clips) -> dict[str, Matrix]:
        """Return the scores of the method itself, named :attr:`main`, and of its controls.

        Parameters
        ----------
        X : sequence of PreparedClip, or what ``load`` returned

        Returns
        -------
        dict of str to ndarray of float64, shape (n_clips, n_classes)
            By variant.
        """

    @abstractmethod
    def kept(self) -> Sequence[Any]:
        """Return what a prediction of the fitted method needs: networks and estimators.

        What only the controls need is left out.
        """

    def _checkpoints(self) -> Path | None:
        """Return where trainings are kept."""
        return None if self.checkpoints is None else Path(self.checkpoints)

    def _targets(
        self, loaded: Loaded, y: Sequence[str], groups: Sequence[str] | None
    ) -> tuple[npt.NDArray[np.int64], tuple[str, ...]]:
        """Set ``classes_``; return the number of each clip's class, and its person.

        Raises
        ------
        ParameterError
            If lengths do not fit, or there is one class only.
        """
        subjects = loaded.subjects if groups is None else tuple(groups)
        if not len(loaded) == len(y) == len(subjects) or len(set(y)) < 2:
            raise ParameterError(
                "y, groups: expected a label and a person for each clip and two or more classes, "
                f"got {len(loaded)} clip(s), {len(y)} label(s) of {len(set(y))} class(es) and "
                f"{len(subjects)} person(s). Pass one of each per clip."
            )
        encoder = LabelEncoder().fit(np.asarray(y))
        self.classes_ = encoder.classes_
        return encoder.transform(np.asarray(y)), subjects

    def decision_function(self, X: Clips) -> Matrix:
        """Return the scores of every clip, shape (n_clips, n_classes); larger is likelier."""
        return self.stream_scores(X)[self.main]

    def predict(self, X: Clips) -> npt.NDArray[Any]:
        """Return the expression with the largest score for every clip, shape (n_clips,)."""
        scores = self.decision_function(X)
        return self.classes_[np.argmax(scores, axis=1)]


def _kinds(values: Iterable[Any]) -> Iterator[type]:
    """Yield the classes of settings records, and of the records inside them."""
    for value in values:
        if isinstance(value, Settings):
            yield type(value)
            yield from _kinds(getattr(value, field.name) for field in fields(value))


def _plain(value: Any) -> Any:
    """Return a parameter as JSON can hold it."""
    if isinstance(value, Settings):
        return value.to_dict()
    return str(value) if isinstance(value, Path) else value
