"""Paint of the features: lips, nostrils, brows, lids; and the masks of eyes and mouth."""

import cv2
import numpy as np

from mffcnn_corpus._functions import Array, inside, smoothstep
from mffcnn_corpus.person._identity import Identity
from mffcnn_corpus.surface._canvas import Canvas
from mffcnn_corpus.surface._curves import brow_line, eye_opening, mouth_opening

LASH_COLOR = (0.07, 0.05, 0.045)
BROW_STROKES = 230
EYES, MOUTH = 0, 2  # channels of the opening masks; the next channel is the light let in


def paint_lips(canvas: Canvas, identity: Identity) -> Array:
    """Paint the lips and return where they are (they shine)."""
    s, t, side = canvas.s, canvas.t, np.abs(canvas.s)
    mouth = mouth_opening(identity, s)
    bow = 1 - 0.22 * np.exp(-((s / 0.035) ** 2)) + 0.14 * np.exp(-(((side - 0.075) / 0.045) ** 2))
    top = mouth.upper + identity.upper_lip * mouth.arc**0.85 * bow
    bottom = mouth.lower - identity.lower_lip * mouth.arc**0.65
    ends = smoothstep((identity.mouth_width * 1.01 - side) / 0.03)
    lips = inside(top - t, 0.026) * inside(t - bottom, 0.034) * ends
    skin = np.array(identity.skin)
    bare = skin * (0.88, 0.62, 0.60)
    painted = np.array([0.66, 0.27, 0.27]) * (0.60 + 0.50 * (1 - identity.tone))
    color = (1 - identity.lip_redness) * bare + identity.lip_redness * painted
    texture = 1 + 0.05 * canvas.noise(60, 2) + 0.03 * np.sin(190 * s + 3 * canvas.noise(9))
    shade = np.where(t > mouth.upper, 0.93, 1.05)
    canvas.mix(color * (texture * shade)[..., None], 0.88 * lips)
    return lips


def paint_nostrils(canvas: Canvas, identity: Identity) -> None:
    """Paint the nostrils."""
    side, wide = np.abs(canvas.s), identity.nose_width
    down = canvas.t + 0.330 - identity.nose_shift - 0.15 * (side - 0.07)
    away = np.hypot((side - 0.072 * wide) / (0.036 * wide), down / 0.018)
    canvas.shade(1 - 0.66 * smoothstep(1.5 - away))


def paint_brows(canvas: Canvas, identity: Identity) -> None:
    """Paint the brows hair by hair: upright near the nose, flat towards the tail."""
    rng = canvas.rng
    hair = np.minimum(0.75 * np.array(identity.hair) + 0.03, 0.50 * np.array(identity.skin))
    for side in (-1, 1):
        along = rng.random(BROW_STROKES).astype(np.float32)
        across = rng.uniform(-1, 1, BROW_STROKES).astype(np.float32)
        x = side * (0.10 + 0.42 * along)
        center, half, _ = brow_line(identity, x, side)
        angle = np.interp(along, (0, 0.25, 0.6, 1), (1.35, 0.75, 0.25, -0.25))
        angle = angle - 0.35 * across + rng.normal(0, 0.15, BROW_STROKES)
        length = 0.055 * (1 - 0.35 * along) * (0.4 + 0.6 * half / half.max())
        start = np.stack([x, center + across * half], 1)
        reach = np.stack([side * np.cos(angle), np.sin(angle)], 1) * length[:, None]
        hairs = canvas.strokes(start - 0.4 * reach, start + 0.6 * reach, width=0.006)
        hairs = cv2.GaussianBlur(hairs, (0, 0), 0.8)
        center, half, _ = brow_line(identity, canvas.s, side)
        own = canvas.s * side > 0.04
        body = np.exp(-(((canvas.t - center) / np.maximum(1.15 * half, 1e-3)) ** 2)) * own
        body *= smoothstep(half / 0.008)
        weight = 0.85 if identity.sex == "male" else 0.75
        canvas.mix(hair, weight * np.clip(0.62 * body + 0.75 * hairs * (0.3 + body), 0, 1))


def paint_lids(canvas: Canvas, identity: Identity) -> None:
    """Paint lashes, the crease above the eye and the bag below it."""
    t, lashes = canvas.t, 1.0 if identity.sex == "female" else 0.78
    for side in (-1, 1):
        eye = eye_opening(identity, canvas.s, side)
        outer = np.clip(eye.across, 0, 1)
        rim = smoothstep((1.10 - np.abs(eye.across)) / 0.12)
        upper = np.exp(-(((t - eye.upper - 0.005) / (0.011 + 0.005 * outer)) ** 2))
        lower = np.exp(-(((t - eye.lower + 0.004) / 0.008) ** 2))
        upper *= rim * (0.62 + 0.38 * smoothstep(eye.across + 0.6))
        canvas.mix(LASH_COLOR, 0.88 * lashes * np.maximum(upper, 0.40 * rim * lower))
        shape = np.clip(eye.arc + 0.12, 0, 1) ** 0.5 * smoothstep((1.2 - np.abs(eye.across)) / 0.2)
        crease = np.exp(-(((t - eye.upper - 0.040) / 0.010) ** 2)) * shape
        lid = np.exp(-(((t - eye.upper - 0.022) / 0.020) ** 2)) * shape
        bag = np.exp(-(((t - eye.lower + 0.050) / 0.013) ** 2)) * np.clip(eye.arc, 0, 1)
        canvas.shade(
            (1 - 0.34 * crease) * (1 - 0.10 * lid) * (1 - (0.06 + 0.2 * identity.age) * bag)
        )


def opening_masks(canvas: Canvas, identity: Identity) -> Array:
    """Return the masks of eyes and mouth and the light that lids and lips let in.

    Returns
    -------
    ndarray of float32, shape (h, w, 4)
        Eye opening, light below the upper lid, mouth opening, light below the upper lip.
    """
    s, t = canvas.s, canvas.t
    masks = np.zeros((*s.shape, 4), np.float32)
    masks[..., 1] = 1
    for side in (-1, 1):
        eye = eye_opening(identity, s, side)
        within = np.abs(eye.across) < 1
        masks[..., 0] += inside(eye.upper - t, 0.008) * inside(t - eye.lower, 0.008) * within
        shadow = 0.55 * np.exp(-np.clip(eye.upper - t, 0, 1) / 0.022)
        masks[..., 1] -= shadow * (np.abs(eye.across) < 1.2)
    mouth = mouth_opening(identity, s)
    within = np.abs(mouth.across) < 1
    masks[..., 2] = inside(mouth.upper - t, 0.006) * inside(t - mouth.lower, 0.006) * within
    depth = (mouth.upper - t) / np.maximum(mouth.upper - mouth.lower, 1e-4)
    masks[..., 3] = 0.45 + 0.55 * smoothstep(depth / 0.30)
    line = np.exp(-(((t - mouth.upper) / 0.010) ** 2)) + np.exp(-(((t - mouth.lower) / 0.008) ** 2))
    ends = smoothstep((identity.mouth_width * 1.03 - np.abs(s)) / 0.03)
    canvas.shade(1 - 0.50 * np.clip(line, 0, 1) * ends)
    return masks
