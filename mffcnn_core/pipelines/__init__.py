"""Whole methods as scikit-learn estimators, their evaluation on strangers, and their files."""

from mffcnn_core.pipelines._catalogue import PIPELINES, make_recogniser
from mffcnn_core.pipelines._cell import cell_runs
from mffcnn_core.pipelines._classifier import PartsClassifier
from mffcnn_core.pipelines._evaluate import (
    Evaluation,
    evaluate_by_subject,
    evaluate_side_by_side,
)
from mffcnn_core.pipelines._fold import fit_fold
from mffcnn_core.pipelines._frozen import FrozenRecogniser
from mffcnn_core.pipelines._fusion import FusionRecogniser
from mffcnn_core.pipelines._recogniser import Recogniser
from mffcnn_core.pipelines._save import (
    SavedRecogniser,
    is_saved_recogniser,
    load_recogniser,
    save_recogniser,
)
from mffcnn_core.pipelines._timeline import Timeline, score_over_time
from mffcnn_core.pipelines._two_stream import TwoStreamRecogniser

__all__ = [
    "PIPELINES",
    "Evaluation",
    "FrozenRecogniser",
    "FusionRecogniser",
    "PartsClassifier",
    "Recogniser",
    "SavedRecogniser",
    "Timeline",
    "TwoStreamRecogniser",
    "cell_runs",
    "evaluate_by_subject",
    "evaluate_side_by_side",
    "fit_fold",
    "is_saved_recogniser",
    "load_recogniser",
    "make_recogniser",
    "save_recogniser",
    "score_over_time",
]
