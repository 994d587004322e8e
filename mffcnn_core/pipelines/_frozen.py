"""Streams whose networks are as they were trained elsewhere: pipelines P1 and P4."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from torch import nn

from mffcnn_core.features import (
    ClipParts,
    FlowImages,
    PreparedLike,
    StreamImages,
    images_key,
    read_parts,
)
from mffcnn_core.nets import BACKBONES, FlowPicture, make_backbone, outline_backbone
from mffcnn_core.pipelines._recogniser import Clips, SeparateStreams
from mffcnn_core.settings import check_choice


@dataclass(kw_only=True, eq=False, repr=False)
class FrozenRecogniser(SeparateStreams):
    """Recognise expressions from responses of a network that was trained on ImageNet.

    ::

        face frames       -> backbone -> features -> mean over parts -> L2 --+
                                                                             +-> [DBN] -> SVM
        ordered flow maps -> backbone -> features -> mean over parts -> L2 --+

    Both streams with a deep belief network are P1; ordered flow maps alone are P4; see
    ``PIPELINES``.

    Paper: Sec. 3.1, Fig. 1; Sec. 3.4, Fig. 4.

    Parameters
    ----------
    backbone : {"vgg16", "efficientnet_lite0"}
        See :data:`mffcnn_core.nets.BACKBONES`; the paper's is VGG-16 up to fc6.
    weights : path, optional
        Of the backbone; by default those that were published with it.
    **shared
        See :class:`SeparateStreams` and :class:`Recogniser`; no fit trains a network.

    Notes
    -----
    Departures from the paper: (I) Its VGG-16 networks are fine-tuned on the target data;
    here they are as ImageNet left them.  (II) ``"efficientnet_lite0"`` is not the paper's; its
    weights can be installed with pip.  (III) Flow images, which the paper does not show to
    such a network, are made pictures of, see :class:`~mffcnn_core.nets.FlowPicture`.
    """

    size: int = 224
    backbone: str = "vgg16"
    weights: Path | str | None = None

    def images(self) -> dict[str, StreamImages]:
        """Return what each stream that is used sees of a clip."""
        check_choice("backbone", self.backbone, BACKBONES)
        return self._used(frames=1)

    def inputs_key(self) -> str:
        """Return the images, the network and which of its responses are taken."""
        network = f"{self.backbone} with weights {self.weights}"
        images = images_key(self.size, self.images())
        return f"responses of {network} to {images}, one in {self.feature_step}"

    def _read(self, clips: Sequence[PreparedLike]) -> ClipParts:
        images = self.images()
        backbone = make_backbone(self.backbone, self.weights)
        networks = {
            name: nn.Sequential(
                FlowPicture() if isinstance(seen, FlowImages) else nn.Identity(), backbone
            )
            for name, seen in images.items()
        }
        return read_parts(
            clips,
            self.size,
            images,
            networks,
            layer=f"1.{backbone.feature_layer}",
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
        return [outline_backbone(self.backbone), *super().kept()]  # the same in every fold
