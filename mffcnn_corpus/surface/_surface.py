"""The resting shape of a head: skull profiles, the relief of the face, ears and neck."""

from typing import NamedTuple

import numpy as np

from mffcnn_corpus._functions import Array, bump, monotone, smoothstep
from mffcnn_corpus.person._identity import Identity
from mffcnn_corpus.surface._curves import LONGITUDE, eye_opening, mouth_opening
from mffcnn_corpus.surface._grid import PATCH_ROWS, PATCHES, T_RANGE, Grid, patch_coordinates

# Skull and jaw at heights t: half width relative to the face, depth, height in the room.
JAW_KNOTS = (-1.18, -1.12, -1.04, -0.95, -0.80, -0.55, -0.25, 0.10)
JAW_DEPTH = (0.34, 0.55, 0.73, 0.82, 0.85, 0.86, 0.87, 0.88)
SKULL_KNOTS = (0.45, 0.75, 1.00, 1.15, 1.24, 1.30, 1.33, 1.35)
LEVEL_KNOTS = (-1.18, -1.12, -1.04, -0.98, 0.60, 1.35)  # chart heights t ...
LEVELS = (-1.05, -1.06, -1.03, -0.98, 0.60, 1.30)  # ... and where they lie at rest
CROWN = 0.07  # chart height below the top at which hair begins to stand up
NECK_SPAN = (-0.45, -2.00)
EAR_SPAN = (0.27, -0.31)

EAR_WIDTH = ((0, 0.12, 0.30, 0.55, 0.75, 0.90, 1), (0.10, 0.24, 0.30, 0.26, 0.18, 0.14, 0.05))
"""Width of the ear from top (0) to lobe (1), in head units."""

EAR_RELIEF = (  # height, u (0 at the head, 1 at the rim), v (0 top, 1 lobe), widths
    (0.050, 0.86, 0.35, 0.14, 0.40),  # helix
    (0.035, 0.58, 0.45, 0.12, 0.28),  # antihelix
    (-0.080, 0.32, 0.56, 0.20, 0.18),  # concha
    (0.045, 0.02, 0.56, 0.12, 0.09),  # tragus
)


class Relief(NamedTuple):
    """One Gaussian height on both sides of the face."""

    height: float
    s: float
    t: float
    width_s: float
    width_t: float


def _relief(identity: Identity) -> list[Relief]:
    """Return the heights of the face except for nose bridge and lips."""
    eye_s, eye_t, mouth = identity.eye_distance, identity.eye_level, identity.mouth_level
    tip = -0.26 + identity.nose_shift
    wide, ridge = identity.nose_width, 0.045 if identity.sex == "male" else 0.025
    hollow = 0.4 + 0.6 * identity.age
    return [
        Relief(0.085 * identity.nose_height, 0.120 * wide, tip - 0.04, 0.058, 0.060),  # wings
        Relief(0.020 * identity.nose_height, 0.0, tip, 0.10, 0.08),  # ball of the nose
        Relief(-0.075, eye_s - 0.04, eye_t + 0.02, 0.17, 0.11),  # socket
        Relief(0.050, eye_s, eye_t - 0.01, 0.11, 0.08),  # eyeball
        Relief(ridge, 0.26, identity.brow_level - 0.01, 0.20, 0.06),
        Relief(identity.cheek, 0.46, -0.13, 0.18, 0.16),
        Relief(-0.040 * hollow, 0.50, -0.48, 0.14, 0.18),  # hollow of the cheek
        Relief(-0.012, 0.0, mouth + 0.13, 0.022, 0.05),  # philtrum
        Relief(0.025, 0.0, mouth, 0.27, 0.17),
        Relief(-0.030, 0.0, mouth - 0.15, 0.17, 0.05),  # fold under the lip
        Relief(0.060, 0.0, -0.87, 0.16 * identity.chin, 0.10),
        Relief(-0.030, 0.66, 0.30, 0.12, 0.20),  # temple
    ]


def _nose(identity: Identity, s: Array, t: Array) -> Array:
    tip, bridge = -0.26 + identity.nose_shift, identity.nose_bridge
    knots = (tip - 0.135, tip - 0.085, tip, tip + 0.20, 0.12, 0.26, 0.40)
    heights = np.array([0, 0.07, 0.20, 0.125 + 0.03 * bridge, 0.07, 0.03, 0])
    heights[:4] *= identity.nose_height
    widths = ((tip - 0.10, tip, tip + 0.12, 0.10, 0.30), (0.085, 0.105, 0.090, 0.085, 0.11))
    ridge = monotone(knots, heights, t)
    across = np.abs(s) / (np.interp(t, *widths) * identity.nose_width)
    return ridge * np.exp(-(across**2.1))


def _lips(identity: Identity, s: Array, t: Array) -> Array:
    mouth = mouth_opening(identity, s)
    upper = np.exp(-(((t - mouth.upper - 0.028) / 0.034) ** 2))
    lower = 1.15 * np.exp(-(((t - mouth.lower + 0.038) / 0.042) ** 2))
    return 0.034 * mouth.arc**0.7 * (upper + lower)


def face_relief(identity: Identity, s: Array, t: Array) -> Array:
    """Return the height of the bare face above the skull, along the surface's normal."""
    height = _nose(identity, s, t) + _lips(identity, s, t)
    for part in _relief(identity):
        height = height + part.height * bump(
            np.abs(s), t, (part.s, part.t), (part.width_s, part.width_t)
        )
    for side in (-1, 1):
        eye = eye_opening(identity, s, side)
        fold = np.exp(-(((t - eye.upper - 0.05) / 0.03) ** 2)) * np.clip(eye.arc, 0, 1)
        height = height + 0.012 * fold
    return height.astype(np.float32)


