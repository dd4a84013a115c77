"""The error rates of groups: measured ones with intervals, modelled ones as ranges and no more."""

from collections.abc import Iterator, Sequence

from quality import measures
from quality.estimate import Estimate
from quality.report.figures.intervals import IntervalRow, interval_plot
from quality.report.lookup import Lookup, row_label
from quality.report.numbers import NOT_AVAILABLE, SUPPRESSED, Cell, percent, words
from quality.report.page import Column, Part, Table, anchor
from quality.report.sections.comparisons import detectable_part, ratio_parts
from quality.report.sections.error_methods import limits_are, meanings, reviewed_cell
from quality.report.sections.estimate_cells import (
    BASE,
    LIMITS,
    QUALITY,
    base_cell,
    figure_cell,
    limit_cells,
    quality_cells,
)
from quality.report.sections.gaps import gap_part
from quality.report.sections.rates import all_suppressed, rate_plot
from quality.report.wording import MEASURES, METHODS, MODELLED, listed, title

_RATES = (measures.PRECISION, measures.RECALL, measures.COVERAGE)
_GAPS = (*_RATES, measures.BLOCKING_RECALL)
_NAMES = {
    measures.COVERAGE: "coverage",
    measures.PRECISION: "precision",
    measures.RECALL: "recall",
    measures.RECALL_IN_BLOCKS: "recall among the pairs compared",
    measures.BLOCKING_LOSS: "matches lost at blocking",
}
_RATIOS = {measures.RECALL: (measures.RECALL, measures.MISSED_MATCH_RATE)}
"""What is compared in other forms too; those of other rates stand in the estimates."""

_ANY_RANGE = (
    "From the lowest to the highest value that several models give. It is no interval: in "
    "populations with known truth, the truth lay in less than half of such ranges, and gaps "
    "between groups can be hidden in them."
)
_BLOCKING_RANGE = (
    "What the overlap of the blocking rules says, from its lowest to its highest value. It is no "
    "interval: matches that are hard to bring together by any rule make the loss larger."
)


def group_parts(lookup: Lookup, source: str, other: str | None) -> Iterator[Part]:
    """Yield what is known of the groups of one pair of sources: measured first, then modelled.

    Where anything was measured, intersections have a section of their own, and only their gaps in
    recall are here.
    """
    every = lookup
    if any(lookup.by_method(method).of(measures.RECALL) for method in measures.MEASURED):
        lookup = lookup.uncrossed()
    towards = "" if other is None else f" to {lookup.source_label(other)}"
    pair = f"{lookup.source_label(source)}{towards}"
    for measure in _RATES:
        for method in measures.MEASURED:
            found = lookup.by_method(method)
            yield from _measured(found, measure, (source, other), pair)
    ranges = lookup.by_method(measures.MODEL_RANGE)
    recall = measures.RECALL if ranges.of(measures.RECALL) else measures.RECALL_IN_BLOCKS
    for measure in (measures.PRECISION, recall):
        yield from _ranges(ranges, measure, (source, other), pair, _ANY_RANGE)
    overlap = lookup.by_method(measures.CAPTURE_RECAPTURE)
    yield from _ranges(overlap, measures.BLOCKING_LOSS, (source, other), pair, _BLOCKING_RANGE)
    for method in measures.MEASURED:
        for rate in _GAPS:
            found = every if rate == measures.RECALL else lookup
            yield from _gaps(found.by_method(method), rate, (source, other), pair)
        yield from _losses(lookup.by_method(method), (source, other), pair)
    yield from _floors(lookup.by_method(measures.IMPOSSIBLE_LINKS), (source, other), pair)


def _measured(
    lookup: Lookup, measure: str, pair: tuple[str, str | None], label: str
) -> Iterator[Part]:
    for characteristic in lookup.characteristics(measure):
        groups = lookup.by_group(measure, *pair, characteristic)
        if not groups:
            continue
        overall = lookup.overall(measure, *pair)
        by = lookup.characteristic_label(characteristic)
        how = METHODS[groups[0].method].lower()
        name = f"{title(_NAMES[measure])} of {label} by {by}, by {how}"
        if all(each.status == "suppressed" for each in groups):
            yield all_suppressed(name, len(groups))
            continue
        rows = groups if overall is None else (overall, *groups)
        identity = anchor(measure, groups[0].method, *pair, characteristic)
        yield Part(
            heading=name,
            figure=rate_plot(f"{identity}-plot", name, rows, overall),
            table=_measured_table(identity, name, title(by), rows),
        )


def _measured_table(identity: str, name: str, label: str, rows: Sequence[Estimate]) -> Table:
    kinds = {limits_are(row).text for row in rows if row.status != "suppressed"}
    return Table(
        id=identity,
        caption=name,
        detail=f"Measured. Limits are: {listed(sorted(kinds))}.",
        columns=(
            Column("group", label),
            BASE,
            Column("reviewed", "Records reviewed", numeric=True),
            Column(rows[0].measure, title(_NAMES[rows[0].measure]), numeric=True),
            *LIMITS,
            *QUALITY,
        ),
        rows=tuple(
            (
                words(row_label(row)),
                base_cell(row),
                reviewed_cell(row),
                figure_cell(row, percent),
                *limit_cells(row, percent),
                *quality_cells(row),
            )
            for row in rows
        ),
        notes=meanings(rows),
    )


