"""The deep belief network as a scikit-learn transformer."""

import warnings
from collections.abc import Mapping, Sequence
from numbers import Integral
from types import MappingProxyType
from typing import Any, Literal, Self, get_args

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.preprocessing import MinMaxScaler
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted, validate_data

from mffcnn_core.dbn._backprop import Layer, backpropagate, encode, one_hot, silent_layer
from mffcnn_core.dbn._descent import Array, DescentSettings, at_rest, descend
from mffcnn_core.dbn._divergence import train_rbm
from mffcnn_core.dbn._rbm import RBM, BinaryRBM, GaussianHiddenRBM
from mffcnn_core.errors import ParameterError
from mffcnn_core.seeding import generator
from mffcnn_core.settings import check_choice, resolve

Finetune = Literal["softmax", "autoencoder", "none"]

DESCENT: Mapping[str, DescentSettings] = MappingProxyType(
    {
        "binary": DescentSettings(learning_rate=0.1),
        "gaussian": DescentSettings(learning_rate=0.01),
        "finetuning": DescentSettings(learning_rate=0.1, momentum=0.9, epochs=300),
    }
)
"""How each part of a :class:`DeepBeliefNetwork` learns unless told otherwise.

Gaussian units have no upper end and take smaller steps than binary ones.  With the learning
rate and momentum that the paper chooses for its networks (0.02 and 0.2, Sec. 4.3), whose steps
are forty times shorter, fine-tuning is far from its end after 100 epochs; on features that are
hard to tell apart it stays on its first plateau for some hundred epochs even so.
"""


