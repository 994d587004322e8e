"""Trained recognisers in files that hold weights and settings, and no code."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from sklearn.utils.validation import check_is_fitted
from torch import nn

from mffcnn_core.errors import MffcnnError, RecordError
from mffcnn_core.files import canonical_json
from mffcnn_core.inputs import IMAGE_SIDE, check_paths, check_plain, leaves_folder
from mffcnn_core.pipelines._archive import (
    DAMAGE,
    canonical_skops,
    read_members,
    unpacked,
    write_members,
)
from mffcnn_core.pipelines._classifier import PartsClassifier
from mffcnn_core.pipelines._frozen import FrozenRecogniser
from mffcnn_core.pipelines._fusion import FusionRecogniser
from mffcnn_core.pipelines._recogniser import Recogniser
from mffcnn_core.pipelines._two_stream import TwoStreamRecogniser
from mffcnn_core.settings import check_choice

FORMAT = 1
_KINDS = {kind.__name__: kind for kind in (FusionRecogniser, FrozenRecogniser, TwoStreamRecogniser)}
_SETTINGS, _CLASSIFIERS = "recogniser.json", "classifiers.skops"
# Our own classes that the file of the classifiers may name; skops knows scikit-learn's.
_TRUSTED = [
    "mffcnn_core.dbn.DeepBeliefNetwork",
    "mffcnn_core.dbn.Layer",
    "mffcnn_core.pipelines.PartsClassifier",
    # as models of format 1 named them at first
    "mffcnn_core.dbn._backprop.Layer",
    "mffcnn_core.dbn._network.DeepBeliefNetwork",
    "mffcnn_core.pipelines._classifier.PartsClassifier",
]


class SavedRecogniser(NamedTuple):
    """What :func:`load_recogniser` returns.

    Attributes
    ----------
    recogniser : Recogniser
        Fitted.
    facts : dict
        What was given when it was saved, e.g. the data it was trained on.
    """

    recogniser: Recogniser
    facts: dict[str, Any]


def save_recogniser(recogniser: Recogniser, path: Path | str, **facts: Any) -> None:
    """Write a fitted recogniser into one file, atomically.

    The file is a zip archive: settings (JSON), the networks' weights (safetensors), the
    deep belief network and the support vector machines (skops), and the sha256 of each.

    Parameters
    ----------
    recogniser : FusionRecogniser, FrozenRecogniser or TwoStreamRecogniser
    path : Path or str
        By custom ``<name>.mffcnn``.
    **facts
        Plain values to keep beside it, e.g. name and sha256 of the training data.

    Raises
    ------
    ParameterError
        If it is of another kind.
    sklearn.exceptions.NotFittedError
        If it is not fitted.
    """
    import skops.io  # here, not above: only saved recognisers need the much that it loads

    kind = type(recogniser).__name__
    check_choice("recogniser", kind, _KINDS, "Other methods are compared, not kept.")
    check_is_fitted(recogniser)
    members = {
        _SETTINGS: canonical_json(
            {
                "format": FORMAT,
                "kind": kind,
                "params": recogniser.describe(),
                "classes": recogniser.classes_.tolist(),
                "histories": recogniser.histories_,
                "facts": facts,
            }
        ).encode(),
        _CLASSIFIERS: canonical_skops(skops.io.dumps(recogniser.classifiers_)),
    }
    for name, network in recogniser.networks_.items():
        tensors = {key: value.cpu().contiguous() for key, value in network.state_dict().items()}
        members[f"{name}.safetensors"] = save(tensors)
    write_members(path, members)


def is_saved_recogniser(path: Path | str) -> bool:
    """Say whether a file looks like one that :func:`save_recogniser` wrote, damaged or not."""
    try:
        with zipfile.ZipFile(path) as archive:
            return _SETTINGS in archive.namelist()
    except DAMAGE:
        return False


def load_recogniser(path: Path | str, **changes: Any) -> SavedRecogniser:
    """Read a recogniser that :func:`save_recogniser` wrote.

    Nothing in the file is run: it may come from a stranger.

    Parameters
    ----------
    path : Path or str
    **changes
        ``device`` and ``progress``, which are not saved; ``weights`` of VGG-16, if they are not
        torchvision's: where they lie is not taken from the file.

    Raises
    ------
    RecordError
        If the file is missing, damaged, changed, of another format, or names a type that
        does not belong there.

    Notes
    -----
    The sha256 sums show damage and careless changes.  Who changes the sums as well is not
    found out; such a file gives wrong answers, but cannot run code, name a program or a file
    outside the current folder, or ask for more memory than it is large.
    """
    path = Path(path)
    members = read_members(path)
    try:
        told = json.loads(members[_SETTINGS])
        if told["format"] != FORMAT or told["kind"] not in _KINDS:
            raise RecordError(
                f"{path}: expected format {FORMAT} and one of {', '.join(_KINDS)}, got "
                f"{told['format']} and {told['kind']}. Train again with this version."
            )
        params, facts = _settings(path, told, "weights" in changes), told["facts"]
        recogniser = _KINDS[told["kind"]].from_settings(**params | changes)
        recogniser.classes_ = np.asarray(told["classes"])
        recogniser.histories_ = told["histories"]
        recogniser.networks_ = _networks(recogniser, members)
        recogniser.classifiers_ = _classifiers(path, members[_CLASSIFIERS])
    except MffcnnError as error:
        raise RecordError(f"{path}: {error}".replace(f"{path}: {path}:", f"{path}:")) from error
    # a file whose sums fit may still hold anything: skops and torch raise what it meets
    except (*DAMAGE, SafetensorError, TypeError, AttributeError, IndexError, MemoryError) as error:
        raise RecordError(
            f"{path}: expected a complete recogniser, got {type(error).__name__}: {error}. "
            "Train again with this version."
        ) from error
    return SavedRecogniser(recogniser, facts)


def _settings(path: Path, told: dict[str, Any], with_weights: bool) -> dict[str, Any]:
    """Return the parameters of a saved recogniser, without what only its training read."""
    check_plain({name: value for name, value in told.items() if name != "histories"}, str(path))
    unrecorded = Recogniser.unrecorded  # where to compute and to keep checkpoints: the user's
    params = {name: value for name, value in told["params"].items() if name not in unrecorded}
    for settings in (params.get(name) for name in ("stream", "spatial", "temporal")):
        if isinstance(settings, dict) and "weights" in settings:
            settings["weights"] = None  # they are in the file, as the training left them
    own = params.get("weights")
    if isinstance(own, str) and leaves_folder(own) and not with_weights:
        raise RecordError(
            f"{path}: expected the weights that it was trained with, got none. Give the file with "
            f"--weights; where it was trained it was {own!r}."
        )
    params |= {"weights": None} if with_weights else {}
    if not 8 <= params["size"] <= IMAGE_SIDE:
        raise RecordError(
            f"{path}: size: expected 8 to {IMAGE_SIDE} pixels, got {params['size']}. Do not use it."
        )
    check_paths([params, told["facts"].get("preparation")], str(path))
    return params


def _networks(recogniser: Recogniser, members: dict[str, bytes]) -> dict[str, nn.Module]:
    """Return the trained networks.

    They are first built without memory and compared with the weights, so that settings cannot
    ask for more memory than the file is large.
    """
    with torch.device("meta"):
        planned = recogniser.build_networks()
    weights = {name: load(members[f"{name}.safetensors"]) for name in planned}
    for name, network in planned.items():
        shapes = {key: tuple(value.shape) for key, value in network.state_dict().items()}
        held = {key: tuple(value.shape) for key, value in weights[name].items()}
        if shapes != held:
            other = sorted(k for k in {*shapes, *held} if shapes.get(k) != held.get(k))
            raise RecordError(
                f"{name}: expected weights of the network that the settings describe, got others: "
                f"{', '.join(other[:3])}. Do not use the file."
            )
    networks = recogniser.build_networks()
    for name, network in networks.items():
        network.load_state_dict(weights[name])
        network.eval()
    return networks


def _classifiers(path: Path, packed: bytes) -> dict[str, PartsClassifier]:
    import skops.io

    unpacked(path, io.BytesIO(packed))
    try:
        found = skops.io.load(io.BytesIO(packed), trusted=_TRUSTED)
    except skops.io.exceptions.UntrustedTypesFoundException as error:
        raise RecordError(
            f"{path}: expected types of this library and scikit-learn, got {error}. Do not use "
            "the file."
        ) from error
    if type(found) is not dict or {type(one) for one in found.values()} - {PartsClassifier}:
        raise RecordError(
            f"{path}: expected classifiers of this library, got others. Do not use the file."
        )
    return found
