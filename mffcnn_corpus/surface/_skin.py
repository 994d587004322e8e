"""Paint of bare skin: tone, redness, hollows, age, freckles, beard."""

import numpy as np

from mffcnn_corpus._functions import Array, bump, monotone, smoothstep
from mffcnn_corpus.person._identity import Identity
from mffcnn_corpus.surface._canvas import Canvas
from mffcnn_corpus.surface._grid import T_RANGE

REDDENED = (  # strength, s, t, width s, width t; on both sides
    (0.55, 0.44, -0.20, 0.22, 0.17),
    (0.50, 0.00, -0.28, 0.13, 0.10),
    (0.20, 0.00, -0.90, 0.18, 0.12),
)


def _hollows(identity: Identity) -> list[tuple[float, float, float, float, float]]:
    """Return where light does not reach: depth, s, t, widths."""
    eye_s, eye_t, nose = identity.eye_distance, identity.eye_level, identity.nose_shift
    mouth = identity.mouth_level
    return [
        (0.22, eye_s - 0.08, eye_t + 0.06, 0.12, 0.07),
        (0.14, 0.13, eye_t + 0.02, 0.07, 0.09),
        (0.05 + 0.13 * identity.age, eye_s, eye_t - 0.09, 0.13, 0.035),
        (0.20, 0.0, mouth - 0.135, 0.16, 0.035),
        (0.15, 0.0, -0.385 + nose, 0.13, 0.035),
        (0.16, 0.170 * identity.nose_width, -0.30 + nose, 0.02, 0.06),
        (0.08, 0.52, -0.48, 0.16, 0.20),
        (0.10, identity.mouth_width + 0.03, mouth, 0.03, 0.035),
    ]


def paint_skin(canvas: Canvas, identity: Identity) -> None:
    """Paint tone, redness, hollows and spots."""
    side, s, t = np.abs(canvas.s), canvas.s, canvas.t
    grain = 0.022 * canvas.noise(5, 4) + 0.012 * canvas.noise(40, 3) + 0.018 * canvas.noise(150, 2)
    canvas.shade(1 + grain)
    red = 0.08 * canvas.noise(9, 3)
    for strength, at_s, at_t, wide, tall in REDDENED:
        red = red + strength * bump(side, t, (at_s, at_t), (wide, tall))
    blush = np.array([1.02, 0.87, 0.85], np.float32) ** (1 - 0.5 * identity.tone)
    canvas.albedo *= blush ** np.clip(red, -0.3, 1)[..., None]
    light = np.ones_like(s)
    for depth, at_s, at_t, wide, tall in _hollows(identity):
        light -= depth * bump(side, t, (at_s, at_t), (wide, tall))
    canvas.shade(np.clip(light, 0.3, 1.2))
    _paint_spots(canvas, identity)
    _paint_patches(canvas)


def _paint_spots(canvas: Canvas, identity: Identity) -> None:
    rng = canvas.rng
    if identity.freckles > 0:
        dots = np.clip(canvas.noise(110) - 1.4, 0, 1)
        spread = bump(np.abs(canvas.s), canvas.t, (0.25, -0.10), (0.38, 0.22))
        canvas.mix((0.55, 0.34, 0.22), 0.6 * identity.freckles * dots * spread)
    for _ in range(rng.integers(0, 5)):
        place = float(rng.uniform(-0.7, 0.7)), float(rng.uniform(-0.95, 0.6))
        box = canvas.box(place, 0.04)
        spot = bump(canvas.s[box], canvas.t[box], place, (0.010, 0.010))
        canvas.albedo[box] *= 1 - 0.45 * spot[..., None]


def _paint_patches(canvas: Canvas) -> None:
    """Paint the folds of the ears and the shadow under the jaw."""
    for name in ("ear_left", "ear_right"):
        box, u, v = canvas.patch(name)
        u = 1 - u if name == "ear_left" else u
        folds = (
            0.50 * bump(u, v, (0.34, 0.56), (0.18, 0.16))
            + 0.30 * bump(u, v, (0.73, 0.35), (0.07, 0.26))
            + 0.25 * bump(u, v, (0.40, 0.25), (0.20, 0.07))
        )
        canvas.albedo[box] *= (1 - np.clip(folds, 0, 0.75))[..., None]
        canvas.albedo[box] *= np.array([1.0, 0.90, 0.88], np.float32)
    box, u, v = canvas.patch("neck")
    under_jaw = 0.58 * smoothstep((0.66 - v) / 0.34) + 0.08
    sinews = 0.05 * np.cos(2 * np.pi * 3 * (u - 0.5)) * smoothstep((v - 0.5) / 0.2)
    canvas.albedo[box] *= (1 - under_jaw + sinews)[..., None]


def beard_mask(identity: Identity, s: Array, t: Array) -> Array:
    """Return where a beard grows, 0 to 1, with soft borders."""
    side, mouth = np.abs(s), identity.mouth_level
    top = monotone(
        (0.0, 0.16, 0.33, 0.55, 0.80, 0.98), (-0.74, -0.72, -0.60, -0.44, -0.20, 0.05), side
    )
    cheeks = smoothstep((top - t) / 0.16 + 0.3) * smoothstep((1.12 - side) / 0.12)
    lip = bump(side, t, (0.12, mouth + 0.125), (0.20, 0.050))
    chin = bump(s, t, (0.0, mouth - 0.20), (0.06, 0.06))
    grows = np.maximum(np.maximum(cheeks, 0.95 * lip), chin)
    return np.where(t > T_RANGE[0], np.clip(grows, 0, 1), 0)


def paint_beard(canvas: Canvas, identity: Identity) -> None:
    """Paint stubble (a bluish shade) or a full beard (hair), by the person's density."""
    if identity.beard <= 0:
        return
    grows = beard_mask(identity, canvas.s, canvas.t)
    grows = np.clip(grows * (1 + 0.18 * canvas.noise(22, 2)), 0, 1)
    hair = np.array(identity.hair, np.float32)
    grain = 1 + 0.22 * canvas.noise(220)
    shadow = 0.6 * hair + 0.4 * np.array(identity.skin, np.float32) * (0.62, 0.68, 0.76)
    canvas.mix(shadow, np.clip(0.55 * grows * min(1, 2.2 * identity.beard), 0, 0.5) * grain)
    if identity.beard > 0.3:
        dense = smoothstep(grows * 1.5 - 0.25) * min(1, identity.beard * 1.15)
        canvas.mix(hair[None, None] * (1 + 0.25 * canvas.noise(150, 2))[..., None], 0.85 * dense)
