"""The outlines that shape, motion and paint share: eyes, mouth and brows on the face chart.

The face is charted by ``s`` (right in the image, longitude ``LONGITUDE * s`` in rad) and
``t`` (up, the height in head units); ``s = 0`` is the middle of the face, the eyes lie at
``t`` near 0.12, the mouth near -0.58, the chin ends near -1.04.
"""

from typing import NamedTuple

import numpy as np

from mffcnn_corpus._functions import Array, smoothstep
from mffcnn_corpus.person._identity import Identity

LONGITUDE = 1.25
"""Longitude in rad of one unit of ``s``."""

MOUTH_GAP = 0.08
"""Height of the painted mouth opening; the rest displacement closes it."""


class Opening(NamedTuple):
    """The outline of an eye or of the mouth.

    ``upper`` and ``lower`` are the heights t of the two lids or lips; ``arc`` falls from 1
    in the middle to 0 at the corners; ``across`` runs from -1 (the inner, or left, corner)
    to 1.
    """

    upper: Array
    lower: Array
    arc: Array
    across: Array


def eye_opening(identity: Identity, s: Array, side: int) -> Opening:
    """Return the outline of the eye at ``side`` (-1 image left, 1 image right)."""
    across = (s - side * identity.eye_distance) / identity.eye_width * side
    x = np.clip(across, -1, 1)
    arc = 1 - x**2
    axis = identity.eye_level + 0.06 * identity.eye_tilt * x
    upper = axis + 0.066 * identity.eye_opening * arc**0.75 * (1 - 0.12 * x)
    lower = axis - 0.040 * identity.eye_opening * arc**0.90 * (1 + 0.18 * x)
    return Opening(upper, lower, arc, across)


def mouth_opening(identity: Identity, s: Array) -> Opening:
    """Return the outline of the painted (slightly open) mouth."""
    across = s / identity.mouth_width
    x = np.clip(across, -1, 1)
    arc = 1 - x**2
    line = identity.mouth_level + identity.mouth_bow * (x**2 - 0.3)
    line = line + 0.007 * np.cos(3 * np.pi * x) * arc
    half = 0.5 * MOUTH_GAP * arc**0.8
    beyond = 0.002 + 0.7 * np.clip(np.abs(s) - identity.mouth_width, 0, None)
    return Opening(line + half + beyond, line - half - beyond, arc, across)


def brow_line(identity: Identity, s: Array, side: int) -> tuple[Array, Array, Array]:
    """Return centre height, half thickness and position (0 inner, 1 tail) of a brow."""
    x = s * side
    along = np.clip((x - 0.11) / 0.40, 0, 1)
    center = (
        identity.brow_level
        + 0.012 * side * identity.asymmetry[1]
        + identity.brow_arch * 1.3 * np.sin(0.9 * np.pi * along**1.25)
        + 0.6 * identity.brow_slope * (along - 0.5)
        - 0.05 * np.clip(along - 0.65, 0, 1)
    )
    ends = smoothstep((x - 0.085) / 0.07) * smoothstep((0.54 - x) / 0.16)
    half = identity.brow_thickness * (1.1 - 0.65 * along**1.4) * ends
    return center, half, along
