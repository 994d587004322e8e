"""Streams that multiply each other's features: pipeline P2, the paper's method."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

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
from mffcnn_core.nets import FusionSettings, SEResNetSettings, TwoStreamFusionNet, make_network
from mffcnn_core.pipelines._classifier import PoolOrder
from mffcnn_core.pipelines._recogniser import (
    STREAMS,
    Clips,
    Indices,
    Recogniser,
    TemporalImages,
    temporal_images,
)
from mffcnn_core.recognition import Matrix
from mffcnn_core.seeding import integer_seed
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
    size : int
        Side of the network images in px; the paper's is 224.
    stream : StreamSettings or mapping, optional
        How each stream is trained alone; by default ``SMALL_SE_STREAM``, of which a
        mapping changes the settings that it names.
    joint : TrainingSettings or mapping, optional
        How both are trained together; by default ``SMALL_JOINT``.
    fusion : FusionSettings or mapping, optional
        Stages, direction and gate; ``{"fuse_stages": ()}`` trains the streams together
        without a product.
    temporal_images, flow_run, ordered_flow, feature_step
        As for :class:`TwoStreamRecogniser`.
    normalise, dbn, pool_order, C
        Of the classifier, see :class:`PartsClassifier`.
    held_out : float
        Share of the training people whom the networks do not see, in [0, 1); the deep belief
        network and the classifier learn from them alone.  0: from the very clips that the
        networks have learnt, as the paper does.
    seed : int
    device : str
    progress : bool
        Show progress bars with an estimate.
    checkpoints : path, optional
        Folder in which trainings are kept: one that was cut off goes on, and one that
        is needed again, e.g. with another fusion, is read.

    Attributes
    ----------
    classes_ : ndarray of str
        Sorted; columns of the scores.
    networks_ : dict of str to torch module
        ``"fusion"``: the trained :class:`~mffcnn_core.nets.TwoStreamFusionNet`.
    histories_ : dict of str to list of dict
        ``"spatial"``, ``"temporal"`` and ``"fusion"``, one row per epoch.
    classifiers_ : dict of str to PartsClassifier
        By variant, see :meth:`stream_scores`.

    Notes
    -----
    Departures from the paper: (I) Sec. 3.1 fuses by a deep belief network, Sec. 3.5 by
    multiplication; both are here, one after the other, and ``"without_dbn"`` is scored
    beside it.  (II) Sec. 3.3 ends in a softmax, Sec. 3.1 in a support vector machine: the
    probabilities of the networks themselves are scored beside it as ``"softmax"`` (Eqs. 2, 9).

    Examples
    --------
    >>> FusionRecogniser(fusion={"direction": "S->T"}).describe()["fusion"]["fuse_stages"]
    (4, 5)
    """

    def __init__(
        self,
        *,
        size: int = 64,
        stream: StreamSettings | Mapping[str, Any] | None = None,
        joint: TrainingSettings | Mapping[str, Any] | None = None,
        fusion: FusionSettings | Mapping[str, Any] | None = None,
        temporal_images: TemporalImages = "ordered_flow",
        flow_run: int = 16,
        ordered_flow: Mapping[str, Any] | None = None,
        feature_step: int = 1,
        normalise: bool = True,
        dbn: Mapping[str, Any] | None = None,
        pool_order: PoolOrder = "pool_then_dbn",
        C: float = 1.0,
        held_out: float = 0.0,
        seed: int = 0,
        device: str = "cpu",
        progress: bool = False,
        checkpoints: Path | str | None = None,
    ) -> None:
        self.size = size
        self.stream = stream
        self.joint = joint
        self.fusion = fusion
        self.temporal_images = temporal_images
        self.flow_run = flow_run
        self.ordered_flow = ordered_flow
        self.feature_step = feature_step
        self.normalise = normalise
        self.dbn = dbn
        self.pool_order = pool_order
        self.C = C
        self.held_out = held_out
        self.seed = seed
        self.device = device
        self.progress = progress
        self.checkpoints = checkpoints

    def _settings(self, name: str, default: Any) -> Any:
        settings = getattr(self, name)
        if settings is None:
            return default
        return default.replace(**settings) if isinstance(settings, Mapping) else settings

    def _stages(self) -> tuple[StreamSettings, TrainingSettings, FusionSettings]:
        stream = self._settings("stream", SMALL_SE_STREAM)
        if not isinstance(stream.network, SEResNetSettings):
            raise ParameterError(
                f"stream: expected a squeeze-excitation network, got {type(stream.network)}. "
                "Only its units have a residual branch that a product can enter."
            )
        return (
            stream,
            self._settings("joint", SMALL_JOINT),
            self._settings("fusion", FusionSettings()),
        )

    def describe(self) -> dict[str, Any]:
        """Return what results depend on, as plain values for a record's settings."""
        stages = zip(("stream", "joint", "fusion"), self._stages(), strict=True)
        return self._plain_params() | {name: settings.to_dict() for name, settings in stages}

    def images(self) -> dict[str, StreamImages]:
        """Return what each stream sees of a clip."""
        return {
            "spatial": FaceFrames(),
            "temporal": temporal_images(self.temporal_images, self.flow_run, self.ordered_flow),
        }

    def _shares(self, subjects: Sequence[str]) -> tuple[Indices, Indices]:
        if not 0 <= self.held_out < 1:
            raise ParameterError(
                f"held_out: expected a share in [0, 1), got {self.held_out}. 0 lets everybody "
                "teach the networks and the classifier."
            )
        if self.held_out == 0:
            return super()._shares(subjects)
        return inner_split(subjects, share=self.held_out, seed=integer_seed(self.seed, "held out"))

    def _fit_networks(
        self, inputs: ClipInputs, labels: npt.NDArray[np.int64], subjects: Sequence[str]
    ) -> tuple[dict[str, nn.Module], dict[str, list[dict[str, float]]]]:
        stream, joint, fusion = self._stages()
        common = {"subjects": subjects, "device": self.device, "progress": self.progress}
        alone = {
            name: fit_stream(
                inputs,
                labels,
                name,
                stream,
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
            fusion,
            joint,
            seed=integer_seed(self.seed, "fusion"),
            checkpoints=self._checkpoints(),
            **common,
        )
        forget_checkpoint(together)  # the streams alone serve every way of fusing them
        nets = alone | {"fusion": together}
        return {"fusion": together.module_}, {name: history_of(net) for name, net in nets.items()}

    def build_networks(self) -> dict[str, nn.Module]:
        """Return networks as they were before training, for ``classes_``: to load weights."""
        stream, _, fusion = self._stages()
        both = [
            make_network(stream.network, size=self.size, classes=len(self.classes_))
            for _ in STREAMS
        ]
        return {"fusion": TwoStreamFusionNet(*both, fusion)}

    def parts(self, X: Clips) -> ClipParts:
        """Return the pooled features of both streams for each window of clips."""
        with torch_threads(self._stages()[1].threads):
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
