"""The paper's pipelines, and the methods it compares with, by name."""

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType
from typing import Any

from mffcnn_core import baselines
from mffcnn_core.errors import ParameterError
from mffcnn_core.pipelines._frozen import FrozenRecogniser
from mffcnn_core.pipelines._fusion import FusionRecogniser
from mffcnn_core.pipelines._two_stream import TwoStreamRecogniser
from mffcnn_core.recognition import ClipRecogniser
from mffcnn_core.settings import check_choice, merged

TRAINED = "trained"
"""In place of the name of a backbone: networks that are trained on the training clips."""

_PRINTED = {"pool": 2, "batch_norm": False, "dropout": 0.0}


def _registered() -> dict[str, tuple[type[ClipRecogniser], Mapping[str, Any]]]:
    """Return the methods to compare with: every class below that names its ``pipeline``.

    Nothing imports them by name here: a result does not depend on methods that it does not
    choose, see :mod:`mffcnn_core.sources`.
    """
    found = {}
    for one in iter_modules(baselines.__path__, prefix=f"{baselines.__name__}."):
        for thing in vars(import_module(one.name)).values():
            if isinstance(thing, type) and thing.__module__ == one.name:
                name = getattr(thing, "pipeline", None)
                if name is not None:
                    found[name] = (thing, {})
    return found


PIPELINES: Mapping[str, tuple[type[ClipRecogniser], Mapping[str, Any]]] = MappingProxyType(
    {
        "vgg_dbn": (FrozenRecogniser, {"dbn": {}}),
        "mffcnn": (FusionRecogniser, {"dbn": {}}),
        "frame_cnn": (
            TwoStreamRecogniser,
            {"streams": "spatial", "size": 128, "decision": "softmax"},
        ),
        "printed_cnn": (
            TwoStreamRecogniser,
            {
                "streams": "spatial",
                "size": 128,
                "decision": "softmax",
                "spatial": {"momentum": 0.2, "learning_rate": 0.02, "network": _PRINTED},
            },
        ),
        "ordered_flow": (FrozenRecogniser, {"streams": "temporal"}),
        "two_stream": (TwoStreamRecogniser, {}),
        **_registered(),
    }
)
"""Class and parameters of each pipeline.

============  =============================================================  ==================
name          method                                                         paper
============  =============================================================  ==================
vgg_dbn       P1: a backbone's features of frames and flow maps, DBN, SVM    Sec. 3.1, 3.2, 3.4
mffcnn        P2: two SE-residual networks that multiply, DBN, SVM           Sec. 3.5, Tab. 1, 2
frame_cnn     P3: the simple CNN and its softmax, with what makes it learn   Figs. 5, 6
printed_cnn   the same in the sizes, and with the steps, that are printed    Sec. 3.3, Tab. 3
ordered_flow  P4: a backbone's features of ordered flow maps, SVM            Sec. 3.4, Fig. 4
two_stream    two simple CNNs, SVM: a first recogniser for a CPU             -
icltp         completed local ternary patterns of the gradient, SVM          Tab. 4
dwmv          dense SIFT, an ensemble of SVMs with dynamic weights           Tab. 4
ml_udsgplvm   regions of the face, latent spaces in two levels, SVM          Tab. 4
hog_flow      HOG of a frame and a grid of flow, SVM: no network at all       -
video_net     R(2+1)D on runs of frames, SVM: what one would try today       -
============  =============================================================  ==================
"""


def make_recogniser(pipeline: str, **changes: Any) -> ClipRecogniser:
    """Return an unfitted recogniser.

    Parameters
    ----------
    pipeline : str
        A key of ``PIPELINES``.
    **changes
        Parameters other than the pipeline's, e.g. from a profile; a mapping changes a part of
        a record.  With ``backbone="trained"``, ``vgg_dbn`` and ``ordered_flow`` train
        networks of their own where the paper takes VGG-16; with any other backbone ``spatial``
        and ``temporal``, which say how, are not looked at.

    Raises
    ------
    ParameterError
        If the pipeline or a parameter is unknown.

    Examples
    --------
    >>> make_recogniser("frame_cnn", size=96).size
    96
    """
    check_choice("pipeline", pipeline, PIPELINES)
    kind, params = PIPELINES[pipeline]
    if kind is FrozenRecogniser and changes.get("backbone") == TRAINED:
        kind = TwoStreamRecogniser
        params = {"temporal_images": "ordered_flow", "feature_step": 1, **params}
        del changes["backbone"]
    elif kind is FrozenRecogniser:
        changes = {k: v for k, v in changes.items() if k not in ("spatial", "temporal")}
    try:
        return kind.from_settings(**merged(params, changes))
    except ParameterError as error:
        raise ParameterError(f"{pipeline}: {error}") from error
