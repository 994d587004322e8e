"""A video network of today: frozen, or trained on the training clips, and a linear SVM."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, Self, get_args

import numpy as np
import torch
from sklearn.utils.validation import check_is_fitted

from mffcnn_book.baselines._frame_runs import FrameRuns
from mffcnn_book.baselines._r2plus1d import (
    KINETICS_MEAN,
    KINETICS_STD,
    SMALL_VIDEO_NET,
    VideoNet,
    VideoNetSettings,
    load_video_weights,
)
from mffcnn_core.errors import ParameterError
from mffcnn_core.features import (
    ClipInputs,
    ClipParts,
    PreparedLike,
    StreamImages,
    images_key,
    load_inputs,
    network_parts,
    read_parts,
)
from mffcnn_core.recognition import ClipRecogniser, Clips, Loaded, Matrix, class_scores, linear_svm
from mffcnn_core.seeding import integer_seed
from mffcnn_core.training import (
    SMALL_STREAM,
    StreamSettings,
    fit_stream,
    history_of,
    torch_threads,
)

Learning = Literal["trained", "frozen"]
STREAM = "runs"
LAYER = VideoNet.feature_layer

SMALL_VIDEO_STREAM = SMALL_STREAM.replace(
    network=SMALL_VIDEO_NET, epochs=15, images_per_clip=2, batch_size=32
)
"""Settings with which a narrow video network, which sees runs of frames, learns on a CPU."""


@dataclass(kw_only=True, eq=False, repr=False)
class VideoNetRecogniser(ClipRecogniser):
    """R(2+1)D on runs of frames: what one would try today, with no flow and no second stream.

    ::

        runs of frames -> R(2+1)D -> pooled features -> mean over the runs -> L2 -> linear SVM

    Not in the paper.

    Parameters
    ----------
    learning : {"trained", "frozen"}
        Train the network on the training clips, from ``stream.weights`` or from nothing; or
        take its features as those weights give them.
    size : int
        Side of the face in px; Kinetics' is 112.
    length : int
        Frames of the clip that a run spans, see :class:`~mffcnn_book.baselines.FrameRuns`.
    stream : StreamSettings
        The network, the weights that it begins with, and how it is trained.
    C : float
        Cost of the support vector machine, > 0.
    device : str
        Of the network.
    **shared
        See :class:`~mffcnn_core.recognition.ClipRecogniser`.

    Attributes
    ----------
    classes_ : ndarray of str
        Sorted; columns of the scores.
    network_ : VideoNet or None
        None where it is frozen.
    history_ : list of dict
        One row per epoch, see :func:`mffcnn_core.training.history_of`.
    svm_ : Pipeline

    Notes
    -----
    A frozen network without weights has those that chance gave it, the same for all folds: a
    control that tells what the rest of the method can do with features that nobody learnt.

    :meth:`stream_scores` has the control ``"softmax"`` where the network is trained: its own
    decision without a support vector machine.

    Examples
    --------
    >>> VideoNetRecogniser.from_settings(stream={"epochs": 3}).stream.network.width
    16
    """

    pipeline = "video_net"

    learning: Learning = "trained"
    size: int = 48
    length: int = 32
    stream: StreamSettings = SMALL_VIDEO_STREAM
    C: float = 1.0
    device: str = "cpu"

    def images(self) -> dict[str, StreamImages]:
        """Return what the network sees of a clip.

        Raises
        ------
        ParameterError
            If ``learning`` or the kind of network is unknown.
        """
        network = self.stream.network
        if self.learning not in get_args(Learning) or not isinstance(network, VideoNetSettings):
            raise ParameterError(
                "learning, stream: expected one of trained, frozen and a video network, got "
                f"{self.learning!r} and {type(network).__name__}. See SMALL_VIDEO_STREAM."
            )
        return {STREAM: FrameRuns(frames=network.frames, length=self.length)}

    def inputs_key(self) -> str:
        """Return the size and kind of the images; of a frozen network, that network as well."""
        images = images_key(self.size, self.images())
        if self.learning == "trained":
            return images
        network = f"{self.stream.network} with weights {self.stream.weights}"
        return f"responses of {network} to {images}"

    def _read(self, clips: Sequence[PreparedLike]) -> Loaded:
        """Read images; of a frozen network, its responses.

        Raises
        ------
        WeightsError
            If the weights of a frozen network cannot be had.
        """
        images = self.images()
        if self.learning == "trained":
            return load_inputs(clips, self.size, images, progress=self.progress)
        with torch_threads(self.stream.threads):
            return read_parts(
                clips,
                self.size,
                images,
                {STREAM: self._frozen_network()},
                layer=LAYER,
                device=self.device,
                progress=self.progress,
            )

    def _frozen_network(self) -> VideoNet:
        stream = self.stream
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(integer_seed(0, "frozen network"))  # one for all folds
            network = VideoNet(
                stream.network,
                mean=[255 * mean for mean in KINETICS_MEAN],
                std=[255 * std for std in KINETICS_STD],
            )
        if stream.weights is not None:
            load_video_weights(network, stream.weights)
        return network

    def fit(self, X: Clips, y: Sequence[str], groups: Sequence[str] | None = None) -> Self:
        """Train the network, unless it is frozen, and fit the support vector machine."""
        loaded = self.load(X)
        labels, subjects = self._targets(loaded, y, groups)
        self.network_, self.history_ = None, []
        if isinstance(loaded, ClipInputs):
            net = fit_stream(
                loaded,
                labels,
                STREAM,
                self.stream,
                classes=len(self.classes_),
                seed=integer_seed(self.seed, STREAM),
                subjects=subjects,
                device=self.device,
                progress=self.progress,
                checkpoints=self._checkpoints(),
            )
            self.network_, self.history_ = net.module_, history_of(net)
        self.svm_ = linear_svm(self.C).fit(self._parts(loaded).pooled(), labels)
        return self

    def _parts(self, loaded: Loaded) -> ClipParts:
        if isinstance(loaded, ClipParts):
            return loaded
        with torch_threads(self.stream.threads):
            return network_parts(
                self.network_, loaded, STREAM, layer=LAYER, batch_size=32, device=self.device
            )

    def kept(self) -> list[Any]:
        """Return what a prediction needs."""
        return [self.network_ or self._frozen_network(), self.svm_]

    def stream_scores(self, X: Clips) -> dict[str, Matrix]:
        """Return the scores of the method and, where the network is trained, its own: "softmax"."""
        check_is_fitted(self)
        parts = self._parts(self.load(X))
        scores = {"method": class_scores(self.svm_, parts.pooled())}
        if self.network_ is not None:
            output = self.network_.output  # linear: the mean of scores is the score of the mean
            with torch.no_grad():
                mean = torch.from_numpy(parts.pooled(normalise=False)).to(output.weight.device)
                scores["softmax"] = output(mean).cpu().numpy().astype(np.float64)
        return scores
