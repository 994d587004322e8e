"""One displacement field per action unit: how the surface moves at intensity 1.

A field holds, at every vertex of the face, a shift along s, a shift along t and a growth
along the surface's normal.  A face is the rest shape plus the sum of the fields times the
intensities; fields add up, which is also how facial muscles combine to first order.
"""

from typing import NamedTuple

import numpy as np

from mffcnn_corpus._functions import Array, bump, smoothstep
from mffcnn_corpus.person._action_units import ACTION_UNITS, UNIT_INDEX
from mffcnn_corpus.person._identity import Identity
from mffcnn_corpus.surface._curves import LONGITUDE, MOUTH_GAP, Opening, eye_opening, mouth_opening

JAW_DROP = 0.19
"""How far the chin falls at full jaw drop, in head units."""

OVERLAP = 1.10
"""How far lids and lips close, relative to their gap: a little over, so that nothing shows."""

S, T, H = 0, 1, 2  # components of a field
AXES = {"s": S, "t": T, "h": H}


class Bump(NamedTuple):
    """One Gaussian part of a field, on both sides of the face.

    ``anchor`` names a point of the person's face, ``offset`` is added to it, mirrored in s;
    a shift along s points away from the middle when ``amount`` is positive.
    """

    unit: int
    axis: str
    amount: float
    anchor: str
    offset: tuple[float, float]
    width: tuple[float, float]
    below: float | None = None


BUMPS = (
    Bump(1, "s", -0.015, "brow", (0.15, 0.0), (0.10, 0.10)),
    Bump(4, "s", -0.050, "brow", (0.17, 0.0), (0.13, 0.12)),
    Bump(4, "h", 0.020, "brow", (0.08, -0.02), (0.06, 0.08)),
    Bump(6, "t", 0.050, "face", (0.36, -0.14), (0.20, 0.13), 0.20),
    Bump(6, "h", 0.035, "face", (0.38, -0.10), (0.14, 0.10)),
    Bump(9, "t", 0.060, "face", (0.11, -0.24), (0.09, 0.20), 0.14),
    Bump(9, "t", 0.035, "mouth", (0.13, 0.12), (0.12, 0.12), 0.06),
    Bump(9, "h", 0.020, "face", (0.11, -0.05), (0.05, 0.10)),
    Bump(10, "t", 0.015, "face", (0.13, -0.30), (0.10, 0.12)),
    Bump(12, "s", 0.085, "corner", (0.0, 0.0), (0.17, 0.17), 0.16),
    Bump(12, "t", 0.085, "corner", (0.02, 0.0), (0.13, 0.20), 0.13),
    Bump(12, "t", 0.030, "face", (0.38, -0.22), (0.16, 0.14)),
    Bump(12, "h", 0.045, "face", (0.40, -0.20), (0.14, 0.13)),
    Bump(15, "t", -0.075, "corner", (0.0, -0.02), (0.11, 0.12), 0.16),
    Bump(15, "s", 0.010, "corner", (0.0, 0.0), (0.10, 0.10)),
    Bump(20, "s", 0.085, "corner", (0.0, -0.03), (0.18, 0.13), 0.20),
    Bump(20, "t", -0.020, "corner", (0.0, -0.03), (0.12, 0.10), 0.20),
    Bump(23, "s", -0.035, "corner", (0.0, 0.0), (0.14, 0.10)),
    Bump(26, "s", -0.040, "corner", (0.0, 0.0), (0.12, 0.15)),
    Bump(17, "t", 0.040, "face", (0.08, -0.80), (0.17, 0.13), 0.15),
    Bump(17, "h", 0.017, "face", (0.06, -0.80), (0.10, 0.08)),
)


def _anchors(identity: Identity) -> dict[str, tuple[float, float]]:
    return {
        "face": (0.0, 0.0),
        "brow": (0.0, identity.brow_level),
        "mouth": (0.0, identity.mouth_level),
        "corner": (identity.mouth_width, identity.mouth_level),
    }


def _add_bumps(fields: Array, identity: Identity, s: Array, t: Array) -> None:
    anchors = _anchors(identity)
    for part in BUMPS:
        anchor = anchors[part.anchor]
        place = anchor[0] + part.offset[0], anchor[1] + part.offset[1]
        right = bump(s, t, place, part.width, below=part.below)
        left = bump(s, t, (-place[0], place[1]), part.width, below=part.below)
        both = right - left if part.axis == "s" else right + left
        fields[UNIT_INDEX[part.unit], AXES[part.axis]] += part.amount * both


