"""How sure an accuracy, or the difference of two, can be when only percentages are printed."""

from math import floor, sqrt
from statistics import NormalDist

from mffcnn_core.errors import ParameterError


def _check(percent: float, n: int) -> None:
    if not 0 <= percent <= 100 or n < 1:
        raise ParameterError(
            f"accuracy: expected 0 to 100 % of at least one clip, got {percent} % of {n}. "
            "Check the units and the number of clips."
        )


def standard_error(percent: float, n: int) -> float:
    """Return the binomial standard error of an accuracy, in points.

    ``100 sqrt(p (1 - p) / n)``.  It supposes independent clips; clips of one person resemble
    each other, so that the true uncertainty about strangers is larger.

    Parameters
    ----------
    percent : float
        0 to 100.
    n : int
        Clips, >= 1.

    Examples
    --------
    >>> round(standard_error(64.57, 720), 2)
    1.78
    """
    _check(percent, n)
    return sqrt(percent * (100 - percent) / n)


def wilson_interval(percent: float, n: int, level: float = 0.95) -> tuple[float, float]:
    """Return Wilson's interval of an accuracy, in per cent; clips taken as independent.

    Parameters
    ----------
    percent : float
        0 to 100.
    n : int
        Clips, >= 1.
    level : float
        In (0, 1).

    References
    ----------
    Wilson, E. B., Probable inference, the law of succession, and statistical inference,
    J. Am. Stat. Assoc. 22(158):209-212, 1927.

    Examples
    --------
    >>> [round(end, 1) for end in wilson_interval(50, 100)]
    [40.4, 59.6]
    """
    _check(percent, n)
    if not 0 < level < 1:
        raise ParameterError(f"level: expected 0 < level < 1, got {level}. The default is 0.95.")
    z, p = NormalDist().inv_cdf((1 + level) / 2), percent / 100
    middle, spread = p + z * z / (2 * n), z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return tuple(100 * end / (1 + z * z / n) for end in (middle - spread, middle + spread))


def unpaired_z(first: float, second: float, n: int) -> float:
    """Return the difference of two accuracies in its standard errors, as if on other clips.

    All that two printed accuracies allow.  On the same clips a paired comparison can see
    smaller differences, see :func:`largest_disagreement`.

    Examples
    --------
    >>> round(unpaired_z(64.57, 60.07, 720), 2)
    1.76
    """
    return (first - second) / sqrt(standard_error(first, n) ** 2 + standard_error(second, n) ** 2)


def largest_disagreement(gap: float, n: int, level: float = 0.95) -> int | None:
    """Return on how many clips two methods may differ for a gap to exceed chance.

    Two methods tested on the same n clips are compared by the clips that just one of them
    gets right.  If there are m of them, chance moves the difference by about ``sqrt(m)`` clips
    (McNemar's test).  A gap of D clips exceeds that z times only if ``m <= (D / z)^2``.

    Parameters
    ----------
    gap : float
        Difference of the accuracies, in points.
    n : int
        Clips, >= 1.
    level : float
        In (0, 1).

    Returns
    -------
    int or None
        None: no such m, since m is at least D itself; the gap is within chance in any case.

    References
    ----------
    McNemar, Q., Note on the sampling error of the difference between correlated proportions
    or percentages, Psychometrika 12(2):153-157, 1947.

    Examples
    --------
    >>> largest_disagreement(1.31, 521)
    12
    >>> largest_disagreement(0.4, 720) is None
    True
    """
    if n < 1 or not 0 < level < 1:
        raise ParameterError(
            f"gap: expected at least one clip and 0 < level < 1, got {n} and {level}. "
            "Give the size of the test."
        )
    clips = abs(gap) * n / 100
    most = (clips / NormalDist().inv_cdf((1 + level) / 2)) ** 2
    return floor(most) if most >= clips else None
