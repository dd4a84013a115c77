"""What is true of the links of a population: rates of a run whose truth is known, as they leave.

Where truth is known of every record, rates of error are counts in other words, and leave in bands.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from benchmarks.disclosure.facts import (
    BLOCKED_OUT,
    CROSS,
    ELSEWHERE,
    MATCHES,
    RIGHT,
    TRUE,
    UNDER_THRESHOLD,
)
from benchmarks.disclosure.released import Counted, Key, Place, Printed
from benchmarks.disclosure.shapes import SOURCE
from linkage.config.group_names import UNKNOWN
from linkage.config.schema import Disclosure
from quality import measures
from quality.bias.group_rates import Settings
from quality.estimate import Estimate, revised
from quality.groupings import Grouping
from quality.proportion import Interval, wilson
from quality.release.agreeing import agreeing
from quality.release.band_widths import band_widths
from quality.release.error_rates import released_error_rates
from quality.release.measured_rates import Rates, rates_of
from quality.release.overlaps import Overlap
from quality.tally import Tally

SETTINGS = Settings(0.95, 0.05)

_LOST = {
    measures.BLOCKING_LOSS: BLOCKED_OUT,
    measures.THRESHOLD_LOSS: UNDER_THRESHOLD,
    measures.ASSIGNMENT_LOSS: ELSEWHERE,
}
_REST = {
    rate: measures.comparison(rate, measures.GAP, rest=True)
    for rate in (
        measures.PRECISION,
        measures.RECALL,
        measures.COVERAGE,
        measures.BLOCKING_RECALL,
    )
} | dict(zip(measures.LOSSES, measures.STAGE_GAPS_REST, strict=True))


@dataclass(frozen=True)
class Counts:
    """Records of a place, those linked, and by the words of ``facts`` what is true of them."""

    records: int
    linked: int
    true: Mapping[str, int]

    def share(self, rate: str) -> tuple[int, int]:
        """Return a rate as the part and the whole."""
        true = self.true
        if rate == measures.PRECISION:
            return true[RIGHT], self.linked
        if rate == measures.COVERAGE:
            return true[MATCHES], self.records
        if rate == measures.RECALL:
            return true[RIGHT], true[MATCHES]
        if rate == measures.BLOCKING_RECALL:
            return true[MATCHES] - true[BLOCKED_OUT], true[MATCHES]
        return true[_LOST[rate]], true[MATCHES]

    def without(self, other: "Counts") -> "Counts":
        """Return the counts of everyone else."""
        rest = {name: n - other.true[name] for name, n in self.true.items()}
        return Counts(self.records - other.records, self.linked - other.linked, rest)


def with_truth(records: pl.DataFrame, other: str, seed: int) -> pl.DataFrame:
    """Return records with what is true of them: a column for each of the words, one if it is so."""
    rng = np.random.default_rng([10, seed])
    linked, n = records[f"linked_{other}"].to_numpy(), records.height
    right = linked & (rng.random(n) >= rng.choice([0.003, 0.02, 0.1]))
    matched = right | (rng.random(n) < rng.choice([0.05, 0.3, 0.6]))
    elsewhere = matched & linked & ~right
    unfound = matched & ~linked
    blocked_out = unfound & (rng.random(n) < rng.choice([0.1, 0.5]))
    found = {
        MATCHES: matched,
        RIGHT: right,
        BLOCKED_OUT: blocked_out,
        UNDER_THRESHOLD: unfound & ~blocked_out,
        ELSEWHERE: elsewhere,
    }
    return records.with_columns(**{name: pl.Series(column) for name, column in found.items()})


def true_counts(
    records: pl.DataFrame, other: str, groupings: Iterable[Grouping]
) -> dict[tuple[str | None, str | None], Counts]:
    """Return the counts of all records, and by characteristic and group."""
    sums = [
        pl.len().alias("records"),
        pl.col(f"linked_{other}").sum().alias("linked"),
        *(pl.col(name).sum() for name in TRUE),
    ]
    found: dict[tuple[str | None, str | None], Counts] = {
        (None, None): _counts(records.select(sums).row(0, named=True))
    }
    for grouping in groupings:
        names = [f"group_{name}" for name in grouping.characteristics]
        cells = records.with_columns(pl.col(names).fill_null(UNKNOWN)).group_by(names).agg(sums)
        for row in cells.iter_rows(named=True):
            group = CROSS.join(row[name] for name in names)
            found[grouping.name, group] = _counts(row)
    return found


def _counts(row: Mapping[str, int]) -> Counts:
    return Counts(row["records"], row["linked"], {name: row[name] for name in TRUE})


def exact_rates(
    counts: Mapping[tuple[str | None, str | None], Counts], other: str
) -> tuple[list[Estimate], list[Estimate]]:
    """Return the exact rates of a run, and their gaps to everyone outside each group."""
    rates, gaps = list[Estimate](), list[Estimate]()
    for place, of in counts.items():
        rest = counts[None, None].without(of)
        for rate, gap in _REST.items():
            k, n = of.share(rate)
            if not n:
                continue
            rates.append(_row(rate, place, other, k, n))
            outside, whole = rest.share(rate)
            if place[0] is not None and whole:
                made = _row(gap, place, other, k, n)
                value = k / n - outside / whole
                gaps.append(revised(made, estimate=value, lower=-1.0, upper=1.0))
    return rates, gaps


def _row(
    measure: str, place: tuple[str | None, str | None], other: str, k: int, n: int
) -> Estimate:
    interval = wilson(k, n, SETTINGS.level)
    return Estimate(
        measure=measure,
        method=measures.TRUTH,
        source=SOURCE,
        other=other,
        characteristic=place[0],
        group=place[1],
        estimate=interval.value,
        lower=interval.lower,
        upper=interval.upper,
        level=interval.level,
        reference=measures.EVERYONE_ELSE if measure in _REST.values() else None,
        grade="A",
        n_records=n,
        status="ok",
    )


def printed(
    rates: Sequence[Estimate],
    gaps: Sequence[Estimate],
    counted: tuple[Sequence[Tally], Sequence[Tally], Sequence[Overlap]],
    rules: Disclosure,
) -> tuple[Rates, tuple[Printed, ...]]:
    """Return what leaves of exact rates, and of everyone else's as their gaps give it.

    ``counted`` are the tallies, what is left of them, and how groupings overlap.
    """
    tallies, controlled, overlapping = counted
    widths = band_widths(rates, tallies, controlled, overlapping, rules)
    made = rates_of(rates, gaps, controlled, rules, SETTINGS, widths)
    left = list(agreeing(released_error_rates(gaps, controlled, rules), made))
    return made, as_printed([*made.rows, *left])


def as_printed(rows: Iterable[Estimate]) -> tuple[Printed, ...]:
    """Return the rates among rows that have a figure, and those of everyone else by their gaps."""
    shown = {
        (row.measure, row.other, row.characteristic, row.group): row
        for row in rows
        if row.estimate is not None
    }
    found = list[Printed]()
    for row in shown.values():
        if row.measure in _REST:
            gap = shown.get((_REST[row.measure], row.other, row.characteristic, row.group))
            found += [_printed(row), *([] if gap is None else [_printed(row, gap)])]
    return tuple(found)


def _printed(row: Estimate, gap: Estimate | None = None) -> Printed:
    place = Place(row.source or "", row.other or "", row.characteristic or "", row.group or "")
    return Printed(row.measure, place, _given(row), None if gap is None else _given(gap))


def _given(row: Estimate) -> Interval:
    return Interval(row.estimate or 0.0, row.lower or 0.0, row.upper or 0.0, row.level or 0.95)


def rows_of_truth(
    counts: Mapping[tuple[str | None, str | None], Counts], other: str, source: str = SOURCE
) -> dict[Key, Counted]:
    """Return the true counts under the words of ``facts``, as rows of a release."""
    return {
        Key(name, source, other, "", "", place[0] or "", place[1] or ""): Counted(of.records, k)
        for place, of in counts.items()
        for name, k in of.true.items()
    }
