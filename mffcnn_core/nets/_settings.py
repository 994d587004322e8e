"""What the settings of every network that is trained here can do."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

from torch import nn

from mffcnn_core.errors import ParameterError
from mffcnn_core.nets._weights import Weights
from mffcnn_core.settings import Settings


@dataclass(frozen=True, kw_only=True)
class NetworkSettings(Settings, ABC):
    """Base of the settings of a network that one stream can have.

    They make their network, so that nothing else needs to know its kind.
    """

    @abstractmethod
    def make(
        self,
        *,
        size: int,
        classes: int = 6,
        mean: Sequence[float] | None = None,
        std: Sequence[float] | None = None,
    ) -> nn.Module:
        """Return the network, with weights drawn at random.

        Parameters
        ----------
        size : int
            Side of the square images in px.
        classes : int
        mean, std : sequence of float, optional
            Of the training images, per channel.
        """

    def load(self, network: nn.Module, weights: Weights) -> None:
        """Load what the same network has learnt elsewhere.

        Parameters
        ----------
        network : Module
            That :meth:`make` has returned; changed in place.
        weights : path, name, or mapping of names to tensors

        Raises
        ------
        ParameterError
            If there are none for networks of this kind.
        WeightsError
            If they cannot be had, or are not those of this network.
        """
        raise ParameterError(
            f"weights: expected None for a {type(network).__name__}, got {weights!r}. There are "
            "none from elsewhere for it."
        )
