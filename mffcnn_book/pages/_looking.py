"""Where a network looks, and which clips it misses, for the words and pictures of a page."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from mffcnn_core.errors import ParameterError
from mffcnn_core.expressions import EXPRESSIONS

Images = npt.NDArray[np.float32]
Scores = npt.NDArray[np.floating]


def by_take(
    truth: Sequence[str], said: Mapping[str, Sequence[str]], takes: Sequence[str]
) -> pd.DataFrame:
    """Return the share of right answers of each recogniser in each kind of take.

    Parameters
    ----------
    truth, takes : sequence of str, length n
        What each clip shows, and what kind of take it is, as the index spells it.
    said : mapping of str to sequence of str
        The answers of each recogniser.

    Returns
    -------
    DataFrame of float
        A row for each recogniser, a column for each kind that there is, with a hyphen.

    Examples
    --------
    >>> said = {"guess": ["fear", "anger"]}
    >>> by_take(["fear", "fear"], said, ["same_apex", "sustained"]).loc["guess"].to_dict()
    {'same-apex': 1.0, 'sustained': 0.0}
    """
    kind, true = np.array(takes), np.array(truth)
    return pd.DataFrame(
        {
            take.replace("_", "-"): {
                name: float((np.array(words) == true)[kind == take].mean())
                for name, words in said.items()
            }
            for take in dict.fromkeys(takes)
        }
    )


def surest_mistake(
    truth: Sequence[str],
    scores: Scores,
    among: npt.ArrayLike | None = None,
    *,
    classes: Sequence[str] = EXPRESSIONS,
) -> int | None:
    """Return the clip whose wrong answer leads the right one by the most.

    Parameters
    ----------
    truth : sequence of str, length n
    scores : ndarray of float, shape (n, classes)
    among : array of bool, shape (n,), optional
        Which clips to choose from; all by default.
    classes : sequence of str
        Names of the columns.

    Returns
    -------
    int or None
        None if none of them is missed.
    """
    columns = [list(classes).index(name) for name in truth]
    own = np.asarray(scores)[np.arange(len(columns)), columns]
    lead = np.max(scores, axis=1) - own
    missed = np.argmax(scores, axis=1) != columns
    if among is not None:
        missed &= np.asarray(among, bool)
    return int(np.argmax(np.where(missed, lead, -np.inf))) if missed.any() else None


def occlusion(
    respond: Callable[[Images], Scores], images: Images, *, side: int = 16, step: int = 8
) -> npt.NDArray[np.float64]:
    """Return what an answer loses when a square of the picture is hidden.

    A square of the picture's own mean covers one place after the other; what the score of the
    network's own answer falls by, averaged over pictures, says how much it needs that place.

    Parameters
    ----------
    respond : callable
        From images, float32, (n, S, S, c), to scores (n, classes).
    images : ndarray of float32, shape (n, S, S, c)
    side, step : int
        Of the square, and from one place to the next, px.

    Returns
    -------
    ndarray of float64, shape (places down, places across)
        Above 0: the answer rests on the place.

    Raises
    ------
    ParameterError
        If the square does not fit the pictures.
    """
    if not 1 <= side <= min(images.shape[1:3]):
        raise ParameterError(
            f"side: expected 1 to {min(images.shape[1:3])} px, got {side}. The square has to fit "
            "the pictures."
        )
    whole = respond(images)
    answers, rows = whole.argmax(axis=1), np.arange(len(images))
    grey = images.mean(axis=(1, 2), keepdims=True)

    def left_without(y: int, x: int) -> float:
        hidden = images.copy()
        hidden[:, y : y + side, x : x + side] = grey
        return float((whole[rows, answers] - respond(hidden)[rows, answers]).mean())

    down, across = (range(0, length - side + 1, step) for length in images.shape[1:3])
    return np.array([[left_without(y, x) for x in across] for y in down])
