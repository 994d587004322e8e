"""Corner cropping and scale jitter: ten crops of a clip."""

import math
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from mffcnn_core.errors import ParameterError
from mffcnn_core.settings import Settings

POSITIONS: dict[str, tuple[float, float]] = {
    "top left": (0.0, 0.0),
    "top right": (0.0, 1.0),
    "bottom left": (1.0, 0.0),
    "bottom right": (1.0, 1.0),
    "centre": (0.5, 0.5),
}
"""Where a crop lies, as which share of the room that it leaves is above it, and to its left."""

_DTYPES = (np.uint8, np.float32, np.float64)  # which cv2.resize interpolates


@dataclass(frozen=True, kw_only=True)
class CropSettings(Settings):
    """How crops are drawn.

    Paper: Sec. 3.4 ("corner clipping and scale jitter", "10 times").  Book: ch. 8.

    Attributes
    ----------
    resize : int
        Side of the enlarged image in px, > 0.
    sides : tuple of int
        Heights and widths of a crop of it in px, each in (0, resize].
    draws : int
        Crops at each of the five positions, >= 1.
    mirror : bool
        Mark half of the crops, at random, as mirrored.

    Raises
    ------
    ParameterError
        If a value is outside its range.

    Notes
    -----
    Departures from the paper: (I) it gives no numbers but the 10; those of the defaults are
    usual for a network image of 224 px.  The 256 px are never made: a crop of 192 of 256
    px is three quarters of an image of any size, enlarged to that size in one step.

    Examples
    --------
    >>> CropSettings(sides=(256, 192)).sides
    (256, 192)
    """

    resize: int = 256
    sides: tuple[int, ...] = (256, 224, 192, 168)
    draws: int = 2
    mirror: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "sides", tuple(self.sides))  # a profile has lists
        if not self.sides or not all(0 < side <= self.resize for side in self.sides):
            raise ParameterError(
                f"sides: expected at least one, each in (0, {self.resize}] px, got "
                f"{list(self.sides)}. They are sides of crops from an image of 'resize' px."
            )
        if self.draws < 1:
            raise ParameterError(
                f"draws: expected at least 1 crop at each position, got {self.draws!r}. "
                "The paper's ten are 5 positions times 2."
            )


@dataclass(frozen=True, kw_only=True)
class Crop:
    """One crop, the same for all frames of a clip and for both streams.

    Attributes
    ----------
    top, left, height, width : float
        Shares of the image's height and width, so that a crop fits images of any size.
    mirror : bool
        Whether the image is to be mirrored.  :meth:`apply` does not do it: in mirrored flow
        the sign of x changes, which is for the stream to know.

    Raises
    ------
    ParameterError
        If the crop has no area or lies partly outside the image.
    """

    top: float
    left: float
    height: float
    width: float
    mirror: bool = False

    def __post_init__(self) -> None:
        for start, side in ((self.top, self.height), (self.left, self.width)):
            if not (side > 0 and start >= 0 and start + side <= 1 + 1e-9):
                raise ParameterError(
                    "crop: expected shares of the image with area and inside it, got top, left, "
                    f"height, width = {self.top}, {self.left}, {self.height}, {self.width}."
                )

    @property
    def zoom(self) -> tuple[float, float]:
        """How many times larger x and y lengths become.

        Flow in px/frame that was cropped has to be multiplied by it to be flow in px/frame
        again; images whose values are no lengths (faces, ordered maps) do not.
        """
        return 1 / self.width, 1 / self.height

    def pixels(self, rows: int, columns: int) -> tuple[int, int, int, int]:
        """Return top, left, height and width in whole pixels of an image, the nearest ones."""
        top, height = _pixels(self.top, self.height, rows)
        left, width = _pixels(self.left, self.width, columns)
        return top, left, height, width

    def apply(self, images: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Cut out the crop and enlarge it to the size of the image.

        Parameters
        ----------
        images : ndarray of uint8, float32 or float64, shape (..., H, W, c)
            Any leading axes (clips, frames); 1 <= c <= 4.

        Returns
        -------
        ndarray
            Shape and dtype of ``images``; a copy.

        Raises
        ------
        ParameterError
            If shape or dtype differ from the above.

        Notes
        -----
        The crop begins and ends at whole pixels, the nearest ones; enlarging is bilinear.

        Examples
        --------
        >>> ramp = np.arange(4.0).reshape(1, 1, 4, 1)  # one image of 1 x 4 px
        >>> Crop(top=0, left=0.5, height=1, width=0.5).apply(ramp).ravel()
        array([2.  , 2.25, 2.75, 3.  ])
        """
        if (
            images.ndim < 3
            or images.dtype not in _DTYPES
            or 0 in images.shape[-3:]
            or images.shape[-1] > 4
        ):
            raise ParameterError(
                "images: expected uint8, float32 or float64 of shape (..., H, W, c) with at most "
                f"4 channels, got {images.dtype} of shape {images.shape}."
            )
        *leading, rows, columns, channels = images.shape
        y, x, height, width = self.pixels(rows, columns)
        result = np.empty(images.shape, images.dtype)
        many = (math.prod(leading), rows, columns, channels)
        sources, targets = images.reshape(many), result.reshape(many)
        for source, target in zip(sources, targets, strict=True):
            part = source[y : y + height, x : x + width]
            # of a single channel OpenCV drops the axis
            cv2.resize(part, (columns, rows), dst=target[..., 0] if channels == 1 else target)
        return result


def _pixels(start: float, share: float, side: int) -> tuple[int, int]:
    """Return the first pixel and the number of pixels of a share of ``side``."""
    length = max(1, round(share * side))
    return min(round(start * side), side - length), length


def draw_crops(settings: CropSettings, rng: np.random.Generator) -> tuple[Crop, ...]:
    """Draw the crops of one clip.

    Paper: Sec. 3.4.  Book: ch. 8.

    Parameters
    ----------
    settings : CropSettings
    rng : numpy.random.Generator
        E.g. ``generator(seed, "crops", clip)`` of :mod:`mffcnn_core.seeding`.

    Returns
    -------
    tuple of Crop
        ``settings.draws`` for each of :data:`POSITIONS` in turn, ten by default; height and
        width are drawn apart.

    Examples
    --------
    >>> crops = draw_crops(CropSettings(), np.random.default_rng(0))
    >>> len(crops), crops[0].height, crops[0].width  # 168 and 192 of 256
    (10, 0.65625, 0.75)
    """
    crops = []
    for down, right in POSITIONS.values():
        for _ in range(settings.draws):
            height, width = (float(s) / settings.resize for s in rng.choice(settings.sides, 2))
            mirrored = bool(
                rng.random() < 0.5
            )  # drawn always: the rest does not depend on `mirror`
            crops.append(
                Crop(
                    top=down * (1 - height),
                    left=right * (1 - width),
                    height=height,
                    width=width,
                    mirror=settings.mirror and mirrored,
                )
            )
    return tuple(crops)
