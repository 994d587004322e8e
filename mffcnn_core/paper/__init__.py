"""The paper's numbers as data (Ren 2021, doi:10.3745/JIPS.02.0156)."""

from mffcnn_core.paper._printed import DATASETS
from mffcnn_core.paper._reported import (
    REPORTED,
    Reported,
    accuracies,
    confusion_percent,
    reported,
    value,
)

__all__ = [
    "DATASETS",
    "REPORTED",
    "Reported",
    "accuracies",
    "confusion_percent",
    "reported",
    "value",
]
