"""Frontal faces by a cascade of Haar features, which OpenCV's wheel carries."""

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from mffcnn_core.errors import ParameterError
from mffcnn_core.settings import Settings, check_share

CASCADE = "haarcascade_frontalface_default.xml"


@functools.cache
def _cascade() -> Any:  # of OpenCV 4; version 5 has no such class
    folder = Path(getattr(getattr(cv2, "data", None), "haarcascades", ""))
    file = folder / CASCADE
    if not hasattr(cv2, "CascadeClassifier") or not file.is_file():
        raise ParameterError(
            f"detector 'haar': expected OpenCV 4 with the cascade {CASCADE}, got OpenCV "
            f"{cv2.__version__} without it. Install 'opencv-python<5', or pass another detector."
        )
    return cv2.CascadeClassifier(str(file))


@dataclass(frozen=True, kw_only=True)
class HaarDetector(Settings):
    """Frontal faces by OpenCV's Haar cascade (Viola and Jones 2001).

    Paper: Sec. 3.2 names OpenFace 2.0 [27], which is no Python package; this detector, in the
    OpenCV wheel, is the default here. Book: ch. 2.

    Attributes
    ----------
    scale_factor : float
        Step between the sizes that are searched, >= 1.01.
    min_neighbors : int
        Overlapping hits that make a face, >= 0; more means fewer false ones.
    max_side : int or None
        Frames are searched at a size whose longer side has at most so many pixels, which
        is faster and drops small false hits; None searches them as they are.
    min_face : float
        Smallest face relative to the shorter side of the frame, 0 <= min_face < 1.  A face
        that fills less than an eighth gives too few pixels to read an expression from.

    Notes
    -----
    The cascade knows upright frontal faces.  Measured on a sample of three real clips: turned
    in the plane of the picture by 10 degrees, 90-100 % of the faces were found, by 20 degrees
    25-77 %; darkened to a third, at a quarter of the size, or with noise of 15 grey levels,
    none was lost.

    Examples
    --------
    >>> HaarDetector().detect(np.zeros((96, 96, 3), np.uint8)).shape
    (0, 4)
    """

    scale_factor: float = 1.1
    min_neighbors: int = 5
    max_side: int | None = 320
    min_face: float = 0.125

    def __post_init__(self) -> None:
        if not self.scale_factor >= 1.01:  # nearer to 1 a search does not end
            raise ParameterError(
                f"scale_factor: expected more than 1, at least 1.01, got {self.scale_factor!r}."
            )
        if self.min_neighbors < 0:
            raise ParameterError(f"min_neighbors: expected 0 or more, got {self.min_neighbors!r}.")
        if self.max_side is not None and self.max_side < 24:
            raise ParameterError(
                f"max_side: expected at least 24 pixels (the cascade's window) or None, got "
                f"{self.max_side!r}."
            )
        check_share("min_face", self.min_face, "It is a share of the shorter side.")

    def detect(self, frame: npt.NDArray[np.uint8]) -> npt.NDArray[np.float64]:
        """Return the faces of one RGB frame, see :class:`FaceDetector`.

        Raises
        ------
        ParameterError
            If OpenCV has no Haar cascade (version 5 has none).
        """
        cascade = _cascade()
        grey = cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY)
        scale = 1.0
        if self.max_side is not None and max(grey.shape) > self.max_side:
            scale = self.max_side / max(grey.shape)
            grey = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        smallest = round(self.min_face * min(grey.shape))
        found = cascade.detectMultiScale(
            grey,
            scaleFactor=self.scale_factor,
            minNeighbors=self.min_neighbors,
            minSize=(smallest, smallest),
        )
        boxes = np.asarray(found, np.float64).reshape(-1, 4) / scale
        # By size, then by place: the order of OpenCV's hits depends on its threads.
        return boxes[np.lexsort((boxes[:, 1], boxes[:, 0], -boxes[:, 2] * boxes[:, 3]))]


OFFER = HaarDetector
