"""Videos as arrays: files in and out, and the paper's 16-frame rule."""

from mffcnn_core.video._cuts import CutWatcher
from mffcnn_core.video._fragments import fragments
from mffcnn_core.video._probe import VideoInfo, probe
from mffcnn_core.video._read import (
    Video,
    VideoReader,
    iter_frames,
    load_video,
    mean_rate,
)
from mffcnn_core.video._still import DeadRun
from mffcnn_core.video._write import write_video

__all__ = [
    "CutWatcher",
    "DeadRun",
    "Video",
    "VideoInfo",
    "VideoReader",
    "fragments",
    "iter_frames",
    "load_video",
    "mean_rate",
    "probe",
    "write_video",
]
