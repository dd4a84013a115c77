"""Differences between groups with every other characteristic held equal."""

from collections.abc import Iterator, Sequence

from quality import measures
from quality.estimate import Estimate
from quality.report.lookup import Lookup, row_label
from quality.report.numbers import NOT_AVAILABLE, Cell, points
from quality.report.page import Column, Part, Section, Table, anchor
from quality.report.sections.estimate_cells import (
    BASE,
    LIMITS,
    QUALITY,
    assumptions_part,
    base_cell,
    figure_cell,
    finding_cell,
    interval_words,
    limit_cells,
    p_cell,
    quality_cells,
)
from quality.report.sections.rates import all_suppressed
from quality.report.wording import group_label, sentence, title

_MEANING = (
    "Groups differ in age, place and much else at once. Each figure here is the average marginal "
    "effect of a logistic model: by how many points the chance would differ if every record were "
    "of the group rather than of the reference, all its other characteristics left as they are. "
    "A difference that shrinks against the plain gap is explained by what people of the group "
    "have in common otherwise; that does not make it go away."
)
_BESIDE = (
    "The last figure of a row also holds equal how many identifiers a record lacks: what it has "
    "less is what missing identifiers explain."
)
_OF = {
    measures.LINK_AME: "Chance of being linked",
    measures.MISSED_AME: "Chance of being missed, of records that have a partner",
}


def adjusted_section(lookup: Lookup) -> Section:
    """Return the adjusted differences in being linked and in being missed."""
    parts = [part for measure in measures.ADJUSTED_DIFFERENCES for part in _of(lookup, measure)]
    if any(part.table for part in parts):
        parts.insert(0, Part(paragraphs=(_MEANING, _BESIDE)))
        rows = (row for m in measures.ADJUSTED_DIFFERENCES for row in lookup.of(m))
        parts += assumptions_part(row for row in rows if row.status != "not_identified")
    elif not parts:
        parts = [Part(paragraphs=("No model of being linked was fitted in this run.",))]
    return Section("adjusted", "Differences with all else equal", tuple(parts))


def _of(lookup: Lookup, measure: str) -> Iterator[Part]:
    for source, other in lookup.pairs(measure):
        towards = f"{lookup.source_label(source)} to {lookup.source_label(other)}"
        overall = lookup.overall(measure, source, other)
        if overall is not None and overall.status == "not_identified":
            why = sentence("; ".join(overall.assumptions))
            yield Part(heading=f"{_OF[measure]}: {towards}", paragraphs=(f"Not identified: {why}",))
        for characteristic in lookup.characteristics(measure):
            rows = lookup.by_group(measure, source, other, characteristic)
            if rows:
                label = lookup.characteristic_label(characteristic)
                yield _part(rows, f"{_OF[measure]}, {towards}, by {label}", title(label))


def _part(rows: Sequence[Estimate], name: str, label: str) -> Part:
    plain = [row for row in rows if row.variable is None]
    beside = {row.group: row for row in rows if row.variable is not None}
    reference = next((row.reference for row in plain if row.reference), None)
    against = "the reference group" if reference is None else group_label(reference)
    heading = f"{name}, against {against}"
    if all(row.status == "suppressed" for row in plain):
        return all_suppressed(heading, len(plain))
    tests = max((row.n_tests or 0 for row in plain), default=0)
    first = plain[0]
    second = (Column("beside", "Missing identifiers equal too", numeric=True),) if beside else ()
    return Part(
        heading=heading,
        table=Table(
            id=anchor(first.measure, first.source, first.other, first.characteristic),
            caption=f"{heading}, in percentage points",
            detail=f"{interval_words(plain)} P-values are adjusted for {tests} comparisons.",
            columns=(
                Column("group", label),
                BASE,
                Column("difference", "Difference (points)", numeric=True),
                *LIMITS,
                *second,
                Column("p_adjusted", "Adjusted p", numeric=True),
                Column("finding", "Finding"),
                *QUALITY,
            ),
            rows=tuple(_row(row, beside) for row in plain),
        ),
    )


def _row(row: Estimate, beside: dict[str | None, Estimate]) -> tuple[Cell, ...]:
    other = beside.get(row.group)
    second = (NOT_AVAILABLE if other is None else figure_cell(other, points),) if beside else ()
    return (
        Cell(row_label(row)),
        base_cell(row),
        figure_cell(row, points),
        *limit_cells(row, points),
        *second,
        p_cell(row),
        finding_cell(row),
        *quality_cells(row),
    )
