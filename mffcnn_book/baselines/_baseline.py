"""What the methods of Table 4 share: one vector per clip and view, made once for all folds."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Self

import numpy as np
import numpy.typing as npt
from sklearn.utils.validation import check_is_fitted
from tqdm.std import tqdm

from mffcnn_core.arrays import Frames
from mffcnn_core.errors import ParameterError
from mffcnn_core.features import ClipParts, FaceFrames, PreparedLike, load_inputs
from mffcnn_core.recognition import ClipRecogniser, Clips, Matrix

Vector = npt.NDArray[np.floating]
Features = Mapping[str, Matrix]


class Baseline(ClipRecogniser):
    """A recogniser that describes a clip by formulas and learns from the descriptions.

    Descriptions depend on nothing that is fitted: :meth:`load` computes them once, from one
    clip at a time, and folds share them.
    """

    @property
    @abstractmethod
    def views(self) -> tuple[str, ...]:
        """Names of the vectors that describe a clip."""

    @abstractmethod
    def _describe_faces(self, faces: Frames) -> Mapping[str, Vector]:
        """Return a vector for each view of some face crops, shape (n, size, size, 3)."""

    @abstractmethod
    def _fit_features(self, features: Features, labels: npt.NDArray[np.int64]) -> None:
        """Learn from the training clips, one row each."""

    @abstractmethod
    def _score_features(self, features: Features) -> dict[str, Matrix]:
        """Return scores, shape (n_clips, n_classes): ``"method"`` first, then controls."""

    def inputs_key(self) -> str:
        """Return the method and its settings, without seed and cost: descriptions have neither."""
        settings = {k: v for k, v in self.describe().items() if k not in ("C", "seed")}
        return f"{', '.join(self.views)} of {type(self).__name__} with {settings}"

    def _read(self, clips: Sequence[PreparedLike]) -> ClipParts:
        """Describe prepared clips; one clip is in memory at a time."""
        if not clips or (self.frames is not None and self.frames < 1):
            raise ParameterError(
                "X, frames: expected at least one clip and one frame of each, got "
                f"{len(clips)} clip(s) and frames={self.frames}. Prepare the data set first; "
                "frames=None takes all."
            )
        responses: dict[str, list[Matrix]] = {view: [] for view in self.views}
        for item in tqdm(clips, desc="describe clips", unit="clip", disable=not self.progress):
            for view, vector in self._describe_clip(item).items():
                responses[view].append(np.asarray(vector, np.float32)[None])
        return ClipParts(
            tuple(item.clip for item in clips),
            {view: tuple(rows) for view, rows in responses.items()},
        )

    def _describe_clip(self, item: PreparedLike) -> Mapping[str, Vector]:
        """Return a vector for each view of a clip: by default of some of its face crops."""
        faces = load_inputs([item], self.size, {"faces": FaceFrames()}).stacks["faces"].rows
        if self.frames is not None:
            chosen = np.linspace(0, len(faces) - 1, min(self.frames, len(faces)))
            faces = faces[chosen.round().astype(int)]
        return self._describe_faces(faces)

    def fit(self, X: Clips, y: Sequence[str], groups: Sequence[str] | None = None) -> Self:
        """Learn from training clips, their expressions, and not their people."""
        loaded = self.load(X)
        labels, _ = self._targets(loaded, y, groups)
        self._fit_features(_features(loaded), labels)
        return self

    def stream_scores(self, X: Clips) -> dict[str, Matrix]:
        """Return the scores of the method and of the controls that the class names."""
        check_is_fitted(self)
        return self._score_features(_features(self.load(X)))


def _features(parts: ClipParts) -> Features:
    return {view: np.concatenate(rows).astype(float) for view, rows in parts.responses.items()}
