"""From a profile and a data set to clips, prepared arrays and results; nothing is made twice."""

from mffcnn_core.experiments._configuration import Configuration
from mffcnn_core.experiments._grid import GRIDS, HEADLINE, Grid, Row, configurations
from mffcnn_core.experiments._model import model_path, predict_video, train_model, worth
from mffcnn_core.experiments._profile import Profile, load_profile
from mffcnn_core.experiments._workspace import Workspace, project_root

__all__ = [
    "GRIDS",
    "HEADLINE",
    "Configuration",
    "Grid",
    "Profile",
    "Row",
    "Workspace",
    "configurations",
    "load_profile",
    "model_path",
    "predict_video",
    "project_root",
    "train_model",
    "worth",
]
