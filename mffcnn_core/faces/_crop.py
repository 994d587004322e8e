"""One fixed square per clip, cut out of every frame."""

from collections.abc import Iterable, Iterator

import cv2
import numpy as np
import numpy.typing as npt

from mffcnn_core.arrays import Frames
from mffcnn_core.errors import NoFaceError, ParameterError
from mffcnn_core.faces._track import FaceTrack
from mffcnn_core.settings import check_at_least

PLACES = np.array([[0.33, 0.38], [0.67, 0.38], [0.5, 0.57], [0.37, 0.73], [0.63, 0.73]])
"""Where the five landmarks of :class:`FaceDetector` lie in an aligned square of side 1."""


def clip_box(track: FaceTrack, *, margin: float = 0.1, below: float = 0.1) -> npt.NDArray[np.int64]:
    """Return the one square that is cut out of every frame of a clip.

    It is the median box over the frames with the face, widened.  One box for all frames,
    because a box that follows the detector from frame to frame jitters, and the flow would
    read the jitter as motion.

    Paper: not described. Book: ch. 2.

    Parameters
    ----------
    track : FaceTrack
    margin : float
        Added on every side, as a share of the face's size, > -0.5.  A negative one cuts down
        to the inner face, brows to chin, as OpenFace's aligned faces do.
    below : float
        Added further below, >= 0: the detector's box cuts the chin when the jaw drops.

    Returns
    -------
    ndarray of int, shape (4,)
        ``x, y, width, height`` with width = height, in whole pixels; may reach beyond the
        frame.

    Raises
    ------
    ParameterError
        If an option is outside its range, or nothing would be left.
    NoFaceError
        If the track has no frame with the face.
    """
    if margin <= -0.5 or below < 0:
        raise ParameterError(
            f"margin, below: expected shares above -0.5 and of 0 or more, got {margin!r} and "
            f"{below!r}. At a margin of -0.5 nothing is left of the face."
        )
    if not track.present.any():
        raise NoFaceError(
            f"face: expected one in the {len(track)} frames of the track, got none. "
            "Choose the frames with mffcnn_core.faces.longest_run."
        )
    x, y, width, height = np.median(track.boxes[track.present], axis=0)
    face = max(width, height)
    side = face * (1 + 2 * margin + below)
    left = x + width / 2 - side / 2
    top = y + height / 2 - face * (0.5 + margin)
    return np.array([round(left), round(top), round(side), round(side)], np.int64)


def aligned_square(track: FaceTrack) -> tuple[npt.NDArray[np.int64], float]:
    """Return the one turned square that brings a clip's landmarks to their places.

    The similarity (turn, scale, shift) is fitted by least squares to the median of each
    landmark over the frames with the face: once per clip, because a similarity for each
    frame jitters, and the flow would read the jitter as motion.

    Paper: Sec. 3.2 names OpenFace 2.0, whose alignment is one for each frame. Book: ch. 2.

    Parameters
    ----------
    track : FaceTrack
        With landmarks.

    Returns
    -------
    box : ndarray of int, shape (4,)
        ``x, y, width, height`` of the square before it is turned about its centre.
    angle : float
        Degrees by which the face leans, clockwise as one sees it.

    Raises
    ------
    ParameterError
        If the track has no landmarks.
    NoFaceError
        If it has no frame with the face.

    Notes
    -----
    Departures from the paper: (I) the places of the landmarks in the square are our own.
    """
    if track.landmarks is None:
        raise ParameterError(
            "align: expected a detector that sees landmarks, got one that sees none. Use "
            "'yunet' or 'openface', or align='box'."
        )
    if not track.present.any():
        raise NoFaceError(f"face: expected one in the {len(track)} frames of the track, got none.")
    median = np.median(track.landmarks[track.present], axis=0)
    # A similarity of the plane is z -> a z + b in complex numbers.
    z, w = (points[:, 0] + 1j * points[:, 1] for points in (median, PLACES))
    centred = z - z.mean()
    a = (np.conj(centred) @ (w - w.mean())) / (np.conj(centred) @ centred).real
    centre, side = (0.5 + 0.5j - w.mean()) / a + z.mean(), 1 / abs(a)
    box = [centre.real - side / 2, centre.imag - side / 2, side, side]
    return np.round(box).astype(np.int64), float(-np.angle(a, deg=True))


def _turned(
    frame: npt.NDArray[np.uint8], centre: tuple[float, float], angle: float
) -> npt.NDArray[np.uint8]:
    matrix = cv2.getRotationMatrix2D(centre, angle, 1.0)
    size = frame.shape[1::-1]
    return cv2.warpAffine(
        frame, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )


def iter_crops(
    frames: Iterable[npt.NDArray[np.uint8]],
    box: npt.ArrayLike,
    size: int = 128,
    angle: float = 0.0,
) -> Iterator[npt.NDArray[np.uint8]]:
    """Yield the crop of each frame, in constant memory.

    Parameters, errors and notes are those of :func:`crop_faces`.

    Yields
    ------
    ndarray of uint8, shape (size, size, 3)
    """
    check_at_least("size", size, 1)
    x, y, width, height = np.asarray(box, np.int64).tolist()
    how = cv2.INTER_AREA if size < min(width, height) else cv2.INTER_LINEAR
    for frame in frames:
        if angle:
            frame = _turned(frame, (x + width / 2, y + height / 2), angle)
        rows, columns = frame.shape[:2]
        if width < 1 or height < 1 or not (-width < x < columns and -height < y < rows):
            raise ParameterError(
                f"box: expected one with area that meets the frame of {columns} x {rows} pixels, "
                f"got x, y, width, height = {x}, {y}, {width}, {height}."
            )
        inside = frame[max(y, 0) : y + height, max(x, 0) : x + width]
        beyond = (max(-y, 0), max(y + height - rows, 0), max(-x, 0), max(x + width - columns, 0))
        if any(beyond):
            inside = cv2.copyMakeBorder(inside, *beyond, cv2.BORDER_REPLICATE)
        yield cv2.resize(inside, (size, size), interpolation=how)


def crop_faces(
    frames: Iterable[npt.NDArray[np.uint8]],
    box: npt.ArrayLike,
    size: int = 128,
    angle: float = 0.0,
) -> Frames:
    """Cut the same box out of every frame and scale it to a square.

    Parameters
    ----------
    frames : iterable of ndarray of uint8, shape (H, W, 3)
        RGB, at least one; an array ``(n, H, W, 3)`` or a generator, which is read once.
    box : array_like of int, shape (4,)
        ``x, y, width, height``; what lies beyond the frame repeats its border.
    size : int
        Side of the result in pixels, >= 1.
    angle : float
        Degrees by which the box is turned about its centre, see :func:`aligned_square`.

    Returns
    -------
    ndarray of uint8, shape (n, size, size, 3)

    Raises
    ------
    ParameterError
        If there is no frame, or the box has no area or lies outside the frame.

    Notes
    -----
    Shrinking averages over the area of the pixels (no aliasing that would flicker from
    frame to frame); enlarging is bilinear.
    """
    crops = list(iter_crops(frames, box, size, angle))
    if not crops:
        raise ParameterError("frames: expected at least one frame, got none.")
    return np.stack(crops)
