"""The synthetic expression corpus: people who do not exist, and all that is true of them."""

from mffcnn_corpus._clips import render_clip, true_flow
from mffcnn_corpus._settings import CorpusSettings, WildSettings
from mffcnn_corpus.acting._performance import Performance, perform
from mffcnn_corpus.acting._plan import TAKES, ClipSpec, plan_corpus
from mffcnn_corpus.acting._prototypes import APEX_PARTNERS, PROTOTYPES
from mffcnn_corpus.acting._state import FaceState
from mffcnn_corpus.camera._camera import Camera
from mffcnn_corpus.camera._head import Head
from mffcnn_corpus.camera._render import render_frame
from mffcnn_corpus.camera._scene import Scene, make_scene
from mffcnn_corpus.camera._view import face_box, head_mask
from mffcnn_corpus.corpus import Truth, load_truth, render_corpus
from mffcnn_corpus.person._action_units import ACTION_UNIT_NAMES, ACTION_UNITS, action_unit_vector
from mffcnn_corpus.person._identity import Identity, make_identity

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
    "WildSettings",
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
