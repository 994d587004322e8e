"""A first two-stream recogniser: two small networks, pooled features, a linear SVM."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, Self, get_args

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import LabelEncoder, StandardScaler
from sklearn.svm import SVC
from sklearn.utils.validation import check_is_fitted

from mffcnn_core.errors import ParameterError
from mffcnn_core.features import (
    STREAMS,
    ClipInputs,
    PreparedLike,
    clip_features,
    load_inputs,
)
from mffcnn_core.nets import FrameCNN
from mffcnn_core.seeding import integer_seed
from mffcnn_core.training import SMALL_STREAM, StreamSettings, fit_stream, torch_threads

Streams = Literal["both", "spatial", "temporal"]
Clips = ClipInputs | Iterable[PreparedLike]
Matrix = npt.NDArray[np.float64]


class TwoStreamRecogniser(ClassifierMixin, BaseEstimator):
    """Recognise expressions from face frames and from flow, each by a network of its own.

    ::

        face frames -> spatial network  -> fc 64 -> mean over fragments -> L2 --+
                                                                                +-> SVM
        flow images -> temporal network -> fc 64 -> mean over fragments -> L2 --+

    Each network is trained alone; the features of both are concatenated, standardised
    and given to a linear support vector machine.

    Paper: Sec. 3.1, Fig. 1 (without its DBN); networks of Sec. 3.3, Fig. 2.

    Parameters
    ----------
    streams : {"both", "spatial", "temporal"}
        What ``predict`` and ``decision_function`` look at.  With ``"both"`` the scores of
        each stream alone are there as well, see :meth:`stream_scores`.
    size : int
        Side of the network images in px; the paper's is 128.
    spatial, temporal : StreamSettings or mapping, optional
        How each network is trained; by default ``SMALL_STREAM``, of which a mapping (e.g.
        from a profile) changes the settings that it names.
    flow_run : int
        Number of neighbouring flows that one flow image is the mean of; 1 is the paper's
        Eq. (1).  A single flow between two frames is mostly noise for a small network.
    normalise : bool
        L2-normalise the features of each stream.
    feature_step : int
        Take every ``feature_step``-th image of a fragment for the features, >= 1;
        neighbours hardly differ.
    C : float
        Cost of the support vector machine.
    seed : int
    device : str
        Of the networks.
    progress : bool
        Show progress bars with an estimate.

    Attributes
    ----------
    classes_ : ndarray of str
        Sorted; columns of the scores.
    networks_ : dict of str to skorch.NeuralNetClassifier
        By stream; ``networks_["spatial"].module_`` is the network.
    classifiers_ : dict of str to Pipeline
        Scaler and support vector machine of ``"both"`` and of each stream alone.

    Notes
    -----
    Departures from the paper: (I) Its spatial and temporal networks are VGG-16 and its
    fusion a deep belief network; here are its own small network (Fig. 2) for both and a
    concatenation.  (II) The support vector machine is one-against-one as in the work that
    the paper follows; its votes are turned into one score per class (one-against-rest
    shape), ties by the sum of the pairs, and the class of the largest score is predicted.

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
        spatial: StreamSettings | Mapping[str, Any] | None = None,
        temporal: StreamSettings | Mapping[str, Any] | None = None,
        flow_run: int = 16,
        normalise: bool = True,
        feature_step: int = 3,
        C: float = 1.0,
        seed: int = 0,
        device: str = "cpu",
        progress: bool = False,
    ) -> None:
        self.streams = streams
        self.size = size
        self.spatial = spatial
        self.temporal = temporal
        self.flow_run = flow_run
        self.normalise = normalise
        self.feature_step = feature_step
        self.C = C
        self.seed = seed
        self.device = device
        self.progress = progress

    def describe(self) -> dict[str, Any]:
        """Return what results depend on, as plain values for a record's settings."""
        params = self.get_params(deep=False)
        for name in ("device", "progress"):
            params.pop(name)
        return params | {name: self._settings(name).to_dict() for name in STREAMS}

    def _settings(self, stream: str) -> StreamSettings:
        settings = getattr(self, stream)
        if settings is None:
            return SMALL_STREAM
        if isinstance(settings, Mapping):
            return SMALL_STREAM.replace(**settings)
        return settings

    def _used(self) -> tuple[str, ...]:
        if self.streams not in get_args(Streams):
            raise ParameterError(
                f"streams: expected one of {', '.join(get_args(Streams))}, got {self.streams!r}. "
                "'both' also gives the scores of each stream alone."
            )
        return tuple(STREAMS) if self.streams == "both" else (self.streams,)

    def load(self, X: Clips) -> ClipInputs:
        """Read prepared clips as this recogniser needs them, once for many fits.

        Raises
        ------
        ParameterError
            If inputs that are loaded already have another size or ``flow_run``.
        """
        if not isinstance(X, ClipInputs):
            return load_inputs(X, self.size, flow_run=self.flow_run, progress=self.progress)
        if (X.size, X.flow_run) != (self.size, self.flow_run):
            raise ParameterError(
                f"X: expected inputs of {self.size} px and flow_run={self.flow_run}, got "
                f"{X.size} px and flow_run={X.flow_run}. Load them with recogniser.load(clips)."
            )
        return X

    def fit(self, X: Clips, y: Sequence[str], groups: Sequence[str] | None = None) -> Self:
        """Train the networks, the scalers and the support vector machines.

        Parameters
        ----------
        X : sequence of PreparedClip, or ClipInputs
            Training clips.
        y : sequence of str, length n_clips
            Expression of every clip.
        groups : sequence of str, optional
            The person of every clip, for early stopping; by default the clips' own.

        Raises
        ------
        ParameterError
            If lengths or sizes do not fit, there is one class only, or a parameter is
            outside its range.
        """
        used, inputs = self._used(), self.load(X)
        subjects = inputs.subjects if groups is None else tuple(groups)
        if not len(inputs) == len(y) == len(subjects) or len(set(y)) < 2:
            raise ParameterError(
                "y, groups: expected a label and a person for each clip and two or more classes, "
                f"got {len(inputs)} clip(s), {len(y)} label(s) of {len(set(y))} class(es) and "
                f"{len(subjects)} person(s). Pass one of each per clip."
            )
        encoder = LabelEncoder().fit(np.asarray(y))
        self.classes_ = encoder.classes_
        labels = encoder.transform(np.asarray(y))
        self.networks_ = {
            name: fit_stream(
                inputs,
                labels,
                STREAMS[name],
                self._settings(name),
                classes=len(self.classes_),
                subjects=subjects,
                seed=integer_seed(self.seed, name),
                device=self.device,
                progress=self.progress,
            )
            for name in used
        }
        features = self._features(inputs)
        self.classifiers_ = {
            name: self._classifier().fit(matrix, labels) for name, matrix in features.items()
        }
        return self

    def _classifier(self) -> Pipeline:
        return make_pipeline(
            StandardScaler(),
            SVC(kernel="linear", C=self.C, decision_function_shape="ovr", break_ties=True),
        )

    def _features(self, inputs: ClipInputs) -> dict[str, npt.NDArray[np.float32]]:
        """Return the features of each stream and, where there are two, of both."""
        features = {}
        for name, network in self.networks_.items():
            with torch_threads(self._settings(name).threads):
                features[name] = clip_features(
                    network.module_,
                    inputs,
                    STREAMS[name],
                    layer=FrameCNN.feature_layer,
                    normalise=self.normalise,
                    step=self.feature_step,
                    device=self.device,
                    progress=self.progress,
                )
        if self.streams == "both":
            features["both"] = np.hstack([features[name] for name in STREAMS])
        return features

    def stream_scores(self, X: Clips) -> dict[str, Matrix]:
        """Return the scores of ``"both"`` and of each stream alone.

        Parameters
        ----------
        X : sequence of PreparedClip, or ClipInputs

        Returns
        -------
        dict of str to ndarray of float64, shape (n_clips, n_classes)
            Only the one stream if the recogniser was fitted on one.
        """
        check_is_fitted(self)
        return {name: self._scores(name, m) for name, m in self._features(self.load(X)).items()}

    def _scores(self, name: str, features: npt.NDArray[np.float32]) -> Matrix:
        scores = self.classifiers_[name].decision_function(features)
        return np.column_stack([-scores, scores]) if scores.ndim == 1 else scores

    def decision_function(self, X: Clips) -> Matrix:
        """Return the scores of every clip, shape (n_clips, n_classes); larger is likelier."""
        return self.stream_scores(X)[self.streams]

    def predict(self, X: Clips) -> npt.NDArray[Any]:
        """Return the expression with the largest score for every clip, shape (n_clips,)."""
        scores = self.decision_function(X)
        return self.classes_[np.argmax(scores, axis=1)]
