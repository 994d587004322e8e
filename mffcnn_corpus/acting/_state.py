"""What a face does in one frame."""

import dataclasses

import numpy as np
import numpy.typing as npt

from mffcnn_core.errors import ParameterError
from mffcnn_corpus.person._action_units import ACTION_UNITS

MAX_INTENSITY = 1.5
"""Intensities above this tear the mesh; performances stay below 1.3."""


def _vector(value: npt.ArrayLike, length: int, name: str) -> npt.NDArray[np.float32]:
    vector = np.asarray(value, np.float32)
    if vector.shape != (length,) or not np.isfinite(vector).all():
        raise ParameterError(
            f"FaceState.{name}: expected {length} finite numbers, got "
            f"{vector.tolist() if vector.size <= 20 else vector.shape}. "
            "See FaceState for their order and units."
        )
    return vector


@dataclasses.dataclass(frozen=True, eq=False)  # arrays have no single truth value
class FaceState:
    """Expression, head pose and gaze of one frame.

    Parameters
    ----------
    action_units : array_like, shape (17,)
        Intensities in the order of ``ACTION_UNITS``, 0 (rest) to 1.3.
    pose : array_like, shape (6,)
        Yaw (+ turns the face to the image's right), pitch (+ nods down), roll (+ tilts
        counter-clockwise in the image) in rad, then x (right), y (up) and z (towards the
        camera) in head units; the face is about 2.3 head units high.
    gaze : array_like, shape (2,)
        Shift of both irises to the right and up, in head units, -0.06 to 0.06.

    Raises
    ------
    ParameterError
        If a shape differs, a value is not finite or an intensity is out of range.
    """

    action_units: npt.NDArray[np.float32] = dataclasses.field(
        default_factory=lambda: np.zeros(len(ACTION_UNITS), np.float32)
    )
    pose: npt.NDArray[np.float32] = dataclasses.field(
        default_factory=lambda: np.zeros(6, np.float32)
    )
    gaze: npt.NDArray[np.float32] = dataclasses.field(
        default_factory=lambda: np.zeros(2, np.float32)
    )

    def __post_init__(self) -> None:
        for name, length in (("action_units", len(ACTION_UNITS)), ("pose", 6), ("gaze", 2)):
            object.__setattr__(self, name, _vector(getattr(self, name), length, name))
        low, high = float(self.action_units.min()), float(self.action_units.max())
        if low < 0 or high > MAX_INTENSITY:
            raise ParameterError(
                f"FaceState.action_units: expected intensities from 0 to {MAX_INTENSITY}, "
                f"got {low:.3g} to {high:.3g}. Clip the performance before you render it."
            )
