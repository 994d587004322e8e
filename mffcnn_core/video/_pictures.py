"""Clips that are folders of pictures, as CK+ and Oulu-CASIA come."""

import re
import warnings
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from mffcnn_core.errors import VideoError
from mffcnn_core.files import PICTURE_SUFFIXES

MAX_PIXELS = 8192 * 8192
"""Larger frames are refused before they are decoded: one would fill the memory."""


def _number(path: Path) -> tuple:
    """Sort key by which picture 10 comes after picture 9, padded with zeros or not."""
    parts = re.split(r"(\d+)", path.stem)
    return (*(int(part) if part.isdigit() else part for part in parts), path.suffix)


def picture_files(folder: Path) -> list[Path]:
    """Return the pictures of a folder in the order of their numbers.

    Raises
    ------
    VideoError
        If there is none.
    """
    files = [
        path
        for path in folder.iterdir()
        if path.suffix.lower() in PICTURE_SUFFIXES and not path.name.startswith(".")
    ]
    if not files:
        raise VideoError(
            f"{folder}: expected a video file, or a folder with pictures "
            f"({', '.join(PICTURE_SUFFIXES)}), got a folder without. Check the path."
        )
    return sorted(files, key=_number)


def picture_size(path: Path) -> tuple[int, int]:
    """Return width and height by the header of a picture.

    Raises
    ------
    VideoError
        If it has no readable header, or is larger than :data:`MAX_PIXELS`.
    """
    try:
        with warnings.catch_warnings(), path.open("rb") as file:
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(file) as picture:
                width, height = picture.size
    # Pillow raises many kinds on damaged headers; each of them means the same to us
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise VideoError(
            f"{path}: expected a picture, got {path.stat().st_size} bytes that are none ({error}). "
            "The file is empty, damaged or too large; copy it again."
        ) from error
    check_pixels(path, width, height)
    return width, height


def check_pixels(path: Path | str, width: float, height: float) -> None:
    """Raise if a frame is too large to be decoded."""
    if width * height > MAX_PIXELS:
        raise VideoError(
            f"{path}: expected frames of at most {MAX_PIXELS} pixels, got {width:.0f} x "
            f"{height:.0f}. Scale the video down."
        )


def iter_pictures(folder: Path) -> Iterator[np.ndarray]:
    """Yield the pictures of a folder as frames of the first one's size.

    Raises
    ------
    VideoError
        If there is none, or one cannot be decoded.
    """
    size = None
    for path in picture_files(folder):
        picture_size(path)
        frame = cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_COLOR)
        if frame is None:
            raise VideoError(
                f"{path}: expected a picture, got {path.stat().st_size} bytes that cannot be "
                "decoded. The file is damaged; copy it again."
            )
        size = size or frame.shape[1::-1]
        if frame.shape[1::-1] != size:
            frame = cv2.resize(frame, size, interpolation=cv2.INTER_AREA)
        yield cv2.cvtColor(frame, cv2.COLOR_BGR2RGB)


def picture_oddities(folder: Path) -> tuple[str, ...]:
    """Say what is odd about a folder of pictures: gaps in the numbers, several sizes."""
    files, found = picture_files(folder), []
    numbers = [int(n[-1]) for path in files if (n := re.findall(r"\d+", path.stem))]
    missing = [str(n) for a, b in pairwise(numbers) for n in range(a + 1, min(b, a + 9))]
    if missing:
        found.append(
            f"{folder.name}: expected pictures without gaps in their numbers, got none of number "
            f"{', '.join(missing[:8])}."
        )
    sizes = {picture_size(path) for path in files}
    if len(sizes) > 1:
        found.append(
            f"{folder.name}: expected pictures of one size, got {len(sizes)} sizes. All are scaled "
            "to the first one."
        )
    return tuple(found)
