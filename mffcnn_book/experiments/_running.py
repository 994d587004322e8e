"""Running experiments: which records are missing, what makes them, and what it took."""

import os
from collections import deque
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from joblib import Parallel, delayed
from sklearn.base import clone

from mffcnn_book.experiments._configuration import Configuration
from mffcnn_book.experiments._dealt import with_permuted_labels, with_random_groups
from mffcnn_book.experiments._grids import COMPARED, LEANING, configurations
from mffcnn_book.experiments._records import ResultsRecord, is_current
from mffcnn_book.experiments._sharing import at_once, training_bytes
from mffcnn_core.devices import find_device
from mffcnn_core.errors import ExperimentError, MffcnnError, ParameterError
from mffcnn_core.evaluation import Meter, Predictions
from mffcnn_core.files import sha256_of
from mffcnn_core.pipelines import Evaluation, cell_runs, evaluate_side_by_side
from mffcnn_core.provenance import package_versions
from mffcnn_core.recognition import ClipRecogniser

if TYPE_CHECKING:
    from mffcnn_book.experiments._workspace import Workspace

MANY = 64
"""Clips from which on it is worth a process to read them: one takes as long as these to start."""

Found = tuple[Configuration, ResultsRecord | MffcnnError]
Started = tuple[Configuration, Evaluation, Meter]


def in_order_of_weight(
    work: "Workspace", names: Iterable[str], *, seeds: int | None = None
) -> list[Configuration]:
    """Return what is to be evaluated, what matters most first: a run may be cut off.

    First one training of all that sentences lean on, then their further trainings; then one
    of everything else, other methods first; further ones last.  Within these, what reads the
    same images stays together, so that clips are loaded once.

    Parameters
    ----------
    work : Workspace
    names : iterable of str
        See :func:`mffcnn_book.experiments.configurations`.
    seeds : int, optional
        Trainings of each, >= 1; by default as many as the profile says.

    Raises
    ------
    ParameterError
        If a name is unknown, or ``seeds`` < 1.
    """
    if seeds is not None and seeds < 1:
        raise ParameterError(f"seeds: expected at least 1, got {seeds}. 1 is the first training.")
    chosen = dict.fromkeys(one for name in names for one in configurations(name))
    weighted = []
    for place, first in enumerate(chosen):
        recogniser = work.profile.recogniser(first)
        wanted = work.profile.trainings(first) if seeds is None else seeds
        if first.seed or not recogniser.seeded:  # named as one training, or never another
            wanted = 1
        for seed in range(wanted):
            leaning, compared = (first.trained(0) in those for those in (LEANING, COMPARED))
            tier = (not leaning, seed > 0, not compared)
            images = recogniser.inputs_key()
            weighted.append((tier, images, place, first.trained(first.seed + seed)))
    order = {images: k for k, (_, images, *_) in reversed([*enumerate(weighted)])}
    weighted.sort(key=lambda one: (one[0], order[one[1]], one[3].seed, one[2]))
    return [one[3] for one in weighted]


def evaluate(work: "Workspace", experiments: Iterable[Configuration]) -> Iterator[Found]:
    """Evaluate configurations, see :meth:`Workspace.evaluate`."""
    missing = []
    for experiment in experiments:
        try:
            record = _current(work, experiment)
        except MffcnnError as error:  # settings that this profile cannot meet
            yield experiment, error
            continue
        if record is None:
            missing.append(experiment)
        else:
            yield experiment, record
    started: deque[Started] = deque()
    refused: list[Found] = []

    def wanted() -> Iterator[Evaluation]:
        for experiment in missing:
            try:
                evaluation, loading = _evaluation(work, experiment)
            except MffcnnError as error:
                refused.append((experiment, error))
                continue
            started.append((experiment, evaluation, loading))
            yield evaluation

    jobs = _processes(work, missing)
    for found in evaluate_side_by_side(wanted(), jobs=jobs, progress=work.progress):
        experiment, evaluation, loading = started.popleft()
        if isinstance(found, ExperimentError):
            yield experiment, found
        else:
            yield experiment, _written(work, experiment, evaluation, found, loading)
    yield from refused


def _processes(work: "Workspace", experiments: Iterable[Configuration]) -> int:
    """Return how many processes folds are given: those of a GPU must fit into its memory."""
    needs = []
    for experiment in experiments:
        told = work.profile.recogniser(experiment).describe()
        stages = [own for own in told.values() if isinstance(own, dict)]
        batches = [own["batch_size"] for own in stages if "batch_size" in own]
        if batches:  # it trains networks
            needs.append(training_bytes(told["size"], max(batches)))
    most = at_once(work.device, max(needs)) if needs else None
    return work.jobs if most is None else min(work.jobs, most)


