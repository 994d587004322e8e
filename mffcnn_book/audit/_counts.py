"""Which printed percentages can be a number of clips out of n.

All arithmetic is exact (fractions of the printed decimals): a verdict that something is
impossible must not depend on the last bit of a float.
"""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from math import ceil, comb, floor

from mffcnn_core.errors import ParameterError


def decimals(printed: str) -> int:
    """Return the number of decimals that a printed number shows; below 0 for tens.

    Examples
    --------
    >>> decimals("64.50"), decimals("65"), decimals("6E+1")
    (2, 0, -1)
    """
    _exact(printed)
    return -int(Decimal(printed.strip()).as_tuple().exponent)


def _exact(printed: str) -> Fraction:
    try:
        return Fraction(Decimal(printed.strip()))
    except (InvalidOperation, ValueError, OverflowError) as error:
        raise ParameterError(
            f"printed: expected a decimal number as text, got {printed!r}. "
            "Give it as it is printed, without a per cent sign."
        ) from error


def _check_clips(n: int) -> None:
    if n < 1:
        raise ParameterError(f"n: expected at least one clip, got {n}. Give the size of the test.")


def attainable_counts(printed: str, n: int, *, cut: bool = True) -> list[int]:
    """Return every number of clips out of n that is printed like this, in per cent.

    Parameters
    ----------
    printed : str
        A percentage with its decimals, e.g. ``"64.57"``; ``"64.5"`` claims less than ``"64.50"``.
    n : int
        Clips in the test, >= 1.
    cut : bool
        Whether digits that were cut off instead of rounded are allowed too, so that a value
        is called impossible only if neither habit can print it.

    Returns
    -------
    list of int
        Empty: no count gives this percentage.

    Raises
    ------
    ParameterError
        If ``printed`` is no number or n < 1.

    Examples
    --------
    >>> attainable_counts("63.33", 120)
    [76]
    >>> attainable_counts("64.57", 720)
    []
    """
    _check_clips(n)
    value, unit = _exact(printed), Fraction(10) ** -decimals(printed)
    low, high = value - unit / 2, value + unit / 2  # both ends: halves go up or to even
    counts = set(range(ceil(low * n / 100), floor(high * n / 100) + 1))
    if cut:
        # cut off: the value itself or a little more, short of the next one
        counts |= set(range(ceil(value * n / 100), ceil((value + unit) * n / 100)))
    return sorted(k for k in counts if 0 <= k <= n)


def attainable_share(n: int, places: int = 2) -> float:
    """Return which share of all percentages with so many decimals is a count out of n.

    It is the chance that an arbitrary number passes :func:`attainable_counts`.

    Parameters
    ----------
    n : int
        Clips, >= 1.
    places : int
        Decimals of the percentage, 0 to 4.

    Examples
    --------
    >>> round(attainable_share(720), 3)
    0.104
    >>> attainable_share(100, 0)
    1.0
    """
    _check_clips(n)
    if not 0 <= places <= 4:
        raise ParameterError(
            f"places: expected 0 to 4 decimals, got {places}. Tables print 1 or 2."
        )
    scale = 10**places
    shown = set()
    for k in range(n + 1):
        exact = Fraction(100 * scale * k, n)
        shown |= {floor(exact), floor(exact + Fraction(1, 2)), ceil(exact - Fraction(1, 2))}
    return len(shown) / (100 * scale + 1)


def chance_of_at_most(hits: int, trials: int, share: float) -> float:
    """Return the binomial chance of at most so many hits.

    Parameters
    ----------
    hits, trials : int
        0 <= hits <= trials.
    share : float
        Chance of one hit, 0 to 1.

    Examples
    --------
    >>> chance_of_at_most(1, 2, 0.5)
    0.75
    """
    if not (0 <= hits <= trials and 0 <= share <= 1):
        raise ParameterError(
            f"binomial: expected 0 <= hits <= trials and 0 <= share <= 1, got {hits}, {trials} "
            f"and {share}. Check what was counted."
        )
    return sum(comb(trials, k) * share**k * (1 - share) ** (trials - k) for k in range(hits + 1))


def smallest_test(printed: Sequence[str], *, limit: int = 10_000) -> int | None:
    """Return the smallest n of which every percentage can be a count; None below the limit.

    Examples
    --------
    >>> smallest_test(["33.33", "50.00"])
    6
    """
    for n in range(1, limit + 1):
        if all(attainable_counts(text, n) for text in printed):
            return n
    return None
