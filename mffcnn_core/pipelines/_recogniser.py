"""What all pipelines share: networks of two streams, and what classifies their responses."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Self, get_args

import numpy as np
import numpy.typing as npt
from sklearn.utils.validation import check_is_fitted
from torch import nn

from mffcnn_core.features import (
    ClipInputs,
    ClipParts,
    Contrast,
    DynamicImages,
    FaceFrames,
    FlowImages,
    OrderedFlowMaps,
    PreparedLike,
    StreamImages,
    images_key,
    load_inputs,
)
from mffcnn_core.pipelines._classifier import PartsClassifier, PoolOrder
from mffcnn_core.recognition import ClipRecogniser, Clips, Loaded, Matrix
from mffcnn_core.settings import check_choice

TemporalImages = Literal["flow", "ordered_flow", "dynamic_image"]
STREAMS = ("spatial", "temporal")
Indices = npt.NDArray[np.intp]


def temporal_images(
    kind: TemporalImages, flow_run: int, ordered_flow: Mapping[str, Any] | None
) -> StreamImages:
    """Return what the temporal stream sees: flow images, ordered flow maps or dynamic images.

    The last two are pooled by the same settings; those of the flow alone (``third``,
    ``flow_scope``) are unknown to dynamic images.

    Raises
    ------
    ParameterError
        If ``kind`` or a setting is unknown.
    """
    check_choice(
        "temporal_images",
        kind,
        get_args(TemporalImages),
        "See OrderedFlowMaps, FlowImages and DynamicImages.",
    )
    if kind == "flow":
        return FlowImages(run=flow_run)
    pooled = OrderedFlowMaps if kind == "ordered_flow" else DynamicImages
    return pooled.from_dict(ordered_flow or {})


@dataclass(kw_only=True, eq=False, repr=False)
class Recogniser(ClipRecogniser):
    """A method whose features are the responses of networks: the paper's pipelines.

    Parameters
    ----------
    size : int
        Side of the network images in px; the paper's is 224.
    temporal_images : {"flow", "ordered_flow", "dynamic_image"}
        Images of single flows (Eq. 1), ordered flow maps (Eqs. 3-8), or the frames pooled in
        the same way, which the paper does not do.
    flow_run : int
        Number of neighbouring flows that one flow image is the mean of; 1 is the paper's
        Eq. (1).  A single flow between two frames is mostly noise for a small network.
    ordered_flow : mapping, optional
        Settings of :class:`~mffcnn_core.features.OrderedFlowMaps`, or of
        :class:`~mffcnn_core.features.DynamicImages`, other than the defaults.
    contrast : {"as_filmed", "local"}
        Of the face frames, see :class:`~mffcnn_core.features.FaceFrames`.
    feature_step : int
        Take every ``feature_step``-th image of a part for the features, >= 1;
        neighbours hardly differ.
    normalise, dbn, pool_order, C
        Of the classifier, see :class:`PartsClassifier`.
    device : str
        Of the networks.
    **shared
        See :class:`~mffcnn_core.recognition.ClipRecogniser`.

    Attributes
    ----------
    classes_ : ndarray of str
        Sorted; columns of the scores.
    networks_ : dict of str to torch module
        What was trained, by name.
    histories_ : dict of str to list of dict
        One row per epoch of every training, see :func:`mffcnn_core.training.history_of`.
    classifiers_ : dict of str to PartsClassifier
        By variant, see :meth:`stream_scores`.
    """

    size: int = 64
    temporal_images: TemporalImages = "ordered_flow"
    flow_run: int = 16
    ordered_flow: Mapping[str, Any] | None = None
    contrast: Contrast = "as_filmed"
    feature_step: int = 1
    normalise: bool = True
    dbn: Mapping[str, Any] | None = None
    pool_order: PoolOrder = "pool_then_dbn"
    C: float = 1.0
    device: str = "cpu"

    @abstractmethod
    def images(self) -> dict[str, StreamImages]:
        """Return what each stream that is used sees of a clip."""

    def describe(self) -> dict[str, Any]:
        """Return what results depend on: of pooled images all settings, not only the changed."""
        told = super().describe()
        if self.contrast == "as_filmed":  # as in records that are older than the choice
            del told["contrast"]
        shown = self.images().get("temporal")
        if isinstance(shown, OrderedFlowMaps | DynamicImages):
            told["ordered_flow"] = shown.to_dict()
        return told

    @abstractmethod
    def _fit_networks(
        self, inputs: ClipInputs, labels: npt.NDArray[np.int64], subjects: Sequence[str]
    ) -> tuple[dict[str, nn.Module], dict[str, list[dict[str, float]]]]:
        """Return trained networks and the course of their training, by name."""

    @abstractmethod
    def build_networks(self) -> dict[str, nn.Module]:
        """Return networks as they were before training, for ``classes_``: to load weights."""

    @abstractmethod
    def parts(self, X: Clips) -> ClipParts:
        """Return the responses of the fitted networks to the parts of clips."""

    @property
    def main(self) -> str:
        """The method's own variant: ``"both"``, or the one stream that is used."""
        used = tuple(self.images())
        return "both" if len(used) > 1 else used[0]

    def _variants(self) -> dict[str, tuple[tuple[str, ...], bool]]:
        """Return streams of each score, and whether the deep belief network is used."""
        used, dbn = tuple(self.images()), self.dbn is not None
        variants = {self.main: (used, dbn)}
        if dbn:  # its absence shows what it is worth
            variants["without_dbn"] = (used, False)
        if len(used) > 1:
            variants |= {stream: ((stream,), False) for stream in used}
        return variants

    def inputs_key(self) -> str:
        """Return the size and kind of the images: who sees the same shares them."""
        return images_key(self.size, self.images())

    def _read(self, clips: Sequence[PreparedLike]) -> Loaded:
        return load_inputs(clips, self.size, self.images(), progress=self.progress)

    def fit(self, X: Clips, y: Sequence[str], groups: Sequence[str] | None = None) -> Self:
        """Train the networks and fit the classifiers."""
        self._classifier(fused=True).check()  # wrong settings fail before training
        loaded = self.load(X)
        labels, subjects = self._targets(loaded, y, groups)
        networks, classifiers = self._shares(subjects)
        self.networks_, self.histories_ = self._fit_networks(
            loaded[networks], labels[networks], [subjects[k] for k in networks]
        )
        self.classifiers_ = self._fit_classifiers(loaded[classifiers], labels[classifiers])
        return self

    def _shares(self, subjects: Sequence[str]) -> tuple[Indices, Indices]:
        """Return which training clips the networks learn from, and which the classifiers."""
        every = np.arange(len(subjects))
        return every, every

    def _classifier(self, fused: bool) -> PartsClassifier:
        return PartsClassifier(
            normalise=self.normalise,
            dbn=self.dbn if fused else None,
            pool_order=self.pool_order,
            C=self.C,
            seed=self.seed,
        )

    def _fit_classifiers(
        self, loaded: Loaded, labels: npt.NDArray[np.int64]
    ) -> dict[str, PartsClassifier]:
        parts = self.parts(loaded)
        return {
            name: self._classifier(fused).fit(
                parts if len(streams) > 1 else parts.only(streams[0]), labels
            )
            for name, (streams, fused) in self._variants().items()
        }

    def stream_scores(self, X: Clips) -> dict[str, Matrix]:
        """Return the scores of the method and of its controls.

        Returns
        -------
        dict of str to ndarray of float64, shape (n_clips, n_classes)
            The method itself, :attr:`main`; ``"without_dbn"`` if it has a deep belief network;
            and each stream alone.
        """
        check_is_fitted(self)
        return self._score(self.parts(X))

    def kept(self) -> list[Any]:
        """Return what a prediction needs."""
        return [*self.networks_.values(), self.classifiers_.get(self.main)]

    def _score(self, parts: ClipParts) -> dict[str, Matrix]:
        return {
            name: self.classifiers_[name].decision_function(_of(parts, streams))
            for name, (streams, _) in self._variants().items()
        }


def _of(parts: ClipParts, streams: tuple[str, ...]) -> ClipParts:
    return parts if len(streams) > 1 else parts.only(streams[0])


@dataclass(kw_only=True, eq=False, repr=False)
class SeparateStreams(Recogniser):
    """One or both streams, each with a network that knows nothing of the other.

    Parameters
    ----------
    streams : {"both", "spatial", "temporal"}
        What ``predict`` and ``decision_function`` look at.  With ``"both"`` the scores of
        each stream alone are there as well, see :meth:`stream_scores`.
    **shared
        See :class:`Recogniser`.
    """

    streams: Literal["both", "spatial", "temporal"] = "both"

    def _used(self, frames: int) -> dict[str, StreamImages]:
        """Return what each stream that is used sees, for a network of so many face frames."""
        hint = "'both' also gives the scores of each stream alone."
        check_choice("streams", self.streams, ("both", *STREAMS), hint)
        every: dict[str, StreamImages] = {
            "spatial": FaceFrames(frames=frames, contrast=self.contrast),
            "temporal": temporal_images(self.temporal_images, self.flow_run, self.ordered_flow),
        }
        return every if self.streams == "both" else {self.streams: every[self.streams]}