def _ranges(
    lookup: Lookup, measure: str, pair: tuple[str, str | None], label: str, detail: str
) -> Iterator[Part]:
    """Yield what was only modelled; ``lookup`` holds the rows of one method."""
    for characteristic in lookup.characteristics(measure):
        groups = lookup.by_group(measure, *pair, characteristic)
        if not groups:
            continue
        by = lookup.characteristic_label(characteristic)
        name = f"{title(_NAMES[measure])} of {label} by {by}: {MODELLED}"
        if all(each.status == "suppressed" for each in groups):
            yield all_suppressed(name, len(groups))
            continue
        overall = lookup.overall(measure, *pair)
        rows = groups if overall is None else (overall, *groups)
        identity = anchor(measure, groups[0].method, *pair, characteristic)
        plot = interval_plot(
            f"{identity}-plot",
            name,
            [_range_row(row) for row in rows],
            f"{title(_NAMES[measure])}: range over models, {MODELLED}",
            lambda value: f"{value * 100:g}%",
            None,
            "",
        )
        yield Part(
            heading=name, figure=plot, table=_range_table(identity, name, title(by), rows, detail)
        )


def _range_row(row: Estimate) -> IntervalRow:
    """Return the row without a figure beside it: those stand in the table, under its headings."""
    text = _range_cells(row)[0].text if row.lower is None else ""
    return IntervalRow(row_label(row), None, row.lower, row.upper, text, modelled=True)


def _range_table(
    identity: str, name: str, label: str, rows: Sequence[Estimate], detail: str
) -> Table:
    return Table(
        id=identity,
        caption=name,
        detail=detail,
        columns=(
            Column("group", label),
            BASE,
            Column("lowest", "Range over models: lowest", numeric=True),
            Column("highest", "Range over models: highest", numeric=True),
            *QUALITY,
        ),
        rows=tuple(
            (words(row_label(row)), base_cell(row), *_range_cells(row), *quality_cells(row))
            for row in rows
        ),
    )


def _range_cells(row: Estimate) -> tuple[Cell, Cell]:
    """Return both ends of a range, shown however wide it is: it is no estimate to be too wide."""
    if row.status == "suppressed":
        return SUPPRESSED, SUPPRESSED
    lowest, highest = (
        NOT_AVAILABLE if end is None else percent(end) for end in (row.lower, row.upper)
    )
    return lowest, highest


def _gaps(lookup: Lookup, rate: str, pair: tuple[str, str | None], label: str) -> Iterator[Part]:
    measure = measures.comparison(rate, measures.GAP)
    for characteristic in lookup.characteristics(measure):
        rows = lookup.by_group(measure, *pair, characteristic)
        if rows:
            by = lookup.characteristic_label(characteristic)
            of = f"{title(rate)} by {METHODS[rows[0].method].lower()} of {label}"
            yield gap_part(rows, of, by)
            place = (*pair, characteristic)
            yield from detectable_part(lookup, rate, place, of)
            for shown in _RATIOS.get(rate, ()):
                named = of.replace(title(rate), title(shown))
                yield from ratio_parts(lookup, shown, place, named)


def _losses(lookup: Lookup, pair: tuple[str, str | None], label: str) -> Iterator[Part]:
    """Yield where the matches of each group were lost, as far as that was measured."""
    names = dict.fromkeys(
        name for measure in measures.LOSSES for name in lookup.characteristics(measure)
    )
    for characteristic in names:
        rows = [
            row
            for measure in measures.LOSSES
            for row in lookup.by_group(measure, *pair, characteristic)
        ]
        if rows:
            by = lookup.characteristic_label(characteristic)
            how = METHODS[rows[0].method].lower()
            name = f"Where matches of {label} were lost, by {by}, by {how}"
            identity = anchor("losses", rows[0].method, *pair, characteristic)
            yield Part(heading=name, table=_loss_table(identity, name, title(by), rows, lookup))


def _loss_table(
    identity: str, name: str, label: str, rows: Sequence[Estimate], lookup: Lookup
) -> Table:
    place = lookup.group_places(rows[0].characteristic or "", (row.group or "" for row in rows))
    ordered = sorted(rows, key=lambda row: place[row.group or ""])
    return Table(
        id=identity,
        caption=f"{name}: shares of all matches of the group",
        detail="Measured: the three add up to the missed matches.",
        columns=(
            Column("group", label),
            Column("stage", "Where"),
            Column("share", "Share of matches", numeric=True),
            *LIMITS,
            Column("covers", "Limits are", short=True),
            *QUALITY,
        ),
        rows=tuple(
            (
                words(row_label(row)),
                words(MEASURES[row.measure]),
                figure_cell(row, percent),
                *limit_cells(row, percent),
                limits_are(row),
                *quality_cells(row),
            )
            for row in ordered
        ),
        notes=meanings(rows),
        headers=2,
    )


def _floors(lookup: Lookup, pair: tuple[str, str | None], label: str) -> Iterator[Part]:
    """Yield the share of each group's links that cannot be right."""
    for characteristic in lookup.characteristics(measures.FALSE_LINK_RATE):
        rows = lookup.by_group(measures.FALSE_LINK_RATE, *pair, characteristic)
        if rows:
            by = lookup.characteristic_label(characteristic)
            name = f"Links of {label} that cannot be right, by {by}: {MODELLED}"
            identity = anchor("impossible", *pair, characteristic)
            yield Part(heading=name, table=_floor_table(identity, name, title(by), rows))


def _floor_table(identity: str, name: str, label: str, rows: Sequence[Estimate]) -> Table:
    return Table(
        id=identity,
        caption=name,
        detail="At least these links are false. It is a bound on one side, no interval.",
        columns=(
            Column("group", label),
            BASE,
            Column("at_least", "Modelled bound: at least", numeric=True),
            *QUALITY,
        ),
        rows=tuple(
            (words(row_label(row)), base_cell(row), _range_cells(row)[0], *quality_cells(row))
            for row in rows
        ),
    )
