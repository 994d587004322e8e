"""Where a clip is taken: background, light, clothes."""

import dataclasses

import cv2
import numpy as np

from mffcnn_core.seeding import generator
from mffcnn_corpus._functions import Array, inside, smooth_noise, smoothstep
from mffcnn_corpus._settings import WildSettings
from mffcnn_corpus.camera._camera import Camera
from mffcnn_corpus.camera._shading import Light
from mffcnn_corpus.camera._wild import Glasses, busy_background, wild_glasses, wild_light

BACKGROUNDS = ("wall", "shelves", "curtain", "window")
NECKLINES = {"crew": 0.24, "v": 0.52, "shirt": 0.40}
"""Neckline -> depth below the shoulders, in head units."""


@dataclasses.dataclass(frozen=True)
class Scene:
    """What stays the same in a clip.

    Attributes
    ----------
    background : ndarray of float32, shape (H, W, 3)
        Exposed sRGB colour, 0 to 1.
    torso : ndarray of float32, shape (H, W, 4)
        Exposed colour and opacity of the clothes.
    torso_top : int
        First row that the torso reaches.
    light : Light
    blur : float
        Deviation of the lens blur in px.
    noise : float
        Deviation of the sensor noise.
    glasses : Glasses or None
    """

    background: Array
    torso: Array
    torso_top: int
    light: Light
    blur: float
    noise: float
    glasses: Glasses | None = None


def _color(rng: np.random.Generator, low: float, high: float, saturation: float) -> Array:
    color = rng.uniform(low, high) * (1 + saturation * rng.uniform(-1, 1, 3))
    return np.clip(color, 0.03, 0.95).astype(np.float32)


