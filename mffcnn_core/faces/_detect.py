"""What finds the faces in one frame."""

from typing import Protocol

import numpy as np
import numpy.typing as npt


class FaceDetector(Protocol):
    """Anything that finds faces in a frame; the rest of the library asks no more of it."""

    def detect(self, frame: npt.NDArray[np.uint8]) -> npt.NDArray[np.float64]:
        """Return the faces of one frame.

        Parameters
        ----------
        frame : ndarray of uint8, shape (H, W, 3)
            RGB.

        Returns
        -------
        ndarray of float, shape (k, 4) or (k, 14)
            ``x, y, width, height`` in pixels of the frame, the largest face first;
            k may be 0.  A detector that sees landmarks adds ``x, y`` of five: the eye on
            the left of the picture, the one on its right, the tip of the nose, and the
            corners of the mouth, left before right.
        """
