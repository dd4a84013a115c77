"""Intervals for a proportion, and for the difference of two independent proportions."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import erfc, exp, hypot, log, nan, sqrt
from statistics import NormalDist

import numpy as np
import scipy  # its parts are loaded when they are first used
from numpy.typing import NDArray


@dataclass(frozen=True)
class Interval:
    """A point estimate between its limits; ``level`` is the share of such intervals that hold."""

    value: float
    lower: float
    upper: float
    level: float

    @property
    def half_width(self) -> float:
        """Half the distance between the limits."""
        return (self.upper - self.lower) / 2


def wilson(k: float, n: float, level: float = 0.95) -> Interval:
    """Score interval of a binomial proportion, k of n.

    Formula: (p + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 + z²/n) with p = k/n.

    Parameters
    ----------
    k, n
        Successes and trials. They need not be whole: an effective count may be given.
    level
        Two-sided confidence level.

    Returns
    -------
    Interval
        Never narrower than a point, and never [1, 1] when no failure was seen.

    Notes
    -----
    Source: Wilson (1927), J. Am. Stat. Assoc. 22, 209-212; recommended by Brown, Cai and
    DasGupta (2001), section 3.1.1.

    Examples
    --------
    >>> interval = wilson(81, 263)
    >>> round(interval.lower, 4), round(interval.upper, 4)
    (0.2553, 0.3662)
    """
    _require_counts(k, n)
    p, z = k / n, normal_quantile(level)
    centre = p + z * z / (2 * n)
    spread = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    lower = 0.0 if k == 0 else max(0.0, (centre - spread) / scale)
    upper = 1.0 if k == n else min(1.0, (centre + spread) / scale)
    return Interval(p, lower, upper, level)


def jeffreys(k: float, n: float, level: float = 0.95) -> Interval:
    """Equal-tailed interval of a proportion under the Jeffreys prior, Beta(1/2, 1/2).

    Formula: quantiles (1-level)/2 and (1+level)/2 of Beta(k + 1/2, n - k + 1/2), with the lower
    limit 0 when k = 0 and the upper limit 1 when k = n.

    Notes
    -----
    Source: Brown, Cai and DasGupta (2001), Statist. Sci. 16, 101-133, section 3.1.2.

    Examples
    --------
    >>> interval = jeffreys(1, 10)
    >>> round(interval.lower, 4), round(interval.upper, 4)
    (0.011, 0.3813)
    """
    _require_counts(k, n)
    tail = (1 - level) / 2
    quantile, shape = scipy.special.betaincinv, (k + 0.5, n - k + 0.5)
    lower = 0.0 if k == 0 else float(quantile(*shape, tail))
    upper = 1.0 if k == n else float(quantile(*shape, 1 - tail))
    return Interval(k / n, lower, upper, level)


def newcombe(k1: float, n1: float, k2: float, n2: float, level: float = 0.95) -> Interval:
    """Interval of the difference p1 - p2 of two independent proportions.

    Formula: with Wilson limits l and u of each proportion and d = p1 - p2, the limits are
    d - √((p1 - l1)² + (u2 - p2)²) and d + √((u1 - p1)² + (p2 - l2)²).

    Notes
    -----
    Assumes that the two counts are independent: a group and the rest, never a part and its whole.
    Source: Newcombe (1998), Statist. Med. 17, 873-890, method 10.

    Examples
    --------
    >>> interval = newcombe(56, 70, 48, 80)
    >>> round(interval.lower, 4), round(interval.upper, 4)
    (0.0524, 0.3339)
    """
    found = difference(wilson(k1, n1, level), wilson(k2, n2, level))
    return replace(found, lower=max(-1.0, found.lower), upper=min(1.0, found.upper))


def difference(first: Interval, second: Interval) -> Interval:
    """Interval of the difference of two independent figures, from the interval of each (MOVER).

    Formula: with limits l and u and d = x1 - x2, the limits are d - √((x1 - l1)² + (u2 - x2)²) and
    d + √((u1 - x1)² + (x2 - l2)²): each distance to a limit stands for a standard error, on its own
    side. From Wilson's intervals it is Newcombe's.

    Raises
    ------
    ValueError
        When the two have different levels.

    Notes
    -----
    Source: Zou and Donner (2008), Statist. Med. 27, 1693-1702 (not checked in the paper; checked
    against Newcombe's method 10 in statsmodels, which is its case of two proportions).
    """
    if first.level != second.level:
        raise ValueError("two intervals of different levels have no difference")
    value = first.value - second.value
    down = hypot(first.value - first.lower, second.upper - second.value)
    up = hypot(first.upper - first.value, second.value - second.lower)
    return Interval(value, value - down, value + up, first.level)


def p_difference(k1: float, n1: float, k2: float, n2: float) -> float:
    """Two-sided p-value that two independent proportions are equal.

    Formula: the pooled score test, z = (p1 - p2) / √(p(1-p)(1/n1 + 1/n2)) with p = (k1 + k2)/(n1 +
    n2), whose square is Pearson's chi-squared without continuity correction. Where the smallest
    expected count is below five, Fisher's exact test instead: in a group of six of whom three are
    not linked, the score test is wrong by a factor of three hundred. 1 when the pooled proportion
    is 0 or 1.

    Notes
    -----
    Source of the rule of five: Cochran (1954), Biometrics 10, 417-451 (not checked in the paper).
    """
    _require_counts(k1, n1)
    _require_counts(k2, n2)
    pooled = (k1 + k2) / (n1 + n2)
    variance = pooled * (1 - pooled) * (1 / n1 + 1 / n2)
    if variance <= 0:
        return 1.0
    if min(pooled, 1 - pooled) * min(n1, n2) < _LEAST_EXPECTED:
        return _fisher(*(round(count) for count in (k1, n1, k2, n2)))
    return two_sided((k1 / n1 - k2 / n2) / sqrt(variance))


_LEAST_EXPECTED = 5


def _fisher(k1: int, n1: int, k2: int, n2: int) -> float:
    """Return the chance, given the margins, of a table at most as likely as the one observed."""
    total = k1 + k2
    k = np.arange(max(0, total - n2), min(total, n1) + 1)
    chance = _log_choose(n1, k) + _log_choose(n2, total - k)
    chance = np.exp(chance - chance.max())
    observed = chance[k1 - k[0]]
    return float(chance[chance <= observed * (1 + 1e-7)].sum() / chance.sum())


def _log_choose(n: int, k: NDArray[np.int64]) -> NDArray[np.float64]:
    gammaln = scipy.special.gammaln
    chosen: NDArray[np.float64] = gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)
    return chosen


def risk_ratio(k1: float, n1: float, k2: float, n2: float, level: float = 0.95) -> Interval:
    """Interval of the ratio p1 / p2 of two independent proportions, by its logarithm.

    Formula: exp(ln(p1 / p2) ± z √(1/k1 - 1/n1 + 1/k2 - 1/n2)). Where a success or a failure was
    not seen, half of one is added to every cell.

    Notes
    -----
    Source: Katz, Baptista, Azen and Pike (1978), Biometrics 34, 469-474, method C; the halves as in
    :func:`odds_ratio`. Checked against statsmodels, not in the paper.

    Examples
    --------
    >>> interval = risk_ratio(56, 70, 48, 80)
    >>> round(interval.value, 4), round(interval.lower, 4), round(interval.upper, 4)
    (1.3333, 1.0766, 1.6512)
    """
    k1, n1, k2, n2 = _filled(k1, n1, k2, n2)
    variance = 1 / k1 - 1 / n1 + 1 / k2 - 1 / n2
    return _of_logarithm(log(k1 / n1) - log(k2 / n2), variance, level)


def odds_ratio(k1: float, n1: float, k2: float, n2: float, level: float = 0.95) -> Interval:
    """Interval of the odds ratio of two independent proportions, by its logarithm.

    Formula: with a = k1, b = n1 - k1, c = k2, d = n2 - k2, exp(ln(a d / (b c)) ± z √(1/a + 1/b +
    1/c + 1/d)). Where a cell is empty, half of one is added to each.

    Notes
    -----
    Source: Woolf (1955), Ann. Hum. Genet. 19, 251-253; the halves: Haldane (1956), same journal
    20, 309-311. Checked against statsmodels, not in the papers.

    Examples
    --------
    >>> interval = odds_ratio(56, 70, 48, 80)
    >>> round(interval.value, 4), round(interval.lower, 4), round(interval.upper, 4)
    (2.6667, 1.2762, 5.572)
    """
    k1, n1, k2, n2 = _filled(k1, n1, k2, n2)
    cells = (k1, n1 - k1, k2, n2 - k2)
    odds = log(k1 / (n1 - k1)) - log(k2 / (n2 - k2))
    return _of_logarithm(odds, sum(1 / cell for cell in cells), level)


def _filled(k1: float, n1: float, k2: float, n2: float) -> tuple[float, float, float, float]:
    """Return the counts; with half a one in each of the four cells where one is empty."""
    _require_counts(k1, n1)
    _require_counts(k2, n2)
    if 0 in {k1, n1 - k1, k2, n2 - k2}:
        return k1 + 0.5, n1 + 1, k2 + 0.5, n2 + 1
    return k1, n1, k2, n2


def _of_logarithm(value: float, variance: float, level: float) -> Interval:
    spread = normal_quantile(level) * sqrt(variance)
    return Interval(exp(value), exp(value - spread), exp(value + spread), level)


def standardised(p1: float, p2: float) -> float:
    """Return what a difference of proportions is divided by to be standardised.

    Formula: √((p1 (1 - p1) + p2 (1 - p2)) / 2); no number where both are 0 or 1.

    Notes
    -----
    Source: Austin (2009), Statist. Med. 28, 3083-3107 (not checked in the paper).
    """
    return sqrt((p1 * (1 - p1) + p2 * (1 - p2)) / 2) or nan


def benjamini_hochberg(p_values: Sequence[float], n_tests: int | None = None) -> list[float]:
    """Adjust p-values so that calling those at or under q leaves a false share of at most q.

    Parameters
    ----------
    p_values
        One a test.
    n_tests
        How many tests were made, when some are not shown: each of those counts as a p-value of 1,
        which can only raise the others.

    Notes
    -----
    Formula: with p_(i) the i-th smallest of N, the least of N p_(j) / j over all j >= i.
    Source: Benjamini and Hochberg (1995), J. R. Statist. Soc. B 57, 289-300.
    """
    hidden = max(0, (n_tests or 0) - len(p_values))
    tests = np.array([*p_values, *[1.0] * hidden])
    order = np.argsort(tests)
    raised = tests[order] * (len(tests) / np.arange(1, len(tests) + 1))
    adjusted = np.empty_like(tests)
    adjusted[order] = np.minimum(np.minimum.accumulate(raised[::-1])[::-1], 1)
    return [float(value) for value in adjusted[: len(p_values)]]


def two_sided(z: float) -> float:
    """Return how likely a standard normal variable lies at least as far from 0 as ``z``."""
    return erfc(abs(z) / sqrt(2))


def p_of_limit(value: float, limit: float, level: float) -> float:
    """Return the two-sided p-value that a figure is 0, from its limit on the side of 0.

    *Formula*: with z of the level, two-sided normal of z |x| / |x - l|: at most 1 - level exactly
    where the interval leaves out 0.
    """
    if value == 0:
        return 1.0
    if value == limit:
        return 0.0
    return two_sided(abs(value) / abs(value - limit) * normal_quantile(level))


def normal_quantile(level: float) -> float:
    """Return how many standard errors an interval of ``level`` reaches to either side."""
    if not 0 < level < 1:
        raise ValueError("a confidence level lies between 0 and 1")
    return NormalDist().inv_cdf((1 + level) / 2)


def _require_counts(k: float, n: float) -> None:
    if not 0 <= k <= n or n <= 0:
        raise ValueError("a proportion needs 0 <= k <= n and n > 0")
