"""From a profile and a data set to clips, prepared arrays and results; nothing is made twice."""

from mffcnn_core.experiments._claims import Claim, Side, claims
from mffcnn_core.experiments._configuration import Configuration
from mffcnn_core.experiments._grid import GRIDS, HEADLINE, Grid, Row, configurations
from mffcnn_core.experiments._judge import Judgement, Status, judge_claims, read_records
from mffcnn_core.experiments._model import model_path, predict_video, train_model, worth
from mffcnn_core.experiments._profile import Profile, load_profile
from mffcnn_core.experiments._workspace import Workspace, project_root

__all__ = [
    "GRIDS",
    "HEADLINE",
    "Claim",
    "Configuration",
    "Grid",
    "Judgement",
    "Profile",
    "Row",
    "Side",
    "Status",
    "Workspace",
    "claims",
    "configurations",
    "judge_claims",
    "load_profile",
    "model_path",
    "predict_video",
    "project_root",
    "read_records",
    "train_model",
    "worth",
]
