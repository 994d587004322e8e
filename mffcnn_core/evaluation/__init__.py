"""Subject-wise splits, predictions, and metrics with their uncertainty (no torch)."""

from mffcnn_core.evaluation._averaging import average_scores
from mffcnn_core.evaluation._cost import Meter, count_parameters
from mffcnn_core.evaluation._metrics import accuracy, confusion, macro_recall
from mffcnn_core.evaluation._predictions import Predictions
from mffcnn_core.evaluation._splits import (
    Fold,
    check_split,
    leave_one_subject_out,
    subject_folds,
)
from mffcnn_core.evaluation._uncertainty import (
    DRAWS,
    Interval,
    bootstrap_interval,
    drawn_rates,
    hits_by_person,
    interval_of,
)

__all__ = [
    "DRAWS",
    "Fold",
    "Interval",
    "Meter",
    "Predictions",
    "accuracy",
    "average_scores",
    "bootstrap_interval",
    "check_split",
    "confusion",
    "count_parameters",
    "drawn_rates",
    "hits_by_person",
    "interval_of",
    "leave_one_subject_out",
    "macro_recall",
    "subject_folds",
]
