"""Who is fitted on, who is held back, and what is seen of them."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from sklearn.model_selection import GroupShuffleSplit

from mffcnn_core.devices import Device
from mffcnn_core.errors import ParameterError
from mffcnn_core.features import ClipInputs
from mffcnn_core.seeding import integer_seed
from mffcnn_core.training._images import SampledImages
from mffcnn_core.training._settings import TrainingSettings

Indices = npt.NDArray[np.intp]


def inner_split(subjects: Sequence[str], *, share: float, seed: int) -> tuple[Indices, Indices]:
    """Split training clips by person, to fit on some and to stop early by the others.

    Parameters
    ----------
    subjects : sequence of str
        The person of every training clip.
    share : float
        Share of the people to hold back, in (0, 1); at least one is held back.
    seed : int

    Returns
    -------
    fit, validation : ndarray of int
        Positions of the clips.

    Raises
    ------
    ParameterError
        If there are fewer than two people.
    """
    people = len(set(subjects))
    if people < 2:
        raise ParameterError(
            f"early stopping: expected at least two training people, got {people}. "
            "Set patience=None to train without validation people."
        )
    held_back = min(max(1, round(share * people)), people - 1)
    splitter = GroupShuffleSplit(
        n_splits=1, test_size=held_back, random_state=integer_seed(seed, "validation people")
    )
    fit, validation = next(splitter.split(np.zeros(len(subjects)), groups=np.asarray(subjects)))
    return fit, validation


class TrainingData:
    """Training images, and those of the validation people if there are any.

    Parameters
    ----------
    inputs, labels, streams, settings, subjects, seed, device
        As for :func:`mffcnn_core.training.fit_stream`.

    Raises
    ------
    ParameterError
        If labels and clips differ in number, or there is nobody to hold back.
    """

    def __init__(
        self,
        inputs: ClipInputs,
        labels: Sequence[int] | npt.NDArray[np.integer],
        streams: Sequence[str],
        settings: TrainingSettings,
        subjects: Sequence[str] | None,
        seed: int,
        device: Device,
    ) -> None:
        labels = np.asarray(labels, dtype=np.int64)
        if len(labels) != len(inputs):
            raise ParameterError(
                f"labels: expected one per clip, got {len(labels)} for {len(inputs)} clip(s). "
                "Pass the expression of every clip."
            )
        people = inputs.subjects if subjects is None else subjects
        fit, held_back = np.arange(len(inputs)), np.array([], dtype=np.intp)
        if settings.patience is not None:
            fit, held_back = inner_split(people, share=settings.validation_share, seed=seed)
        common = {"per_clip": settings.images_per_clip, "seed": seed, "device": device}
        changes = {name: getattr(settings, name) for name in ("crops", "shift", "mirror", "gain")}
        self.train = SampledImages(inputs[fit], labels[fit], streams, **common, **changes)
        self.validation = (
            SampledImages(inputs[held_back], labels[held_back], streams, **common)
            if len(held_back)
            else None
        )
        self.facts = {
            "clips": [clip.clip for clip in inputs.clips],
            "labels": labels.tolist(),
            "people": list(people),
        }
