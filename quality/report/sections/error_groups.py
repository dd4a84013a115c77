"""The error rates of groups of which nothing was measured: ranges over models, and no more."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from quality import measures
from quality.estimate import Estimate
from quality.gates import pairs_of
from quality.report.figures.intervals import IntervalRow, interval_plot
from quality.report.lookup import Lookup, row_label
from quality.report.numbers import NOT_AVAILABLE, SUPPRESSED, Cell, percent, words
from quality.report.page import Column, Part, Table, anchor
from quality.report.sections.contrast import contrast_parts
from quality.report.sections.estimate_cells import (
    BASE,
    QUALITY,
    base_cell,
    quality_cells,
    told,
    untold,
)
from quality.report.sections.group_summary import measured_pairs
from quality.report.sections.rates import all_suppressed
from quality.report.wording import MODELLED, title

_NAMES = {
    measures.PRECISION: "precision",
    measures.RECALL: "recall",
    measures.RECALL_IN_BLOCKS: "recall among the pairs compared",
    measures.BLOCKING_LOSS: "matches lost at blocking",
}

_ANY_RANGE = (
    "From the lowest to the highest value that several models give. It is no interval: in "
    "populations with known truth, the truth lay in less than half of such ranges, and gaps "
    "between groups can be hidden in them."
)
_BLOCKING_RANGE = (
    "What the overlap of the blocking rules says, from its lowest to its highest value. It is no "
    "interval: matches that are hard to bring together by any rule make the loss larger."
)


def modelled_parts(lookup: Lookup, characteristic: str) -> Iterator[Part]:
    """Yield what models say of the groups of one characteristic.

    Where error rates of the groups were measured, that is a table of what the models did not see.
    """
    measured = measured_pairs(lookup, characteristic)
    for source, other in pairs_of(lookup.config):
        if (source, other) in measured:
            yield from contrast_parts(lookup, (source, other), characteristic)
        else:
            yield from _modelled(lookup, (source, other))


def _modelled(lookup: Lookup, place: tuple[str, str | None]) -> Iterator[Part]:
    source, other = place
    towards = "" if other is None else f" to {lookup.source_label(other)}"
    pair = f"{lookup.source_label(source)}{towards}"
    ranges = lookup.by_method(measures.MODEL_RANGE)
    recall = measures.RECALL if ranges.of(measures.RECALL) else measures.RECALL_IN_BLOCKS
    for measure in (measures.PRECISION, recall):
        yield from _ranges(ranges, measure, place, pair, _ANY_RANGE)
    overlap = lookup.by_method(measures.CAPTURE_RECAPTURE)
    yield from _ranges(overlap, measures.BLOCKING_LOSS, place, pair, _BLOCKING_RANGE)
    yield from _floors(lookup.by_method(measures.IMPOSSIBLE_LINKS), place, pair)


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
        rows = told(groups if overall is None else (overall, *groups))
        identity = anchor(measure, groups[0].method, *pair, characteristic)
        plot = interval_plot(
            f"{identity}-plot",
            name,
            [_range_row(row) for row in rows],
            f"{title(_NAMES[measure])}: range over models, {MODELLED}",
            lambda value: f"{value * 100:g}%",
            None,
        )
        notes = untold(row_label(row) for row in groups if row not in rows)
        table = _range_table(identity, name, title(by), rows, detail)
        yield Part(heading=name, figure=plot, table=replace(table, notes=notes))


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
