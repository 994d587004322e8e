"""Where the face is: detect it, follow it through a clip, cut it out once for all frames."""

from mffcnn_core.faces._crop import clip_box, crop_faces, iter_crops
from mffcnn_core.faces._detect import DETECTORS, FaceDetector, HaarDetector, make_detector
from mffcnn_core.faces._track import FaceTrack, longest_run, track_face

__all__ = [
    "DETECTORS",
    "FaceDetector",
    "FaceTrack",
    "HaarDetector",
    "clip_box",
    "crop_faces",
    "iter_crops",
    "longest_run",
    "make_detector",
    "track_face",
]
