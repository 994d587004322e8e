"""The pinhole camera in front of the synthetic face."""

import dataclasses
from typing import Self

import numpy as np
import numpy.typing as npt

from mffcnn_core.errors import ParameterError
from mffcnn_corpus._functions import Array

SMALLEST_IMAGE = 48


@dataclasses.dataclass(frozen=True)
class Camera:
    """A pinhole camera on the z axis, looking at the head.

    ``x_image = cx + f X / (d - Z)`` and ``y_image = cy - f Y / (d - Z)``.

    Attributes
    ----------
    width, height : int
        Image size in px.
    focal : float
        Focal length f in px.
    distance : float
        Distance d from the head's centre in head units.
    center : tuple of float
        Image of the head's centre in px.
    """

    width: int
    height: int
    focal: float
    distance: float
    center: tuple[float, float]

    @classmethod
    def for_image(
        cls,
        width: int,
        height: int,
        *,
        head_share: float = 0.60,
        distance: float = 7.0,
        center: tuple[float, float] = (0.5, 0.47),
    ) -> Self:
        """Return the camera that gives the head a share of the image's height.

        Parameters
        ----------
        width, height : int
            Image size in px.
        head_share : float
        distance : float
            In head units; a near camera makes noses large.
        center : tuple of float
            Image of the head's centre, as shares of width and height.

        Raises
        ------
        ParameterError
            If the image is too small for a face.
        """
        if min(width, height) < SMALLEST_IMAGE:
            raise ParameterError(
                f"image size: expected at least {SMALLEST_IMAGE} px each way, "
                f"got {width} x {height}. A face has no features below that."
            )
        return cls(
            width=width,
            height=height,
            focal=pixels_per_unit(height, head_share) * distance,
            distance=distance,
            center=(center[0] * width, center[1] * height),
        )

    def project(self, points: Array) -> tuple[Array, Array]:
        """Return the image coordinates x, y in px of room points of shape (..., 3)."""
        scale = self.focal / (self.distance - points[..., 2])
        return (
            (self.center[0] + points[..., 0] * scale).astype(np.float32, copy=False),
            (self.center[1] - points[..., 1] * scale).astype(np.float32, copy=False),
        )

    def rays(self, x: npt.ArrayLike, y: npt.ArrayLike) -> tuple[Array, Array]:
        """Return the camera's place (3,) and directions (..., 3) through image points."""
        origin = np.array([0, 0, self.distance], np.float32)
        across = (np.asarray(x, np.float32) - self.center[0]) / self.focal
        up = (self.center[1] - np.asarray(y, np.float32)) / self.focal
        return origin, np.stack([across, up, np.full_like(across, -1)], axis=-1)


def pixels_per_unit(image_height: int, head_share: float = 0.60) -> float:
    """Return the size in px of one head unit at the head's centre."""
    return head_share * image_height / 2.3
