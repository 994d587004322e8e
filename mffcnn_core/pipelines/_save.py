"""Trained recognisers in files that hold weights and settings, and no code."""

import hashlib
import io
import json
import zipfile
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import skops.io
from safetensors import SafetensorError
from safetensors.torch import load, save
from sklearn.utils.validation import check_is_fitted
from skops.io.exceptions import UntrustedTypesFoundException

from mffcnn_core.errors import MffcnnError, ParameterError, RecordError
from mffcnn_core.files import atomic_path, canonical_json
from mffcnn_core.pipelines._frozen import FrozenRecogniser
from mffcnn_core.pipelines._fusion import FusionRecogniser
from mffcnn_core.pipelines._recogniser import Recogniser
from mffcnn_core.pipelines._two_stream import TwoStreamRecogniser

FORMAT = 1
_KINDS = {kind.__name__: kind for kind in (FusionRecogniser, FrozenRecogniser, TwoStreamRecogniser)}
_SETTINGS, _CLASSIFIERS, _DIGESTS = "recogniser.json", "classifiers.skops", "sha256.json"
# Our own classes that the file of the classifiers may name; skops knows scikit-learn's.
_TRUSTED = [
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
        What was told when it was saved, e.g. the data it was trained on.
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
    if type(recogniser) not in _KINDS.values():
        raise ParameterError(
            f"recogniser: expected one of {', '.join(_KINDS)}, got "
            f"{type(recogniser).__name__}. Other methods are compared, not kept."
        )
    check_is_fitted(recogniser)
    members = {
        _SETTINGS: canonical_json(
            {
                "format": FORMAT,
                "kind": type(recogniser).__name__,
                "params": recogniser.describe(),
                "classes": recogniser.classes_.tolist(),
                "histories": recogniser.histories_,
                "facts": facts,
            }
        ).encode(),
        _CLASSIFIERS: skops.io.dumps(recogniser.classifiers_),
    }
    for name, network in recogniser.networks_.items():
        tensors = {key: value.cpu().contiguous() for key, value in network.state_dict().items()}
        members[f"{name}.safetensors"] = save(tensors)
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in members.items()}
    members[_DIGESTS] = canonical_json(digests).encode()
    with atomic_path(path) as part, zipfile.ZipFile(part, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)


def _members(path: Path) -> dict[str, bytes]:
    """Return the content of every member; refuse a file that is not as it was written."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
        digests = json.loads(members.pop(_DIGESTS))
    except FileNotFoundError as error:
        raise RecordError(
            f"{path}: expected a saved recogniser, got no file. Make one with `mffcnn train`."
        ) from error
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise RecordError(
            f"{path}: expected a saved recogniser, got a file that cannot be read ({error}). "
            "Train again, or fetch the file again."
        ) from error
    found = {name: hashlib.sha256(content).hexdigest() for name, content in members.items()}
    if found != digests:
        changed = sorted(k for k in {*found, *digests} if found.get(k) != digests.get(k))
        raise RecordError(
            f"{path}: expected the parts that were saved, got others: {', '.join(changed)}. "
            "The file was changed or damaged: train again, or fetch the file again."
        )
    return members


def load_recogniser(path: Path | str, **changes: Any) -> SavedRecogniser:
    """Read a recogniser that :func:`save_recogniser` wrote.

    Nothing in the file is run: it may come from a stranger.

    Parameters
    ----------
    path : Path or str
    **changes
        ``device`` and ``progress``, which are not saved.

    Raises
    ------
    RecordError
        If the file is missing, damaged, changed, of another format, or names a type that
        does not belong there.

    Notes
    -----
    The sha256 sums show damage and careless changes.  Who changes the sums as well is not
    found out; such a file gives wrong answers, but cannot run code.
    """
    path = Path(path)
    members = _members(path)
    try:
        told = json.loads(members[_SETTINGS])
        if told["format"] != FORMAT or told["kind"] not in _KINDS:
            raise RecordError(
                f"{path}: expected format {FORMAT} and one of {', '.join(_KINDS)}, got "
                f"{told['format']} and {told['kind']}. Train again with this version."
            )
        recogniser = _KINDS[told["kind"]].from_settings(**told["params"], **changes)
        recogniser.classes_ = np.asarray(told["classes"])
        recogniser.histories_ = told["histories"]
        recogniser.networks_ = recogniser.build_networks()
        for name, network in recogniser.networks_.items():
            network.load_state_dict(load(members[f"{name}.safetensors"]))
            network.eval()
        recogniser.classifiers_ = skops.io.load(io.BytesIO(members[_CLASSIFIERS]), trusted=_TRUSTED)
    except UntrustedTypesFoundException as error:
        raise RecordError(
            f"{path}: expected types of this library and scikit-learn, got {error}. Do not use "
            "the file."
        ) from error
    except (KeyError, RuntimeError, SafetensorError, TypeError, ValueError) as error:
        if isinstance(error, MffcnnError):
            raise
        raise RecordError(
            f"{path}: expected a complete recogniser, got {type(error).__name__}: {error}. "
            "Train again with this version."
        ) from error
    return SavedRecogniser(recogniser, told["facts"])
