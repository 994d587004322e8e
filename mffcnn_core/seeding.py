"""Random generators: every draw depends on a seed and on the names of what is drawn.

A generator keyed by names (and not by the order of calls) gives the same clip the
same frames however many other clips are made before it, or on how many processes.
"""

import hashlib

import numpy as np

ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
"""Environment of a process with one thread: the last bits of a sum depend on their number."""


def seed_sequence(seed: int, *keys: str | int) -> np.random.SeedSequence:
    """Return the seed sequence that belongs to ``seed`` and a path of names."""
    words = [
        int.from_bytes(hashlib.sha256(f"{type(key).__name__}:{key}".encode()).digest()[:8], "big")
        for key in keys
    ]
    return np.random.SeedSequence([int(seed), *words])


def generator(seed: int, *keys: str | int) -> np.random.Generator:
    """Return an independent generator for ``seed`` and a path of names.

    Parameters
    ----------
    seed : int
        The experiment's seed, >= 0.
    *keys : str or int
        What is drawn, from the general to the particular, e.g. ``"clip", "s03_a_01"``.

    Examples
    --------
    >>> a, b = generator(0, "clip", 1), generator(0, "clip", 2)
    >>> first = int(a.integers(1_000_000))
    >>> first == int(generator(0, "clip", 1).integers(1_000_000))
    True
    >>> first == int(b.integers(1_000_000))
    False
    """
    return np.random.Generator(np.random.PCG64(seed_sequence(seed, *keys)))


def integer_seed(seed: int, *keys: str | int) -> int:
    """Return a 32-bit seed for libraries that take an integer only (torch, scikit-learn)."""
    return int(seed_sequence(seed, *keys).generate_state(1)[0])
