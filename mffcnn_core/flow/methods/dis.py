"""Dense inverse search."""

from collections.abc import Callable

import cv2
import numpy as np

from mffcnn_core.settings import check_choice

PRESETS = {
    "ultrafast": cv2.DISOPTICAL_FLOW_PRESET_ULTRAFAST,
    "fast": cv2.DISOPTICAL_FLOW_PRESET_FAST,
    "medium": cv2.DISOPTICAL_FLOW_PRESET_MEDIUM,
}


def dis(
    *, preset: str = "medium", finest_scale: int | None = None
) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
    """Dense inverse search (Kroeger et al. 2016): fast, and sharper at borders of motion.

    Parameters
    ----------
    preset : {"medium", "fast", "ultrafast"}
        OpenCV's sets of options.
    finest_scale : int, optional
        Finest pyramid level that is solved (0 = full resolution); the preset's if None.
    """
    check_choice("preset", preset, PRESETS)
    solver = cv2.DISOpticalFlow.create(PRESETS[preset])
    if finest_scale is not None:
        solver.setFinestScale(finest_scale)

    def solve(image: np.ndarray, following: np.ndarray) -> np.ndarray:
        return solver.calc(image, following, None)

    return solve


OFFER = dis
