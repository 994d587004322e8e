"""The synthetic expression corpus: people who do not exist, and all that is true of them."""

from mffcnn_core.corpus._action_units import ACTION_UNIT_NAMES, ACTION_UNITS, action_unit_vector
from mffcnn_core.corpus._camera import Camera
from mffcnn_core.corpus._clips import render_clip, true_flow
from mffcnn_core.corpus._corpus import Truth, load_truth, render_corpus
from mffcnn_core.corpus._head import Head
from mffcnn_core.corpus._identity import Identity, make_identity
from mffcnn_core.corpus._performance import Performance, perform
from mffcnn_core.corpus._plan import TAKES, ClipSpec, plan_corpus
from mffcnn_core.corpus._prototypes import APEX_PARTNERS, PROTOTYPES
from mffcnn_core.corpus._render import render_frame
from mffcnn_core.corpus._scene import Scene, make_scene
from mffcnn_core.corpus._settings import CorpusSettings
from mffcnn_core.corpus._state import FaceState
from mffcnn_core.corpus._view import face_box, head_mask

__all__ = [
    "ACTION_UNITS",
    "ACTION_UNIT_NAMES",
    "APEX_PARTNERS",
    "PROTOTYPES",
    "TAKES",
    "Camera",
    "ClipSpec",
    "CorpusSettings",
    "FaceState",
    "Head",
    "Identity",
    "Performance",
    "Scene",
    "Truth",
    "action_unit_vector",
    "face_box",
    "head_mask",
    "load_truth",
    "make_identity",
    "make_scene",
    "perform",
    "plan_corpus",
    "render_clip",
    "render_corpus",
    "render_frame",
    "true_flow",
]
