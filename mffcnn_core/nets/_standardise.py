"""Zero mean and unit variance per channel, as the first layer of a network."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from mffcnn_core.errors import ParameterError


class Standardise(nn.Module):
    """Subtract a mean and divide by a standard deviation, per channel.

    The numbers are buffers: they are saved and moved with the weights, so that a network
    cannot be used with the statistics of another training set.

    Parameters
    ----------
    mean, std : sequence of float, length c
        Of the training images; ``std`` > 0.  The defaults of a network (0 and 1) leave
        its input as it is.

    Raises
    ------
    ParameterError
        If the lengths differ or a standard deviation is not > 0.

    Examples
    --------
    >>> Standardise([1.0], [2.0])(torch.full((1, 1, 1, 1), 5.0)).item()
    2.0
    """

    def __init__(self, mean: Sequence[float], std: Sequence[float]) -> None:
        super().__init__()
        if len(mean) != len(std) or not all(value > 0 for value in std):
            raise ParameterError(
                "standardisation: expected a mean and a standard deviation > 0 per channel, got "
                f"mean={list(mean)} and std={list(std)}. Look at the prepared clips: a "
                "channel that is the same everywhere says nothing."
            )
        for name, values in (("mean", mean), ("std", std)):
            values = torch.tensor([float(v) for v in values]).reshape(1, -1, 1, 1)
            self.register_buffer(name, values)

    def forward(self, images: Tensor) -> Tensor:
        """Standardise images of shape (n, c, H, W)."""
        return (images - self.mean) / self.std
