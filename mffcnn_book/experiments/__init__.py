"""From a profile and a data set to clips, prepared arrays and results; nothing is made twice."""

from mffcnn_book.experiments._claims import Claim, claims
from mffcnn_book.experiments._configuration import Configuration
from mffcnn_book.experiments._grid import GRIDS, HEADLINE, Grid, Row, configurations
from mffcnn_book.experiments._judge import Judgement, Status, gather_records, judge_claims
from mffcnn_book.experiments._model import model_path, predict_video, train_model, worth
from mffcnn_book.experiments._profile import Profile, load_profile
from mffcnn_book.experiments._readings import READINGS, Alternative, Reading
from mffcnn_book.experiments._table import NOT_RUN, grid_table, variant_of
from mffcnn_book.experiments._workspace import (
    Evidence,
    Workspace,
    project_root,
    stale_references,
    stale_results,
)

__all__ = [
    "GRIDS",
    "HEADLINE",
    "NOT_RUN",
    "READINGS",
    "Alternative",
    "Claim",
    "Configuration",
    "Evidence",
    "Grid",
    "Judgement",
    "Profile",
    "Reading",
    "Row",
    "Status",
    "Workspace",
    "claims",
    "configurations",
    "gather_records",
    "grid_table",
    "judge_claims",
    "load_profile",
    "model_path",
    "predict_video",
    "project_root",
    "stale_references",
    "stale_results",
    "train_model",
    "variant_of",
    "worth",
]
