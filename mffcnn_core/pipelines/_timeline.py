"""What a recogniser sees in one video, as a whole and over time."""

from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import numpy.typing as npt

from mffcnn_core.pooling import windows
from mffcnn_core.recognition import ClipRecogniser, Matrix
from mffcnn_core.settings import check_at_least


@dataclass(frozen=True, eq=False)
class _Stretch:
    """Some neighbouring frames of a prepared video, as a clip of their own."""

    arrays: Any
    first: int
    stop: int

    @property
    def clip(self) -> Any:
        return SimpleNamespace(
            clip=f"frames {self.first} to {self.stop - 1}", subject="", expression=""
        )

    def load(self) -> Any:
        return replace(
            self.arrays,
            faces=self.arrays.faces[self.first : self.stop],
            flow=self.arrays.flow[self.first : self.stop - 1],
            times=self.arrays.times[self.first : self.stop + 1],
        )


@dataclass(frozen=True, eq=False)
class Timeline:
    """Scores of a video and of its windows.

    Attributes
    ----------
    classes : tuple of str
    scores : ndarray of float64, shape (n_classes,)
        Of the whole video; larger is likelier, and no probability.
    first, stop : ndarray of int, shape (k,)
        First frame of each window, and the one after its last.
    window_scores : ndarray of float64, shape (k, n_classes)
    """

    classes: tuple[str, ...]
    scores: Matrix
    first: npt.NDArray[np.int64]
    stop: npt.NDArray[np.int64]
    window_scores: Matrix

    @property
    def expression(self) -> str:
        """The expression of the whole video."""
        return self.classes[int(np.argmax(self.scores))]

    def rows(self, times: npt.NDArray[np.float64]) -> list[dict[str, Any]]:
        """Return a row for the whole video and for each window.

        Parameters
        ----------
        times : ndarray of float, shape (n + 1,)
            When each frame begins and the last one ends, in seconds, see
            :class:`~mffcnn_core.preparation.PreparedFacts`.

        Returns
        -------
        list of dict
            ``part``, ``start`` and ``end`` in seconds, ``expression``, and the score of
            every class.
        """
        parts = [("whole", int(self.first[0]), int(self.stop[-1]), self.scores)]
        parts += [
            (f"window {k}", int(a), int(b), scores)
            for k, (a, b, scores) in enumerate(
                zip(self.first, self.stop, self.window_scores, strict=True), start=1
            )
        ]
        return [
            {
                "part": part,
                "start": float(times[a]),
                "end": float(times[b]),
                "expression": self.classes[int(np.argmax(scores))],
                **dict(zip(self.classes, scores.tolist(), strict=True)),
            }
            for part, a, b, scores in parts
        ]


def score_over_time(
    recogniser: ClipRecogniser, arrays: Any, *, window: int = 29, stride: int | None = None
) -> Timeline:
    """Score a prepared video, and each of its windows as if it were a clip.

    Parameters
    ----------
    recogniser : ClipRecogniser
        Fitted.
    arrays : PreparedArrays
        See :func:`mffcnn_core.preparation.prepare_video`.
    window : int
        Frames of a window, >= 2; 29 frames have the 28 flows of the paper's w.
    stride : int, optional
        ``window // 2`` by default; a shorter video is one window.

    Raises
    ------
    ParameterError
        If ``window`` is < 2, or ``stride`` < 1.
    """
    check_at_least("window", window, 2, "A picture has no flow.")
    n = len(arrays.faces)
    spans = windows(n, window=window, stride=stride)
    if spans[-1].stop < n:  # no frame goes unseen
        spans.append(slice(n - window, n))
    whole = _Stretch(arrays, 0, n)
    parts = [_Stretch(arrays, span.start, span.stop) for span in spans]
    scores = recogniser.decision_function([whole, *parts])
    return Timeline(
        classes=tuple(str(name) for name in recogniser.classes_),
        scores=scores[0],
        first=np.array([part.first for part in parts]),
        stop=np.array([part.stop for part in parts]),
        window_scores=scores[1:],
    )
