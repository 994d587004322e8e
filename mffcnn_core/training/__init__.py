"""Fitting one stream's network: loss, optimiser, early stopping on other people, history."""

from mffcnn_core.training._fit import fit_stream, history_of, inner_split
from mffcnn_core.training._images import SampledImages
from mffcnn_core.training._losses import LOSSES, BCEOnSoftmax
from mffcnn_core.training._optimisers import PaperAdadelta
from mffcnn_core.training._settings import SMALL_STREAM, StreamSettings
from mffcnn_core.training._threads import torch_threads

__all__ = [
    "LOSSES",
    "SMALL_STREAM",
    "BCEOnSoftmax",
    "PaperAdadelta",
    "SampledImages",
    "StreamSettings",
    "fit_stream",
    "history_of",
    "inner_split",
    "torch_threads",
]
