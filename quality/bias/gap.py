"""Gaps before and after all of a run are seen together: tests, findings, and what they miss."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Final

import pyarrow as pa

from linkage.model.normalise import Reals
from linkage.tables import ESTIMATES, Table
from quality import measures
from quality.estimate import Estimate, from_table, revised, to_table
from quality.percentiles import percentiles
from quality.proportion import Interval, benjamini_hochberg, p_of_limit

GAPS = Table(
    "gaps",
    "measured gap, before all tests of the run are seen together",
    ESTIMATES.key,
    {**ESTIMATES.columns, "p": pa.float64(), "immaterial": pa.bool_(), "spread": pa.float64()},
)
"""Gaps in what was measured, with their own p-values: never leaves the restricted half."""

POWER = 0.8


@dataclass(frozen=True)
class Gap:
    """A gap with its p-value, before all gaps of the run are seen together.

    ``p`` is None where the gap is held back; ``immaterial`` where it is surely too small to matter.
    ``spread`` is the standard error of a gap that a review measured.
    """

    row: Estimate
    p: float | None
    immaterial: bool
    spread: float | None = None


def settled(gaps: Sequence[Gap], q: float) -> list[Estimate]:
    """Return the rows of gaps, their p-values adjusted together, with what each gap shows.

    A gap that is held back counts as a test, with a p-value of 1: the others then say nothing of
    it. Gaps that a review measured have the smallest gap that it would find beside them.
    """
    shown = benjamini_hochberg([gap.p for gap in gaps if gap.p is not None], len(gaps))
    found = iter(shown)
    rows = []
    for gap in gaps:
        row = revised(gap.row, n_tests=len(gaps))
        if gap.p is not None:
            p = next(found)
            row = revised(row, p_adjusted=p, finding=_finding(gap, p <= q))
            if row.status == "too_few_to_tell" and is_clear(row, q):
                row = revised(row, status="ok")
        rows.append(row)
    return [*rows, *_detectable(gaps, q, sum(p <= q for p in shown))]


def is_clear(gap: Estimate, q: float) -> bool:
    """Say whether a settled gap is told apart and leaves out zero: a finding, however wide."""
    lower, upper = gap.lower or 0.0, gap.upper or 0.0
    told_apart = gap.p_adjusted is not None and gap.p_adjusted <= q
    return told_apart and (lower > 0 or upper < 0)


def with_clear_gaps(
    rows: Iterable[Estimate], gaps: Iterable[Estimate], q: float
) -> Iterator[Estimate]:
    """Yield the rows; another form of a clear gap is no more too few to tell than the gap is.

    ``gaps`` are settled; ``q`` is the level that they were called by.
    """
    clear = {_same(row, row.measure) for row in gaps if is_clear(row, q)}
    for row in rows:
        gap = _GAP_OF.get(row.measure)
        wide = row.status == "too_few_to_tell" and gap is not None
        yield revised(row, status="ok") if wide and _same(row, gap) in clear else row


def _same(row: Estimate, measure: str | None) -> tuple[str | None, ...]:
    return measure, row.source, row.other, row.characteristic, row.group, row.reference


_GAP_OF: Final[Mapping[str, str]] = {
    measures.comparison(of, form, rest=rest): measures.comparison(
        measures.RECALL if of == measures.MISSED_MATCH_RATE else of, measures.GAP, rest=rest
    )
    for of in measures.COMPARED
    for form in (measures.RATIO, measures.ODDS_RATIO, measures.STANDARDISED_GAP)
    for rest in (False, True)
}


def _finding(gap: Gap, told_apart: bool) -> str:
    if gap.immaterial:
        return measures.NO_MATERIAL_GAP
    if not told_apart:
        return measures.NOT_TOLD_APART
    return measures.LOWER if (gap.row.estimate or 0) < 0 else measures.HIGHER


def _detectable(gaps: Sequence[Gap], q: float, n_called: int) -> Iterator[Estimate]:
    """Yield the smallest gap that a review would find with a power of 80 %, for each it measured.

    *Formula*: (z_(1 - a/2) + z_.8) SE, with SE the standard error of the gap that was measured and
    a = q (R + 1) / N: the p-value that one more of the N gaps would have to meet, beside the R that
    were told apart (Benjamini and Hochberg 1995; see docs/explanation/group-gaps.md).
    """
    normal = NormalDist()
    for gap in gaps:
        if gap.spread is not None and gap.p is not None:
            used = q * min(n_called + 1, len(gaps)) / len(gaps)
            reach = normal.inv_cdf(1 - used / 2) + normal.inv_cdf(POWER)
            yield revised(
                gap.row,
                measure=measures.DETECTABLE_GAP,
                variable=gap.row.measure,
                estimate=reach * gap.spread,
                lower=None,
                upper=None,
                level=None,
                interval_covers=None,
                n_tests=len(gaps),
                status="ok",
                assumptions=(_DETECTABLE.format(used=used),),
            )


_DETECTABLE = (
    "found in four of five reviews like this one, where a p-value under {used:.2g} tells one more "
    "gap of this run apart"
)


def from_draws(row: Estimate, drawn: Reals, level: float, material_gap: float) -> Gap:
    """Return the gap of a row that has its figure, from draws (draws,) of the same difference.

    *Formula*: the limits are percentiles. With c the median of the draws and l the limit on the
    side of zero, p is two-sided normal of z = |c| / |c - l| times the z of the level: at most
    1 - level where the interval leaves out zero, and not bounded by the number of draws.
    """
    value, tail = row.estimate or 0.0, (1 - level) / 2
    lower, upper, centre = percentiles(drawn, (tail, 1 - tail, 0.5))
    interval = _holding(value, lower, upper, level)
    return Gap(
        revised(row, lower=interval.lower, upper=interval.upper, level=level),
        p_of_limit(centre, lower if centre > 0 else upper, level),
        inside(interval, material_gap),
        float(drawn.std()) if row.method == measures.REVIEW else None,
    )


def around(value: float, drawn: Reals, level: float) -> Interval:
    """Return the interval between percentiles of the draws, wide enough to hold the figure."""
    tail = (1 - level) / 2
    lower, upper = percentiles(drawn, (tail, 1 - tail))
    return _holding(value, lower, upper, level)


def _holding(value: float, lower: float, upper: float, level: float) -> Interval:
    return Interval(value, min(lower, value), max(upper, value), level)


def inside(interval: Interval, limit: float) -> bool:
    """Say whether an interval lies between minus ``limit`` and ``limit``."""
    return -limit < interval.lower and interval.upper < limit


def gaps_table(gaps: Sequence[Gap]) -> pa.Table:
    """Return gaps as the table of their contract."""
    ordered = sorted(gaps, key=_place)
    table = to_table(gap.row for gap in ordered)
    own = {name: [getattr(gap, name) for gap in ordered] for name in _OWN}
    for name, values in own.items():
        table = table.append_column(name, pa.array(values, GAPS.columns[name]))
    return table


def gaps_of(table: pa.Table) -> list[Gap]:
    """Return the rows of the table as gaps; the inverse of :func:`gaps_table`."""
    own = (table[name].to_pylist() for name in _OWN)
    return [Gap(row, *rest) for row, *rest in zip(from_table(table), *own, strict=True)]


_OWN = ("p", "immaterial", "spread")


def _place(gap: Gap) -> tuple[str, ...]:
    return tuple(getattr(gap.row, name) or "" for name in ESTIMATES.key)
