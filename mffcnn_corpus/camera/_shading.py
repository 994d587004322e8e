"""Light on skin and hair."""

import dataclasses

import cv2
import numpy as np

from mffcnn_corpus._functions import Array

SKIN_WRAP = np.array([0.34, 0.22, 0.16], np.float32)
"""How far light creeps into the shade, per colour: skin scatters red the farthest."""

TOWARDS_CAMERA = np.array([0, 0, 1], np.float32)


@dataclasses.dataclass(frozen=True)
class Light:
    """One key light, a weak fill from the other side, and light from everywhere.

    Attributes
    ----------
    direction : ndarray, shape (3,)
        Unit vector towards the key light, in the room.
    key, fill, ambient, exposure : float
        Strengths; skin in full light comes out near its albedo.
    tint : ndarray, shape (3,)
        Colour of the light.
    """

    direction: Array
    key: float
    fill: float
    ambient: float
    exposure: float
    tint: Array

    @property
    def fill_direction(self) -> Array:
        """Return the unit vector towards the fill light."""
        away = np.array([-self.direction[0], 0.1, 0.6], np.float32)
        return away / np.linalg.norm(away)

    def irradiance(self, normals: Array, wrap: Array = SKIN_WRAP) -> Array:
        """Return the light that falls on surfaces, shape (..., 3) as the normals."""
        facing = normals @ self.direction
        fill = np.clip(normals @ self.fill_direction, 0, 1)
        around = self.ambient * (0.78 + 0.22 * normals[..., 1]) + self.fill * fill
        light = np.empty_like(normals)
        for color, (reach, tint) in enumerate(zip(wrap, self.tint, strict=True)):
            direct = np.maximum((facing + reach) / (1 + reach), 0)
            light[..., color] = (self.key * direct + around) * tint
        return light

    def shine(self, normals: Array, power: float) -> Array:
        """Return the mirror-like part of the key light, before gloss."""
        half = self.direction + TOWARDS_CAMERA
        half /= np.linalg.norm(half)
        return self.key * np.clip(normals @ half, 0, 1) ** power

    def strand_shine(self, normals: Array) -> Array:
        """Return the band of light across hair whose strands hang down the surface."""
        half = self.direction + TOWARDS_CAMERA
        half /= np.linalg.norm(half)
        band = np.exp(-(((normals[..., 1] - half[1] - 0.12) / 0.16) ** 2))
        return self.key * band * np.clip(normals @ half, 0, 1)

    def expose(self, color: Array) -> Array:
        """Return what the sensor makes of a colour: exposure, and a soft shoulder at white."""
        color = color * self.exposure
        return np.where(color > 0.8, 0.8 + 0.2 * np.tanh((color - 0.8) / 0.2), color)


def vertex_normals(points: Array) -> Array:
    """Return unit normals of a grid of points, shape (rows, columns, 3)."""
    right = cv2.Sobel(points, cv2.CV_32F, 1, 0, ksize=3)
    down = cv2.Sobel(points, cv2.CV_32F, 0, 1, ksize=3)
    return unit(cross(down, right))


def cross(a: Array, b: Array) -> Array:
    """Return the cross product along the last axis (faster than numpy's for float32)."""
    ax, ay, az = a[..., 0], a[..., 1], a[..., 2]
    bx, by, bz = b[..., 0], b[..., 1], b[..., 2]
    return np.stack([ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx], axis=-1)


def unit(vectors: Array) -> Array:
    """Return vectors of length 1."""
    length = np.sqrt(np.einsum("...i,...i->...", vectors, vectors))
    return vectors / (length + 1e-9)[..., None]
