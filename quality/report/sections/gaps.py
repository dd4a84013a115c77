"""Gaps between groups: each group's link rate less that of the reference group."""

from collections.abc import Iterator

from quality import measures
from quality.bias.link_rate_parts import CAUSES
from quality.estimate import Estimate
from quality.report.figures.intervals import IntervalRow, interval_plot
from quality.report.lookup import Lookup, row_label
from quality.report.numbers import NOT_AVAILABLE, Cell, points, words
from quality.report.page import Column, Part, Section, Table, anchor
from quality.report.sections.comparisons import beside_parts, ratio_parts
from quality.report.sections.estimate_cells import (
    BASE,
    LIMITS,
    QUALITY,
    base_cell,
    figure_cell,
    finding_cell,
    interval_words,
    limit_cells,
    p_cell,
    quality_cells,
)
from quality.report.sections.rates import HOLLOW, NO_GROUPS, SMALL_BASE, all_suppressed
from quality.report.wording import group_label, title

MEASURES = ("link_rate_gap", "duplicate_rate_gap")
_BESIDE = (
    measures.LINK_RATE_FINDABLE,
    measures.LINK_RATE_WEIGHTED,
    measures.MISSING_AN_IDENTIFIER,
    *measures.WEIGHTS,
)
"""Measures whose gaps stand in a table without a plot: they say why, or for whom else."""


def gaps_section(lookup: Lookup) -> Section:
    """Return the gaps of every characteristic to its reference group."""
    parts = [part for measure in MEASURES for part in _measure(lookup, measure)]
    parts += [part for measure in _BESIDE for part in beside_parts(lookup, measure)]
    if parts:
        parts.insert(0, Part(paragraphs=(_MEANING,)))
        parts.append(Part(paragraphs=(_ASSUMED,)))
    else:
        missing = (
            NO_GROUPS if not lookup.config.groups else "No gap could be estimated in this run."
        )
        parts = [Part(paragraphs=(missing,))]
    return Section("gaps", "Gaps between groups", tuple(parts))


_MEANING = (
    "A gap is the group's rate less the rate of the reference group, in percentage points: below "
    "zero, the group is linked less often. The reference is a yardstick, not a target, so each "
    "group is compared with everyone outside it too. Judge a gap by its interval and its size; "
    "p-values are adjusted for every comparison made in this run, and no gap is called small but "
    "by a test that it is. Comparing linked with unlinked records mixes missed matches with people "
    "whom the other source does not hold: where coverage was measured, the table says which it is."
)


_ASSUMED = "Gaps assume what the rates assume, and that groups are independent of each other."


def _measure(lookup: Lookup, measure: str) -> Iterator[Part]:
    for source, other in lookup.pairs(measure):
        towards = "" if other is None else f" to {lookup.source_label(other)}"
        of = f"{title(measure.removesuffix('_gap'))} of {lookup.source_label(source)}{towards}"
        for characteristic in lookup.characteristics(measure):
            rows = lookup.by_group(measure, source, other, characteristic)
            label = lookup.characteristic_label(characteristic)
            if rows:
                yield gap_part(rows, of, label)
            yield from ratio_parts(
                lookup, measure.removesuffix("_gap"), (source, other, characteristic), of
            )


def gap_part(rows: tuple[Estimate, ...], of: str, label: str) -> Part:
    """Return the gaps of one characteristic, as a plot and a table.

    ``of`` says what the gap is in: "Link rate of census".
    """
    first = rows[0]
    reference = next((each.reference for each in rows if each.reference), None)
    against = "the reference group" if reference is None else group_label(reference)
    name = f"Gap in the {of[0].lower()}{of[1:]} by {label}, against {against}"
    how = () if first.method == measures.NEWCOMBE else (first.method,)
    identity = anchor(first.measure, *how, first.source, first.other, first.characteristic)
    if all(each.status == "suppressed" for each in rows):
        return all_suppressed(name, len(rows))
    plot = interval_plot(
        f"{identity}-plot",
        name,
        [_plot_row(each) for each in rows],
        f"Percentage points from {against}",
        lambda value: points(value).text.removesuffix(".0"),
        (0.0, "no gap"),
        HOLLOW,
        limits=(-1.0, 1.0),
    )
    return Part(heading=name, figure=plot, table=_table(identity, name, title(label), rows))


def _plot_row(estimate: Estimate) -> IntervalRow:
    shown = estimate.status == "ok"
    return IntervalRow(
        label=row_label(estimate),
        estimate=estimate.estimate if shown else None,
        lower=estimate.lower if shown else None,
        upper=estimate.upper if shown else None,
        text=figure_cell(estimate, points).text,
        small=(estimate.n_records or 0) < SMALL_BASE,
    )


def _table(identity: str, name: str, label: str, rows: tuple[Estimate, ...]) -> Table:
    tests = max((each.n_tests or 0 for each in rows), default=0)
    caused = any(_cause(each) for each in rows)
    adjusted = f" P-values are adjusted for {tests} comparisons." if tests > 1 else ""
    return Table(
        id=identity,
        caption=f"{name}, in percentage points",
        detail=f"{interval_words(rows)}{adjusted}",
        columns=(
            Column("group", label),
            BASE,
            Column("gap", "Gap (points)", numeric=True),
            *LIMITS,
            Column("p_adjusted", "Adjusted p", numeric=True),
            Column("finding", "Finding"),
            *((Column("causes", "Where it comes from"),) if caused else ()),
            *QUALITY,
        ),
        rows=tuple(_row(each, caused=caused) for each in rows),
    )


def _cause(each: Estimate) -> str | None:
    found = (text.removeprefix(CAUSES) for text in each.assumptions if text.startswith(CAUSES))
    return next(found, None)


def _row(each: Estimate, *, caused: bool) -> tuple[Cell, ...]:
    cause = _cause(each)
    return (
        Cell(row_label(each)),
        base_cell(each),
        figure_cell(each, points),
        *limit_cells(each, points),
        p_cell(each),
        finding_cell(each),
        *((NOT_AVAILABLE if cause is None else words(cause),) if caused else ()),
        *quality_cells(each),
    )
