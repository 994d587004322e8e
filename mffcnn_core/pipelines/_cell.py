"""A cell: the scores of one fold of one configuration, kept in a file of its own."""

import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from mffcnn_core.devices import Device, device_facts
from mffcnn_core.errors import RecordError
from mffcnn_core.evaluation import Fold, Meter
from mffcnn_core.features import ClipSequence
from mffcnn_core.files import read_json, sha256_of, write_json
from mffcnn_core.provenance import machine
from mffcnn_core.recognition import Matrix


class Cell:
    """The file of one fold.

    Parameters
    ----------
    folder : Path
    fold : Fold
    key : mapping
        What the scores depend on besides the fold: settings, data, seed, code, versions.
    inputs : ClipSequence
        All clips.
    """

    def __init__(
        self, folder: Path, fold: Fold, key: Mapping[str, Any], inputs: ClipSequence
    ) -> None:
        self.path = folder / f"{fold.name}.json"
        test = fold.indices(inputs.subjects)[1]
        self.clips = [inputs.clips[i].clip for i in test]
        self.asked = {
            "fold": fold,
            "clips": self.clips,
            "key_sha256": sha256_of(dict(key)),
            "seed": key.get("seed"),
        }

    def write(
        self, scores: Mapping[str, Matrix], meter: Meter, *, parameters: int, device: Device
    ) -> None:
        """Keep the scores and what they cost, atomically."""
        found = {"asked": self.asked, "scores": dict(scores)}
        run = {
            "seconds": round(meter.seconds, 3),
            "cpu_seconds": round(meter.cpu_seconds, 3),
            "peak_memory": meter.peak_memory,
            "parameters": parameters,
            "machine": machine(),
            "device": device_facts(device),
        }
        write_json(self.path, {"sha256": sha256_of(found), **found, "run": run})

    def read(self) -> dict[str, Matrix] | None:
        """Return the scores; None if they are absent, of another key, or damaged.

        A warning reports a damaged file.
        """
        if not self.path.exists():
            return None
        try:
            kept = read_json(self.path)
            found = {"asked": kept["asked"], "scores": kept["scores"]}
            whole = kept["sha256"] == sha256_of(found) and _is_run(kept["run"])
        except (RecordError, KeyError, TypeError):
            whole = False
        if not whole:
            warnings.warn(
                f"{self.path}: expected scores as they were written, got a damaged file. "
                "The fold is computed again.",
                stacklevel=2,
            )
            return None
        if sha256_of(found["asked"]) != sha256_of(self.asked):
            return None
        return {name: np.asarray(values, np.float64) for name, values in found["scores"].items()}


def _is_run(run: Any) -> bool:
    """Say whether a cell tells what it cost, as :meth:`Cell.write` does."""
    names = ("seconds", "cpu_seconds", "peak_memory", "parameters")
    return isinstance(run, dict) and all(isinstance(run.get(n), int | float) for n in names)


def cell_runs(folder: Path) -> dict[str, dict[str, Any]]:
    """Return what each kept fold cost, by its name: what :meth:`Cell.write` says of its run.

    A damaged file is passed over: it is a fold of an earlier run that nobody asked for, or
    :meth:`Cell.read` has told of it.
    """
    runs = {}
    for path in sorted(folder.glob("*.json")):
        try:
            run = read_json(path)["run"]
        except (RecordError, KeyError, TypeError):
            continue
        if _is_run(run):
            runs[path.stem] = run
    return runs
