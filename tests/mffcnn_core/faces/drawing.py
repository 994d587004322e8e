"""A drawn face that the Haar cascade finds: real enough for tests, and nobody's picture."""

import cv2
import numpy as np


def draw_face(height=120, width=160, x=80.0, y=60.0, size=30.0, mouth=0.09):
    """Return an RGB frame with a face of half-height ``1.25 * size`` around ``(x, y)``."""
    frame = np.full((height, width, 3), (90, 110, 120), np.uint8)

    def ellipse(dx, dy, rx, ry, colour):
        fixed = 16  # cv2 draws at 1/16 pixel, so that slow motion is smooth
        centre = (round((x + dx * size) * fixed), round((y + dy * size) * fixed))
        axes = (round(rx * size * fixed), round(ry * size * fixed))
        cv2.ellipse(frame, centre, axes, 0, 0, 360, colour, -1, cv2.LINE_AA, 4)

    ellipse(0, -0.15, 1.0, 1.25, (60, 40, 30))  # hair
    ellipse(0, 0.1, 0.82, 1.1, (225, 180, 150))
    for side in (-1, 1):
        ellipse(side * 0.36, -0.12, 0.26, 0.16, (150, 105, 85))  # eye socket
        ellipse(side * 0.36, -0.34, 0.26, 0.06, (70, 45, 35))  # brow
        ellipse(side * 0.36, -0.1, 0.16, 0.08, (245, 245, 245))
        ellipse(side * 0.36, -0.1, 0.08, 0.08, (40, 30, 20))
    ellipse(0, 0.18, 0.07, 0.22, (240, 200, 172))  # nose
    ellipse(0, 0.32, 0.14, 0.05, (165, 115, 95))
    ellipse(0, 0.62, 0.32, mouth, (150, 60, 60))
    return cv2.GaussianBlur(frame, (0, 0), 0.8)
