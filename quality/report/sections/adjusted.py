"""Differences between groups with every other characteristic held equal."""

from collections.abc import Iterator, Sequence

from quality import measures
from quality.estimate import Estimate
from quality.report.lookup import Lookup, row_label
from quality.report.numbers import NOT_AVAILABLE, Cell, points
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
from quality.report.sections.rates import all_suppressed
from quality.report.wording import group_label, sentence, title

MEANING = (
    "Groups differ in age, place and much else at once. An adjusted difference is the average "
    "marginal effect of a logistic model: by how many points the chance would differ if every "
    "record were of the group rather than of the reference, all its other characteristics left as "
    "they are. A difference that shrinks against the plain gap is explained by what people of the "
    "group have in common otherwise; that does not make it go away. Where it may be shown, a "
    "second figure holds equal too how many identifiers a record lacks."
)
OF = {
    measures.LINK_AME: "Chance of being linked",
    measures.MISSED_AME: "Chance of being missed, of records that have a partner",
}

"""What each adjusted difference is of."""

_ALIKE = "How many identifiers a record lacks, held equal too, changes no figure of this table."
_HIDDEN = (
    "With missing identifiers held equal too, no difference of this table may be shown: whether "
    "they explain it is not answered here."
)
_TOO_FEW_MISSED = (
    "How much more matches of each group are missed with all else equal is not shown: too few were "
    "seen missed to adjust any of these figures."
)
_ROUNDED = (
    "To protect people, differences are rounded to {threshold} people of the group and limits "
    "outwards: of a small group they move in large steps, a limit of 0.0 may be rounding alone, "
    "and not told apart then says little. The gap in the link rate above is finer."
)


def adjusted_parts(lookup: Lookup, characteristic: str) -> Iterator[Part]:
    """Yield the adjusted differences of one characteristic: in being linked, and in being missed.

    Both stand in one table where both may be shown.
    """
    for source, other in lookup.pairs(measures.LINK_AME):
        rows = lookup.by_group(measures.LINK_AME, source, other, characteristic)
        if rows:
            towards = f"{lookup.source_label(source)} to {lookup.source_label(other)}"
            label = lookup.characteristic_label(characteristic)
            name = f"{OF[measures.LINK_AME]} with all else equal, {towards}, by {label}"
            missed = lookup.by_group(measures.MISSED_AME, source, other, characteristic)
            threshold = lookup.config.disclosure.threshold
            yield _part(rows, missed, name, title(label), threshold)


def not_adjusted(lookup: Lookup) -> Iterator[str]:
    """Yield why a model of being linked, or of being missed, was not fitted."""
    for measure, of in OF.items():
        for source, other in lookup.pairs(measure):
            overall = lookup.overall(measure, source, other)
            if overall is not None and overall.status == "not_identified":
                towards = f"{lookup.source_label(source)} to {lookup.source_label(other)}"
                yield sentence(f"{of}, {towards}: not identified. {'; '.join(overall.assumptions)}")


def _part(
    rows: Sequence[Estimate],
    missed: Sequence[Estimate],
    name: str,
    label: str,
    threshold: int,
) -> Part:
    plain = [row for row in rows if row.variable is None]
    beside = {row.group: row for row in rows if row.variable is not None}
    own = [row for row in missed if row.variable is None]
    lost = {row.group: row for row in told(own)} if any(row.status == "ok" for row in own) else {}
    reference = next((row.reference for row in plain if row.reference), None)
    against = "the reference group" if reference is None else group_label(reference)
    heading = f"{name}, against {against}"
    kept = told(plain)
    if not kept:
        return all_suppressed(heading, len(plain))
    tests = max((row.n_tests or 0 for row in plain), default=0)
    first = plain[0]
    alike = _alike(kept, beside)
    hidden = bool(beside) and not told(beside.values())
    if alike or hidden:
        beside = {}
    second = (Column("beside", "Missing identifiers equal too", numeric=True),) if beside else ()
    third = (Column("missed", "More missed, of those with a partner (interval)"),) if lost else ()
    return Part(
        heading="Differences with all else equal",
        table=Table(
            id=anchor(first.measure, first.source, first.other, first.characteristic),
            caption=f"{heading}, in percentage points",
            detail=f"{grade_words(kept)} {interval_words(kept)} P-values are adjusted for {tests} "
            "comparisons.",
            columns=(
                Column("group", label),
                Column("difference", "Difference", numeric=True),
                *LIMITS,
                *second,
                Column("p_adjusted", "Adjusted p", numeric=True),
                Column("finding", "Finding", short=True),
                *third,
            ),
            rows=tuple(_row(row, beside, lost) for row in kept),
            notes=(
                *untold(row_label(row) for row in plain if row not in kept),
                *((_ALIKE,) if alike else ()),
                *((_HIDDEN,) if hidden else ()),
                *((_TOO_FEW_MISSED,) if own and not lost else ()),
                *((_ROUNDED.format(threshold=threshold),) if threshold > 1 else ()),
            ),
        ),
    )


def _alike(rows: Sequence[Estimate], beside: dict[str | None, Estimate]) -> bool:
    """Say whether missing identifiers held equal too change no printed difference."""
    return bool(beside) and all(
        row.group in beside and figure_cell(row, points) == figure_cell(beside[row.group], points)
        for row in rows
    )


def _row(
    row: Estimate, beside: dict[str | None, Estimate], lost: dict[str | None, Estimate]
) -> tuple[Cell, ...]:
    other = beside.get(row.group)
    second = (NOT_AVAILABLE if other is None else figure_cell(other, points),) if beside else ()
    return (
        Cell(row_label(row)),
        figure_cell(row, points),
        *limit_cells(row, points),
        *second,
        p_cell(row),
        finding_cell(row),
        *((with_limits(lost.get(row.group), points),) if lost else ()),
    )
