"""Records of the study of real people: of this build, or committed beside the code."""

from dataclasses import asdict
from pathlib import Path
from time import perf_counter
from typing import Any, get_args

from mffcnn_book.experiments._evidence import (
    REFERENCE,
    Evidence,
    Origin,
    copy_record,
    find_evidence,
)
from mffcnn_book.experiments._people import (
    COSTS,
    NETWORKS,
    PEOPLE,
    STUDY,
    TRIALS,
    Trial,
    evaluate_trial,
)
from mffcnn_book.experiments._records import ResultsRecord, is_current
from mffcnn_book.project import Project
from mffcnn_core.datasets import Dataset, open_dataset
from mffcnn_core.dbn import DeepBeliefNetwork
from mffcnn_core.sources import code_fingerprint


def _settings(trial: Trial) -> dict[str, Any]:
    asked = {name: value for name, value in asdict(trial).items() if name != "title"}
    networks = {
        name: DeepBeliefNetwork(**own).describe()
        for name, own in NETWORKS.items()
        if own is not None and name in trial.methods
    }
    return {"study": STUDY, "features": PEOPLE, "costs": COSTS, "networks": networks, **asked}


def people_folder(root: Path, name: str, origin: Origin) -> Path:
    """Return where the record of a trial lies."""
    results = root / "results" / (REFERENCE if origin == "reference run" else "")
    return results / STUDY / PEOPLE / name


def people_dataset(root: Path) -> Dataset:
    """Return the table of action units.

    Raises
    ------
    ManifestError
        If there is none here; the message says how to get it.
    """
    project = Project(root)
    return open_dataset(project.manifest(PEOPLE), project.data(PEOPLE))


def record_trial(
    root: Path, name: str, *, seed: int = 0, jobs: int = 1, reference: bool = False
) -> Evidence:
    """Evaluate a trial and write its record, unless a current one is there.

    Parameters
    ----------
    root : Path
        The project's folder.
    name : str
        A key of ``TRIALS``.
    seed, jobs
        See :func:`evaluate_trial`.
    reference : bool
        Copy the record to those that are committed.

    Raises
    ------
    ManifestError
        If the table is not here.
    """
    trial, dataset = TRIALS[name], people_dataset(root)
    settings, code = _settings(trial), code_fingerprint(evaluate_trial)
    folder = people_folder(root, name, "this build")
    key = {"settings": settings, "seed": seed, "dataset_sha256": dataset.sha256, "code": code}
    if not is_current(folder, **key):
        start = perf_counter()
        predictions = evaluate_trial(dataset, trial, seed=seed, jobs=jobs)
        record = ResultsRecord(experiment=name, dataset_name=PEOPLE, predictions=predictions, **key)
        record.write(folder, seconds=perf_counter() - start, jobs=jobs)
    if reference:
        copy_record(folder, people_folder(root, name, "reference run"))
    return people_evidence(root, name)


def people_evidence(root: Path, name: str, *, origin: Origin | None = None) -> Evidence | None:
    """Return the record of a trial, of this build or else the committed one; None: neither.

    Parameters
    ----------
    root : Path
        The project's folder.
    name : str
        A key of ``TRIALS``.
    origin : {"this build", "reference run"}, optional
        Where to look; by default in both.

    Raises
    ------
    RecordError
        If the files of a record do not belong together.
    """
    origins = get_args(Origin) if origin is None else (origin,)
    places = {place: people_folder(root, name, place) for place in origins}
    return find_evidence(places, _settings(TRIALS[name]))
