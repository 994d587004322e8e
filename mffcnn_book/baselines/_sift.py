"""SIFT descriptors on a fixed grid."""

import cv2
import numpy as np
import numpy.typing as npt

from mffcnn_core.errors import ParameterError


def dense_sift(grey: npt.NDArray[np.uint8], *, grid: int = 8) -> npt.NDArray[np.float32]:
    """Describe the surroundings of each point of a grid by histograms of orientation.

    Parameters
    ----------
    grey : ndarray of uint8, shape (S, S)
        An aligned face: a point of the grid is the same place of every face.
    grid : int
        Points either way, >= 1.

    Returns
    -------
    ndarray of float32, shape (grid**2, 128)
        Row by row; each of length about 1.  All points are upright, and what is described
        around each is a square twice as wide as their distance.

    Raises
    ------
    ParameterError
        If the picture is not grey and square, or has less than 4 px for each point.

    Examples
    --------
    >>> dense_sift(np.tri(32, dtype=np.uint8) * 200, grid=2).shape
    (4, 128)
    """
    if grey.dtype != np.uint8 or grey.ndim != 2 or grey.shape[0] != grey.shape[1]:
        raise ParameterError(
            f"grey: expected a square grey uint8 picture, got {grey.dtype} of shape {grey.shape}. "
            "Crop and convert it."
        )
    if not 1 <= grid <= len(grey) // 4:
        raise ParameterError(
            f"grid: expected 1 to {len(grey) // 4} points either way, got {grid}. A point needs "
            "4 px."
        )
    step = len(grey) / grid
    places = (np.arange(grid) + 0.5) * step - 0.5
    # 4 x 4 histograms, each as wide as 3/2 of what OpenCV calls the size: twice the step in all
    points = [cv2.KeyPoint(float(x), float(y), step / 3, 0.0) for y in places for x in places]
    _, descriptors = cv2.SIFT_create().compute(grey, points)
    return descriptors / 512  # OpenCV stores them as whole numbers, 512 times their length
