"""Rates known of every record, from truth or a review of all: counts of people, told in bands.

False links, missed matches, and people that the other source does not hold are then counts of
people, and as many as the threshold must look alike. The rate of error is told as a band at least
that wide, and figure and limits are made of the band alone: nothing finer goes into them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil, floor, log2
from types import MappingProxyType
from typing import NamedTuple

from linkage.config.schema import Disclosure
from quality import measures
from quality.estimate import Estimate, revised
from quality.proportion import Interval, wilson

_BANDS = 1000
"""0 to 1 is cut into no more bands than this: rates are printed to three decimals."""

ERRORS = frozenset({measures.FALSE_LINK_RATE, measures.MISSED_MATCH_RATE, *measures.LOSSES})
SHARES = frozenset(
    {
        *(measures.PRECISION, measures.RECALL, measures.COVERAGE, measures.BLOCKING_RECALL),
        *(measures.PRECISION_COMMON, measures.RECALL_COMMON, measures.RECALL_IN_BLOCKS),
        *ERRORS,
    }
)
"""Measured shares that are counts in other words where every record is known."""


def is_known(row: Estimate) -> bool:
    """Say whether a row was measured of every record that it speaks of."""
    if row.method in {measures.TRUTH, measures.IMPOSSIBLE_LINKS}:
        return True
    of_all = row.n_reviewed is not None and row.n_reviewed >= (row.n_records or 0)
    return row.method == measures.REVIEW and of_all


FAMILIES = {
    **dict.fromkeys((measures.PRECISION, measures.FALSE_LINK_RATE), measures.PRECISION),
    **dict.fromkeys(
        (measures.RECALL, measures.MISSED_MATCH_RATE, measures.BLOCKING_RECALL, *measures.LOSSES),
        measures.RECALL,
    ),
    measures.COVERAGE: measures.COVERAGE,
}
"""Rates whose bands are equally wide: what the stages lost adds up to the missed matches."""


class Banded(NamedTuple):
    """What bands are of: a family of rates, by method, of a group or of everyone outside it."""

    family: str
    method: str
    source: str | None
    other: str | None
    characteristic: str | None
    group: str | None
    rest: bool = False


Widths = Mapping[Banded, int]
"""How many times as wide as the threshold bands have to be; once where nothing is said."""
NOTHING_WIDER: Widths = MappingProxyType({})
NO_BAND = 2**62
"""So many times as wide as the threshold that no rate has two bands: it is held back."""


def width_of(widths: Widths, row: Estimate, *, rest: bool = False) -> int:
    """Return how many times as wide the bands of a row's rate have to be."""
    family = FAMILIES.get(row.measure, row.measure)
    place = (row.source, row.other, row.characteristic, row.group)
    return widths.get(Banded(family, row.method, *place, rest), 1)


def banded_of(row: Estimate) -> Banded:
    """Return what the band of a row's rate is of."""
    place = (row.source, row.other, row.characteristic, row.group)
    return Banded(FAMILIES[row.measure], row.method, *place)


def in_error(row: Estimate) -> int:
    """Return how many are in error: links, matches or records."""
    n, share = row.n_records or 0, row.estimate or 0.0
    return round(n * (share if row.measure in ERRORS else 1 - share))


@dataclass(frozen=True)
class Band:
    """A band of the rate of error: ``at`` of ``of`` equal ones, counted from no error.

    ``size`` is the number of people that limits rest on, at most as many as are known to be there.
    """

    at: int
    of: int
    size: float

    def counts(self, n: int) -> tuple[int, int]:
        """Return the least and the greatest number in error of ``n`` that the band tells."""
        high = n if self.at == self.of - 1 else ceil((self.at + 1) * n / self.of) - 1
        return ceil(self.at * n / self.of), high

    @property
    def is_end(self) -> bool:
        """Say whether those in error, or those who are not, may be fewer than the threshold."""
        return self.at in {0, self.of - 1}

    def errors(self, level: float) -> Interval:
        """Return the middle of the band; limits are Wilson's of its two edges."""
        low, high = self.at / self.of, (self.at + 1) / self.of
        lower = wilson(low * self.size, self.size, level).lower
        upper = wilson(high * self.size, self.size, level).upper
        value = round((low + high) / 2, 3) or (low + high) / 2
        return Interval(value, floor(lower * 1e3) / 1e3, ceil(upper * 1e3) / 1e3, level)


