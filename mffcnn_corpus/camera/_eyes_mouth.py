"""What is seen through the openings of the face: eyeballs, teeth and tongue.

They are solid and lie behind the skin: every pixel of an opening sends a ray to the
eyeball (a sphere) or to the row of teeth (a curved wall), so lids and lips slide over
them, gaze turns the iris and the jaw carries the lower teeth.
"""

from typing import NamedTuple

import numpy as np

from mffcnn_corpus._functions import Array, inside, smoothstep
from mffcnn_corpus.camera._camera import Camera
from mffcnn_corpus.camera._pose import RigidMotion, rigid_motion
from mffcnn_corpus.camera._shading import unit
from mffcnn_corpus.person._identity import Identity

EYE_RADIUS = 0.17
IRIS_RADIUS = 0.062
PUPIL_RADIUS = 0.025
ARCH_BEND = 0.9
"""Curvature of the dental arch: z falls by this times x^2."""

SCLERA = (0.86, 0.83, 0.80)
TEETH = (0.84, 0.80, 0.72)
TONGUE = (0.46, 0.18, 0.18)
CAVITY = (0.13, 0.04, 0.04)


class Rays(NamedTuple):
    """Camera rays in the head's frame: one origin (3,), directions (n, 3)."""

    origin: Array
    direction: Array


def head_rays(camera: Camera, motion: RigidMotion, x: Array, y: Array) -> Rays:
    """Return the rays through image points, as the head sees them."""
    origin, direction = camera.rays(x, y)
    return Rays(motion.undo(origin), direction @ motion.rotation)


def on_plane(rays: Rays, z: float | Array) -> Array:
    """Return where rays meet the upright plane at depth z of the head's frame."""
    step = (z - rays.origin[2]) / rays.direction[:, 2]
    return rays.origin + step[:, None] * rays.direction


def on_sphere(rays: Rays, center: Array, radius: float) -> Array:
    """Return where rays first meet a sphere, or pass it closest."""
    direction = unit(rays.direction)
    towards = center - rays.origin
    along = (direction * towards).sum(-1)
    miss = (towards * towards).sum(-1) - along**2
    step = along - np.sqrt(np.clip(radius**2 - miss, 0, None))
    return rays.origin + step[:, None] * direction


def on_eyeballs(rays: Rays, centers: Array) -> tuple[Array, Array]:
    """Return where rays meet the eyeballs, shape (n, 3), and which of the two they meet."""
    at_eyes = on_plane(rays, float(centers[:, 2].mean()) + EYE_RADIUS)
    which = (at_eyes[:, 0] > centers[:, 0].mean()).astype(np.intp)
    return on_sphere(rays, centers[which], EYE_RADIUS), which


def on_teeth(rays: Rays, front: float) -> Array:
    """Return where rays meet the dental arch whose middle lies at depth ``front``."""
    points = on_plane(rays, front)
    for _ in range(2):
        points = on_plane(rays, front - ARCH_BEND * points[:, 0] ** 2)
    return points


def gaze_rotation(gaze: Array) -> Array:
    """Return the rotation of the eyeballs that shifts the irises right and up by ``gaze``."""
    yaw, pitch = gaze[0] / EYE_RADIUS, -gaze[1] / EYE_RADIUS
    return rigid_motion([yaw, pitch, 0, 0, 0, 0]).rotation


def eye_color(
    identity: Identity, points: Array, center: Array, gaze: Array, light_side: float
) -> Array:
    """Return the unlit colour of points on an eyeball, with the light mirrored in it.

    Parameters
    ----------
    points : ndarray, shape (n, 3)
        Points on the eyeball in the head's frame.
    center : ndarray, shape (3,)
    gaze : ndarray, shape (2,)
    light_side : float
        Horizontal direction of the key light: -1 left to 1 right.
    """
    own = (points - center) @ gaze_rotation(gaze)
    radius = np.hypot(own[:, 0], own[:, 1])[:, None]
    iris = np.array(identity.iris, np.float32)
    ring = radius / IRIS_RADIUS
    angle = np.arctan2(own[:, 1], own[:, 0])[:, None]
    iris = iris * (0.80 + 0.45 * np.clip(ring, 0, 1) + 0.10 * np.sin(17 * angle))
    iris = iris * (1 - 0.65 * smoothstep((ring - 0.72) / 0.28))
    away = np.abs(points[:, :1] - center[0]) / EYE_RADIUS
    color = np.array(SCLERA, np.float32) * (1 - np.array([0.25, 0.42, 0.42]) * away**2)
    iris_share = inside(IRIS_RADIUS - radius, 0.012)
    color = color + iris_share * (iris - color)
    color = color + inside(PUPIL_RADIUS - radius, 0.008) * (0.015 - color)
    glint = np.hypot(
        points[:, 0] - center[0] - 0.4 * gaze[0] - 0.022 * light_side,
        points[:, 1] - center[1] - 0.4 * gaze[1] - 0.022,
    )[:, None]
    return color + 0.8 * inside(0.012 - glint, 0.008) * (1.15 - color)


def mouth_color(
    identity: Identity, points: Array, jaw: float, parted: float = 1.0
) -> tuple[Array, Array]:
    """Return the unlit colour of points on the dental arch and the share that moves with the jaw.

    Parameters
    ----------
    points : ndarray, shape (n, 3)
        Points in the head's frame.
    jaw : float
        How far the jaw hangs, in head units.
    parted : float
        How far the lips are apart; between closed lips it is dark.
    """
    light = smoothstep(parted / 0.03)
    x, y = points[:, 0], points[:, 1] - identity.mouth_level
    arch = 0.35 * x * x
    color = np.ones((len(points), 3)) * CAVITY
    tongue = np.exp(-((x / 0.14) ** 2) - ((y + 0.07 + 0.95 * jaw) / 0.055) ** 2)
    tongue = 0.85 * tongue * smoothstep(jaw / 0.04 + 0.2)
    lower = smoothstep((-0.055 - jaw - 0.5 * arch - y) / 0.012) * smoothstep(
        (0.17 - np.abs(x)) / 0.05
    )
    upper = smoothstep((y + 0.026 - 1.2 * arch) / 0.012) * smoothstep((0.20 - np.abs(x)) / 0.05)
    gaps = 0.90 + 0.10 * np.abs(np.cos(58 * x)) ** 0.4
    side = 1 - 0.45 * np.clip(np.abs(x) / 0.2, 0, 1) ** 2
    for share, paint in (
        (tongue, np.array(TONGUE)),
        (0.75 * lower, 0.85 * np.array(TEETH) * (gaps * side)[:, None]),
        (upper, np.array(TEETH) * (gaps * side)[:, None]),
    ):
        color = color + light * share[:, None] * (paint - color)
    return color, 1 - smoothstep((upper - 0.3) / 0.4)
