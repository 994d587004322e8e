"""YuNet: a small neural face detector that OpenCV runs, with five landmarks."""

import functools
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from mffcnn_core.errors import ParameterError
from mffcnn_core.faces._models import YUNET_SHA256, check_model, yunet_path
from mffcnn_core.settings import Settings, check_share

_COLUMNS = 14  # a box and five landmarks; the score follows

# Measured on four real clips, of which each gave nearly the same: .862 to .871 and .032 to .034.
_SIDE = 0.866  # side of the Haar cascade's square, in heights of YuNet's box
_RAISED = 0.033  # by how much of its side its centre lies higher


@functools.lru_cache(maxsize=4)
def _network(model: Path, score: float) -> "cv2.FaceDetectorYN":
    check_model(model, YUNET_SHA256)
    return cv2.FaceDetectorYN.create(str(model), "", (320, 320), score)


def _squares(boxes: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the squares that the Haar cascade would draw around the same faces.

    YuNet's boxes are narrow and reach from the chin to the hair, so a least size or a margin
    would mean something else with each detector.
    """
    side = _SIDE * boxes[:, 3:]
    centre = boxes[:, :2] + boxes[:, 2:] / 2 - side * [0, _RAISED]
    return np.hstack([centre - side / 2, side, side])


@dataclass(frozen=True, kw_only=True)
class YuNetDetector(Settings):
    """Faces and five landmarks by YuNet [1]_, run by ``cv2.FaceDetectorYN``.

    It finds turned and tilted faces that the Haar cascade misses.  Its model is a file that
    does not come with OpenCV: `mffcnn data model` fetches it.

    Attributes
    ----------
    model : str
        Path of ``face_detection_yunet_2023mar.onnx``; empty for the one that was fetched.
    score : float
        Least score of a face, 0 < score < 1.
    max_side : int or None
        Frames are searched at a size whose longer side has at most so many pixels.
    min_face : float
        Smallest face relative to the shorter side of the frame, 0 <= min_face < 1.

    Notes
    -----
    Boxes are given as the squares that :class:`HaarDetector` would draw around the same faces:
    sizes and margins mean the same for both.

    Its landmarks lean less than the face.  Measured on one real face turned by 25 degrees in
    the plane: the eyes by 17 to 20 degrees at 640 pixels, by 2 to 4 at 320.

    References
    ----------
    .. [1] W. Wu, H. Peng, S. Yu, "YuNet: A Tiny Millisecond-level Face Detector", Machine
       Intelligence Research 20:656-665, 2023.
    """

    model: str = ""
    score: float = 0.8
    max_side: int | None = 640
    min_face: float = 0.125

    def __post_init__(self) -> None:
        if not 0 < self.score < 1:
            raise ParameterError(f"score: expected a value in (0, 1), got {self.score!r}.")
        if self.max_side is not None and self.max_side < 32:
            raise ParameterError(
                f"max_side: expected at least 32 pixels or None, got {self.max_side!r}."
            )
        check_share("min_face", self.min_face, "It is a share of the shorter side.")

    def detect(self, frame: npt.NDArray[np.uint8]) -> npt.NDArray[np.float64]:
        """Return the faces of one RGB frame with their landmarks, see :class:`FaceDetector`.

        Raises
        ------
        DetectorError
            If the model is missing or damaged.
        """
        network = _network(Path(self.model) if self.model else yunet_path(), self.score)
        picture = cv2.cvtColor(frame, cv2.COLOR_RGB2BGR)
        scale = 1.0
        if self.max_side is not None and max(frame.shape[:2]) > self.max_side:
            scale = self.max_side / max(frame.shape[:2])
            picture = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        network.setInputSize(picture.shape[1::-1])
        found = network.detect(picture)[1]
        if found is None:
            return np.empty((0, _COLUMNS))
        faces = np.asarray(found, np.float64)[:, :_COLUMNS] / scale
        faces[:, :4] = _squares(faces[:, :4])
        faces = faces[faces[:, 2:4].min(axis=1) >= self.min_face * min(frame.shape[:2])]
        return faces[np.lexsort((faces[:, 1], faces[:, 0], -faces[:, 2] * faces[:, 3]))]


OFFER = YuNetDetector
