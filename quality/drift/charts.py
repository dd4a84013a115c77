"""A rate against its own series: Laney's p'-chart, and a chart that adds up what is slow.

Batches differ by more than chance does within one: recruitment, offices, seasons. From eight quiet
batches on, how much more is read off the series itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy  # its parts are loaded when they are first used

from quality.drift.limits import LEAST_EXPECTED, PSI_FLOOR, Shift

Reals = npt.NDArray[np.float64]

LEAST_BATCHES = 8
SLOWNESS = 0.2
_D2 = 1.128
"""The mean range of two standard normal values, 2 / sqrt(pi)."""


@dataclass(frozen=True)
class Series:
    """How many of how many had something in each quiet batch, oldest first: (T,) each."""

    k: Reals
    n: Reals

    @property
    def mean(self) -> float:
        """The rate of all batches together."""
        return float(self.k.sum() / self.n.sum())

    @property
    def scores(self) -> Reals:
        """How far each batch lies from the mean, in its binomial standard errors."""
        p = self.mean
        found: Reals = (self.k / self.n - p) / np.sqrt(p * (1 - p) / self.n)
        return found

    def is_told(self, n: float) -> bool:
        """Are there batches enough, and enough to expect among ``n`` records?"""
        p = self.mean
        return len(self.n) >= LEAST_BATCHES and n * min(p, 1 - p) >= LEAST_EXPECTED


@dataclass(frozen=True)
class Spread:
    """How many binomial standard errors batches differ by, and with how many degrees of freedom."""

    sigma: float
    freedom: float


def spread_of(series: Sequence[Series]) -> Spread:
    """Return Laney's sigma_z of several disjoint groups: the mean moving range over 1.128.

    It is never taken for less than 1. A mean of moving ranges is worth 0.9 degrees of freedom each.
    """
    ranges = [np.abs(np.diff(each.scores)) for each in series if 0 < each.mean < 1]
    every = np.concatenate(ranges) if ranges else np.zeros(0)
    if not len(every):
        return Spread(1.0, 1.0)
    return Spread(max(float(every.mean()) / _D2, 1.0), max(0.9 * len(every), 1.0))


def chart_shift(series: Series, k: float, n: float, spread: Spread) -> Shift:
    """Test whether a batch lies outside of what the series says (Laney 2002).

    Formula: z = (k/n - p) / (sigma_z sqrt(p (1 - p) (1/n + 1/N))), p and N of the whole series.
    """
    p = series.mean
    error = spread.sigma * np.sqrt(p * (1 - p) * (1 / n + 1 / series.n.sum()))
    return _shift(p, k / n, (k / n - p) / error, spread)


def slow_shift(series: Series, k: float, n: float, spread: Spread) -> Shift:
    """Test whether the last batches together lie outside, weighing each 0.8 of the one after it.

    Formula: E_t = 0.2 z_t + 0.8 E_(t-1), Var E_t = 0.2 / 1.8 (1 - 0.8^(2t)).
    """
    whole = Series(np.append(series.k, k), np.append(series.n, n))
    keep = 1 - SLOWNESS
    weights = SLOWNESS * keep ** np.arange(len(whole.n))[::-1]
    variance = SLOWNESS / (2 - SLOWNESS) * (1 - keep ** (2 * len(whole.n)))
    z = float((weights * whole.scores).sum()) / (spread.sigma * np.sqrt(variance))
    level = float((weights * whole.k / whole.n).sum() / weights.sum())
    return _shift(whole.mean, level, z, spread)


def _shift(before: float, now: float, z: float, spread: Spread) -> Shift:
    log_p = float(np.log(2) + scipy.stats.t.logsf(abs(z), spread.freedom))
    p, q = (np.clip(each, 1e-6, 1 - 1e-6) for each in (before, now))
    index = float((p - q) * (np.log(p / q) - np.log((1 - p) / (1 - q))))
    return Shift(min(log_p, 0.0), index if z >= 0 else -index, index >= PSI_FLOOR)
