"""Have counts changed by more than chance: tests of two distributions over the same bins.

Each gives the logarithm of its p-value, since what has changed much has one too small to be held,
and a size by which a change that is sure may still be too small to matter.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy  # its parts are loaded when they are first used

Counts = npt.NDArray[np.float64]

PSI_FLOOR = 0.02
"""A population stability index below this does not matter, however sure it is."""

RANK_FLOOR = 0.04
"""So far from one half does the chance to be the larger lie where an index of 0.02 comes of a
normal shift: d = sqrt(0.02), and Phi(d / sqrt(2)) = 0.54."""

LEAST_EXPECTED = 5.0
MOST_BINS = 20
_SHIFTED = 0.5


@dataclass(frozen=True)
class Shift:
    """How sure a change is, the logarithm of p, and how large; its sign says which way."""

    log_p: float
    size: float
    matters: bool

    @classmethod
    def none(cls) -> "Shift":
        """Return no change at all."""
        return cls(0.0, 0.0, matters=False)


def stability_index(before: Counts, now: Counts) -> float:
    """Return the population stability index, sum of (p - q) log(p / q), of two sets of counts.

    Half a record is added to every bin, so that an empty one is not infinitely far.
    """
    p, q = ((each + _SHIFTED) / (each.sum() + _SHIFTED * len(each)) for each in (before, now))
    return float(((p - q) * np.log(p / q)).sum())


def distribution_shift(before: Counts, now: Counts) -> Shift:
    """Test whether two sets of counts over bins are of one distribution.

    Formula: PSI / (1/N + 1/M) is about chi-squared with one degree less than there are bins
    (methods, part 8). Where bins hold few that runs ahead of chance, up to fivefold at 1e-5, and
    where N and M differ Pearson's statistic does: the larger of the two p-values is taken.
    """
    n, m = before.sum(), now.sum()
    if len(before) < 2 or not n or not m:
        return Shift.none()
    index = stability_index(before, now)
    expected = [(before + now) * (total / (n + m)) for total in (n, m)]
    pearson = sum(
        float((np.square(seen - e) / np.maximum(e, 1e-300)).sum())
        for seen, e in zip((before, now), expected, strict=True)
    )
    statistic = min(index / (1 / n + 1 / m), pearson)
    log_p = float(scipy.stats.chi2.logsf(statistic, len(before) - 1))
    return Shift(log_p, index, index >= PSI_FLOOR)


def rate_shift(before: Counts, now: Counts) -> Shift:
    """Test a change of a rate: counts of those who have it, and of those who have not.

    Both sides have to expect :data:`LEAST_EXPECTED` of the rarer in the smaller of the two.
    """
    if _expected(before, now).min() < LEAST_EXPECTED:
        return Shift.none()
    found = distribution_shift(before, now)
    rose = now[0] / now.sum() >= before[0] / before.sum()
    return Shift(found.log_p, found.size if rose else -found.size, found.matters)


def rank_shift(before: Counts, now: Counts) -> Shift:
    """Test whether values in ordered bins have become larger or smaller.

    Formula: Mann and Whitney's U from counts, its variance corrected for ties. It is exact whatever
    the distribution, and finds a shift of all values with fewer records than an index of bins.
    """
    n, m = before.sum(), now.sum()
    if n * m == 0:
        return Shift.none()
    below = np.cumsum(before) - before
    u = float((now * (below + before / 2)).sum())
    ties, every = before + now, n + m
    variance = n * m / 12 * (every + 1 - float((ties**3 - ties).sum()) / (every * (every - 1)))
    if variance <= 0:
        return Shift.none()
    log_p = float(np.log(2) + scipy.stats.norm.logsf(abs(u - n * m / 2) / np.sqrt(variance)))
    size = u / (n * m) - 0.5
    return Shift(min(log_p, 0.0), size, abs(size) >= RANK_FLOOR)


def by_size(before: Counts, now: Counts) -> list[list[int]]:
    """Return which bins stand together: those that expect few are one, and no more than twenty."""
    expected = _expected(before, now)
    order = np.argsort(-(before + now), kind="stable")
    large = [int(at) for at in order if expected[at] >= LEAST_EXPECTED][: MOST_BINS - 1]
    rest = [int(at) for at in order if int(at) not in set(large)]
    if not rest:
        return [[at] for at in large]
    if expected[rest].sum() >= LEAST_EXPECTED or not large:
        return [*([at] for at in large), rest]
    return [*([at] for at in large[:-1]), [large[-1], *rest]]


def in_order(before: Counts, now: Counts) -> list[list[int]]:
    """Return which neighbouring bins stand together: each expects enough, some twenty in all."""
    expected = _expected(before, now)
    least = max(LEAST_EXPECTED, expected.sum() / MOST_BINS)
    together: list[list[int]] = [[]]
    for at in range(len(expected)):
        together[-1].append(at)
        if expected[together[-1]].sum() >= least:
            together.append([])
    last = together.pop()
    if together:
        together[-1] += last
    return together or [last]


def merged(counts: Counts, together: Sequence[Sequence[int]]) -> Counts:
    """Return the counts of bins that stand together."""
    return np.array([counts[list(bins)].sum() for bins in together])


def _expected(before: Counts, now: Counts) -> Counts:
    """Return how many each bin expects in the smaller of the two, if they are alike."""
    n, m = before.sum(), now.sum()
    found: Counts = (before + now) * (min(n, m) / max(n + m, 1.0))
    return found


def holm(log_p: Sequence[float], level: float) -> float:
    """Return the logarithm of the p-value from which on none is significant (Holm 1979).

    With it the chance of any false finding among all tests is at most ``level``, however they
    depend on each other.
    """
    ordered = np.sort(np.asarray(log_p, np.float64))
    limits = np.log(level) - np.log(np.arange(len(ordered), 0, -1))
    failing = np.flatnonzero(ordered > limits)
    if not len(ordered):
        return -np.inf
    return float(limits[failing[0]] if len(failing) else limits[-1])