def _asked(work: "Workspace", experiment: Configuration) -> dict[str, Any]:
    """Return what a record of today would say of its settings."""
    # a clip that could not be prepared is missing from the result: it belongs to it
    return work.settings(experiment) | {
        "not_prepared": sorted(row.clip for row in work.preparation.failed)
    }


def _current(work: "Workspace", experiment: Configuration) -> ResultsRecord | None:
    """Return the record of this build if nothing has changed since."""
    folder = work.results_folder(experiment.name)
    asked = {
        "settings": _asked(work, experiment),
        "seed": work.seed(experiment),
        "dataset_sha256": work.dataset.sha256,
        "code": work.code(experiment),
    }
    return ResultsRecord.read(folder) if is_current(folder, **asked) else None


def _evaluation(work: "Workspace", experiment: Configuration) -> tuple[Evaluation, Meter]:
    """Return what is to be evaluated, and what loading its clips took."""
    recogniser, settings = _placed(work, experiment), _asked(work, experiment)
    # of everything but the method: what trainings in one folder have in common
    ground = {
        "dataset": work.dataset.sha256,
        "preparation": settings["preparation"],
        "code": work.code(experiment),
        "versions": package_versions(),
        "device": find_device(getattr(recogniser, "device", "cpu")).type,
    }
    (inputs, loading), groups = _load(work, recogniser), work.profile.groups
    networks = work.root / "data" / "networks" / sha256_of(ground)[:20]
    if experiment.protocol == "random":
        groups = groups or len(set(inputs.subjects))
        inputs = with_random_groups(inputs, groups, seed=work.profile.seed)
    elif experiment.protocol == "permuted":
        inputs = with_permuted_labels(inputs, seed=work.profile.seed)
    seed = work.seed(experiment)
    evaluation = Evaluation(
        inputs=inputs,
        recogniser=recogniser,
        groups=groups,
        seed=seed,
        cells=work.results_folder(experiment.name) / "folds",
        key=ground | {"settings": settings, "seed": seed},
        checkpoints=networks,
    )
    return evaluation, loading


def _placed(work: "Workspace", experiment: Configuration) -> ClipRecogniser:
    """Return the unfitted recogniser, on the workspace's device if it has networks."""
    recogniser = work.profile.recogniser(experiment)
    if "device" in recogniser.get_params():
        recogniser.set_params(device=work.device)
    return recogniser


def _written(
    work: "Workspace",
    experiment: Configuration,
    evaluation: Evaluation,
    told: Predictions,
    loading: Meter,
) -> ResultsRecord:
    """Write the record of an evaluation, and what it took."""
    folder = work.results_folder(experiment.name)
    record = ResultsRecord(
        experiment=experiment.name,
        settings=evaluation.key["settings"],
        seed=evaluation.seed,
        dataset_name=work.dataset_name,
        dataset_sha256=work.dataset.sha256,
        code=evaluation.key["code"],
        predictions=told,
    )
    runs = cell_runs(evaluation.cells)
    runs = {fold.name: runs[fold.name] for fold in told.folds}
    seconds = {name: run["seconds"] for name, run in runs.items()}
    record.write(
        folder,
        seconds=sum(seconds.values()),
        fold_seconds=seconds,
        # loading is done once for all folds; for some methods it is most of the work
        load_seconds=round(loading.seconds, 3),
        cpu_seconds=loading.cpu_seconds + sum(run["cpu_seconds"] for run in runs.values()),
        peak_memory=max(loading.peak_memory, *(run["peak_memory"] for run in runs.values())),
        parameters=max(run["parameters"] for run in runs.values()),
        jobs=work.jobs,
        device=next(iter(runs.values()))["device"],
        load=round(os.getloadavg()[0], 1),  # of the machine: seconds of a busy one are no cost
    )
    return record


def _load(work: "Workspace", recogniser: ClipRecogniser) -> tuple[Any, Meter]:
    """Return the clips as a recogniser needs them, and what it took to load them.

    One that needs the same shares them.
    """
    need = recogniser.inputs_key()
    if work.loaded.get("need") != need:
        work.loaded.clear()
        with Meter() as meter:
            inputs = _read(work, recogniser)
        work.loaded.update(need=need, inputs=inputs, meter=meter)
    return work.loaded["inputs"], work.loaded["meter"]


def _read(work: "Workspace", recogniser: ClipRecogniser) -> Any:
    """Read the clips, a share of them in each process: a clip depends on no other one."""
    prepared = list(work.preparation.prepared)
    jobs = min(work.jobs, len(prepared) // MANY)
    loader = clone(recogniser).set_params(progress=work.progress and jobs < 2)
    if jobs < 2:
        return loader.load(prepared)
    shares = np.array_split(np.arange(len(prepared)), jobs)
    parts = Parallel(n_jobs=jobs)(
        delayed(loader.load)([prepared[k] for k in share]) for share in shares
    )
    return type(parts[0]).joined(parts)
