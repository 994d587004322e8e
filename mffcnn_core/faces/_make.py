"""Face detectors by name, and which one there is."""

from typing import Any, NamedTuple

from mffcnn_core.errors import DetectorError
from mffcnn_core.faces import _models
from mffcnn_core.faces._detect import FaceDetector
from mffcnn_core.faces._track import FaceTracker
from mffcnn_core.registry import Registry

DETECTORS = Registry("mffcnn_core.faces.detectors", "detector")
"""Detector name -> its class: a settings record that detects, or tracks by itself."""


AUTO = "auto"
"""The name that stands for YuNet where its model is at hand, and for Haar elsewhere."""


class Choice(NamedTuple):
    """A detector, and why it is this one."""

    name: str
    why: str


def choose_detector(name: str, *, fetch: bool = False) -> Choice:
    """Return which detector a name stands for on this machine.

    Parameters
    ----------
    name : str
        :data:`AUTO`, or a name that stands for itself.
    fetch : bool
        Whether the model of YuNet is downloaded (230 kB) if it is missing.

    Examples
    --------
    >>> choose_detector("haar")
    Choice(name='haar', why='as the settings say')
    """
    if name != AUTO:
        return Choice(name, "as the settings say")
    try:
        if fetch:
            _models.fetch_yunet()
        else:
            _models.check_model(_models.yunet_path(), _models.YUNET_SHA256)
    except DetectorError:
        damaged = _models.yunet_path().is_file()
        what = "damaged" if damaged else "missing and could not be fetched" if fetch else "missing"
        return Choice("haar", f"as YuNet's model is {what}: `mffcnn data model` fetches it")
    return Choice("yunet", "as its model is at hand")


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
    return DETECTORS[name].from_dict(options)
