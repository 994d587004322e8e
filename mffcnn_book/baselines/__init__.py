"""The methods that the paper's Table 4 compares with, and what you would use now.

============  =============================================================  ==================
name          method                                                         paper
============  =============================================================  ==================
icltp         completed local ternary patterns of the gradient, SVM          Tab. 4
dwmv          dense SIFT, an ensemble of SVMs with dynamic weights           Tab. 4
ml_udsgplvm   regions of the face, latent spaces in two levels, SVM          Tab. 4
hog_flow      HOG of a frame and a grid of flow, SVM: no network at all      -
video_net     R(2+1)D on runs of frames, SVM: what one would try today       -
============  =============================================================  ==================

They are no part of the core.  It finds them as it finds those of anybody's package: through an
entry point of the group ``mffcnn.recognisers``, see :data:`mffcnn_core.pipelines.PIPELINES`.
"""

from mffcnn_book.baselines._baseline import Baseline
from mffcnn_book.baselines._cltp import cltp_codes, cltp_histogram
from mffcnn_book.baselines._dwmv import DWMVRecogniser
from mffcnn_book.baselines._frame_runs import FrameRuns
from mffcnn_book.baselines._gplvm import DSGPLVM
from mffcnn_book.baselines._hog_flow import HogFlowRecogniser
from mffcnn_book.baselines._icltp import ICLTPRecogniser, gradient_magnitude
from mffcnn_book.baselines._learn_pp import LearnPlusPlus
from mffcnn_book.baselines._r2plus1d import (
    KINETICS_MEAN,
    KINETICS_STD,
    SMALL_VIDEO_NET,
    VideoNet,
    VideoNetSettings,
    load_video_weights,
)
from mffcnn_book.baselines._sift import dense_sift
from mffcnn_book.baselines._udsgplvm import GROUPING, REGIONS, UDSGPLVMRecogniser
from mffcnn_book.baselines._video_net import SMALL_VIDEO_STREAM, VideoNetRecogniser

__all__ = [
    "DSGPLVM",
    "GROUPING",
    "KINETICS_MEAN",
    "KINETICS_STD",
    "REGIONS",
    "SMALL_VIDEO_NET",
    "SMALL_VIDEO_STREAM",
    "Baseline",
    "DWMVRecogniser",
    "FrameRuns",
    "HogFlowRecogniser",
    "ICLTPRecogniser",
    "LearnPlusPlus",
    "UDSGPLVMRecogniser",
    "VideoNet",
    "VideoNetRecogniser",
    "VideoNetSettings",
    "cltp_codes",
    "cltp_histogram",
    "dense_sift",
    "gradient_magnitude",
    "load_video_weights",
]