def _add_brows(fields: Array, identity: Identity, s: Array, t: Array) -> None:
    """Raise and lower the brows: units 1 and 2 share one even lift of the forehead."""
    brow, side = identity.brow_level, np.abs(s)
    inner = np.exp(-((s / 0.27) ** 2))
    outer = (1 - inner) * smoothstep((1.0 - side) / 0.45)
    above_eye = smoothstep((t - identity.eye_level - 0.06) / 0.15)
    for unit, across, amount, reach in (
        (1, inner, 0.105, 0.30),
        (2, outer, 0.105, 0.30),
        (4, inner, -0.085, 0.20),
        (9, np.exp(-((s / 0.20) ** 2)), -0.030, 0.15),
    ):
        fall = np.exp(-((np.clip(t - brow - 0.03, 0, None) / reach) ** 2))
        fields[UNIT_INDEX[unit], T] += amount * across * above_eye * fall


def _around(opening: Opening, t: Array, reach: tuple[float, float]) -> tuple[Array, Array]:
    """Return how much a point moves with the upper and with the lower edge of an opening.

    1 at the edge, falling off over ``reach`` (above, below) outside; inside, the point is
    shared between the two edges in proportion to its place.
    """
    gap = np.maximum(opening.upper - opening.lower, 1e-3)
    share = np.clip((t - opening.lower) / gap, 0, 1)
    with_upper = np.where(
        t > opening.upper, np.exp(-(((t - opening.upper) / reach[0]) ** 2)), share
    )
    with_lower = np.where(
        t < opening.lower, np.exp(-(((t - opening.lower) / reach[1]) ** 2)), 1 - share
    )
    return with_upper, with_lower


def _add_lids(fields: Array, identity: Identity, s: Array, t: Array) -> None:
    for side in (-1, 1):
        eye = eye_opening(identity, s, side)
        upper, lower = _around(eye, t, (0.075, 0.07))
        gap, near, within = eye.upper - eye.lower, np.abs(eye.across) < 1.25, np.abs(eye.across) < 1
        shut = np.where(within, OVERLAP * gap * (0.87 * upper - 0.13 * lower), 0)
        upper, lower = upper * eye.arc * near, lower * eye.arc * near
        for unit, shift in (
            (5, 0.036 * upper),
            (6, 0.022 * lower - 0.004 * upper),
            (7, 0.024 * lower - 0.012 * upper),
            (9, 0.012 * lower),
            (43, -shut),
        ):
            fields[UNIT_INDEX[unit], T] += shift


def _add_lips(fields: Array, rest: Array, identity: Identity, s: Array, t: Array) -> None:
    mouth, level = mouth_opening(identity, s), identity.mouth_level
    upper, lower = _around(mouth, t, (0.10, 0.12))
    gap, arc = MOUTH_GAP * mouth.arc**0.8, mouth.arc
    rest[T] += 0.5 * OVERLAP * gap * (lower - upper)
    sneer = np.clip(1 - np.abs(np.abs(mouth.across) - 0.45) / 0.8, 0, 1)
    off_upper, off_lower = np.clip(t - mouth.upper, 0, None), np.clip(t - mouth.lower, None, 0)
    thin = 0.75 * np.exp(-(((t - level) / 0.14) ** 2)) * arc**0.5
    for unit, shift in (
        (10, 0.055 * upper * sneer),
        (16, -0.050 * lower * arc),
        (17, 0.028 * (lower + upper) * arc),
        (23, -thin * (off_upper + off_lower)),
        (25, 0.028 * arc * upper - 0.056 * arc * lower),
        (26, 0.028 * arc * upper),
    ):
        fields[UNIT_INDEX[unit], T] += shift
    fields[UNIT_INDEX[26], T] -= JAW_DROP * _jaw(mouth, s, t)


def _jaw(mouth: Opening, s: Array, t: Array) -> Array:
    """Return the share of the jaw's fall: less at the mouth's corners, all at the chin."""
    share = np.clip((mouth.upper - t) / (mouth.upper - mouth.lower), 0, 1)
    corner = 0.48 + 0.52 * mouth.arc**0.60
    depth = smoothstep((mouth.lower - t) / 0.28)
    hinge = np.clip(np.cos(LONGITUDE * s), 0, 1) ** 1.3  # the jaw turns about the ears
    return smoothstep(share) * (corner + (1 - corner) * depth) * hinge


def displacement_fields(identity: Identity, s: Array, t: Array) -> Array:
    """Return the fields of all action units and, last, the one that shapes the rest face.

    Parameters
    ----------
    identity : Identity
    s, t : ndarray, shape (rows, columns)
        Chart coordinates of the vertices.

    Returns
    -------
    ndarray of float32, shape (len(ACTION_UNITS) + 1, 3, rows, columns)
        Components: shift along s, shift along t, growth along the normal; in chart units
        and head units at intensity 1.
    """
    fields = np.zeros((len(ACTION_UNITS) + 1, 3, *s.shape), np.float32)
    _add_bumps(fields, identity, s, t)
    _add_brows(fields, identity, s, t)
    _add_lids(fields, identity, s, t)
    _add_lips(fields, fields[-1], identity, s, t)
    return fields
