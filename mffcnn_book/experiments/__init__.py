"""From a profile and a data set to clips, prepared arrays and results; nothing is made twice."""

from mffcnn_book.experiments._claims import Claim, claims
from mffcnn_book.experiments._comparison import LEVEL, Difference, holm, paired_difference
from mffcnn_book.experiments._configuration import Configuration
from mffcnn_book.experiments._control_table import control_table
from mffcnn_book.experiments._controls import CONTROL_CORPORA, ControlCorpus
from mffcnn_book.experiments._dealt import with_permuted_labels, with_random_groups
from mffcnn_book.experiments._evidence import Evidence
from mffcnn_book.experiments._forecast import LONG, Forecast, forecast
from mffcnn_book.experiments._grid import Grid, Row
from mffcnn_book.experiments._grids import COMPARED, GRIDS, HEADLINE, LEANING, configurations
from mffcnn_book.experiments._judge import (
    Compared,
    Judgement,
    Status,
    gather_records,
    judge_claims,
    points,
)
from mffcnn_book.experiments._model import (
    DEMONSTRATION,
    default_model,
    model_path,
    predict_video,
    train_model,
    worth,
)
from mffcnn_book.experiments._people import (
    COSTS,
    PEOPLE,
    STUDY,
    TRIALS,
    Trial,
    evaluate_trial,
    published_folds,
)
from mffcnn_book.experiments._people_records import people_dataset, people_evidence, record_trial
from mffcnn_book.experiments._profile import Profile, load_profile
from mffcnn_book.experiments._readings import READINGS, Alternative, Reading
from mffcnn_book.experiments._records import ResultsRecord, is_current
from mffcnn_book.experiments._running import in_order_of_weight
from mffcnn_book.experiments._stale import stale_references, stale_results
from mffcnn_book.experiments._table import NOT_RUN, grid_table, variant_of
from mffcnn_book.experiments._trainings import Trainings, clear_ones, compared, trainings_of
from mffcnn_book.experiments._verdict import outcome, verdict, write_verdict
from mffcnn_book.experiments._workspace import Workspace

__all__ = [
    "COMPARED",
    "CONTROL_CORPORA",
    "COSTS",
    "DEMONSTRATION",
    "GRIDS",
    "HEADLINE",
    "LEANING",
    "LEVEL",
    "LONG",
    "NOT_RUN",
    "PEOPLE",
    "READINGS",
    "STUDY",
    "TRIALS",
    "Alternative",
    "Claim",
    "Compared",
    "Configuration",
    "ControlCorpus",
    "Difference",
    "Evidence",
    "Forecast",
    "Grid",
    "Judgement",
    "Profile",
    "Reading",
    "ResultsRecord",
    "Row",
    "Status",
    "Trainings",
    "Trial",
    "Workspace",
    "claims",
    "clear_ones",
    "compared",
    "configurations",
    "control_table",
    "default_model",
    "evaluate_trial",
    "forecast",
    "gather_records",
    "grid_table",
    "holm",
    "in_order_of_weight",
    "is_current",
    "judge_claims",
    "load_profile",
    "model_path",
    "outcome",
    "paired_difference",
    "people_dataset",
    "people_evidence",
    "points",
    "predict_video",
    "published_folds",
    "record_trial",
    "stale_references",
    "stale_results",
    "train_model",
    "trainings_of",
    "variant_of",
    "verdict",
    "with_permuted_labels",
    "with_random_groups",
    "worth",
    "write_verdict",
]
