"""The paper's pipelines, and the methods that other packages add, by name."""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from pkgutil import iter_modules
from types import ModuleType
from typing import Any

from mffcnn_core.errors import ParameterError
from mffcnn_core.pipelines._frozen import FrozenRecogniser
from mffcnn_core.pipelines._fusion import FusionRecogniser
from mffcnn_core.pipelines._two_stream import TwoStreamRecogniser
from mffcnn_core.recognition import ClipRecogniser
from mffcnn_core.settings import check_choice, did_you_mean, merged
from mffcnn_core.sources import METHODS

TRAINED = "trained"
"""In place of the name of a backbone: networks that are trained on the training clips."""

_PRINTED = {"pool": 2, "batch_norm": False, "dropout": 0.0}

_NOT_ADDED = (
    "No installed package adds methods to these; those of the study are known after "
    "`pip install -e .` in its folder."
)

Method = tuple[type[ClipRecogniser], Mapping[str, Any]]

_OWN: Mapping[str, Method] = {
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
}


def _modules(entry: EntryPoint) -> Iterator[ModuleType]:
    """Import what an entry point names, and the modules of that package."""
    try:
        named = import_module(entry.module)
        yield named
        for one in iter_modules(getattr(named, "__path__", ()), prefix=f"{entry.module}."):
            yield import_module(one.name)
    except ImportError as error:
        raise ParameterError(
            f"pipeline: expected {entry.module}, from which {entry.dist.name} adds methods, to be "
            f"importable, got: {error}. Install {entry.dist.name} again, or uninstall it."
        ) from error


@cache
def _added() -> Mapping[str, Method]:
    """Return the methods that installed packages add: every class that names its ``pipeline``.

    They are imported when one of them, or a list of all, is asked for: a result does not
    depend on methods that it does not choose, see :mod:`mffcnn_core.sources`.

    Raises
    ------
    ParameterError
        If a package cannot be imported, or two methods have one name.
    """
    found: dict[str, Method] = {}
    for entry in entry_points(group=METHODS):
        for module in _modules(entry):
            for thing in vars(module).values():
                if not isinstance(thing, type) or thing.__module__ != module.__name__:
                    continue
                name = vars(thing).get("pipeline")
                if name in _OWN or name in found:
                    raise ParameterError(
                        f"pipeline: expected one method of each name, got another {name!r} from "
                        f"{module.__name__}. Uninstall {entry.dist.name}, or rename its method."
                    )
                if name is not None:
                    found[name] = (thing, {})
    return found


class _Pipelines(Mapping[str, Method]):
    """The methods of this package, and those that others add."""

    def __getitem__(self, name: str) -> Method:
        return _OWN[name] if name in _OWN else _added()[name]

    def __iter__(self) -> Iterator[str]:
        return iter((*_OWN, *_added()))

    def __len__(self) -> int:
        return len(_OWN) + len(_added())


PIPELINES: Mapping[str, Method] = _Pipelines()
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
============  =============================================================  ==================

Installed packages add further methods through entry points of the group ``mffcnn.recognisers``.
Each names a module or a package; there, every subclass of
:class:`~mffcnn_core.recognition.ClipRecogniser` that names its ``pipeline`` is a method.
:mod:`mffcnn_book.baselines` is added in this way.
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
        If the pipeline or a parameter is unknown, or a package that adds methods cannot be
        imported.

    Examples
    --------
    >>> make_recogniser("frame_cnn", size=96).size
    96
    """
    if pipeline not in _OWN:
        near = did_you_mean(pipeline, list(PIPELINES))
        check_choice("pipeline", pipeline, PIPELINES, near if _added() else f"{near} {_NOT_ADDED}")
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
