"""Face detectors by name."""

from typing import Any

from mffcnn_core.errors import ParameterError
from mffcnn_core.faces._detect import FaceDetector, HaarDetector
from mffcnn_core.faces._openface_run import OpenFaceTracker
from mffcnn_core.faces._track import FaceTracker
from mffcnn_core.faces._yunet import YuNetDetector
from mffcnn_core.settings import did_you_mean

DETECTORS: dict[str, Any] = {
    "haar": HaarDetector,
    "yunet": YuNetDetector,
    "openface": OpenFaceTracker,
}
"""Detector name -> its class: a settings record that detects, or tracks by itself."""


def make_detector(name: str, **options: Any) -> FaceDetector | FaceTracker:
    """Return a detector by name, or say which name or option is unknown.

    Parameters
    ----------
    name : str
        A key of :data:`DETECTORS`.
    **options
        Fields of its class.

    Raises
    ------
    ParameterError
        If the name or an option is not known, or an option is outside its range.

    Examples
    --------
    >>> make_detector("haar", min_neighbors=3).min_neighbors
    3
    """
    if name not in DETECTORS:
        raise ParameterError(
            f"detector: expected a face detector, got {name!r}. "
            f"{did_you_mean(str(name), list(DETECTORS))}"
        )
    return DETECTORS[name].from_dict(options)
