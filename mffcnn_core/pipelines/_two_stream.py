"""Streams that do not know of each other: pipelines P1, P3 and P4."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt
import torch
from torch import nn
from torchvision.models import vgg16

from mffcnn_core.errors import ParameterError
from mffcnn_core.evaluation import average_scores
from mffcnn_core.features import (
    ClipInputs,
    ClipParts,
    FaceFrames,
    StreamImages,
    network_parts,
    read_parts,
)
from mffcnn_core.nets import VGG16FC6, make_network
from mffcnn_core.pipelines._classifier import PartsClassifier, PoolOrder
from mffcnn_core.pipelines._recogniser import (
    STREAMS,
    Clips,
    Matrix,
    Recogniser,
    TemporalImages,
    temporal_images,
)
from mffcnn_core.seeding import integer_seed
from mffcnn_core.training import (
    SMALL_STREAM,
    StreamSettings,
    fit_stream,
    history_of,
    torch_threads,
)

Streams = Literal["both", "spatial", "temporal"]
Backbone = Literal["trained", "vgg16"]
Decision = Literal["svm", "softmax"]


class TwoStreamRecogniser(Recogniser):
    """Recognise expressions from face frames and from flow, each by a network of its own.

    ::

        face frames -> spatial network  -> features -> mean over parts -> L2 --+
                                                                               +-> [DBN] -> SVM
        flow images -> temporal network -> features -> mean over parts -> L2 --+

    The options make it the paper's pipelines: VGG-16's fc6 responses of both streams with
    a deep belief network (P1); the simple CNN deciding by its own softmax (P3); ordered
    flow maps alone (P4); see ``PIPELINES``.

    Paper: Sec. 3.1, Fig. 1; Sec. 3.3, Fig. 2 and Eq. (2); Sec. 3.4, Fig. 4.

    Parameters
    ----------
    streams : {"both", "spatial", "temporal"}
        What ``predict`` and ``decision_function`` look at.  With ``"both"`` the scores of
        each stream alone are there as well, see :meth:`stream_scores`.
    size : int
        Side of the network images in px; the paper's is 224 (VGG-16) or 128 (Fig. 2).
    backbone : {"trained", "vgg16"}
        Networks that are trained on the training clips (``spatial``, ``temporal``), or
        VGG-16 as it was trained on ImageNet, up to fc6.
    weights : path or "torchvision"
        Of VGG-16, see :class:`~mffcnn_core.nets.VGG16FC6`.
    spatial, temporal : StreamSettings or mapping, optional
        How each network is trained; by default ``SMALL_STREAM``, of which a mapping (e.g.
        from a profile) changes the settings that it names.
    temporal_images : {"flow", "ordered_flow", "dynamic_image"}
        Images of single flows (Eq. 1), ordered flow maps (Eqs. 3-8), or the frames pooled in
        the same way, which the paper does not do.
    flow_run : int
        Number of neighbouring flows that one flow image is the mean of; 1 is the paper's
        Eq. (1).  A single flow between two frames is mostly noise for a small network.
    ordered_flow : mapping, optional
        Settings of :class:`~mffcnn_core.features.OrderedFlowMaps`, or of
        :class:`~mffcnn_core.features.DynamicImages`, other than the defaults.
    feature_step : int
        Take every ``feature_step``-th image of a part for the features, >= 1;
        neighbours hardly differ.
    decision : {"svm", "softmax"}
        A support vector machine on the features, or the networks' own probabilities
        (Eq. 2), averaged over images and streams (Eq. 9).
    normalise, dbn, pool_order, C
        Of the support vector machine, see :class:`PartsClassifier`.
    seed : int
    device : str
        Of the networks.
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
        By stream; none with ``backbone="vgg16"``.
    histories_ : dict of str to list of dict
        By stream, one row per epoch, see :func:`mffcnn_core.training.history_of`.
    classifiers_ : dict of str to PartsClassifier
        By variant, see :meth:`stream_scores`; none with ``decision="softmax"``.

    Notes
    -----
    Departures from the paper: (I) Its VGG-16 networks are fine-tuned on the target data;
    here they are as ImageNet left them.

    Examples
    --------
    >>> TwoStreamRecogniser(flow_run=8).get_params()["flow_run"]
    8
    """

    def __init__(
        self,
        *,
        streams: Streams = "both",
        size: int = 64,
        backbone: Backbone = "trained",
        weights: Path | str = "torchvision",
        spatial: StreamSettings | Mapping[str, Any] | None = None,
        temporal: StreamSettings | Mapping[str, Any] | None = None,
        temporal_images: TemporalImages = "flow",
        flow_run: int = 16,
        ordered_flow: Mapping[str, Any] | None = None,
        feature_step: int = 3,
        decision: Decision = "svm",
        normalise: bool = True,
        dbn: Mapping[str, Any] | None = None,
        pool_order: PoolOrder = "pool_then_dbn",
        C: float = 1.0,
        seed: int = 0,
        device: str = "cpu",
        progress: bool = False,
        checkpoints: Path | str | None = None,
    ) -> None:
        self.streams = streams
        self.size = size
        self.backbone = backbone
        self.weights = weights
        self.spatial = spatial
        self.temporal = temporal
        self.temporal_images = temporal_images
        self.flow_run = flow_run
        self.ordered_flow = ordered_flow
        self.feature_step = feature_step
        self.decision = decision
        self.normalise = normalise
        self.dbn = dbn
        self.pool_order = pool_order
        self.C = C
        self.seed = seed
        self.device = device
        self.progress = progress
        self.checkpoints = checkpoints

    def describe(self) -> dict[str, Any]:
        """Return what results depend on, as plain values for a record's settings."""
        return self._plain_params() | {
            "weights": str(self.weights),
            **{name: self._settings(name).to_dict() for name in STREAMS},
        }

    def _settings(self, stream: str) -> StreamSettings:
        settings = getattr(self, stream)
        if settings is None:
            return SMALL_STREAM
        if isinstance(settings, Mapping):
            return SMALL_STREAM.replace(**settings)
        return settings

    def _check(self) -> None:
        for name, choices, hint in (
            ("streams", Streams, "'both' also gives the scores of each stream alone."),
            ("backbone", Backbone, "'trained' needs no weights from elsewhere."),
            ("decision", Decision, "'svm' is the paper's last step."),
        ):
            if getattr(self, name) not in get_args(choices):
                raise ParameterError(
                    f"{name}: expected one of {', '.join(get_args(choices))}, got "
                    f"{getattr(self, name)!r}. {hint}"
                )
        if self.decision == "softmax" and (self.backbone == "vgg16" or self.dbn is not None):
            raise ParameterError(
                "decision: expected 'svm' with backbone='vgg16' or a dbn, got 'softmax'. "
                "Only networks that are trained here have a softmax of the six expressions."
            )

    def images(self) -> dict[str, StreamImages]:
        """Return what each stream that is used sees of a clip."""
        self._check()
        every: dict[str, StreamImages] = {
            "spatial": FaceFrames(
                frames=1 if self.backbone == "vgg16" else self._settings("spatial").network.frames
            ),
            "temporal": temporal_images(self.temporal_images, self.flow_run, self.ordered_flow),
        }
        return every if self.streams == "both" else {self.streams: every[self.streams]}

    def inputs_key(self) -> str | None:
        """Return the size and kind of the images; None of responses of VGG-16."""
        return None if self.backbone == "vgg16" else super().inputs_key()

    def load(self, X: Clips) -> ClipInputs | ClipParts:
        """Read prepared clips as this recogniser needs them, once for many fits.

        With ``backbone="vgg16"``, whose weights no fit changes, these are the responses
        themselves.

        Raises
        ------
        ParameterError
            If inputs that are loaded already are of another size or of other images.
        WeightsError
            If the weights of VGG-16 cannot be had.
        """
        if self.backbone != "vgg16":
            return super().load(X)
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
        self, inputs: ClipInputs, labels: npt.NDArray[np.int64], subjects: Sequence[str]
    ) -> tuple[dict[str, nn.Module], dict[str, list[dict[str, float]]]]:
        if self.backbone == "vgg16":
            return {}, {}
        nets = {
            name: fit_stream(
                inputs,
                labels,
                name,
                self._settings(name),
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
        if self.backbone == "vgg16":
            return {}
        return {
            name: make_network(
                self._settings(name).network, size=self.size, classes=len(self.classes_)
            )
            for name in self.images()
        }

    def parts(self, X: Clips) -> ClipParts:
        """Return the responses of the networks to the parts of clips."""
        loaded = self.load(X)
        if isinstance(loaded, ClipParts):
            return loaded
        responses = {}
        for name, network in self.networks_.items():
            layer = network.feature_layer
            if self.decision == "softmax":
                network = _with_softmax(network)
                layer = "softmax"
            with torch_threads(self._settings(name).threads):
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

    def kept(self) -> list[Any]:
        """Return what a prediction needs."""
        with torch.device("meta"):  # its weights are the same in every fold: not read to count
            shared = [VGG16FC6(vgg16().state_dict())] if self.backbone == "vgg16" else []
        return [*shared, *super().kept()]

    def _fit_classifiers(
        self, loaded: ClipInputs | ClipParts, labels: npt.NDArray[np.int64]
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
