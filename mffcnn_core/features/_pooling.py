"""From the responses to a clip's images to one vector per clip."""

import numpy as np
import numpy.typing as npt

from mffcnn_core.errors import ParameterError

Matrix = npt.NDArray[np.float32]


def pool_fragments(
    responses: npt.NDArray[np.floating], fragments: npt.NDArray[np.integer]
) -> Matrix:
    """Average responses over each fragment, then over the fragments.

    Paper: Sec. 3.1 (features of the fragments of a video are average-pooled).

    Parameters
    ----------
    responses : ndarray, shape (n, d)
        One row per image of the clip.
    fragments : ndarray of int, shape (k, length)
        Which images make up each fragment, see :func:`mffcnn_core.video.fragments`.

    Returns
    -------
    ndarray of float32, shape (d,)

    Raises
    ------
    ParameterError
        If the shapes are not those, or an index lies outside the clip.

    Examples
    --------
    >>> pool_fragments(np.array([[1.0], [3.0], [9.0]]), np.array([[0, 1], [1, 2]]))
    array([4.], dtype=float32)
    """
    fragments = np.asarray(fragments)
    if responses.ndim != 2 or fragments.ndim != 2 or fragments.size == 0:
        raise ParameterError(
            "pooling: expected responses of shape (n, d) and fragments of shape (k, length), got "
            f"{responses.shape} and {fragments.shape}. Make them with mffcnn_core.video.fragments."
        )
    if fragments.min() < 0 or fragments.max() >= len(responses):
        raise ParameterError(
            f"fragments: expected indices from 0 to {len(responses) - 1}, got {fragments.min()} "
            f"to {fragments.max()}. Make them for this clip's number of images."
        )
    return responses[fragments].mean(axis=(0, 1), dtype=np.float64).astype(np.float32)


def l2_normalise(features: npt.NDArray[np.floating]) -> Matrix:
    """Scale each vector to length 1; a zero vector stays zero.

    Paper: Sec. 3.4 (L2 normalisation before the classifier).

    Parameters
    ----------
    features : ndarray, shape (..., d)

    Examples
    --------
    >>> l2_normalise(np.array([[3.0, 4.0], [0.0, 0.0]])).tolist()
    [[0.6000000238418579, 0.800000011920929], [0.0, 0.0]]
    """
    lengths = np.linalg.norm(features, axis=-1, keepdims=True)
    return (features / np.where(lengths > 0, lengths, 1)).astype(np.float32)
