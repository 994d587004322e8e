"""Streams that multiply each other's features: pipeline P2, the paper's method."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from mffcnn_core.errors import ParameterError
from mffcnn_core.evaluation import average_scores
from mffcnn_core.features import (
    ClipInputs,
    ClipParts,
    FaceFrames,
    StreamImages,
    fusion_parts,
)
from mffcnn_core.nets import FusionSettings, SEResNetSettings, TwoStreamFusionNet
from mffcnn_core.pipelines._recogniser import (
    STREAMS,
    Clips,
    Indices,
    Recogniser,
    temporal_images,
)
from mffcnn_core.recognition import Matrix
from mffcnn_core.seeding import integer_seed
from mffcnn_core.settings import check_share
from mffcnn_core.training import (
    SMALL_JOINT,
    SMALL_SE_STREAM,
    StreamSettings,
    TrainingSettings,
    fit_fusion,
    fit_stream,
    forget_checkpoint,
    history_of,
    inner_split,
    torch_threads,
)


@dataclass(kw_only=True, eq=False, repr=False)
class FusionRecogniser(Recogniser):
    """The paper's method: two squeeze-excitation networks that multiply, a DBN and an SVM.

    ::

        face frame at a window's centre -> spatial stream --+-- mean over windows -> L2 --+
                                             ^ products     |                             +-> DBN
        ordered flow map of the window  -> temporal stream -+-- mean over windows -> L2 --+   SVM

    Each stream is trained alone first, then both together with their products.

    Paper: Sec. 3.5, 3.6, Fig. 3; Tables 1, 2, 4; Figs. 7, 8.

    Parameters
    ----------
    stream : StreamSettings
        How each stream is trained alone.
    joint : TrainingSettings
        How both are trained together.
    fusion : FusionSettings
        Stages, direction and gate; no ``fuse_stages`` trains the streams together without
        a product.
    held_out : float
        Share of the training people whom the networks do not see, in [0, 1); the deep belief
        network and the classifier learn from them alone.  0: from the very clips that the
        networks have learnt, as the paper does.
    **shared
        See :class:`Recogniser`; ``networks_["fusion"]`` is the trained
        :class:`~mffcnn_core.nets.TwoStreamFusionNet`.

    Raises
    ------
    ParameterError
        At a fit, if the streams are no squeeze-excitation networks.

    Notes
    -----
    Departures from the paper: (I) Sec. 3.1 fuses by a deep belief network, Sec. 3.5 by
    multiplication; both are here, one after the other, and ``"without_dbn"`` is scored
    beside it.  (II) Sec. 3.3 ends in a softmax, Sec. 3.1 in a support vector machine: the
    probabilities of the networks themselves are scored beside it as ``"softmax"`` (Eqs. 2, 9).

    Examples
    --------
    >>> FusionRecogniser.from_settings(fusion={"direction": "S->T"}).fusion.fuse_stages
    (4, 5)
    """

    stream: StreamSettings = SMALL_SE_STREAM
    joint: TrainingSettings = SMALL_JOINT
    fusion: FusionSettings = field(default_factory=FusionSettings)
    held_out: float = 0.0

    def _check_networks(self) -> None:
        if not isinstance(self.stream.network, SEResNetSettings):
            raise ParameterError(
                f"stream: expected a squeeze-excitation network, got {type(self.stream.network)}. "
                "Only its units have a residual branch that a product can enter."
            )

    def images(self) -> dict[str, StreamImages]:
        """Return what each stream sees of a clip."""
        return {
            "spatial": FaceFrames(contrast=self.contrast),
            "temporal": temporal_images(self.temporal_images, self.flow_run, self.ordered_flow),
        }

    def _shares(self, subjects: Sequence[str]) -> tuple[Indices, Indices]:
        check_share("held_out", self.held_out, "0 lets everybody teach networks and classifier.")
        if self.held_out == 0:
            return super()._shares(subjects)
        return inner_split(subjects, share=self.held_out, seed=integer_seed(self.seed, "held out"))

    def _fit_networks(
        self, inputs: ClipInputs, labels: npt.NDArray[np.int64], subjects: Sequence[str]
    ) -> tuple[dict[str, nn.Module], dict[str, list[dict[str, float]]]]:
        self._check_networks()
        common = {"subjects": subjects, "device": self.device, "progress": self.progress}
        alone = {
            name: fit_stream(
                inputs,
                labels,
                name,
                self.stream,
                classes=len(self.classes_),
                seed=integer_seed(self.seed, name),
                checkpoints=self._checkpoints(),
                **common,
            )
            for name in STREAMS
        }
        together = fit_fusion(
            inputs,
            labels,
            {name: net.module_ for name, net in alone.items()},
            self.fusion,
            self.joint,
            seed=integer_seed(self.seed, "fusion"),
            checkpoints=self._checkpoints(),
            **common,
        )
        forget_checkpoint(together)  # the streams alone serve every way of fusing them
        nets = alone | {"fusion": together}
        return {"fusion": together.module_}, {name: history_of(net) for name, net in nets.items()}

    def build_networks(self) -> dict[str, nn.Module]:
        """Return networks as they were before training, for ``classes_``: to load weights."""
        self._check_networks()
        both = [
            self.stream.network.make(size=self.size, classes=len(self.classes_)) for _ in STREAMS
        ]
        return {"fusion": TwoStreamFusionNet(*both, self.fusion)}

    def parts(self, X: Clips) -> ClipParts:
        """Return the pooled features of both streams for each window of clips."""
        with torch_threads(self.joint.threads):
            return fusion_parts(
                self.networks_["fusion"],
                self.load(X),
                step=self.feature_step,
                device=self.device,
                progress=self.progress,
            )

    def _score(self, parts: ClipParts) -> dict[str, Matrix]:
        return super()._score(parts) | {"softmax": self._softmax(parts)}

    def _softmax(self, parts: ClipParts) -> Matrix:
        """Return the networks' own probabilities, averaged over parts and streams (Eqs. 2, 9)."""
        probabilities = []
        for stream in STREAMS:
            network = getattr(self.networks_["fusion"], stream)
            where = next(network.parameters()).device
            with torch.no_grad():
                probabilities.append(
                    [
                        network.output(torch.as_tensor(own, device=where)).softmax(dim=1).mean(0)
                        for own in parts.responses[stream]
                    ]
                )
        return average_scores([torch.stack(own).cpu().numpy() for own in probabilities])
