"""The methods that the paper's Table 4 compares with, and what one would use now."""

from mffcnn_core.baselines._baseline import Baseline
from mffcnn_core.baselines._cltp import cltp_codes, cltp_histogram
from mffcnn_core.baselines._dwmv import DWMVRecogniser
from mffcnn_core.baselines._gplvm import DSGPLVM
from mffcnn_core.baselines._hog_flow import HogFlowRecogniser
from mffcnn_core.baselines._icltp import ICLTPRecogniser, gradient_magnitude
from mffcnn_core.baselines._learn_pp import LearnPlusPlus
from mffcnn_core.baselines._sift import dense_sift
from mffcnn_core.baselines._udsgplvm import GROUPING, REGIONS, UDSGPLVMRecogniser
from mffcnn_core.baselines._video_net import VideoNetRecogniser

__all__ = [
    "DSGPLVM",
    "GROUPING",
    "REGIONS",
    "Baseline",
    "DWMVRecogniser",
    "HogFlowRecogniser",
    "ICLTPRecogniser",
    "LearnPlusPlus",
    "UDSGPLVMRecogniser",
    "VideoNetRecogniser",
    "cltp_codes",
    "cltp_histogram",
    "dense_sift",
    "gradient_magnitude",
]
