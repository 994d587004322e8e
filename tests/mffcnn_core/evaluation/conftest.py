import numpy as np
import pytest

from mffcnn_core.evaluation import Predictions, ResultsRecord, leave_one_subject_out
from mffcnn_core.expressions import EXPRESSIONS

SETTINGS = {"recogniser": {"seed": 0, "kernels": (5, 3)}, "preparation": {"size": 128}}


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


@pytest.fixture
def record(predictions):
    return ResultsRecord(
        experiment="first",
        settings=SETTINGS,
        seed=0,
        dataset_name="synthetic",
        dataset_sha256="d" * 64,
        code="c" * 64,
        predictions=predictions,
    )
