"""Splits by person: nobody stands on both sides.

Paper: Sec. 4.1 says only that training and test sets are "irrelevant" to each other.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn.model_selection import LeaveOneGroupOut

from mffcnn_core.errors import LeakageError, ParameterError


@dataclass(frozen=True)
class Fold:
    """One split of the people of a data set.

    Attributes
    ----------
    name : str
        Unique within the split; for leave-one-subject-out the person left out.
    train_subjects, test_subjects : tuple of str
        Sorted; disjoint, otherwise the fold cannot be made.

    Raises
    ------
    LeakageError
        If a person stands on both sides.
    ParameterError
        If a side is empty.
    """

    name: str
    train_subjects: tuple[str, ...]
    test_subjects: tuple[str, ...]

    def __post_init__(self) -> None:
        check_split(self.train_subjects, self.test_subjects)

    def indices(self, subjects: Sequence[str]) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
        """Return the positions of the training and of the test clips.

        Parameters
        ----------
        subjects : sequence of str
            The person of every clip.
        """
        subjects = np.asarray(subjects)
        return (
            np.flatnonzero(np.isin(subjects, self.train_subjects)),
            np.flatnonzero(np.isin(subjects, self.test_subjects)),
        )


def check_split(train_subjects: Iterable[str], test_subjects: Iterable[str]) -> None:
    """Refuse a split that has no people on a side, or one person on both.

    Parameters
    ----------
    train_subjects, test_subjects : iterable of str
        The person of every clip of a side; repetitions are welcome.

    Raises
    ------
    LeakageError
        If a person stands on both sides; the message names all of them.
    ParameterError
        If a side is empty.

    Examples
    --------
    >>> check_split(["s1", "s2"], ["s3"])
    >>> check_split(["s1", "s2"], ["s2"])
    Traceback (most recent call last):
    ...
    mffcnn_core.errors.LeakageError: split: expected no person on both sides, got s2. \
Split by subject, not by clip.
    """
    train, test = set(train_subjects), set(test_subjects)
    for side, people in (("training", train), ("test", test)):
        if not people:
            raise ParameterError(
                f"split: expected at least one person on the {side} side, got none. "
                "Take a data set with two or more people."
            )
    both = sorted(train & test)
    if both:
        raise LeakageError(
            f"split: expected no person on both sides, got {', '.join(both)}. "
            "Split by subject, not by clip."
        )


def leave_one_subject_out(subjects: Sequence[str]) -> list[Fold]:
    """Return one fold per person: tested on that person, trained on all others.

    Plain cross-validation over clips lets a model recognise the person instead of the
    expression, and overestimates what it does on a stranger.

    Paper: Sec. 4.1.

    Parameters
    ----------
    subjects : sequence of str
        The person of every clip.

    Returns
    -------
    list of Fold
        In the order of the sorted names.

    Raises
    ------
    ParameterError
        If there are fewer than two people.

    Notes
    -----
    Departures from the paper: (I) the paper does not name its split; this is the
    protocol of the works it follows on RML (8 people, 8 folds).

    Examples
    --------
    >>> [fold.test_subjects for fold in leave_one_subject_out(["b", "a", "b"])]
    [('a',), ('b',)]
    """
    subjects = np.asarray(subjects, dtype=str)
    people = np.unique(subjects)
    if len(people) < 2:
        raise ParameterError(
            f"subjects: expected at least two people, got {len(people)}. "
            "Leaving one out must leave somebody to train on."
        )
    folds = []
    for train, test in LeaveOneGroupOut().split(subjects, groups=subjects):
        test_subjects = _sorted(subjects[test])
        folds.append(Fold("+".join(test_subjects), _sorted(subjects[train]), test_subjects))
    return folds


def subject_folds(subjects: Sequence[str], groups: int | None = None) -> list[Fold]:
    """Return folds by person: one for each, or for each of a number of groups.

    The sorted names are cut into groups of equal size, the first ones larger by one where
    it does not divide.

    Paper: Sec. 4.1.

    Parameters
    ----------
    subjects : sequence of str
        The person of every clip.
    groups : int, optional
        From 2 to the number of people; None: :func:`leave_one_subject_out`.

    Raises
    ------
    ParameterError
        If there are fewer people than groups, or than two.

    Notes
    -----
    Departures from the paper: (I) Five groups of people are the protocol of the works that
    it follows on BAUM-1s.

    Examples
    --------
    >>> [fold.name for fold in subject_folds(["b", "a", "c"], groups=2)]
    ['a+b', 'c']
    """
    if groups is None:
        return leave_one_subject_out(subjects)
    people = _sorted(subjects)
    if not 2 <= groups <= len(people):
        raise ParameterError(
            f"groups: expected 2 to {len(people)} groups of the people, got {groups}. "
            "None leaves one subject out at a time."
        )
    cut = [_sorted(group) for group in np.array_split(np.asarray(people), groups)]
    return [Fold("+".join(test), tuple(p for p in people if p not in test), test) for test in cut]


def _sorted(subjects: npt.ArrayLike) -> tuple[str, ...]:
    return tuple(str(subject) for subject in np.unique(subjects))
