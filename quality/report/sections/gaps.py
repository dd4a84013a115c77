"""Gaps between groups: each group's rate less that of the reference group, in one table.

Beside the gap in recall stands how small a gap the review would find; beside that in the link rate,
how much of it comes from what, where that was measured.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from quality import measures
from quality.bias.link_rate_parts import CAUSES
from quality.estimate import Estimate
from quality.report.lookup import Lookup, row_label
from quality.report.numbers import NOT_AVAILABLE, Cell, points, unsigned_points, words
from quality.report.page import Column, Part, Table, anchor
from quality.report.sections.estimate_cells import (
    LIMITS,
    figure_cell,
    finding_cell,
    grade_words,
    interval_words,
    limit_cells,
    p_cell,
    told,
    untold,
    with_limits,
)
from quality.report.sections.rates import all_suppressed, moved_by_rounding
from quality.report.wording import METHODS, group_label, plain, title

MEASURES = (measures.LINK_RATE_GAP, measures.comparison(measures.DUPLICATE_RATE, measures.GAP))
MEANING = (
    "A gap is the group's rate less the rate of the reference group, in percentage points: below "
    "zero, the group was linked less often, or its matches were found less often. The reference "
    "is a yardstick, not a target, so each group is compared with everyone outside it too. A gap "
    "is told apart where its p-value, adjusted for every comparison of this run, is small: beside "
    "so many, an interval that just leaves out zero is expected by chance. Gaps assume what the "
    "rates assume, and that groups are independent of each other."
)
_OF_MANY = (
    "Gaps look beyond the records of this run, which stand for others of the same kind: two groups "
    "that link alike still differ by chance in one run. Their limits hold that chance, those of "
    "the rates above do not, so gaps are less certain than two rates side by side look, most of "
    "all where a small group was reviewed nearly whole."
)
_DETECTABLE = (
    "Smallest gap found: that which four in five reviews like this one would tell apart, beside "
    "the other comparisons of the run. Of a smaller one, not told apart says nothing."
)
_PARTS = {
    measures.COVERAGE_PART: "From coverage (interval)",
    measures.RECALL_PART: "From missed matches (interval)",
    measures.FALSE_LINKS_PART: "From false links (interval)",
}
_ADD_UP = (
    "The three parts were measured by review or truth, the gap was counted, so they add up to it "
    "but for chance and rounding.{}"
)


def gap_parts(lookup: Lookup, characteristic: str, *, standing_out: bool = False) -> Iterator[Part]:
    """Yield the gaps of one characteristic: in recall where it was measured, then in link rates.

    ``standing_out`` leaves out every group of which no gap was found.
    """
    for method in measures.MEASURED:
        found = lookup.by_method(method)
        for source, other in found.pairs(measures.RECALL_GAP):
            rows = found.by_group(measures.RECALL_GAP, source, other, characteristic)
            if told(rows):
                yield _part(lookup, rows, characteristic, standing_out=standing_out)
    for measure in MEASURES:
        for source, other in lookup.pairs(measure):
            rows = lookup.by_group(measure, source, other, characteristic)
            if rows:
                yield _part(lookup, rows, characteristic, standing_out=standing_out)


def _part(
    lookup: Lookup, rows: Sequence[Estimate], characteristic: str, *, standing_out: bool
) -> Part:
    first = rows[0]
    by = lookup.characteristic_label(characteristic)
    reference = next((each.reference for each in rows if each.reference), None)
    against = "the reference group" if reference is None else group_label(reference)
    how = "" if first.method == measures.NEWCOMBE else f" by {METHODS[first.method].lower()}"
    towards = "" if first.other is None else f" to {lookup.source_label(first.other)}"
    pair = f"{lookup.source_label(first.source)}{towards}"
    name = f"Gap in the {plain(_rate(first))}{how} of {pair} by {by}, against {against}"
    kept = told(rows)
    if not kept:
        return all_suppressed(name, len(rows))
    if standing_out:
        found = (measures.LOWER, measures.HIGHER)
        shown = [row for row in kept if row.finding in found]
        none = "No gap between these groups stands out from chance."
        if not shown:
            return Part(heading=name, paragraphs=(none,))
        name, rows, kept = f"{name}: those that were found", shown, shown
    table = _table(lookup, name, title(by), rows, kept)
    return Part(heading=f"Gaps in {plain(_rate(first))}", table=table)


def _table(
    lookup: Lookup, name: str, label: str, rows: Sequence[Estimate], kept: Sequence[Estimate]
) -> Table:
    first = rows[0]
    how = () if first.method == measures.NEWCOMBE else (first.method,)
    tests = max((each.n_tests or 0 for each in rows), default=0)
    adjusted = f" P-values are adjusted for {tests} comparisons." if tests > 1 else ""
    beside = [*_beside(lookup, first)]
    return Table(
        id=anchor(first.measure, *how, first.source, first.other, first.characteristic),
        caption=f"{name}, in percentage points",
        detail=f"{grade_words(kept)} {interval_words(kept)}{adjusted}",
        columns=(
            Column("group", label),
            Column("gap", "Gap", numeric=True),
            *LIMITS,
            Column("p_adjusted", "Adjusted p", numeric=True),
            Column("finding", "Finding", short=True),
            *(each.column for each in beside),
        ),
        rows=tuple(
            (
                Cell(row_label(each)),
                figure_cell(each, points),
                *limit_cells(each, points),
                p_cell(each),
                finding_cell(each),
                *(column.cell(each) for column in beside),
            )
            for each in kept
        ),
        notes=(
            *untold(row_label(each) for each in rows if each not in kept),
            *((_OF_MANY,) if first.method == measures.REVIEW else ()),
            *(each.note for each in beside if each.note),
        ),
    )


@dataclass(frozen=True)
class _Beside:
    """A column that stands beside a gap: its heading, its cell for the gap's row, and a note."""

    column: Column
    cell: Callable[[Estimate], Cell]
    note: str = ""