class DeepBeliefNetwork(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):
    """Fuse features by a stack of restricted Boltzmann machines.

    ::

        features, min-max scaled -> D visible
                                      | BinaryRBM
                                    D / 2 binary
                                      | GaussianHiddenRBM
                                    D / 8 Gaussian  -> transform

    Each machine is trained by contrastive divergence on the hidden means of the one below
    (greedy pre-training); then the stack is taken as a feed-forward network and
    fine-tuned by back-propagation.

    Paper: Sec. 3.1, Fig. 1 (feature-level fusion of both streams before the SVM).

    Parameters
    ----------
    hidden : sequence of float or int
        Hidden units of each machine from the bottom up: a float in (0, 1] is a share of
        the D features, an int a count >= 1.  The last layer is Gaussian, all others
        binary.
    finetune : {"softmax", "autoencoder", "none"}
        ``"softmax"``: a softmax layer over the classes on top, categorical cross entropy;
        needs ``y``.  ``"autoencoder"``: the stack mirrored on top of itself, cross entropy
        of the reconstructed visible units.  ``"none"``: pre-training only.
    binary, gaussian, finetuning : DescentSettings or mapping, optional
        How the binary machines, the Gaussian one and the fine-tuning learn; by default
        those of ``DESCENT``, of which a mapping (e.g. from a profile) changes the settings
        that it names.
    gibbs_steps : int
        k of CD-k, >= 1.
    seed : int
        >= 0.  Of first weights, order and Gibbs chains.
    progress : bool
        Show progress bars with an estimate.

    Attributes
    ----------
    scaler_ : MinMaxScaler
        Smallest and largest value of every feature of the training data.
    layers_ : list of Layer
        ``weights`` (D, K), ``bias`` (K,) and ``activation`` of each, from the input up.
    history_ : list of dict
        One row per epoch: ``part`` ("machine 1", ..., "fine-tuning"), ``epoch`` from 1,
        and ``error``: reconstruction error of a machine, cross entropy in nats of the
        fine-tuning.
    converged_ : bool
        Whether fine-tuning learnt and came to rest, see :func:`at_rest`; True without it.
    n_features_in_ : int
        D.

    Notes
    -----
    Departures from the paper: (I) It gives no layers, units or epochs; D, D/2 and D/8, the
    Gaussian top and 100 epochs a machine are those of the public code of the work that the
    paper's pipeline resembles.  (II) It gives no rates for the machines: those of
    ``DESCENT`` were chosen on made-up features of 128 to 2048 dimensions, and on no face.
    (III) It does not say whether, or to what end, the network is fine-tuned; that code
    back-propagates.  Hence ``finetune``.
    (IV) Visible units must lie in [0, 1]: features are scaled by the range that they have
    on the training data, and test data outside of it are clamped.  A feature that does
    not vary in training is 0 there, and elsewhere its distance upwards, at most 1.
    (V) Whether the DBN comes before or after the average over fragments is the
    pipeline's choice; here a row is a row.  (VI) Machines learn by centred gradients, see
    :func:`contrastive_divergence`.

    References
    ----------
    Hinton, G. E., Osindero, S., Teh, Y.-W., A fast learning algorithm for deep belief
    nets, Neural Computation 18:1527-1554, 2006.

    Hinton, G. E., Salakhutdinov, R. R., Reducing the dimensionality of data with neural
    networks, Science 313:504-507, 2006.

    Examples
    --------
    >>> import numpy as np
    >>> X = np.random.default_rng(0).random((20, 16))
    >>> dbn = DeepBeliefNetwork(finetune="none").fit(X)
    >>> [layer.weights.shape for layer in dbn.layers_], [layer.activation for layer in dbn.layers_]
    ([(16, 8), (8, 2)], ['sigmoid', 'linear'])
    >>> dbn.transform(X).shape
    (20, 2)
    """

    __module__ = "mffcnn_core.dbn"  # saved models name it: the shelf stays, a file may move

    def __init__(
        self,
        *,
        hidden: Sequence[float | int] = (1 / 2, 1 / 8),
        finetune: Finetune = "softmax",
        binary: DescentSettings | Mapping[str, Any] | None = None,
        gaussian: DescentSettings | Mapping[str, Any] | None = None,
        finetuning: DescentSettings | Mapping[str, Any] | None = None,
        gibbs_steps: int = 1,
        seed: int = 0,
        progress: bool = False,
    ) -> None:
        self.hidden = hidden
        self.finetune = finetune
        self.binary = binary
        self.gaussian = gaussian
        self.finetuning = finetuning
        self.gibbs_steps = gibbs_steps
        self.seed = seed
        self.progress = progress

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.target_tags.required = self.finetune == "softmax"
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags

    def describe(self) -> dict[str, Any]:
        """Return what results depend on, as plain values for a record's settings."""
        params = self.get_params(deep=False)
        params.pop("progress")
        params["hidden"] = list(self.hidden)
        return params | {part: self._settings(part).to_dict() for part in DESCENT}

    def _settings(self, part: str) -> DescentSettings:
        settings = getattr(self, part)
        return DESCENT[part] if settings is None else resolve(DESCENT[part], settings)

    def _units(self, features: int) -> list[int]:
        """Return the number of units of each hidden layer."""
        wrong = [
            size
            for size in self.hidden
            if not (size >= 1 if isinstance(size, Integral) else 0 < size <= 1)
        ]
        if wrong or not len(self.hidden):
            raise ParameterError(
                "hidden: expected one or more layers, each an int >= 1 or a share in (0, 1], got "
                f"{self.hidden}. The usual stack is (1/2, 1/8)."
            )
        return [
            int(size) if isinstance(size, Integral) else max(1, int(size * features))
            for size in self.hidden
        ]

    def fit(self, X: npt.ArrayLike, y: npt.ArrayLike | None = None) -> Self:
        """Scale, pre-train the machines from the bottom up, fine-tune.

        Parameters
        ----------
        X : array-like, shape (n, D)
            Training features; float32 is kept.
        y : array-like, shape (n,), optional
            Class of every sample; used, and needed, by ``finetune="softmax"`` alone.

        Raises
        ------
        ParameterError
            If a parameter is outside its range, ``y`` is missing or has one class only, or
            a learning rate lets weights run away.
        ValueError
            If X or y is not what scikit-learn takes: shapes, NaN, continuous labels.
        """
        targets = None
        hint = "'none' leaves the pre-trained weights as they are."
        check_choice("finetune", self.finetune, get_args(Finetune), hint)
        if self.finetune == "softmax":
            if y is None:
                raise ParameterError(
                    "y: expected the class of every sample, got None. For finetune='softmax' "
                    "y should be a 1d array; 'autoencoder' and 'none' need no classes."
                )
            X, y = validate_data(self, X, y, dtype=(np.float64, np.float32))
            targets = one_hot(y, X.dtype)
        else:
            X = validate_data(self, X, dtype=(np.float64, np.float32))
        self.scaler_ = MinMaxScaler(clip=True)
        visible = self.scaler_.fit_transform(X)
        self.history_: list[dict[str, Any]] = []
        self.converged_ = True
        machines = self._pretrain(visible)
        self.layers_ = [Layer(m.weights, m.hidden_bias, m.activation) for m in machines]
        self._n_features_out = len(self.layers_[-1].bias)
        if targets is not None:
            output = silent_layer(self._n_features_out, targets.shape[1], X.dtype)
            self._backpropagate([*self.layers_, output], visible, targets)
        elif self.finetune == "autoencoder":
            decoder = [
                Layer(m.weights.T.copy(), m.visible_bias, "sigmoid") for m in reversed(machines)
            ]
            self._backpropagate([*self.layers_, *decoder], visible, visible)
        return self

    def _pretrain(self, visible: Array) -> list[RBM]:
        """Train one machine upon the other, each on the hidden means of the one below."""
        machines: list[RBM] = []
        units = self._units(visible.shape[1])
        for number, size in enumerate(units, start=1):
            top = number == len(units)
            rng = generator(self.seed, "dbn", "machine", number)
            machine = (GaussianHiddenRBM if top else BinaryRBM).start(visible, size, rng)
            errors = train_rbm(
                machine,
                visible,
                self._settings("gaussian" if top else "binary"),
                rng,
                steps=self.gibbs_steps,
                name=f"machine {number}",
                progress=self.progress,
            )
            self._remember(f"machine {number}", errors)
            machines.append(machine)
            visible = machine.hidden_means(visible)
        return machines

    def _backpropagate(self, layers: list[Layer], visible: Array, targets: Array) -> None:
        """Fine-tune all layers in place."""
        losses = descend(
            [parameter for layer in layers for parameter in layer.parameters],
            lambda rows: backpropagate(layers, visible[rows], targets[rows]),
            len(visible),
            self._settings("finetuning"),
            generator(self.seed, "dbn", "fine-tuning"),
            name="fine-tuning",
            progress=self.progress,
        )
        self._remember("fine-tuning", losses)
        self.converged_ = at_rest(losses, fallen=0.05 if self.finetune == "softmax" else 0.0)
        if not self.converged_:
            warnings.warn(
                "fine-tuning of the deep belief network: expected a loss that has fallen and come "
                f"to rest, got one that went from {losses[0]:.3f} to {losses[-1]:.3f} in "
                f"{len(losses)} epochs. Take more epochs or a larger learning rate.",
                ConvergenceWarning,
                stacklevel=3,
            )

    def _remember(self, part: str, errors: list[float]) -> None:
        self.history_ += [
            {"part": part, "epoch": epoch, "error": error}
            for epoch, error in enumerate(errors, start=1)
        ]

    def transform(self, X: npt.ArrayLike) -> Array:
        """Return the means of the top units, shape (n, K), in the precision of X.

        Parameters
        ----------
        X : array-like, shape (n, D)
            Scaled as the training data were; values outside their range are clamped.
        """
        check_is_fitted(self)
        X = validate_data(self, X, dtype=(np.float64, np.float32), reset=False)
        return encode(self.layers_, self.scaler_.transform(X)).astype(X.dtype, copy=False)
