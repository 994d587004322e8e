"""Mini-batch gradient descent with momentum: the one loop that everything here learns by."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from tqdm.std import tqdm

from mffcnn_core.errors import ParameterError
from mffcnn_core.settings import Settings, check_at_least, check_share

Array = npt.NDArray[np.floating]
Gradients = Callable[[npt.NDArray[np.intp]], tuple[Sequence[Array], float]]


@dataclass(frozen=True, kw_only=True)
class DescentSettings(Settings):
    """Settings of a gradient descent with momentum.

    ``step_t = rho step_{t-1} - eta (g_t + lambda w);  w <- w + step_t``, where g_t is the
    mean gradient of a batch, and lambda applies to weights and not to biases.

    Paper: Sec. 3.6, Eq. (12), which is of the networks; of the deep belief network the
    paper gives no setting at all.

    Parameters
    ----------
    epochs : int
        Passes over the training data, >= 0.
    batch_size : int
        Samples per step, >= 1.
    learning_rate : float
        eta, > 0.
    momentum : float
        rho, in [0, 1).
    weight_decay : float
        lambda, >= 0.

    Raises
    ------
    ParameterError
        If a value is outside its range.
    """

    epochs: int = 100
    batch_size: int = 32
    learning_rate: float = 0.1
    momentum: float = 0.5
    weight_decay: float = 2e-4

    def __post_init__(self) -> None:
        for name, low in (("epochs", 0), ("batch_size", 1), ("weight_decay", 0)):
            check_at_least(name, getattr(self, name), low, "See DescentSettings.")
        if not self.learning_rate > 0:
            raise ParameterError(
                f"learning_rate: expected a number > 0, got {self.learning_rate}. "
                "0.1 suits binary units, 0.01 Gaussian ones."
            )
        check_share("momentum", self.momentum, "At 1 no gradient would ever be forgotten.")


def descend(
    parameters: Sequence[Array],
    gradients: Gradients,
    n_samples: int,
    settings: DescentSettings,
    rng: np.random.Generator,
    *,
    name: str = "descent",
    progress: bool = False,
) -> list[float]:
    """Change parameters in place, batch by batch, against their gradients.

    Parameters
    ----------
    parameters : sequence of ndarray
        Weights (two axes) and biases (one axis).
    gradients : callable
        Takes the row numbers of a batch and returns one gradient per parameter, and a
        number to be watched, e.g. the loss; both are means over the batch.
    n_samples : int
        Number of training samples; every epoch passes them in another order.
    settings : DescentSettings
    rng : numpy Generator
    name : str
        What the progress bar and an error call this descent.
    progress : bool
        Show a progress bar with an estimate.

    Returns
    -------
    list of float
        The watched number, averaged over each epoch.

    Raises
    ------
    ParameterError
        If the parameters run away to infinity.
    """
    steps = [np.zeros_like(parameter) for parameter in parameters]
    n_batches = -(-n_samples // settings.batch_size)
    history = []
    epochs = tqdm(range(settings.epochs), desc=name, unit="epoch", disable=not progress)
    for epoch in epochs:
        watched = 0.0
        for rows in np.array_split(rng.permutation(n_samples), n_batches):
            with np.errstate(over="ignore", invalid="ignore"):  # found out below
                of_batch, number = gradients(rows)
                watched += number * len(rows) / n_samples
                for parameter, step, gradient in zip(parameters, steps, of_batch, strict=True):
                    step *= settings.momentum
                    step -= settings.learning_rate * gradient
                    if parameter.ndim == 2:
                        step -= settings.learning_rate * settings.weight_decay * parameter
                    parameter += step
        if not all(np.isfinite(parameter).all() for parameter in parameters):
            raise ParameterError(
                f"{name}: expected finite weights, got infinite ones in epoch {epoch + 1} at "
                f"learning_rate={settings.learning_rate}. Take a tenth of it."
            )
        history.append(watched)
    return history


def at_rest(losses: Sequence[float], *, fallen: float = 0.0) -> bool:
    """Say whether a descent has learnt and come to rest.

    It is at rest if the loss, averaged over the last tenth of the epochs, lies less than a
    hundredth of the first epoch's below the average over the tenth before.  Of fewer than 20
    epochs nothing is said.

    Parameters
    ----------
    losses : sequence of float
        By epoch, see :func:`descend`.
    fallen : float
        Share of the first loss by which it must have fallen: one that never left the plateau
        on which it began has learnt nothing.

    Examples
    --------
    >>> at_rest([1 / epoch for epoch in range(1, 101)])
    True
    >>> at_rest([1 - k / 100 for k in range(100)]), at_rest([1.0] * 100, fallen=0.05)
    (False, False)
    """
    tenth = len(losses) // 10
    if tenth < 2:
        return True
    last, before = np.mean(losses[-tenth:]), np.mean(losses[-2 * tenth : -tenth])
    return bool(before - last < 0.01 * losses[0] and losses[0] - last >= fallen * losses[0])
