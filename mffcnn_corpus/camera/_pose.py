"""Rigid motion of the head."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from mffcnn_corpus._functions import Array

PIVOT = np.array([0.0, -0.9, -0.3], np.float32)
"""The point about which the head turns: the top of the neck."""


class RigidMotion(NamedTuple):
    """Rotation about the pivot, then translation: ``x -> R (x - p) + p + d``."""

    rotation: Array
    translation: Array

    def apply(self, points: Array) -> Array:
        """Move points of shape (..., 3) from the head's own frame into the room."""
        return (points - PIVOT) @ self.rotation.T + (PIVOT + self.translation)

    def undo(self, points: Array) -> Array:
        """Move points of shape (..., 3) from the room into the head's own frame."""
        return (points - (PIVOT + self.translation)) @ self.rotation + PIVOT


def rigid_motion(pose: npt.ArrayLike) -> RigidMotion:
    """Return the motion of a pose (yaw, pitch, roll in rad; x, y, z in head units).

    The head first nods, then turns, then tilts: ``R = Rz(roll) Ry(yaw) Rx(pitch)``.

    Examples
    --------
    >>> still = rigid_motion([0, 0, 0, 0.5, 0, 0])
    >>> still.apply(np.zeros((1, 3), np.float32)).tolist()
    [[0.5, 0.0, 0.0]]
    """
    yaw, pitch, roll, *shift = np.asarray(pose, np.float64)
    (cy, cp, cr), (sy, sp, sr) = np.cos([yaw, pitch, roll]), np.sin([yaw, pitch, roll])
    about_x = np.array([[1, 0, 0], [0, cp, -sp], [0, sp, cp]])
    about_y = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
    about_z = np.array([[cr, -sr, 0], [sr, cr, 0], [0, 0, 1]])
    rotation = about_z @ about_y @ about_x
    return RigidMotion(rotation.astype(np.float32), np.array(shift, np.float32))
