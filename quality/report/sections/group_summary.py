"""One row a group: what is known of how its records link, and whether it stands out."""

from collections.abc import Iterator, Sequence

from linkage.config.group_names import CROSS
from quality import measures
from quality.estimate import Estimate
from quality.gates import Pair
from quality.report.lookup import Lookup, row_label
from quality.report.measured import SHOWN
from quality.report.numbers import NOT_AVAILABLE, Cell, percent, words
from quality.report.page import Column, Part, Table, anchor
from quality.report.sections.error_methods import meanings, reviewed_cell
from quality.report.sections.estimate_cells import base_cell, untold, with_limits
from quality.report.sections.rates import moved_by_rounding, rate_plot
from quality.report.wording import METHODS, listed, plain, title

RATES = (measures.RECALL, measures.PRECISION, measures.COVERAGE)
MEANING = (
    "Coverage is the share of a group's records whose person the other source holds, recall the "
    "share of those that were linked to the right record, precision the share of its links that "
    "are right. A low link rate with high recall is a matter of coverage: no linkage method can "
    "mend it."
)


def measured_pairs(lookup: Lookup, characteristic: str) -> tuple[Pair, ...]:
    """Return the pairs of sources of which a rate of error was measured for a characteristic."""
    return tuple(
        dict.fromkeys(
            (str(row.source), row.other)
            for row in lookup.by_method(*measures.MEASURED).estimates
            if row.characteristic == characteristic and row.measure in RATES and row.status in SHOWN
        )
    )


def summary_parts(lookup: Lookup, characteristic: str) -> Iterator[Part]:
    """Yield the plot and the table of each pair of sources and method that measured anything."""
    for pair in measured_pairs(lookup, characteristic):
        for method in measures.MEASURED:
            found = lookup.by_method(method)
            rows = _rows(found, pair, characteristic)
            if any(row.status in SHOWN for row in rows):
                yield _part(lookup, found, rows, characteristic)


def _rows(measured: Lookup, pair: Pair, characteristic: str) -> tuple[Estimate, ...]:
    """Return the rows of the first rate that was measured of any group, all records first."""
    for measure in RATES:
        rows = measured.by_group(measure, *pair, characteristic)
        if any(row.status in SHOWN for row in rows):
            overall = measured.overall(measure, *pair)
            return rows if overall is None else (overall, *rows)
    return ()


def _part(lookup: Lookup, measured: Lookup, rows: Sequence[Estimate], characteristic: str) -> Part:
    first = rows[-1]
    by = lookup.characteristic_label(characteristic)
    towards = "" if first.other is None else f" to {lookup.source_label(first.other)}"
    of = f"{lookup.source_label(first.source)}{towards}"
    name = f"{of} by {by}, by {METHODS[first.method].lower()}"
    shown = [measure for measure in RATES if measured.by_group(measure, *_place(first))]
    kept = [row for row in rows if _any_told(lookup, measured, row, shown)]
    identity = anchor("summary", first.method, first.source, first.other, characteristic)
    of_first = [row for row in kept if row.status in SHOWN]
    overall = next((row for row in of_first if row.group is None), None)
    drawn = f"{title(first.measure)} of {name}"
    return Part(
        heading="How records link",
        figure=rate_plot(f"{identity}-plot", drawn, tuple(of_first), overall),
        table=Table(
            id=identity,
            caption=f"Link rate, {listed(shown)} of {name}",
            detail=f"{first.level or 0.95:.0%} intervals in brackets. The finding is on the gap in "
            f"{plain(first.measure)} to the reference group.",
            columns=_columns(by, rows, shown),
            rows=tuple(_row(lookup, measured, row, shown) for row in kept),
            notes=(
                *_full_names(rows, characteristic),
                *untold(row_label(row) for row in rows if row not in kept),
                *meanings(_same_rows(measured, kept, shown)),
                *_counted(lookup, kept),
            ),
        ),
    )


