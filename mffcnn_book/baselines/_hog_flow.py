"""Histograms of a still and a grid of motion: the recogniser that accepts the synthetic corpus."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC

from mffcnn_book.baselines._baseline import Baseline, Features, Vector
from mffcnn_core.arrays import Frames
from mffcnn_core.features import FaceFrames, FlowImages, PreparedLike, load_inputs
from mffcnn_core.recognition import Matrix, class_scores

GRID, SPANS = 8, 6
CELL, BINS = 12, 9  # px, directions


@dataclass(kw_only=True, eq=False, repr=False)
class HogFlowRecogniser(Baseline):
    """Recognise expressions without a network: what every network should be ahead of.

    ::

        middle frame -> histograms of oriented gradients     -> linear SVM --+
                                                                             +-> mean of scores
        flow -> mean over an 8 x 8 grid in 6 spans of time   -> linear SVM --+

    It is the recogniser of the acceptance test of the synthetic corpus, which takes a corpus
    only if both parts together are better than either: on that corpus its lead over its own
    parts is built in.

    Parameters
    ----------
    size : int
        Side of the faces in px.
    C : float
        Cost of both machines, > 0.
    **shared
        See :class:`~mffcnn_core.recognition.ClipRecogniser`; no training is kept.

    Attributes
    ----------
    classes_ : ndarray of str
        Sorted; columns of the scores.
    svms_ : dict of str to Pipeline
        ``"still"`` and ``"motion"``.

    Notes
    -----
    The acceptance test knows the frame at the apex and the true box of the face; this one
    takes the middle frame and the prepared crop, as every other method has to.

    References
    ----------
    Dalal, N., Triggs, B., Histograms of oriented gradients for human detection, CVPR 2005.

    Examples
    --------
    >>> HogFlowRecogniser().views
    ('still', 'motion')
    """

    pipeline = "hog_flow"
    seeded = False
    frames = None

    size: int = 96
    C: float = 0.01

    @property
    def views(self) -> tuple[str, ...]:
        """Names of the vectors that describe a clip."""
        return ("still", "motion")

    def _describe_clip(self, item: PreparedLike) -> Mapping[str, Vector]:
        streams = {"faces": FaceFrames(), "flow": FlowImages(run=1)}
        loaded = load_inputs([item], self.size, streams)
        flow = loaded.stacks["flow"].rows.astype(np.float32)
        return self._describe_faces(loaded.stacks["faces"].rows) | {"motion": _motion(flow)}

    def _describe_faces(self, faces: Frames) -> dict[str, Vector]:
        return {"still": _still(faces[len(faces) // 2])}

    def _fit_features(self, features: Features, labels: npt.NDArray[np.int64]) -> None:
        self.svms_ = {
            view: make_pipeline(
                StandardScaler(), LinearSVC(C=self.C, max_iter=10_000, random_state=0)
            ).fit(rows, labels)
            for view, rows in features.items()
        }

    def kept(self) -> list[Any]:
        """Return what a prediction needs."""
        return [*self.svms_.values()]

    def _score_features(self, features: Features) -> dict[str, Matrix]:
        # both are in units of their machine's margin: nothing is fitted to join them
        scores = {view: class_scores(self.svms_[view], rows) for view, rows in features.items()}
        return {"method": np.mean([*scores.values()], axis=0), **scores}


def _still(face: npt.NDArray[np.uint8]) -> Vector:
    """Return the histograms of oriented gradients of blocks of 2 x 2 cells."""
    side = face.shape[0] // CELL * CELL
    grey = cv2.resize(cv2.cvtColor(face, cv2.COLOR_RGB2GRAY), (side, side))
    cell, block = (CELL, CELL), (2 * CELL, 2 * CELL)
    return cv2.HOGDescriptor((side, side), block, cell, cell, BINS).compute(grey).ravel()


def _motion(flow: npt.NDArray[np.float32]) -> Vector:
    """Return the mean flow of each field of a grid, span by span."""
    spans = np.array_split(flow, SPANS) if len(flow) >= SPANS else [flow] * SPANS
    grids = [cv2.resize(s.mean(0), (GRID, GRID), interpolation=cv2.INTER_AREA) for s in spans]
    return np.ravel(grids)
