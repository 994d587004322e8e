"""Streams that are trained apart: pipeline P3, and a first recogniser for a CPU."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
from torch import nn

from mffcnn_core.errors import ParameterError
from mffcnn_core.evaluation import average_scores
from mffcnn_core.features import ClipInputs, ClipParts, StreamImages, network_parts
from mffcnn_core.pipelines._classifier import PartsClassifier
from mffcnn_core.pipelines._recogniser import Clips, Matrix, SeparateStreams, TemporalImages
from mffcnn_core.seeding import integer_seed
from mffcnn_core.settings import check_choice
from mffcnn_core.training import (
    SMALL_STREAM,
    StreamSettings,
    fit_stream,
    history_of,
    torch_threads,
)

Decision = Literal["svm", "softmax"]


@dataclass(kw_only=True, eq=False, repr=False)
class TwoStreamRecogniser(SeparateStreams):
    """Recognise expressions from face frames and from flow, each by a network of its own.

    ::

        face frames -> spatial network  -> features -> mean over parts -> L2 --+
                                                                               +-> [DBN] -> SVM
        flow images -> temporal network -> features -> mean over parts -> L2 --+

    The options make it the simple CNN that decides by its own softmax (P3), or the
    pipelines P1 and P4 with networks that are trained on the training clips in place of
    :class:`FrozenRecogniser`'s; see ``PIPELINES``.

    Paper: Sec. 3.1, Fig. 1; Sec. 3.3, Fig. 2 and Eq. (2).

    Parameters
    ----------
    spatial, temporal : StreamSettings
        How each network is trained.
    decision : {"svm", "softmax"}
        A support vector machine on the features, or the networks' own probabilities
        (Eq. 2), averaged over images and streams (Eq. 9).
    **shared
        See :class:`SeparateStreams` and :class:`Recogniser`; there are no ``classifiers_``
        with ``decision="softmax"``.

    Examples
    --------
    >>> TwoStreamRecogniser(flow_run=8).get_params()["flow_run"]
    8
    """

    spatial: StreamSettings = SMALL_STREAM
    temporal: StreamSettings = SMALL_STREAM
    temporal_images: TemporalImages = "flow"
    feature_step: int = 3
    decision: Decision = "svm"

    def images(self) -> dict[str, StreamImages]:
        """Return what each stream that is used sees of a clip."""
        hint = "'svm' is the paper's last step."
        check_choice("decision", self.decision, get_args(Decision), hint)
        if self.decision == "softmax" and self.dbn is not None:
            raise ParameterError(
                "decision: expected 'svm' with a dbn, got 'softmax'. The softmax is that of the "
                "networks, which the deep belief network would come after."
            )
        return self._used(self.spatial.network.frames)

    def _fit_networks(
        self, inputs: ClipInputs, labels: npt.NDArray[np.int64], subjects: Sequence[str]
    ) -> tuple[dict[str, nn.Module], dict[str, list[dict[str, float]]]]:
        nets = {
            name: fit_stream(
                inputs,
                labels,
                name,
                getattr(self, name),
                classes=len(self.classes_),
                subjects=subjects,
                seed=integer_seed(self.seed, name),
                checkpoints=self._checkpoints(),
                device=self.device,
                progress=self.progress,
            )
            for name in self.images()
        }
        return (
            {name: net.module_ for name, net in nets.items()},
            {name: history_of(net) for name, net in nets.items()},
        )

    def build_networks(self) -> dict[str, nn.Module]:
        """Return networks as they were before training, for ``classes_``: to load weights."""
        return {
            name: getattr(self, name).network.make(size=self.size, classes=len(self.classes_))
            for name in self.images()
        }

    def parts(self, X: Clips) -> ClipParts:
        """Return the responses of the networks to the parts of clips."""
        loaded = self.load(X)
        responses = {}
        for name, network in self.networks_.items():
            layer = network.feature_layer
            if self.decision == "softmax":
                network = _with_softmax(network)
                layer = "softmax"
            with torch_threads(getattr(self, name).threads):
                own = network_parts(
                    network,
                    loaded,
                    name,
                    layer=layer,
                    step=self.feature_step,
                    device=self.device,
                    progress=self.progress,
                )
            responses |= own.responses
        return ClipParts(loaded.clips, responses)

    def _fit_classifiers(
        self, loaded: ClipInputs, labels: npt.NDArray[np.int64]
    ) -> dict[str, PartsClassifier]:
        return {} if self.decision == "softmax" else super()._fit_classifiers(loaded, labels)

    def _score(self, parts: ClipParts) -> dict[str, Matrix]:
        if self.decision == "svm":
            return super()._score(parts)
        return {
            name: average_scores([parts.only(stream).pooled(normalise=False) for stream in streams])
            for name, (streams, _) in self._variants().items()
        }


def _with_softmax(network: nn.Module) -> nn.Module:
    """Return a network whose last layer, ``softmax``, gives probabilities (Eq. 2)."""
    layers = OrderedDict(network=network, softmax=nn.Softmax(dim=1))
    return nn.Sequential(layers).train(network.training)
