"""What a method costs: seconds, memory and the numbers that it keeps."""

import dataclasses
import threading
import time
from collections.abc import Iterable, Mapping
from typing import Any, Self

import numpy as np
import psutil
from sklearn.neighbors import NearestNeighbors
from sklearn.pipeline import Pipeline
from sklearn.svm import SVC


class Meter:
    """Measure what a block of code needs.

    Attributes
    ----------
    seconds : float
        On the clock: whatever else the machine does counts.
    cpu_seconds : float
        Of all threads of this process, and of nothing else; what a GPU does is not in it.
    peak_memory : int
        Largest resident memory of this process inside the block, in bytes: with all that
        lies there already, such as libraries and clips.  It is looked at ten times a second;
        what is shorter may go unseen.

    Examples
    --------
    >>> with Meter() as meter:
    ...     _ = np.ones(1000)
    >>> meter.seconds > 0, meter.peak_memory > 1_000_000
    (True, True)
    """

    def __enter__(self) -> Self:
        self._process, self._over = psutil.Process(), threading.Event()
        self.peak_memory, self.seconds, self.cpu_seconds = 0, 0.0, 0.0
        self._watch = threading.Thread(target=self._look, daemon=True)
        self._started = time.perf_counter(), time.process_time()
        self._watch.start()
        return self

    def _look(self) -> None:
        while True:
            self.peak_memory = max(self.peak_memory, self._process.memory_info().rss)
            if self._over.wait(0.1):
                return

    def __exit__(self, *error: object) -> None:
        clock, cpu = self._started
        self.seconds, self.cpu_seconds = time.perf_counter() - clock, time.process_time() - cpu
        self._over.set()
        self._watch.join()
        self.peak_memory = max(self.peak_memory, self._process.memory_info().rss)


def count_parameters(kept: Any) -> int:
    """Return how many numbers fitted models keep.

    Parameters
    ----------
    kept : anything
        Networks (all their weights), scikit-learn estimators (the arrays of floats that a fit
        leaves; of a linear support vector machine its planes, of a search for neighbours its
        samples), mappings and sequences of them.  What is neither counts nothing.

    Examples
    --------
    >>> from sklearn.preprocessing import StandardScaler
    >>> count_parameters([StandardScaler().fit(np.eye(3)), np.ones((2, 2))])  # 3 x 3 and 4
    13
    """
    if isinstance(kept, np.ndarray):
        return kept.size if np.issubdtype(kept.dtype, np.floating) else 0
    if hasattr(kept, "state_dict"):  # a torch module: no torch is needed to count
        return sum(weights.numel() for weights in kept.parameters())
    if isinstance(kept, SVC) and kept.kernel == "linear":
        return kept.coef_.size + kept.intercept_.size
    if isinstance(kept, NearestNeighbors):
        return kept.n_samples_fit_ * kept.n_features_in_
    return sum(count_parameters(part) for part in _parts(kept))


def _parts(kept: Any) -> Iterable[Any]:
    """Return what may hold numbers in a container, a record or a fitted estimator."""
    if isinstance(kept, Mapping):
        return kept.values()
    if isinstance(kept, list | tuple):
        return kept
    if isinstance(kept, Pipeline):
        return [step for _, step in kept.steps]
    if dataclasses.is_dataclass(kept):
        return [getattr(kept, field.name) for field in dataclasses.fields(kept)]
    own = getattr(kept, "__dict__", {})
    return [own[name] for name in own if name.endswith("_") and not name.startswith("_")]