class Surface(NamedTuple):
    """The resting head on a grid.

    Attributes
    ----------
    half_width, depth, level, height : ndarray, shape (face_rows, columns)
        The skull's ellipse and height at each vertex, and the relief above it.
    sideways : ndarray, shape (face_rows, columns)
        Share of the relief that stands out sideways; at the crown it stands up instead.
    rigid_points : ndarray, shape (patch rows, columns, 3)
        Ears and neck, which do not deform.
    attachment : ndarray, shape (rows, columns, 1)
        1 where a vertex moves with the head, 0 where it stays with the torso.
    bend : float
        Sideways asymmetry of the face.
    """

    grid: Grid
    half_width: Array
    depth: Array
    level: Array
    height: Array
    sideways: Array
    rigid_points: Array
    attachment: Array
    bend: float

    def points(self, shift: Array) -> Array:
        """Return vertex positions (rows, columns, 3) after a shift (ds, dt, dh) of the face."""
        longitude = LONGITUDE * (self.grid.s + shift[0])
        height = self.height + shift[2]
        out = self.sideways * height
        points = np.empty((*self.grid.shape, 3), np.float32)
        face = points[: self.grid.face_rows]
        face[..., 1] = self.level + shift[1] + 0.7 * (height - out)
        face[..., 0] = (self.half_width + out) * np.sin(longitude)
        face[..., 0] += 0.012 * self.bend * np.sin(2.2 * face[..., 1] + 1)
        face[..., 2] = (self.depth + out) * np.cos(longitude)
        points[self.grid.face_rows :] = self.rigid_points
        return points


def _half_width(identity: Identity, t: Array) -> Array:
    jaw, chin = identity.jaw, identity.chin
    lower = [0.22, 0.31 * chin, 0.43 * chin, 0.57 * chin, 0.73 * jaw, 0.885 * jaw, 0.96, 1.0]
    skull = np.sqrt(np.clip(1 - (np.array(SKULL_KNOTS) - 0.35) ** 2, 0, None))
    upper = identity.forehead * skull
    return identity.face_width * monotone(JAW_KNOTS + SKULL_KNOTS, [*lower, *upper], t)


def _depth(t: Array) -> Array:
    skull = 0.89 * np.sqrt(np.clip(1 - ((np.array(SKULL_KNOTS) - 0.3) / 1.05) ** 2, 0, None))
    return monotone(JAW_KNOTS + SKULL_KNOTS, [*JAW_DEPTH, *skull], t)


def _ear(identity: Identity, side: int) -> Array:
    _, columns, _, _ = PATCHES["ear_left"]
    u, v = patch_coordinates(PATCH_ROWS, columns)
    if side < 0:
        u = 1 - u  # columns always run to the image's right
    size, angle = identity.ear_size, identity.ear_angle
    middle, half = np.mean(EAR_SPAN), 0.5 * (EAR_SPAN[0] - EAR_SPAN[1]) * size
    t = (middle + half * (1 - 2 * v)).astype(np.float32)
    root = 1.46
    away = u * np.interp(v, *EAR_WIDTH) * size
    relief = sum(
        height * np.exp(-(((u - at_u) / wide) ** 2) - ((v - at_v) / tall) ** 2)
        for height, at_u, at_v, wide, tall in EAR_RELIEF
    )
    x = _half_width(identity, t) * np.sin(root) - 0.02 + away * np.sin(angle)
    z = _depth(t) * np.cos(root) - away * np.cos(angle) - 0.10 * (t - middle)
    x, z = x + relief * np.cos(angle), z + relief * np.sin(angle)
    return np.stack([side * x, t + 0.05 * u * (1 - v), z], axis=-1)


def _neck(identity: Identity) -> tuple[Array, Array]:
    """Return the neck's points and how far each follows the head."""
    _, columns, _, _ = PATCHES["neck"]
    u, v = patch_coordinates(PATCH_ROWS, columns)
    angle = 1.75 * (2 * u - 1)
    y = NECK_SPAN[0] + (NECK_SPAN[1] - NECK_SPAN[0]) * v
    half = (0.455 if identity.sex == "male" else 0.395) * identity.face_width / 0.78
    flare = 0.45 * np.clip((-1.15 - y) / 0.55, 0, 1) ** 2
    points = np.stack(
        [(half + flare) * np.sin(angle), y, -0.15 + 0.42 * np.cos(angle) + 0.1 * flare], axis=-1
    )
    return points, smoothstep((y + 1.75) / 1.0)


def make_surface(identity: Identity, grid: Grid, hair_height: Array) -> Surface:
    """Return the resting head of a person; ``hair_height`` lies on top of the bare relief."""
    patches = np.zeros((PATCH_ROWS, grid.shape[1], 3), np.float32)
    attachment = np.ones((*grid.shape, 1), np.float32)
    rows, columns = grid.patch("neck")
    neck, follows = _neck(identity)
    patches[:, columns] = neck
    attachment[rows, columns, 0] = follows
    patches[:, grid.patch("ear_left")[1]] = _ear(identity, -1)
    patches[:, grid.patch("ear_right")[1]] = _ear(identity, 1)
    return Surface(
        grid=grid,
        half_width=_half_width(identity, grid.t),
        depth=_depth(grid.t),
        level=np.interp(grid.t, LEVEL_KNOTS, LEVELS).astype(np.float32),
        height=face_relief(identity, grid.s, grid.t) + hair_height,
        sideways=smoothstep((T_RANGE[1] - grid.t) / CROWN),
        rigid_points=patches,
        attachment=attachment,
        bend=identity.asymmetry[0],
    )
