"""One row a group: what is known of how its records link, and where its matches are lost."""

from collections.abc import Iterator, Sequence

from quality import measures
from quality.estimate import Estimate
from quality.report.lookup import Lookup, row_label
from quality.report.numbers import NOT_AVAILABLE, Cell, percent, points, words
from quality.report.page import Column, Part, Section, Table, anchor
from quality.report.sections.error_methods import reviewed_cell
from quality.report.sections.estimate_cells import base_cell, with_limits
from quality.report.wording import METHODS, title

_RATES = (measures.COVERAGE, measures.RECALL, measures.PRECISION)
_STAGES = {
    measures.BLOCKING_LOSS: "at blocking",
    measures.THRESHOLD_LOSS: "at the threshold",
    measures.ASSIGNMENT_LOSS: "to a wrong partner",
}
_MEANING = (
    "Each row is one group. Coverage is the share of its records whose person the other source "
    "holds, recall the share of those that were linked to the right record, precision the share of "
    "its links that are right. A low link rate with high recall is a matter of coverage: no "
    "linkage method can mend it."
)


def group_summary_sections(lookup: Lookup) -> Iterator[Section]:
    """Yield the summary of every characteristic; nothing where no group was measured."""
    parts = [part for method in measures.MEASURED for part in _parts(lookup, method)]
    if parts:
        head = Part(paragraphs=(_MEANING,))
        yield Section("group-summary", "Who is left out, group by group", (head, *parts))


def _parts(lookup: Lookup, method: str) -> Iterator[Part]:
    measured = lookup.by_method(method)
    for source, other in measured.pairs(measures.RECALL):
        for characteristic in measured.characteristics(measures.RECALL):
            rows = measured.by_group(measures.RECALL, source, other, characteristic)
            if rows and any(row.status != "suppressed" for row in rows):
                yield _part(lookup, measured, rows, characteristic)


def _part(lookup: Lookup, measured: Lookup, rows: Sequence[Estimate], characteristic: str) -> Part:
    first = rows[0]
    by = lookup.characteristic_label(characteristic)
    towards = "" if first.other is None else f" to {lookup.source_label(first.other)}"
    of = f"{lookup.source_label(first.source)}{towards}"
    name = f"{of} by {by}, by {METHODS[first.method].lower()}"
    reference = _reference(measured, rows)
    columns = (
        Column("group", title(by)),
        Column("base", "Records", numeric=True),
        *((Column("reviewed", "Reviewed", numeric=True),) if _reviewed(rows) else ()),
        Column("link_rate", "Link rate (interval)"),
        *(Column(measure, f"{title(measure)} (interval)") for measure in _RATES),
        Column("recall_gap", f"Recall less that of {reference}, points (interval)"),
        Column("lost", "Most matches lost", short=True),
        Column("grade", "Grade", short=True),
    )
    return Part(
        heading=name,
        table=Table(
            id=anchor("summary", first.method, first.source, first.other, characteristic),
            caption=f"How the records of {name} link",
            detail=f"{first.level or 0.95:.0%} intervals in brackets.",
            columns=columns,
            rows=tuple(_row(lookup, measured, row, _reviewed(rows)) for row in rows),
        ),
    )


def _reviewed(rows: Sequence[Estimate]) -> bool:
    return rows[0].method == measures.REVIEW


def _reference(measured: Lookup, rows: Sequence[Estimate]) -> str:
    gaps = [_same(measured, row, measures.RECALL_GAP) for row in rows]
    return next((gap.reference for gap in gaps if gap and gap.reference), "the reference group")


def _row(lookup: Lookup, measured: Lookup, row: Estimate, reviewed: bool) -> tuple[Cell, ...]:
    counted = lookup.by_method(measures.WILSON)
    return (
        words(row_label(row)),
        base_cell(row),
        *((reviewed_cell(row),) if reviewed else ()),
        with_limits(_same(counted, row, measures.LINK_RATE), percent),
        *(with_limits(_same(measured, row, measure), percent) for measure in _RATES),
        with_limits(_same(measured, row, measures.RECALL_GAP), points),
        _most_lost(measured, row),
        words(row.grade),
    )


def _same(lookup: Lookup, row: Estimate, measure: str) -> Estimate | None:
    """Return the estimate of another measure of the same group."""
    return lookup.of_group(measure, row.source, row.other, row.characteristic, row.group)


def _most_lost(measured: Lookup, row: Estimate) -> Cell:
    """Return the stage that lost the most matches of a group; none where none was seen lost."""
    losses = {stage: _same(measured, row, measure) for measure, stage in _STAGES.items()}
    known = {stage: each.estimate or 0.0 for stage, each in losses.items() if each is not None}
    if not known or row.status == "suppressed":
        return NOT_AVAILABLE
    most = max(known, key=lambda stage: known[stage])
    return words(most if known[most] > 0 else "none seen")