def _counted(lookup: Lookup, rows: Sequence[Estimate]) -> tuple[str, ...]:
    """Say what the interval of a link rate is, and how far rounding alone moves it."""
    said = (
        "Link rates are counts of every record; their intervals say how far chance would move them "
        "in other records of the same kind. Recall, precision and coverage are of the records of "
        "this run."
    )
    rounded = moved_by_rounding(rows, lookup.config.disclosure.rounding)
    return (f"{said} {rounded}: coverage times recall need not give it." if rounded else said,)


def _columns(by: str, rows: Sequence[Estimate], shown: Sequence[str]) -> tuple[Column, ...]:
    first, *others = shown
    return (
        Column("group", title(by)),
        Column(first, f"{title(first)} (interval)"),
        Column("finding", "Finding", short=True),
        Column("link_rate", "Link rate (interval)"),
        *(Column(measure, f"{title(measure)} (interval)") for measure in others),
        Column("base", "Records", numeric=True),
        *((Column("reviewed", "Reviewed", numeric=True),) if _reviewed(rows) else ()),
        Column("grade", "Grade", short=True),
    )


def _place(row: Estimate) -> tuple[str | None, str | None, str]:
    return row.source, row.other, row.characteristic or ""


def _reviewed(rows: Sequence[Estimate]) -> bool:
    return rows[0].method == measures.REVIEW


def _any_told(lookup: Lookup, measured: Lookup, row: Estimate, shown: Sequence[str]) -> bool:
    counted = _same(lookup.by_method(measures.WILSON), row, measures.LINK_RATE)
    every = [counted, *_same_rows(measured, [row], shown)]
    return any(each is not None and each.status in SHOWN for each in every)


def _same_rows(measured: Lookup, rows: Sequence[Estimate], shown: Sequence[str]) -> list[Estimate]:
    found = (_same(measured, row, measure) for measure in shown for row in rows)
    return [each for each in found if each is not None]


def _row(lookup: Lookup, measured: Lookup, row: Estimate, shown: Sequence[str]) -> tuple[Cell, ...]:
    counted = lookup.by_method(measures.WILSON)
    first, *others = (with_limits(_same(measured, row, measure), percent) for measure in shown)
    return (
        words(row_label(row)),
        first,
        _finding(measured, row),
        with_limits(_same(counted, row, measures.LINK_RATE), percent),
        *others,
        base_cell(row),
        *((reviewed_cell(row),) if _reviewed([row]) else ()),
        words(row.grade),
    )


def _finding(measured: Lookup, row: Estimate) -> Cell:
    """Return the finding on the gap of a row's measure, so that rows that stand out are marked."""
    if row.group is None:
        return words("not compared")
    gap = _same(measured, row, measures.comparison(row.measure, measures.GAP))
    if gap is not None and gap.status != "suppressed" and gap.finding:
        return words(plain(gap.finding))
    gaps = measured.of(measures.comparison(row.measure, measures.GAP))
    known = {(each.source, each.other, each.characteristic, each.reference) for each in gaps}
    is_reference = (row.source, row.other, row.characteristic, row.group) in known
    return words("reference") if is_reference else NOT_AVAILABLE


def _same(lookup: Lookup, row: Estimate, measure: str) -> Estimate | None:
    """Return the estimate of another measure of the same group."""
    return lookup.of_group(measure, row.source, row.other, row.characteristic, row.group)


def _full_names(rows: Sequence[Estimate], characteristic: str) -> tuple[str, ...]:
    """Return the full names of the groups that have short ones, by the headings of their list."""
    if CROSS in characteristic:
        return ()
    under: dict[str, list[str]] = {}
    for row in rows:
        heading, _, rest = (row.group or "").rpartition(": ")
        if heading and row_label(row) != row.group:
            full = "" if rest == row_label(row) else f" ({rest})"
            under.setdefault(heading, []).append(f"{row_label(row)}{full}")
    said = "; ".join(f"{heading}: {listed(groups)}" for heading, groups in under.items())
    return (f"Names in full. {said}.",) if said else ()
