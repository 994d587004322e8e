"""A recogniser trained on everybody, kept in a file, and used on any video."""

import tempfile
from pathlib import Path
from typing import Any

from mffcnn_book.experiments._configuration import Configuration
from mffcnn_book.experiments._workspace import Workspace
from mffcnn_core.errors import MffcnnError, ParameterError
from mffcnn_core.pipelines import (
    SavedRecogniser,
    Timeline,
    is_saved_recogniser,
    save_recogniser,
    score_over_time,
)
from mffcnn_core.preparation import PreparationSettings, PreparedArrays, prepare_video
from mffcnn_core.provenance import package_versions
from mffcnn_core.seeding import integer_seed

DEMONSTRATION = Path(__file__).with_name("demonstration.mffcnn")
"""What ``mffcnn train --profile wild`` made, so that ``mffcnn predict`` works at once."""


def model_path(work: Workspace, pipeline: str) -> Path:
    """Return where a model of a workspace lies unless told otherwise."""
    name = f"{work.dataset_name}-{work.profile.name}-{pipeline}.mffcnn"
    return work.root / "data" / "models" / name


def train_model(work: Workspace, pipeline: str, path: Path | None = None) -> Path:
    """Train a pipeline on all clips of a data set, and save it.

    A training that was cut off resumes where it stopped: its checkpoints lie beside the
    model until that is written.

    Parameters
    ----------
    work : Workspace
    pipeline : str
        A key of :data:`mffcnn_core.pipelines.PIPELINES`.
    path : Path, optional
        See :func:`model_path`.

    Returns
    -------
    Path
        Of the model.

    Raises
    ------
    ParameterError
        If the pipeline is unknown, no clip could be prepared, or the path holds something
        else.
    OSError
        If the model could not be written; before anything is trained.
    """
    path = model_path(work, pipeline) if path is None else path
    _check_target(path)
    checkpoints = path.with_name(f"{path.name}.checkpoints")  # a name may have points
    seed = integer_seed(work.profile.seed, "model")
    configuration = Configuration(pipeline=pipeline)
    recogniser = work.profile.recogniser(configuration)
    recogniser.set_params(
        seed=seed, progress=work.progress, checkpoints=checkpoints, device=work.device
    )
    prepared = work.preparation.prepared
    if not prepared:
        raise ParameterError(
            f"{work.dataset_name}: expected prepared clips to train on, got none. "
            f"{work.preparation.summary()}"
        )
    recogniser.fit(prepared, [item.clip.expression for item in prepared])
    save_recogniser(
        recogniser,
        path,
        pipeline=pipeline,
        profile=work.profile.name,
        dataset={"name": work.dataset_name, "sha256": work.dataset.sha256},
        clips=len(prepared),
        people=len({item.clip.subject for item in prepared}),
        preparation=work.preparation.settings.to_dict(),
        strangers=_on_strangers(work, configuration),
        versions=package_versions(),
    )
    for checkpoint in checkpoints.glob("*.pt"):
        checkpoint.unlink()
    if checkpoints.is_dir():
        checkpoints.rmdir()
    return path


def _check_target(path: Path) -> None:
    """Refuse a path that holds no model of ours, or cannot be written, before hours of work."""
    if path.exists() and not is_saved_recogniser(path):
        raise ParameterError(
            f"{path}: expected a free name or a model to replace, got something else. Choose "
            "another name with --out."
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=path.parent):
        pass


def _on_strangers(work: Workspace, configuration: Configuration) -> dict[str, Any] | None:
    """Return how often models like this one are right on people they have not seen, if known."""
    found = work.evidence(configuration)
    if found is None:
        return None
    predictions = found.record.predictions
    measures = predictions.metrics(predictions.main, seed=found.record.seed)
    return {
        "accuracy": measures["accuracy"],
        "interval": measures["accuracy_interval"],
        "clips": len(predictions.clips),
        "people": len(set(predictions.subjects)),
        "origin": found.origin,
    }


def default_model() -> Path:
    """Return the model that ``mffcnn predict`` uses unless told otherwise.

    The first of these that is there: the one trained here with the profile ``wild``, with
    ``quick``, and :data:`DEMONSTRATION`.
    """
    own = (model_path(Workspace.open(name), "two_stream") for name in ("wild", "quick"))
    return next(filter(Path.is_file, own), DEMONSTRATION)


def predict_video(
    model: SavedRecogniser, video: Path, *, window: int = 29
) -> tuple[PreparedArrays, Timeline]:
    """Return the prepared arrays of a video, and what a saved model says of them.

    Parameters
    ----------
    model : SavedRecogniser
        Of :func:`train_model`: it knows how its videos were prepared.
    video : Path
    window : int
        Frames, see :func:`mffcnn_core.pipelines.score_over_time`.

    Raises
    ------
    ParameterError
        If the model does not tell how its videos were prepared.
    VideoError, NoFaceError
        If the video cannot be read, or shows no face.
    """
    recogniser, facts = model
    if "preparation" not in facts:
        raise ParameterError(
            "model: expected one that tells how its videos were prepared, got none of it. "
            "Make it with `mffcnn train`."
        )
    try:
        settings = PreparationSettings.from_dict(facts["preparation"])
    # values of a file: of any type
    except (MffcnnError, TypeError, ValueError, AttributeError) as error:
        raise ParameterError(
            f"model: expected settings of a preparation, got others ({error}). Do not use it."
        ) from error
    arrays = prepare_video(video, settings)
    return arrays, score_over_time(recogniser, arrays, window=window)


def worth(facts: dict[str, Any]) -> str:
    """Return in plain words what the answers of a model are worth.

    Parameters
    ----------
    facts : dict
        Of a saved model, which may come from anywhere.
    """
    try:
        data, clips, people = facts["dataset"]["name"], int(facts["clips"]), int(facts["people"])
    except (KeyError, TypeError, ValueError):
        return "This model does not say what it was trained on: do not rely on it."
    told = f"This model was trained on {clips} clips of {people} people of {data!r}"
    if data == "synthetic":
        return (
            f"{told}: rendered faces. {_worth_on_strangers(facts)} It has never "
            "seen a real face, and on a real video its answer is a demonstration, not a "
            "measurement."
        )
    return (
        f"{told}. {_worth_on_strangers(facts)} It has not been tested on this person or camera; "
        "scores are no probabilities, and an expression is not a feeling."
    )


def _worth_on_strangers(facts: dict[str, Any]) -> str:
    try:
        found = facts["strangers"]
        right, (low, high) = float(found["accuracy"]), map(float, found["interval"])
        clips, people = int(found["clips"]), int(found["people"])
    except (KeyError, TypeError, ValueError):
        return (
            "How often it is right on strangers was not measured: `mffcnn evaluate` its pipeline "
            "before `mffcnn train` does so."
        )
    return (
        f"Models like it were right on {right:.0%} of {clips} clips of {people} such people whom "
        f"they had not seen (95 % interval {low:.0%} to {high:.0%})."
    )