def band_of(error: float, n: int, of: "Of", threshold: int, design: float = 1.0) -> Band | None:
    """Return the band of a rate of error; None where there are too few to cut into two.

    *Formula*: with t the threshold, or as many times it as bands have to be wide, and N the
    published number of records, size = N - t (floor((N - n) / t) + 1), at most n; bands =
    floor(size / t), so that each holds t counts or more. Size then says in which t numbers N - n
    lies. Where the number of links is held back not even that is
    told: size is N / 2, and a rate of fewer has no band.

    Parameters
    ----------
    error, n
        The rate of error and how many it is a share of: links, matches or records.
    of
        The published number of records, and whether that of links is held back.
    design
        How many observations say as much as one in a simple sample: where errors come in clusters.
    """
    width = threshold * of.wider
    size = of.records - width * (max(of.records - n, 0) // width + 1)
    if of.hidden:
        size = of.records // 2 if n >= of.records // 2 else 0
    bands = min(size // width, _BANDS)
    if bands < 2:
        return None
    at = min(floor(error * bands + 1e-9), bands - 1)
    return Band(at, bands, size / design)


@dataclass(frozen=True)
class Of:
    """How many records a group has, as published, and whether its count of links is held back.

    ``wider`` is how many times as wide its bands have to be: see
    :mod:`quality.release.band_widths`.
    """

    records: int
    hidden: bool = False
    wider: int = 1


def band_of_row(row: Estimate, of: Of, rules: Disclosure) -> Band | None:
    """Return the band of the rate of error that a row of a share gives."""
    value, n = row.estimate or 0.0, row.n_records or 0
    error = value if row.measure in ERRORS else 1 - value
    return band_of(error, n, of, rules.threshold, _design(row)) if n else None


def in_band(row: Estimate, band: Band) -> Estimate:
    """Return the row of a share with the figure and the limits of its band.

    Of a rate that is a floor, which has no upper limit, that is the edge of least error.
    """
    if row.upper is None:
        edge = floor(1e3 * band.at / band.of) / 1e3
        return revised(row, estimate=edge, lower=edge)
    interval = band.errors(row.level or 0.95)
    if row.measure not in ERRORS:
        interval = complement(interval)
    return revised(row, estimate=interval.value, lower=interval.lower, upper=interval.upper)


def complement(interval: Interval) -> Interval:
    """Return the interval of one less the figure."""
    ends = (interval.value, interval.upper, interval.lower)
    value, lower, upper = (round(1 - each, 10) for each in ends)
    return Interval(value, lower, upper, interval.level)


def split(missed: float, bands: Mapping[str, Band]) -> dict[str, float]:
    """Return what each stage lost, so that all add up to the missed matches as they are told.

    *Formula*: the lower edge of each stage's band, and an equal part of what is then left of the
    missed matches: between half a band and two and a half, so that no stage leaves its band. To
    three decimals; the largest loss takes what rounding leaves over.
    """
    edges = {name: band.at / band.of for name, band in bands.items()}
    left = (missed - sum(edges.values())) / len(edges)
    lost = {name: round(edge + left, 3) for name, edge in edges.items()}
    most = max(lost, key=lambda name: edges[name])
    lost[most] = round(lost[most] + missed - sum(lost.values()), 10)
    return lost


def _design(row: Estimate) -> float:
    """Return how much wider than a simple sample's the limits are, squared, as a power of two.

    That is 1 but where truth is of pairs that come in clusters: links of one record each do not.
    """
    if row.method != measures.TRUTH:
        return 1.0
    n, value = row.n_records or 0, row.estimate
    if not n or value is None or row.lower is None or row.upper is None or row.level is None:
        return 1.0
    simple = wilson(min(value, 1.0) * n, n, row.level).half_width
    wider: float = ((row.upper - row.lower) / 2 / simple) ** 2
    return float(2 ** ceil(log2(wider))) if wider > 1.25 else 1.0
