"""Measures of recognition.

Paper: Sec. 4.3 reports a recognition rate (here: accuracy) and confusion matrices.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from sklearn.metrics import confusion_matrix

from mffcnn_core.errors import ParameterError
from mffcnn_core.expressions import EXPRESSIONS


def hits_of(truth: Sequence[str], predicted: npt.ArrayLike) -> npt.NDArray[np.bool_]:
    """Return which clips were recognised, in the shape of ``predicted``: (n,) or (K, n).

    Raises
    ------
    ParameterError
        If the lengths differ or are 0.
    """
    said = np.asarray(predicted)
    clips = said.shape[-1] if said.ndim in (1, 2) and len(said) else 0
    if len(truth) != clips or clips == 0:
        raise ParameterError(
            f"predicted: expected one label per clip and at least one clip, got {clips} "
            f"for {len(truth)} clip(s). Predict every clip exactly once."
        )
    return np.asarray(truth) == said


def accuracy(truth: Sequence[str], predicted: npt.ArrayLike) -> float:
    """Return the share of clips whose expression was recognised.

    Parameters
    ----------
    truth : sequence of str, length n >= 1
    predicted : array-like of str, shape (n,) or (K, n)
        Of K trainings, the mean of their accuracies is returned.

    Raises
    ------
    ParameterError
        If the lengths differ or are 0.

    Examples
    --------
    >>> accuracy(["fear", "fear", "anger", "anger"], ["fear", "anger", "anger", "anger"])
    0.75
    """
    return float(hits_of(truth, predicted).mean())


def confusion(
    truth: Sequence[str],
    predicted: Sequence[str],
    *,
    classes: Sequence[str] = EXPRESSIONS,
) -> npt.NDArray[np.int64]:
    """Return how often each expression was taken for each other.

    Paper: Figs. 7 and 8.

    Parameters
    ----------
    truth, predicted : sequence of str, length n >= 1
    classes : sequence of str
        Order of rows and columns.

    Returns
    -------
    ndarray of int64, shape (c, c)
        Clips by true (row) and predicted (column) class; row i sums to the number of
        clips of class i.

    Raises
    ------
    ParameterError
        If the lengths differ or are 0, or a label is not among the classes.
    """
    hits_of(truth, predicted)
    unknown = sorted({*truth, *predicted} - set(classes))
    if unknown:
        raise ParameterError(
            f"labels: expected the classes {', '.join(classes)}, got {', '.join(unknown)}. "
            "Map them with mffcnn_core.expressions.canonical_expression."
        )
    return confusion_matrix(list(truth), list(predicted), labels=list(classes)).astype(np.int64)


def macro_recall(truth: Sequence[str], predicted: npt.ArrayLike) -> float:
    """Return the mean recall of the classes that occur, each class counting the same.

    On unbalanced data the accuracy follows the largest class; this does not.

    Parameters
    ----------
    truth, predicted
        As for :func:`accuracy`.

    Raises
    ------
    ParameterError
        If the lengths differ or are 0.

    Examples
    --------
    >>> macro_recall(["fear", "anger", "anger", "anger"], ["fear", "fear", "fear", "fear"])
    0.5
    """
    hits, labels = hits_of(truth, predicted), np.asarray(truth)
    return float(np.mean([hits[..., labels == name].mean() for name in np.unique(labels)]))
