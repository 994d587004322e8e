"""The 16-frame rule: how a video of any length becomes fragments of equal length."""

from typing import Literal

import numpy as np
import numpy.typing as npt

from mffcnn_core.settings import check_at_least, check_choice

RULES = ("paper", "center16")


def fragments(
    n_frames: int, length: int = 16, rule: Literal["paper", "center16"] = "paper"
) -> npt.NDArray[np.int64]:
    """Return which frames of a video make up its fragments.

    Of N frames, ``max(1, N // L)`` fragments of L frames are made; the remaining
    ``r = N mod L`` frames are discarded, ``r // 2`` at the front and the rest at the
    back.  If N < L, the first frame stands ``(L - N) // 2`` times more and the last one as
    often as is then missing.

    Paper: Sec. 3.2 (L = 16, found by a search within 2-20).

    Parameters
    ----------
    n_frames : int
        N >= 1.
    length : int
        L >= 1, frames per fragment.
    rule : {"paper", "center16"}
        ``"center16"`` keeps only the L central frames: one fragment for any video.

    Returns
    -------
    ndarray of int, shape (k, length)
        Frame numbers, ascending in each row; ``frames[fragments(len(frames))]`` has shape
        ``(k, length, H, W, 3)``.

    Raises
    ------
    ParameterError
        If an argument is outside its range.

    Notes
    -----
    Departures from the paper:

    (I) It first says that a video is divided into fragments of 16 frames, then that the
    front and back ``(L - 16) / 2`` frames are discarded.  We divide, and discard only the
    remainder; ``"center16"`` is the other reading.
    (II) For a short video the number of copied frames is printed as ``(L - 16) / 2``,
    which is negative; we read ``(16 - L) / 2``.
    (III) It does not say what happens to an odd number: the smaller half is at the front.

    Examples
    --------
    >>> fragments(5, length=2)
    array([[0, 1],
           [2, 3]])
    >>> fragments(2, length=5)
    array([[0, 0, 1, 1, 1]])
    >>> fragments(6, length=3, rule="center16")
    array([[1, 2, 3]])
    """
    check_at_least("n_frames", n_frames, 1, "A clip without frames has none.")
    check_at_least("length", length, 1, "The paper uses 16.")
    check_choice("rule", rule, RULES)
    k = max(1, n_frames // length) if rule == "paper" else 1
    first = (n_frames - k * length) // 2 if n_frames >= length else -((length - n_frames) // 2)
    index = first + np.arange(k * length).reshape(k, length)
    return index.clip(0, n_frames - 1)
