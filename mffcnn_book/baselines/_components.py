"""Principal components, as many as a share of the variance takes."""

from sklearn.decomposition import PCA

from mffcnn_core.errors import ParameterError


def keep_variance(share: float) -> PCA:
    """Return unfitted principal components that keep a share of the training variance.

    Parameters
    ----------
    share : float
        Between 0 and 1.

    Raises
    ------
    ParameterError
        If it is not.
    """
    if not 0 < share < 1:
        raise ParameterError(
            f"variance: expected a share between 0 and 1, got {share}. Usual is 0.95."
        )
    return PCA(share, svd_solver="full")
