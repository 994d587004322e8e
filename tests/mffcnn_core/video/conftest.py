import cv2
import numpy as np
import pytest

from mffcnn_core.video import write_video


@pytest.fixture(scope="session")
def moving() -> np.ndarray:
    """Twenty frames of a coloured texture that moves one pixel to the right per frame."""
    noise = np.random.default_rng(0).integers(0, 256, (96, 128, 3), dtype=np.uint8)
    smooth = cv2.GaussianBlur(noise, (0, 0), 3)
    texture = cv2.normalize(smooth, None, 0, 255, cv2.NORM_MINMAX)
    return np.stack([np.roll(texture, t, axis=1) for t in range(20)])


@pytest.fixture(scope="session", params=[".mp4", ".webm"])
def video_file(request, moving, films, tmp_path_factory):
    path = tmp_path_factory.mktemp("video") / f"moving{request.param}"
    if request.param == ".webm":
        return films.write_film(path, moving, fps=30, **films.WEBM)
    write_video(path, moving, fps=30)
    return path
