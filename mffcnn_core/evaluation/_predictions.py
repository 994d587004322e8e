"""What a method said about every clip of a data set."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from mffcnn_core.errors import ParameterError
from mffcnn_core.evaluation._averaging import average_scores
from mffcnn_core.evaluation._metrics import accuracy, confusion, macro_recall
from mffcnn_core.evaluation._splits import Fold
from mffcnn_core.evaluation._uncertainty import bootstrap_interval
from mffcnn_core.expressions import EXPRESSIONS
from mffcnn_core.settings import check_choice


@dataclass(frozen=True)
class Predictions:
    """Scores of every clip, each given by a model that never saw its person.

    Attributes
    ----------
    clips, subjects, expressions : tuple of str, length n
        Name, person and true expression of every clip.
    folds : tuple of Fold
        Every clip's person is tested in exactly one of them.
    scores : mapping of str to ndarray of float64, shape (n, 6)
        One entry per variant of the method, e.g. ``"both"``, ``"spatial"``,
        ``"temporal"``; columns in the order of ``EXPRESSIONS``, larger is likelier.
    main : str
        Which variant is the method itself, the others being its controls; by default the
        first of ``scores``.

    Raises
    ------
    ParameterError
        If lengths or shapes do not fit, a score is not finite, ``main`` is no variant, or a
        person is tested in no fold or in several.
    """

    clips: tuple[str, ...]
    subjects: tuple[str, ...]
    expressions: tuple[str, ...]
    folds: tuple[Fold, ...]
    scores: Mapping[str, npt.NDArray[np.float64]]
    main: str = ""

    def __post_init__(self) -> None:
        n = len(self.clips)
        if n == 0 or len(self.subjects) != n or len(self.expressions) != n:
            raise ParameterError(
                "predictions: expected a person and an expression for each of one or more clips, "
                f"got {n} clip(s), {len(self.subjects)} person(s) and {len(self.expressions)} "
                "expression(s). Pass one of each per clip."
            )
        tested = Counter(person for fold in self.folds for person in fold.test_subjects)
        people = {*self.subjects}
        wrong = sorted(p for p in people | {*tested} if tested[p] != 1 or p not in people)
        if wrong:
            raise ParameterError(
                "folds: expected everybody who has clips, and nobody else, to be tested in exactly "
                f"one fold, got {', '.join(wrong)} otherwise. Make the folds of these clips with "
                "leave_one_subject_out."
            )
        if not self.scores:
            raise ParameterError(
                "scores: expected at least one variant, got none. Pass a mapping of names to "
                "arrays."
            )
        for name, scores in self.scores.items():
            if np.shape(scores) != (n, len(EXPRESSIONS)) or not np.isfinite(scores).all():
                raise ParameterError(
                    f"scores[{name!r}]: expected finite values of shape ({n}, {len(EXPRESSIONS)}), "
                    f"got shape {np.shape(scores)}. Every clip needs a score for every expression."
                )
        if not self.main:
            object.__setattr__(self, "main", next(iter(self.scores)))
        check_choice("main", self.main, self.variants)

    @property
    def variants(self) -> tuple[str, ...]:
        """Sorted names of the variants."""
        return tuple(sorted(self.scores))

    @property
    def protocol(self) -> str:
        """How many people were left out at a time, in words.

        Examples
        --------
        >>> from mffcnn_core.evaluation import subject_folds
        >>> people = tuple("aabbccdd")
        >>> zeros = {"both": np.zeros((8, 6))}
        >>> for groups in (None, 2):
        ...     folds = tuple(subject_folds(people, groups))
        ...     Predictions(people, people, ("fear",) * 8, folds, zeros).protocol
        'one person left out at a time, 4 folds'
        '2 people left out at a time, 2 folds'
        """
        sizes = sorted({len(fold.test_subjects) for fold in self.folds})
        if sizes == [1]:
            who = "one person"
        else:
            who = f"{' or '.join(map(str, sizes))} people"
        return f"{who} left out at a time, {len(self.folds)} folds"

    def predicted(self, variant: str | tuple[str, ...]) -> tuple[str, ...]:
        """Return the expression with the largest score for every clip.

        Parameters
        ----------
        variant : str or tuple of str
            Of several, the scores are averaged (Paper: Eq. 9).

        Raises
        ------
        ParameterError
            If there is no such variant.
        """
        names = (variant,) if isinstance(variant, str) else variant
        for name in names:
            check_choice("variant", name, self.variants)
        scores = average_scores([self.scores[name] for name in names])
        return tuple(EXPRESSIONS[i] for i in np.argmax(scores, axis=1))

    def collapsed(self, variant: str | tuple[str, ...]) -> tuple[str, ...]:
        """Return the folds whose model gave one and the same answer to all of several clips.

        Such a network has learnt nothing: its accuracy is the share of one class, which is
        chance, and tells nothing of the setting that is looked at.

        Parameters
        ----------
        variant : str or tuple of str

        Returns
        -------
        tuple of str
            Names of the folds.
        """
        said, truth = np.asarray(self.predicted(variant)), np.asarray(self.expressions)
        tested = {fold.name: fold.indices(self.subjects)[1] for fold in self.folds}
        return tuple(
            name
            for name, clips in tested.items()
            if len(set(truth[clips])) > 1 and len(set(said[clips])) == 1
        )

    def metrics(self, variant: str | tuple[str, ...], *, seed: int) -> dict[str, Any]:
        """Return all measures of one variant, or of the average of several.

        Parameters
        ----------
        variant : str or tuple of str
        seed : int
            Of the bootstrap over people.

        Returns
        -------
        dict
            ``accuracy``, ``accuracy_interval`` (95 %, over people), ``macro_recall``,
            ``collapsed_folds`` (see :meth:`collapsed`), ``confusion`` (rows true, columns
            predicted, order of ``EXPRESSIONS``), ``accuracy_by_fold`` and
            ``accuracy_by_subject``.
        """
        predicted = self.predicted(variant)
        hits = np.asarray(predicted) == np.asarray(self.expressions)
        return {
            "accuracy": accuracy(self.expressions, predicted),
            "accuracy_interval": list(
                bootstrap_interval(self.expressions, predicted, self.subjects, seed=seed)
            ),
            "macro_recall": macro_recall(self.expressions, predicted),
            "collapsed_folds": list(self.collapsed(variant)),
            "confusion": confusion(self.expressions, predicted).tolist(),
            "accuracy_by_fold": {
                fold.name: float(hits[fold.indices(self.subjects)[1]].mean()) for fold in self.folds
            },
            "accuracy_by_subject": {
                person: float(hits[np.asarray(self.subjects) == person].mean())
                for person in sorted(set(self.subjects))
            },
        }
