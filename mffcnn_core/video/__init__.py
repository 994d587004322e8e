"""Videos as arrays: files in and out, and the paper's 16-frame rule."""

from mffcnn_core.video._cuts import CutWatcher
from mffcnn_core.video._fragments import fragments
from mffcnn_core.video._read import Video, VideoInfo, iter_frames, load_video, probe
from mffcnn_core.video._write import write_video

__all__ = [
    "CutWatcher",
    "Video",
    "VideoInfo",
    "fragments",
    "iter_frames",
    "load_video",
    "probe",
    "write_video",
]
