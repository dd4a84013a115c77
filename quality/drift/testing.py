"""Every test of a source's records against earlier ones, and which of all of them are found."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from quality.drift.charts import Series, Spread, chart_shift, slow_shift, spread_of
from quality.drift.counting import Bins, Cell, Counted, Key
from quality.drift.limits import (
    Counts,
    Shift,
    by_size,
    distribution_shift,
    holm,
    in_order,
    merged,
    rank_shift,
    rate_shift,
)
from quality.drift.statistics import KINDS, MISSING, PRESENT, YES

LEVEL = 0.01
"""The chance, of a batch in which nothing has changed, that anything at all is found changed."""

LEAST_RECORDS = 20
"""Groups of fewer, before or now, are not tested: no test could find anything."""

How = Literal["distribution", "ranks", "rate", "chart", "slow"]


@dataclass(frozen=True)
class Test:
    """What one test says of one statistic of one group of a source."""

    source: str
    key: Key
    how: How
    shift: Shift

    @property
    def cell(self) -> Cell:
        """The group it is of."""
        return self.key[2], self.key[3]


@dataclass(frozen=True)
class Earlier:
    """What a source's records are set against.

    Parameters
    ----------
    counted
        Those of the last batch without an alarm.
    series
        By statistic and group, how many of how many had it in all such batches.
    """

    counted: Counted
    series: Mapping[Key, Series]


def tests_of(source: str, earlier: Earlier, now: Counted) -> Iterator[Test]:
    """Yield every test of a source: of each statistic, in all records and in each group."""
    spreads = _spreads(earlier.series)
    for key, bins in now.bins.items():
        before = earlier.counted.bins.get(key, {})
        if min(sum(bins.values()), sum(before.values())) < LEAST_RECORDS:
            continue
        series = earlier.series.get(key)
        if series is not None and series.is_told(sum(bins.values())):
            k, n = of_rate(key, bins)
            spread = spreads[key[:3]]
            yield Test(source, key, "chart", chart_shift(series, k, n, spread))
            yield Test(source, key, "slow", slow_shift(series, k, n, spread))
        else:
            for how, shift in shifts(key, before, bins):
                yield Test(source, key, how, shift)


def shifts(
    key: Key, before: Mapping[str, float], now: Mapping[str, float]
) -> Iterator[tuple[How, Shift]]:
    """Yield the tests that a statistic has, of two sets of counts."""
    kind = KINDS[key[0]]
    if kind == "rate":
        yes, other = (np.array([k, n - k]) for k, n in (of_rate(key, b) for b in (before, now)))
        yield "rate", rate_shift(yes, other)
        return
    labels = sorted({*before, *now}, key=int if kind == "ordered" else None)
    old, new = _counts(labels, before), _counts(labels, now)
    together = in_order(old, new) if kind == "ordered" else by_size(old, new)
    yield "distribution", distribution_shift(merged(old, together), merged(new, together))
    if kind == "ordered":
        yield "ranks", rank_shift(old, new)


def rates_of(counted: Counted) -> dict[Key, tuple[float, float]]:
    """Return how many of how many have it, of every rate."""
    every = counted.bins.items()
    return {key: of_rate(key, bins) for key, bins in every if KINDS[key[0]] == "rate"}


def of_rate(key: Key, bins: Mapping[str, float]) -> tuple[float, float]:
    """Return how many of how many have what a rate counts."""
    n = float(sum(bins.values()))
    return (n - bins.get(PRESENT, 0) if key[0] == MISSING else bins.get(YES, 0)), n


def found(tests: Sequence[Test], level: float = LEVEL) -> tuple[list[Test], float]:
    """Return the tests that are significant among all and matter, surest first, and their limit.

    The limit is the logarithm of the largest p-value that is significant (Holm).
    """
    limit = holm([each.shift.log_p for each in tests], level)
    sure = [each for each in tests if each.shift.log_p <= limit and each.shift.matters]
    return sorted(sure, key=lambda each: each.shift.log_p), limit


def _counts(labels: Sequence[str], bins: Bins | Mapping[str, float]) -> Counts:
    return np.array([float(bins.get(label, 0)) for label in labels])


def _spreads(series: Mapping[Key, Series]) -> dict[tuple[str, str | None, str | None], Spread]:
    """Return how much batches differ, by statistic and characteristic: its groups are disjoint."""
    together: dict[tuple[str, str | None, str | None], list[Series]] = {}
    for key, each in series.items():
        together.setdefault(key[:3], []).append(each)
    return {place: spread_of(each) for place, each in together.items()}
