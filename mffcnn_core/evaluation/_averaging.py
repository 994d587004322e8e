"""Several models' scores become one."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from mffcnn_core.errors import ParameterError


def average_scores(
    scores: Sequence[npt.ArrayLike],
    weights: Sequence[float] | None = None,
    *,
    literal: bool = False,
) -> npt.NDArray[np.float64]:
    """Return the mean, or a weighted mean, of the scores of N models.

    ``Score = sum_i q_i / N`` without weights (Eq. 9);  ``Score = sum_i w_i q_i`` with them
    (Eq. 10).

    Paper: Sec. 3.5, Eqs. (9), (10); the class with the largest score is predicted.

    Parameters
    ----------
    scores : sequence of array-like, each of shape (n, M) or (M,)
        q_i: one array per model; all of one shape, columns in one order of classes.
    weights : sequence of float, length N, optional
        w_i >= 0, which sum to 1.
    literal : bool
        Divide the weighted mean by N once more, as Eq. (10) is printed.

    Returns
    -------
    ndarray of float64, shape (n, M) or (M,)

    Raises
    ------
    ParameterError
        If there is no model, shapes differ, a score is not finite, weights are missing,
        negative or do not sum to 1.

    Notes
    -----
    Departures from the paper: (I) Eq. (10) divides by N although its weights sum to 1
    already; here it does not, unless ``literal``.  The factor changes every score alike
    and so no prediction.

    A mean weighs models by the spread of their scores: put probabilities, or scores of
    machines of one kind, together.

    Examples
    --------
    >>> average_scores([[0.0, 1.0], [1.0, 0.0]], [0.75, 0.25]).tolist()
    [0.25, 0.75]
    """
    arrays = [np.asarray(q, dtype=np.float64) for q in scores]
    shapes = {q.shape for q in arrays}
    if len(shapes) != 1 or not all(q.ndim in (1, 2) and np.isfinite(q).all() for q in arrays):
        raise ParameterError(
            "scores: expected finite arrays of one shape, (n, M) or (M,), one for each of one or "
            f"more models, got {len(arrays)} of shape(s) {sorted(shapes)}. Score the same clips "
            "with every model."
        )
    if weights is None:
        if literal:
            raise ParameterError(
                "literal: expected weights with it, got none. It is a form of Eq. (10); Eq. (9) "
                "has no other."
            )
        return np.mean(arrays, axis=0)
    w = np.asarray(weights, dtype=np.float64)
    if w.shape != (len(arrays),) or not (w >= 0).all() or not np.isclose(w.sum(), 1):
        raise ParameterError(
            f"weights: expected {len(arrays)} number(s) >= 0 that sum to 1, got {list(weights)}. "
            "Divide them by their sum."
        )
    return np.tensordot(w, arrays, axes=1) / (len(arrays) if literal else 1)
