"""Light, backgrounds, framing, glasses and pictures as different as those of daily life."""

import dataclasses
from collections.abc import Iterator
from typing import Any

import cv2
import numpy as np

from mffcnn_core.arrays import Frames
from mffcnn_core.seeding import generator
from mffcnn_corpus._functions import Array, smooth_noise
from mffcnn_corpus._settings import WildSettings
from mffcnn_corpus.camera._shading import Light, unit

LENS_POINTS = 24


def wild_light(rng: np.random.Generator, light: Light, strength: float) -> Light:
    """Return a light that may come from far aside, above or below, hard and coloured."""
    azimuth, elevation = strength * rng.uniform(-1.4, 1.4), strength * rng.uniform(-0.6, 1.2)
    aside = np.array(
        [
            np.sin(azimuth) * np.cos(elevation),
            np.sin(elevation),
            np.cos(azimuth) * np.cos(elevation),
        ],
        np.float32,
    )
    direction = unit((1 - strength) * light.direction + strength * aside)
    hard = strength * rng.uniform(-0.5, 0.5)
    warmth = strength * rng.uniform(-0.25, 0.25)
    green = strength * rng.uniform(-0.08, 0.08)
    return dataclasses.replace(
        light,
        direction=direction.astype(np.float32),
        key=light.key * (1 + hard),
        fill=light.fill * (1 - hard),
        ambient=light.ambient * (1 - 0.6 * hard),
        exposure=light.exposure * float(np.exp(strength * rng.uniform(-0.45, 0.3))),
        tint=light.tint * np.array([1 + warmth, 1 + green, 1 - warmth], np.float32),
    )


def busy_background(rng: np.random.Generator, width: int, height: int) -> Array:
    """Return patches, stripes and spots of many colours, sharp or blurred, shape (H, W, 3)."""
    image = np.empty((height, width, 3), np.float32)
    for channel in range(3):
        cells = int(rng.integers(2, 9))
        image[..., channel] = 0.45 + 0.18 * smooth_noise(
            rng, (height, width), cells=cells, octaves=int(rng.integers(1, 6))
        )
    for _ in range(int(rng.integers(0, 25))):
        color = tuple(rng.uniform(0.05, 0.95, 3))
        x, y = rng.uniform(-0.1, 1.1, 2) * (width, height)
        w, h = rng.uniform(0.02, 0.4, 2) * (width, height)
        box = (x, y), (w, h), rng.uniform(-90, 90) * (rng.random() < 0.4)
        cv2.fillPoly(image, [cv2.boxPoints(box).astype(np.int32)], color, cv2.LINE_AA)
    if rng.random() < 0.7:
        image = cv2.GaussianBlur(image, (0, 0), width * rng.uniform(0.002, 0.03))
    return np.clip(image, 0.02, 1)


def wild_framing(rng: np.random.Generator, strength: float) -> dict[str, Any]:
    """Return size, distance and place of the head, see :meth:`Camera.for_image`."""
    return {
        "head_share": 0.60 + strength * float(rng.uniform(-0.22, 0.08)),
        "distance": 7.0 * float(np.exp(strength * rng.uniform(-0.6, 0.6))),
        "center": (
            0.5 + strength * float(rng.uniform(-0.08, 0.08)),
            0.47 + strength * float(rng.uniform(-0.04, 0.04)),
        ),
    }


@dataclasses.dataclass(frozen=True)
class Glasses:
    """A frame without lenses.

    Attributes
    ----------
    color : tuple of float
        sRGB, 0 to 1.
    thickness : float
        Of the rims in head units.
    width, height : float
        Half axes of a lens in head units.
    power : float
        2 for ovals; the larger, the more of a box.
    """

    color: tuple[float, float, float]
    thickness: float
    width: float
    height: float
    power: float

    def outlines(self, eye_centers: Array) -> Iterator[Array]:
        """Yield lines in the head's frame: both rims, the bridge, and the temples."""
        angle = np.linspace(0, 2 * np.pi, LENS_POINTS + 1)
        c, s = np.cos(angle), np.sin(angle)
        round_x = np.sign(c) * np.abs(c) ** (2 / self.power)
        round_y = np.sign(s) * np.abs(s) ** (2 / self.power)
        left, right = (center + np.array([0, -0.02, 0.24]) for center in eye_centers)
        for center in (left, right):
            yield (
                center + np.stack([self.width * round_x, self.height * round_y, 0 * angle], axis=1)
            ).astype(np.float32)
        inner = np.array([self.width, 0.03, 0])
        yield np.stack([left + inner, right + inner * (-1, 1, 1)]).astype(np.float32)
        for center, side in ((left, -1), (right, 1)):
            hinge = center + np.array([side * self.width, 0.04, 0])
            yield np.stack([hinge, hinge + np.array([side * 0.16, 0.02, -0.35])]).astype(np.float32)


def wild_glasses(seed: int, subject: str, share: float) -> Glasses | None:
    """Return the glasses of a person, or None: the same in all of their clips."""
    rng = generator(seed, "glasses", subject)
    if rng.random() >= share:
        return None
    dark = rng.random() < 0.7
    return Glasses(
        color=tuple(float(v) for v in rng.uniform(0.02, 0.15 if dark else 0.7, 3)),
        thickness=float(rng.uniform(0.012, 0.04)),
        width=float(rng.uniform(0.19, 0.24)),
        height=float(rng.uniform(0.13, 0.20)),
        power=float(rng.uniform(2, 5)),
    )


def degrade(frames: Frames, rng: np.random.Generator, wild: WildSettings) -> None:
    """Take from pictures what cheap cameras, movement and compression take, in place.

    Parameters
    ----------
    frames : ndarray of uint8, shape (n, H, W, 3)
    rng : numpy.random.Generator
        Of the clip: all its pictures are taken by one camera.
    wild : WildSettings
    """
    height, width = frames.shape[1:3]
    smaller = 1 - wild.low_resolution * rng.uniform(0, 2 / 3)
    lens = wild.blur * rng.uniform(0, 1.2) * height / 240
    trail = wild.blur * rng.uniform(0, 0.4)  # share of the picture before
    quality = int(95 - wild.compression * rng.uniform(0, 75))
    gain, gamma = np.exp(wild.sensor * rng.uniform(-0.25, 0.25, 2))
    white = np.exp(wild.sensor * rng.uniform(-0.12, 0.12, 3))
    steps = np.arange(256)[:, None] / 255
    curve = np.rint(255 * np.clip(gain * white * steps**gamma, 0, 1)).astype(np.uint8)
    before = frames[0].copy()
    for frame in frames:
        now = frame.copy()
        picture = cv2.addWeighted(frame, 1 - trail, before, trail, 0)
        before = now
        if lens > 0.1:
            picture = cv2.GaussianBlur(picture, (0, 0), lens)
        size = max(8, round(width * smaller)), max(8, round(height * smaller))
        picture = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
        if wild.compression > 0:
            _, packed = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
            picture = cv2.imdecode(packed, cv2.IMREAD_COLOR)
        picture = cv2.resize(picture, (width, height), interpolation=cv2.INTER_LINEAR)
        frame[...] = cv2.LUT(picture, curve[:, None])