def _background(rng: np.random.Generator, width: int, height: int) -> Array:
    across = np.linspace(rng.uniform(0.75, 1.1), rng.uniform(0.75, 1.1), width, dtype=np.float32)
    down = np.linspace(1.1, rng.uniform(0.7, 1), height, dtype=np.float32)
    image = _color(rng, 0.28, 0.72, 0.16) * (down[:, None] * across)[..., None]
    kind = BACKGROUNDS[rng.integers(len(BACKGROUNDS))]
    if kind == "shelves":
        for _ in range(16):
            x, y = int(rng.integers(0, width)), int(rng.integers(0, height))
            w, h = (
                int(rng.integers(width // 22, width // 5)),
                int(rng.integers(height // 14, height // 4)),
            )
            color = tuple(float(v) for v in _color(rng, 0.18, 0.70, 0.25))
            cv2.rectangle(image, (x, y), (x + w, y + h), color, -1)
        image = cv2.GaussianBlur(image, (0, 0), width / 70)
    elif kind == "curtain":
        folds = np.arange(width) / rng.uniform(width / 40, width / 14)
        folds = np.sin(np.pi * folds + 1.5 * np.sin(0.31 * folds))
        image *= (1 + 0.10 * folds).astype(np.float32)[None, :, None]
        image = cv2.GaussianBlur(image, (0, 0), width / 160)
    elif kind == "window":
        edge = int(width * rng.uniform(0.1, 0.9))
        reach = int(width * rng.uniform(0.15, 0.3))
        cv2.rectangle(
            image, (edge - reach, -9), (edge + reach, int(0.6 * height)), (0.85, 0.88, 0.92), -1
        )
        image = cv2.GaussianBlur(image, (0, 0), width / 28)
    image *= (1 + 0.025 * smooth_noise(rng, (height, width), cells=5, octaves=4))[..., None]
    return np.clip(image, 0.02, 1).astype(np.float32)


def _light(rng: np.random.Generator) -> Light:
    azimuth, elevation = rng.uniform(-0.85, 0.85), rng.uniform(0.15, 0.75)
    warmth = rng.uniform(-0.06, 0.06)
    direction = (
        np.sin(azimuth) * np.cos(elevation),
        np.sin(elevation),
        np.cos(azimuth) * np.cos(elevation),
    )
    return Light(
        direction=np.array(direction, np.float32),
        key=float(rng.uniform(0.50, 0.74)),
        fill=float(rng.uniform(0.10, 0.24)),
        ambient=float(rng.uniform(0.32, 0.46)),
        exposure=float(rng.uniform(0.90, 1.12)),
        tint=np.array([1 + warmth, 1 + 0.2 * warmth, 1 - warmth], np.float32),
    )


def _torso(rng: np.random.Generator, light: Light, camera: Camera) -> Array:
    """Return shoulders with a neckline, as colour and opacity."""
    unit = camera.focal / camera.distance
    x = (np.arange(camera.width, dtype=np.float32) - camera.center[0]) / unit
    y = (camera.center[1] - np.arange(camera.height, dtype=np.float32)) / unit
    x, y = np.meshgrid(x, y)
    side = np.abs(x)
    neckline = list(NECKLINES)[rng.integers(len(NECKLINES))]
    depth, power = NECKLINES[neckline], 2.0 if neckline == "crew" else 1.0
    slope = 0.20 * np.clip((side - 0.35) / 0.9, 0, 1) ** 1.4
    slope = slope + 0.9 * np.clip((side - 1.12) / 0.42, 0, 1) ** 2.2
    opening = np.clip(1 - (side / 0.47) ** power, 0, 1)
    edge = -1.36 - slope - depth * opening
    cloth = _color(rng, 0.10, 0.72, 0.32)
    normal = np.stack([np.clip(x / 1.7, -0.9, 0.9), np.full_like(x, 0.25), np.ones_like(x)], -1)
    normal /= np.linalg.norm(normal, axis=-1, keepdims=True)
    folds = 1 + 0.05 * np.sin(9 * x + 4 * y) + 0.03 * np.sin(23 * x - 7 * y)
    weave = 1 + 0.025 * smooth_noise(rng, x.shape, cells=11, octaves=2)
    seam = np.exp(-(((edge - y - 0.07) / 0.012) ** 2)) * (side < 0.5)
    collar = (edge - y < 0.13) * (side < 0.55) * (neckline == "shirt")
    shade = folds * weave * (1 - 0.25 * seam) * (1 + 0.12 * collar)
    armpit = 1 - 0.3 * np.exp(-(((side - 1.05 - 0.1 * (y + 2)) / 0.03) ** 2)) * smoothstep(
        (-1.75 - y) / 0.2
    )
    color = light.expose(cloth * (shade * armpit)[..., None] * light.irradiance(normal))
    opacity = inside(edge - y, 1.5 / unit)
    return np.dstack([color, opacity]).astype(np.float32)


def make_scene(
    seed: int,
    key: str,
    width: int,
    height: int,
    *,
    camera: Camera | None = None,
    wild: WildSettings | None = None,
) -> Scene:
    """Draw the scene of a clip.

    Parameters
    ----------
    seed : int
        The corpus seed.
    key : str
        What the scene depends on, usually the clip's name.
    width, height : int
        Image size in px.
    camera : Camera, optional
        By default that of the plain corpus.
    wild : WildSettings, optional
    """
    rng = generator(seed, "scene", key)
    light = _light(rng)
    camera = camera or Camera.for_image(width, height)
    background = None
    if wild:
        own = generator(seed, "wild scene", key)
        light = wild_light(own, light, wild.light)
        if own.random() < wild.background:
            background = busy_background(own, width, height)
    torso = _torso(rng, light, camera)
    if background is None:
        background = _background(rng, width, height)
    return Scene(
        background=light.expose(background).astype(np.float32),
        torso=torso,
        torso_top=int(np.argmax(torso[..., 3].any(axis=1))),
        light=light,
        blur=float(rng.uniform(0.25, 0.55)) * height / 240,
        noise=float(rng.uniform(0.005, 0.013)),
        glasses=wild_glasses(seed, key.split("_")[0], wild.glasses) if wild else None,
    )
