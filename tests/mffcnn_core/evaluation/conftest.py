import numpy as np
import pytest

from mffcnn_core.evaluation import Predictions, leave_one_subject_out
from mffcnn_core.expressions import EXPRESSIONS


@pytest.fixture
def predictions():
    subjects = tuple(f"s{i // 6}" for i in range(18))
    return Predictions(
        clips=tuple(f"clip{i}" for i in range(18)),
        subjects=subjects,
        expressions=EXPRESSIONS * 3,
        folds=tuple(leave_one_subject_out(subjects)),
        scores={
            "both": np.random.default_rng(0).normal(size=(18, 6)) + np.tile(np.eye(6), (3, 1)),
            "spatial": np.random.default_rng(1).normal(size=(18, 6)),
        },
    )
