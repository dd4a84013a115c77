"""Gaps between groups: each group's rate less that of the reference group, in one table."""

from collections.abc import Iterator, Sequence

from quality import measures
from quality.bias.link_rate_parts import CAUSES
from quality.estimate import Estimate
from quality.report.lookup import Lookup, row_label
from quality.report.numbers import NOT_AVAILABLE, Cell, points, words
from quality.report.page import Column, Part, Table, anchor
from quality.report.sections.comparisons import detectable_part
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
from quality.report.sections.rates import all_suppressed
from quality.report.wording import METHODS, group_label, plain, title

MEASURES = (measures.LINK_RATE_GAP, measures.comparison(measures.DUPLICATE_RATE, measures.GAP))
MEANING = (
    "A gap is the group's rate less the rate of the reference group, in percentage points: below "
    "zero, the group was linked less often, or its matches were found less often. The reference "
    "is a yardstick, not a target, so each group is compared with everyone outside it too. Judge "
    "a gap by its interval and its size; p-values are adjusted for every comparison made in this "
    "run, and no gap is called small but by a test that it is. Gaps assume what the rates assume, "
    "and that groups are independent of each other."
)


def gap_parts(lookup: Lookup, characteristic: str, *, standing_out: bool = False) -> Iterator[Part]:
    """Yield the gaps of one characteristic: those in recall where it was measured.

    The gap in the link rate then stands beside, with what it comes from. ``standing_out`` leaves
    out every group of which no gap was found.
    """
    measured = set()
    for method in measures.MEASURED:
        found = lookup.by_method(method)
        for source, other in found.pairs(measures.RECALL_GAP):
            rows = found.by_group(measures.RECALL_GAP, source, other, characteristic)
            if told(rows):
                measured.add((source, other))
                yield _part(lookup, rows, characteristic, standing_out=standing_out)
                of = f"Recall by {METHODS[method].lower()} of {_pair(lookup, rows[0])}"
                place = (source, other, characteristic)
                yield from detectable_part(found, measures.RECALL, place, of)
    for measure in MEASURES:
        for source, other in lookup.pairs(measure):
            rows = lookup.by_group(measure, source, other, characteristic)
            if rows and not ((source, other) in measured and measure == measures.LINK_RATE_GAP):
                yield _part(lookup, rows, characteristic, standing_out=standing_out)


def _pair(lookup: Lookup, row: Estimate) -> str:
    towards = "" if row.other is None else f" to {lookup.source_label(row.other)}"
    return f"{lookup.source_label(row.source)}{towards}"


def _part(
    lookup: Lookup, rows: Sequence[Estimate], characteristic: str, *, standing_out: bool
) -> Part:
    first = rows[0]
    by = lookup.characteristic_label(characteristic)
    reference = next((each.reference for each in rows if each.reference), None)
    against = "the reference group" if reference is None else group_label(reference)
    how = "" if first.method == measures.NEWCOMBE else f" by {METHODS[first.method].lower()}"
    name = f"Gap in the {plain(_rate(first))}{how} of {_pair(lookup, first)} by {by}"
    heading = f"{name}, against {against}"
    beside = _linked(lookup, first)
    kept = [row for row in rows if told([row, *filter(None, [beside.get(row.group)])])]
    if not kept:
        return all_suppressed(heading, len(rows))
    if standing_out:
        found = (measures.LOWER, measures.HIGHER)
        shown = [row for row in kept if row.finding in found]
        none = "No gap between these groups stands out from chance."
        if not shown:
            return Part(heading=heading, paragraphs=(none,))
        heading, rows, kept = f"{heading}: those that were found", shown, shown
    table = _table(lookup, heading, title(by), rows, kept)
    return Part(heading=f"Gaps in {plain(_rate(first))}", table=table)


def _table(
    lookup: Lookup, name: str, label: str, rows: Sequence[Estimate], kept: Sequence[Estimate]
) -> Table:
    first = rows[0]
    how = () if first.method == measures.NEWCOMBE else (first.method,)
    tests = max((each.n_tests or 0 for each in rows), default=0)
    adjusted = f" P-values are adjusted for {tests} comparisons." if tests > 1 else ""
    beside = _linked(lookup, first)
    caused = any(_cause(beside.get(each.group, each)) for each in kept)
    everyone = measures.comparison(_rate(first), measures.GAP, rest=True)
    rest = _of_groups(lookup.by_method(first.method), everyone, first)
    return Table(
        id=anchor(first.measure, *how, first.source, first.other, first.characteristic),
        caption=f"{name}, in percentage points",
        detail=f"{grade_words(kept)} {interval_words(kept)}{adjusted}",
        columns=(
            Column("group", label),
            Column("gap", "Gap", numeric=True),
            *LIMITS,
            Column("p_adjusted", "Adjusted p", numeric=True),
            Column("finding", "Finding"),
            *((Column("rest", "Against everyone else (interval)"),) if rest else ()),
            *((Column("link_rate", "Link rate gap (interval)"),) if beside else ()),
            *((Column("causes", "Where the link rate gap comes from"),) if caused else ()),
        ),
        rows=tuple(
            (
                Cell(row_label(each)),
                figure_cell(each, points),
                *limit_cells(each, points),
                p_cell(each),
                finding_cell(each),
                *((with_limits(rest.get(each.group), points),) if rest else ()),
                *((with_limits(beside.get(each.group), points),) if beside else ()),
                *((_cause_cell(beside.get(each.group, each)),) if caused else ()),
            )
            for each in kept
        ),
        notes=untold(row_label(each) for each in rows if each not in kept),
    )


def _rate(row: Estimate) -> str:
    return row.measure.removesuffix("_gap")


def _linked(lookup: Lookup, like: Estimate) -> dict[str | None, Estimate]:
    """Return the gaps in the link rate of the groups of another gap; none of that gap itself."""
    if like.measure != measures.RECALL_GAP:
        return {}
    return _of_groups(lookup, measures.LINK_RATE_GAP, like)


def _of_groups(lookup: Lookup, measure: str, like: Estimate) -> dict[str | None, Estimate]:
    """Return the estimates of a measure for the groups of a characteristic, by group."""
    rows = lookup.by_group(measure, like.source, like.other, like.characteristic or "")
    return {row.group: row for row in rows}


def _cause(each: Estimate) -> str | None:
    found = (text.removeprefix(CAUSES) for text in each.assumptions if text.startswith(CAUSES))
    return next(found, None)


def _cause_cell(each: Estimate) -> Cell:
    cause = _cause(each)
    return NOT_AVAILABLE if cause is None else words(cause)