def _beside(lookup: Lookup, first: Estimate) -> Iterator[_Beside]:
    causes = [*_causes(lookup, first)] if first.measure == measures.LINK_RATE_GAP else []
    if causes:
        yield from causes
        return
    own = lookup.by_method(first.method)
    place = first.source, first.other, first.characteristic or ""
    smallest = {
        row.group: row
        for row in own.by_group(measures.DETECTABLE_GAP, *place)
        if row.variable == first.measure
    }
    if smallest:
        column = Column("detectable", "Smallest gap found", numeric=True)
        yield _Beside(column, lambda row: _smallest(smallest.get(row.group)), _DETECTABLE)
    everyone = measures.comparison(_rate(first), measures.GAP, rest=True)
    for key, label, measure in (
        ("rest", "Against everyone else (interval)", everyone),
        ("precision", "Gap in precision (interval)", measures.PRECISION_GAP),
    ):
        found = _of_groups(own, measure, first)
        if found and measure != first.measure:
            yield _Beside(Column(key, label), _looked_up(found))


def _smallest(row: Estimate | None) -> Cell:
    return NOT_AVAILABLE if row is None else figure_cell(row, unsigned_points)


def _looked_up(found: dict[str | None, Estimate]) -> Callable[[Estimate], Cell]:
    return lambda row: with_limits(found.get(row.group), points)


def _causes(lookup: Lookup, first: Estimate) -> Iterator[_Beside]:
    """Yield the parts of a gap in the link rate, and which of them stand out from chance."""
    measured = lookup.by_method(*measures.MEASURED)
    parts = {
        label: _of_groups(measured, f"{first.measure}_{part}", first)
        for part, label in _PARTS.items()
    }
    shown = {label: found for label, found in parts.items() if told(found.values())}
    for label, found in shown.items():
        note = _ADD_UP.format(_rounded(lookup, first)) if label == [*shown][-1] else ""
        yield _Beside(
            Column(anchor(label.partition(" (")[0].lower()), label), _looked_up(found), note
        )
    rows = _of_groups(lookup, first.measure, first).values()
    if any(map(cause_of, rows)):
        yield _Beside(Column("causes", "Where the gap comes from"), _cause_cell)


def _rounded(lookup: Lookup, like: Estimate) -> str:
    """Say how far rounding alone moves the gaps of a table."""
    rows = _of_groups(lookup, like.measure, like).values()
    said = moved_by_rounding(told(rows), lookup.config.disclosure.rounding)
    return f" {said}, and its gap with it." if said else ""


def _rate(row: Estimate) -> str:
    return row.measure.removesuffix("_gap")


def _of_groups(lookup: Lookup, measure: str, like: Estimate) -> dict[str | None, Estimate]:
    """Return the estimates of a measure for the groups of a characteristic, by group."""
    rows = lookup.by_group(measure, like.source, like.other, like.characteristic or "")
    return {row.group: row for row in rows}


def cause_of(each: Estimate) -> str | None:
    """Return what a gap in the link rate comes from; None where nothing says it."""
    found = (text.removeprefix(CAUSES) for text in each.assumptions if text.startswith(CAUSES))
    return next(found, None)


def _cause_cell(each: Estimate) -> Cell:
    cause = cause_of(each)
    return NOT_AVAILABLE if cause is None else words(cause)
