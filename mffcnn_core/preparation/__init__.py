"""From the videos of a data set to arrays on disk: faces and flow, one file per clip."""

from mffcnn_core.preparation._arrays import PreparedArrays, PreparedFacts, VideoCounts
from mffcnn_core.preparation._clip import PreparedClip
from mffcnn_core.preparation._dataset import preparation_code, prepare_dataset
from mffcnn_core.preparation._prepare import prepare_file, prepare_video
from mffcnn_core.preparation._report import ClipReport, PreparationReport
from mffcnn_core.preparation._settings import PreparationSettings

__all__ = [
    "ClipReport",
    "PreparationReport",
    "PreparationSettings",
    "PreparedArrays",
    "PreparedClip",
    "PreparedFacts",
    "VideoCounts",
    "preparation_code",
    "prepare_dataset",
    "prepare_file",
    "prepare_video",
]
