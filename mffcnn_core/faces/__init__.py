"""Where the face is: detect it, follow it through a clip, cut it out once for all frames."""

from mffcnn_core.faces._crop import aligned_square, clip_box, crop_faces, iter_crops
from mffcnn_core.faces._detect import FaceDetector
from mffcnn_core.faces._make import AUTO, DETECTORS, Choice, choose_detector, make_detector
from mffcnn_core.faces._models import fetch_yunet
from mffcnn_core.faces._openface import OpenFaceOutput, read_openface
from mffcnn_core.faces._second_look import SecondLook, confirmed
from mffcnn_core.faces._track import FaceTrack, FaceTracker, longest_run, track_face
from mffcnn_core.faces.detectors.haar import HaarDetector
from mffcnn_core.faces.detectors.openface import OpenFaceTracker, run_openface
from mffcnn_core.faces.detectors.yunet import YuNetDetector

__all__ = [
    "AUTO",
    "DETECTORS",
    "Choice",
    "FaceDetector",
    "FaceTrack",
    "FaceTracker",
    "HaarDetector",
    "OpenFaceOutput",
    "OpenFaceTracker",
    "SecondLook",
    "YuNetDetector",
    "aligned_square",
    "choose_detector",
    "clip_box",
    "confirmed",
    "crop_faces",
    "fetch_yunet",
    "iter_crops",
    "longest_run",
    "make_detector",
    "read_openface",
    "run_openface",
    "track_face",
]
