"""From a profile and a data set to clips, prepared arrays and results; nothing is made twice."""

from mffcnn_core.experiments._model import model_path, predict_video, train_model, worth
from mffcnn_core.experiments._profile import Profile, load_profile
from mffcnn_core.experiments._workspace import EXPERIMENTS, Workspace, project_root

__all__ = [
    "EXPERIMENTS",
    "Profile",
    "Workspace",
    "load_profile",
    "model_path",
    "predict_video",
    "project_root",
    "train_model",
    "worth",
]
