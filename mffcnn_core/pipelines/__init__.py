"""Whole methods as scikit-learn estimators, and their evaluation on strangers."""

from mffcnn_core.pipelines._evaluate import evaluate_leave_one_subject_out
from mffcnn_core.pipelines._two_stream import TwoStreamRecogniser

__all__ = ["TwoStreamRecogniser", "evaluate_leave_one_subject_out"]
