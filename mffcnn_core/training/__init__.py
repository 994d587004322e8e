"""Fitting networks: losses, optimisers, early stopping on other people, history, checkpoints."""

from mffcnn_core.training._data import inner_split
from mffcnn_core.training._fit import (
    fit_fusion,
    fit_stream,
    forget_checkpoint,
    history_of,
)
from mffcnn_core.training._images import SampledImages
from mffcnn_core.training._losses import LOSSES, BCEOnSoftmax, FusionLoss
from mffcnn_core.training._optimisers import PaperAdadelta
from mffcnn_core.training._settings import (
    SMALL_JOINT,
    SMALL_SE_STREAM,
    SMALL_STREAM,
    StreamSettings,
    TrainingSettings,
)
from mffcnn_core.training._threads import torch_threads

__all__ = [
    "LOSSES",
    "SMALL_JOINT",
    "SMALL_SE_STREAM",
    "SMALL_STREAM",
    "BCEOnSoftmax",
    "FusionLoss",
    "PaperAdadelta",
    "SampledImages",
    "StreamSettings",
    "TrainingSettings",
    "fit_fusion",
    "fit_stream",
    "forget_checkpoint",
    "history_of",
    "inner_split",
    "torch_threads",
]
