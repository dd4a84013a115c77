"""How much one figure changed between two runs, and whether that is more than noise."""

from math import hypot, sqrt

from quality import measures
from quality.estimate import Estimate
from quality.proportion import Interval, difference, normal_quantile

_OF_ROUNDED_COUNTS = frozenset({measures.WILSON, measures.NEWCOMBE})
_TOLD = frozenset({"A", "B"})


def has_noise(row: Estimate) -> bool:
    """Say whether a figure has an interval that says how far chance may have moved it.

    Counts have none, and the range of models is of something else.
    """
    given = None not in {row.estimate, row.lower, row.upper, row.level}
    return given and row.grade in _TOLD


def change(before: Interval, after: Interval, level: float) -> Interval:
    """Interval of what ``after`` is more than ``before``: both as if of independent samples.

    Formula: see :func:`quality.proportion.difference` (MOVER), each interval first brought to
    ``level``. With a correlation r between the two, the variance is V1 + V2 - 2 r √(V1 V2): the
    same records in both runs make r positive, so that this interval is then too wide and never
    too narrow.
    """
    return difference(at_level(after, level), at_level(before, level))


def at_level(interval: Interval, level: float) -> Interval:
    """Return the interval at another level, each distance to a limit taken for a normal one's.

    Formula: x ± (distance) z(level) / z(its own level).
    """
    if interval.level == level:
        return interval
    scale = normal_quantile(level) / normal_quantile(interval.level)
    down, up = interval.value - interval.lower, interval.upper - interval.value
    return Interval(
        interval.value, interval.value - scale * down, interval.value + scale * up, level
    )


def interval_of(row: Estimate, base: int, n_reference: int | None = None) -> Interval:
    """Return the interval of a figure, wide enough for the rounding of the counts it is made of.

    Formula: with s the standard error of the rounding, each distance d becomes √(d² + (z s)²).
    A count rounded to ``base`` is off by anything up to half of it: by base / √12 on average. Of
    p = k / n that makes s = base √((1 + p²) / 12) / n, by the delta method; of a gap, the squares
    of both groups' are added, with 1 for p, which is as large as it gets.

    Parameters
    ----------
    base
        What counts were rounded to; 1 for counts as they are.
    n_reference
        How many records the group has with which the row's is compared.
    """
    value, lower, upper, level = row.estimate, row.lower, row.upper, row.level
    if value is None or lower is None or upper is None or level is None:
        raise ValueError("a figure without an interval has no noise to be told")
    s = _rounding(row, value, base, n_reference) * normal_quantile(level)
    return Interval(value, value - hypot(value - lower, s), value + hypot(upper - value, s), level)


def _rounding(row: Estimate, value: float, base: int, n_reference: int | None) -> float:
    if row.method not in _OF_ROUNDED_COUNTS or base == 1 or not row.n_records:
        return 0.0
    of_gap = row.reference is not None
    p = 1.0 if of_gap else value
    one = base * sqrt((1 + p * p) / 12)
    other = n_reference if of_gap else None
    return hypot(one / row.n_records, one / other if other else 0.0)
