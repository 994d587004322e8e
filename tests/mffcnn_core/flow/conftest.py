import cv2
import numpy as np
import pytest


@pytest.fixture(scope="session")
def texture() -> np.ndarray:
    """A coloured picture with structure at several scales, shape (96, 128, 3)."""
    rng = np.random.default_rng(0)
    layers = [
        cv2.GaussianBlur(rng.standard_normal((96, 128, 3)), (0, 0), sigma) * sigma
        for sigma in (1.5, 3, 6)
    ]
    return cv2.normalize(sum(layers), None, 0, 255, cv2.NORM_MINMAX).astype(np.uint8)


@pytest.fixture(scope="session")
def moved(texture):
    """Return two frames and the true flow between them for an affine map x -> A x + b."""

    def move(A, b):
        matrix = np.column_stack([A, b]).astype(float)
        following = cv2.warpAffine(
            texture, matrix, (128, 96), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
        )
        y, x = np.mgrid[:96, :128].astype(float)
        place = np.stack([x, y], axis=-1)
        return np.stack([texture, following]), place @ matrix[:, :2].T + matrix[:, 2] - place

    return move


@pytest.fixture(scope="session")
def inner() -> np.ndarray:
    """True away from the border, where content neither enters nor leaves."""
    mask = np.zeros((96, 128), bool)
    mask[12:-12, 12:-12] = True
    return mask
