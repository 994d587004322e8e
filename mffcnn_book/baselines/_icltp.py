"""ICLTP: completed local ternary patterns of the gradient, and a linear SVM."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from mffcnn_book.baselines._baseline import Baseline, Features, Vector
from mffcnn_book.baselines._cltp import Grey, cltp_histogram
from mffcnn_core.arrays import Frames
from mffcnn_core.recognition import Matrix, class_scores, linear_svm


def gradient_magnitude(grey: Grey) -> Grey:
    """Return ``sqrt(gx^2 + gy^2) / 16`` of Scharr's filters, rounded and at most 255.

    Parameters
    ----------
    grey : ndarray of uint8, shape (H, W)

    Returns
    -------
    ndarray of uint8, shape (H, W)
        An upright edge between 0 and 255 has the size 255: the filter's weights sum to 16.

    Examples
    --------
    >>> edge = np.zeros((3, 4), np.uint8)
    >>> edge[:, 2:] = 80
    >>> gradient_magnitude(edge)[1].tolist()
    [0, 80, 80, 0]
    """
    gx, gy = (cv2.Scharr(grey, cv2.CV_32F, *way) for way in ((1, 0), (0, 1)))
    # whole numbers up to here, and numpy's root: cv2.magnitude rounds halves now up, now down
    size = np.sqrt(gx * gx + gy * gy) * np.float32(1 / 16)
    return np.minimum(np.rint(size, out=size), 255).astype(np.uint8)


@dataclass(kw_only=True, eq=False, repr=False)
class ICLTPRecogniser(Baseline):
    """Improved completed local ternary pattern; "ICTP" in the paper's Table 4.

    ::

        frame -> Scharr gradient magnitude -> CLTP at each radius -> histograms of blocks
              -> square root -> mean over the frames -> scaler -> linear SVM

    Paper: Sec. 4.5, Table 4, [23].

    Parameters
    ----------
    size : int
        Side of the face in px.
    frames : int, optional
        Number of frames, evenly spaced, that are described; None takes all.
    radii : sequence of int
        Of the circles of 8 neighbours, in px.
    threshold : int
        t of the patterns, in grey values of 255.
    blocks : sequence of 2 int
        Rows and columns of blocks, each with a histogram of its own.
    C : float
        Cost of the support vector machine, > 0.
    **shared
        See :class:`~mffcnn_core.recognition.ClipRecogniser`; no training is kept.

    Attributes
    ----------
    classes_ : ndarray of str
        Sorted; columns of the scores.
    svm_ : Pipeline

    Notes
    -----
    Our implementation, from the formulas.  Verified: the patterns and histograms against a
    slow computation pixel by pixel (see :func:`cltp_codes`).  Read, because the work was
    not at hand: (I) which operator "improves" the pattern (Scharr's); (II) the two
    neighbourhoods (8,1) and (8,2); (III) t = 5 of 255; (IV) 6 x 7 blocks, L1 and square
    root; (V) the mean over the frames, which makes one vector of a clip.

    References
    ----------
    Luo et al., Optoelectronics Letters 15(3):224-230, 2019.
    Rassem and Khoo, Completed local ternary pattern, 2014.

    Examples
    --------
    >>> ICLTPRecogniser(threshold=8).describe()["threshold"]
    8
    """

    pipeline = "icltp"
    seeded = False

    size: int = 128
    frames: int | None = None
    radii: Sequence[int] = (1, 2)
    threshold: int = 5
    blocks: Sequence[int] = (6, 7)
    C: float = 1.0

    @property
    def views(self) -> tuple[str, ...]:
        """Names of the vectors that describe a clip."""
        return ("gradient_patterns",)

    def _describe_faces(self, faces: Frames) -> dict[str, Vector]:
        return {"gradient_patterns": np.mean([self._patterns(face) for face in faces], axis=0)}

    def _patterns(self, face: npt.NDArray[np.uint8]) -> Vector:
        gradient = gradient_magnitude(cv2.cvtColor(face, cv2.COLOR_RGB2GRAY))
        return np.concatenate(
            [
                cltp_histogram(
                    gradient, radius=radius, threshold=self.threshold, blocks=self.blocks
                )
                for radius in self.radii
            ]
        )

    def _fit_features(self, features: Features, labels: npt.NDArray[np.int64]) -> None:
        self.svm_ = linear_svm(self.C).fit(features["gradient_patterns"], labels)

    def kept(self) -> list[Any]:
        """Return what a prediction needs."""
        return [self.svm_]

    def _score_features(self, features: Features) -> dict[str, Matrix]:
        return {"method": class_scores(self.svm_, features["gradient_patterns"])}
