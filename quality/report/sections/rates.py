"""Link rates by group: a plot and a table for each characteristic of which no more is known."""

from collections.abc import Collection, Iterable, Iterator

from quality.estimate import Estimate
from quality.gates import Pair
from quality.measures import LINK_RATE
from quality.report.figures.intervals import IntervalPlot, IntervalRow, interval_plot
from quality.report.lookup import Lookup, row_label
from quality.report.measured import SHOWN
from quality.report.numbers import percent, unsigned_points, words
from quality.report.page import Column, Part, Table, anchor
from quality.report.sections.estimate_cells import (
    BASE,
    LIMITS,
    QUALITY,
    base_cell,
    figure_cell,
    interval_words,
    limit_cells,
    quality_cells,
    told,
    untold,
)
from quality.report.wording import title

MEASURES = ("link_rate", "findable_link_rate", "weighted_link_rate", "duplicate_rate")

_MEANING = {
    "link_rate": "The link rate is the share of records that were given a link. It is a count of "
    "our own decisions, not of correct ones: false links raise it, and records of people whom "
    "the other source does not hold lower it. A low rate in a group can mean missed matches, "
    "poorer coverage, or both; a link rate cannot tell them apart. It is graded A as it was "
    "counted, not because the links are right.",
    "findable_link_rate": "The link rate of findable records is that of the records which the "
    "configuration says the other source should hold: it leaves out people who could not be "
    "found, as far as the columns that say so are right.",
    "weighted_link_rate": "The weighted link rate counts each record by its survey weight: it is "
    "that of the people whom the survey stands for.",
    "duplicate_rate": "The duplicate rate is the share of records thought to be of a person whom "
    "another record of the same source stands for too. It is a count of our own decisions, not of "
    "correct ones.",
}


def rate_meanings(lookup: Lookup) -> tuple[str, ...]:
    """Return what the rates of this run mean, each in a paragraph."""
    return tuple(_MEANING[measure] for measure in MEASURES if lookup.pairs(measure))


NO_GROUPS = (
    "No characteristic was configured, so nothing can be said here about differences between "
    "groups of people. Name them under groups in the configuration."
)


def overall_parts(lookup: Lookup) -> Iterator[Part]:
    """Yield the rates of all records: for a run without characteristics, whose tables hold them."""
    for measure in MEASURES:
        for source, other in lookup.pairs(measure):
            overall = lookup.overall(measure, source, other)
            if overall is not None:
                of = _of(lookup, measure, source, other)
                identity = anchor(measure, source, other)
                table = _table(identity, f"{of}, all records", "Records", (overall,), measure)
                yield Part(heading=f"{of}: all records", table=table)


def rate_parts(lookup: Lookup, characteristic: str, summarised: Collection[Pair]) -> Iterator[Part]:
    """Yield the rates of the groups of one characteristic.

    The link rates of the pairs of sources in ``summarised`` stand in another table already.
    """
    label = lookup.characteristic_label(characteristic)
    for measure in MEASURES:
        for source, other in lookup.pairs(measure):
            if measure == LINK_RATE and (source, other) in summarised:
                continue
            groups = lookup.by_group(measure, source, other, characteristic)
            of = _of(lookup, measure, source, other)
            if groups and all(each.status == "not_identified" for each in groups):
                yield _not_identified(of, label, groups)
            elif groups and not told(groups):
                yield all_suppressed(f"{of} by {label}", len(groups))
            elif groups:
                overall = lookup.overall(measure, source, other)
                yield _group_part(lookup, overall, groups, f"{of} by ", characteristic)


def _of(lookup: Lookup, measure: str, source: str | None, other: str | None) -> str:
    towards = "" if other is None else f" to {lookup.source_label(other)}"
    return f"{title(measure)} of {lookup.source_label(source)}{towards}"


def moved_by_rounding(rows: Iterable[Estimate], base: int) -> str:
    """Say how far rounding counts to ``base`` moves link rates; nothing where it moves none."""
    smallest = min((row.n_records for row in rows if row.n_records), default=0)
    if base <= 1 or not smallest:
        return ""
    return (
        f"Counts behind a link rate are rounded to {base}, which moves that of the smallest group "
        f"here by up to {unsigned_points(base / smallest).text} points"
    )


def all_suppressed(heading: str, n: int) -> Part:
    """Return what stands in place of a plot and a table without one number in them."""
    text = (
        f"Suppressed [c] for all {n} groups: the numbers are small, or would give away one that "
        "is small."
        if n > 1
        else "Suppressed [c]: the number is small, or would give away one that is small."
    )
    return Part(heading=heading, paragraphs=(text,))


def _not_identified(of: str, label: str, rows: tuple[Estimate, ...]) -> Part:
    why = "; ".join(text for each in rows for text in each.assumptions)
    return Part(heading=f"{of} by {label}", paragraphs=(f"Not identified by the data: {why}.",))


def _group_part(
    lookup: Lookup,
    overall: Estimate | None,
    groups: tuple[Estimate, ...],
    of: str,
    characteristic: str,
) -> Part:
    first = groups[0]
    label = lookup.characteristic_label(characteristic)
    name = of + label
    identity = anchor(first.measure, first.source, first.other, characteristic)
    rows = tuple(told(groups if overall is None else (overall, *groups)))
    notes = untold(row_label(each) for each in groups if each not in rows)
    return Part(
        heading=name,
        figure=rate_plot(f"{identity}-plot", name, rows, overall),
        table=_table(identity, name, title(label), rows, first.measure, notes),
    )


def rate_plot(
    identity: str, name: str, rows: tuple[Estimate, ...], overall: Estimate | None
) -> IntervalPlot | None:
    """Return the interval plot of rates, with a line at the rate of all records."""
    shown = overall is not None and overall.status == "ok" and overall.estimate is not None
    reference = None
    if shown and overall is not None and overall.estimate is not None:
        cell = percent(overall.estimate)
        reference = (overall.estimate, f"all records, {cell.text}")
    return interval_plot(
        identity,
        name,
        [_plot_row(each) for each in rows],
        title(rows[0].measure),
        lambda value: f"{value * 100:g}%",
        reference,
    )


def _plot_row(estimate: Estimate) -> IntervalRow:
    shown = estimate.status in SHOWN
    cell = figure_cell(estimate, percent)
    return IntervalRow(
        label=row_label(estimate),
        estimate=estimate.estimate if shown else None,
        lower=estimate.lower if shown else None,
        upper=estimate.upper if shown else None,
        text=cell.text if shown else f"[{cell.mark}]",
        wide=shown and cell.mark is not None,
    )


def _table(
    identity: str,
    name: str,
    label: str,
    rows: tuple[Estimate, ...],
    measure: str,
    notes: tuple[str, ...] = (),
) -> Table:
    return Table(
        id=identity,
        caption=name,
        detail=interval_words(rows),
        columns=(
            Column("group", label),
            BASE,
            Column(measure, title(measure), numeric=True),
            *LIMITS,
            *QUALITY,
        ),
        rows=tuple(
            (
                words(row_label(each)),
                base_cell(each),
                figure_cell(each, percent),
                *limit_cells(each, percent),
                *quality_cells(each),
            )
            for each in rows
        ),
        notes=notes,
    )
