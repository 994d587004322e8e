"""Streams whose networks are as they were trained elsewhere: pipelines P1 and P4."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt
import torch
from torch import nn
from torchvision.models import vgg16

from mffcnn_core.errors import ParameterError
from mffcnn_core.features import ClipInputs, ClipParts, StreamImages, read_parts
from mffcnn_core.nets import VGG16FC6
from mffcnn_core.pipelines._recogniser import Clips, SeparateStreams
from mffcnn_core.settings import check_choice

Backbone = Literal["vgg16"]


@dataclass(kw_only=True, eq=False, repr=False)
class FrozenRecogniser(SeparateStreams):
    """Recognise expressions from responses of a network that was trained on ImageNet.

    ::

        face frames       -> VGG-16 fc6 -> mean over parts -> L2 --+
                                                                   +-> [DBN] -> SVM
        ordered flow maps -> VGG-16 fc6 -> mean over parts -> L2 --+

    Both streams with a deep belief network are P1; ordered flow maps alone are P4; see
    ``PIPELINES``.

    Paper: Sec. 3.1, Fig. 1; Sec. 3.4, Fig. 4.

    Parameters
    ----------
    backbone : {"vgg16"}
        VGG-16 up to fc6.
    weights : path or "torchvision"
        Of the backbone, see :class:`~mffcnn_core.nets.VGG16FC6`.
    **shared
        See :class:`SeparateStreams` and :class:`Recogniser`; no fit trains a network.

    Notes
    -----
    Departures from the paper: (I) Its VGG-16 networks are fine-tuned on the target data;
    here they are as ImageNet left them.
    """

    size: int = 224
    backbone: Backbone = "vgg16"
    weights: Path | str = "torchvision"

    def images(self) -> dict[str, StreamImages]:
        """Return what each stream that is used sees of a clip."""
        check_choice("backbone", self.backbone, get_args(Backbone))
        return self._used(frames=1)

    def inputs_key(self) -> str | None:
        """Return None: responses are not shared with other methods."""
        return None

    def load(self, X: Clips) -> ClipParts:
        """Return the responses to prepared clips, which no fit changes.

        Raises
        ------
        ParameterError
            If inputs that are loaded already are images.
        WeightsError
            If the weights cannot be had.
        """
        images = self.images()
        if isinstance(X, ClipParts):
            return X
        if isinstance(X, ClipInputs):
            raise ParameterError(
                "X: expected prepared clips, or responses of VGG-16, got images in memory. "
                "Load them with recogniser.load(clips)."
            )
        vgg = VGG16FC6(self.weights)
        return read_parts(
            X,
            self.size,
            images,
            dict.fromkeys(images, vgg),
            layer=VGG16FC6.feature_layer,
            step=self.feature_step,
            device=self.device,
            progress=self.progress,
        )

    def _fit_networks(
        self, inputs: ClipParts, labels: npt.NDArray[np.int64], subjects: Sequence[str]
    ) -> tuple[dict[str, nn.Module], dict[str, list[dict[str, float]]]]:
        return {}, {}

    def build_networks(self) -> dict[str, nn.Module]:
        """Return nothing: there is no weight that a fit has made."""
        return {}

    def parts(self, X: Clips) -> ClipParts:
        """Return the responses to the parts of clips."""
        return self.load(X)

    def kept(self) -> list[Any]:
        """Return what a prediction needs."""
        with torch.device("meta"):  # its weights are the same in every fold: not read to count
            return [VGG16FC6(vgg16().state_dict()), *super().kept()]
