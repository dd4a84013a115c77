"""Where values of another source were lost: outcomes, stages, and each stage's share of a gap."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from linkage.config.group_names import CROSS
from quality import measures
from quality.estimate import Estimate
from quality.report.figures.heatmap import heatmap
from quality.report.figures.intervals import IntervalRow, interval_plot
from quality.report.lookup import Lookup, row_label
from quality.report.numbers import Cell, percent, words
from quality.report.page import Column, Part, Section, Table, anchor
from quality.report.sections.estimate_cells import (
    BASE,
    LIMITS,
    QUALITY,
    assumptions_part,
    base_cell,
    figure_cell,
    interval_words,
    limit_cells,
    quality_cells,
)
from quality.report.sections.rates import all_suppressed
from quality.report.wording import (
    METHODS,
    OUTCOMES,
    REASONS,
    STAGES,
    group_label,
    isolate,
    listed,
    title,
)

MOST_MARKS = 40
"""A plot of more rows says less than its table."""

_MEANING = (
    "A variable that another source holds is reached through a link. For some records it is lost "
    "on the way: the other source does not hold the person, the record was never compared with "
    "its partner, it was not linked to it, the question was never asked, or it was not answered. "
    "Every record of the group is in the base. Preferring not to say is an answer: it has a row of "
    "its own, and nothing is put in its place."
)
_SHARES = (
    "The gap is the log of the ratio of what is observed of the group to what is observed of the "
    "reference group. On that scale it is the sum of what each stage does, and a share is a "
    "stage's part of it: below zero, the stage made the gap smaller. Shares are given only where "
    "the gap is told from none."
)
_NOTHING = (
    "No variable of another source is named under missingness.variables, so nothing can be said "
    "here about what is lost on the way to it."
)
_KINDS = (
    (measures.VALUE_THROUGH_LINK, "What the linked records show of", OUTCOMES | REASONS),
    (measures.STAGE_PASSED, "Stages passed on the way to", STAGES),
    (measures.VALUE_LOST, "Where the own value was lost of", OUTCOMES),
)


def lost_values_section(lookup: Lookup) -> Section:
    """Return what became of every variable of another source, by group and by stage."""
    measured = (measures.VALUE_THROUGH_LINK, *measures.OF_STAGES)
    rows = [row for measure in measured for row in lookup.of(measure)]
    variables = dict.fromkeys((row.other, row.variable) for row in rows)
    parts = [Part(paragraphs=(_MEANING if variables else _NOTHING,))]
    for other, variable in variables:
        parts += _variable(lookup, other, str(variable))
    parts += assumptions_part(row for row in rows if row.status != "not_identified")
    return Section("lost-values", "Where values were lost", tuple(parts))


def _variable(lookup: Lookup, other: str | None, variable: str) -> Iterator[Part]:
    name = f"{isolate(_label(lookup, other, variable))} of {lookup.source_label(other)}"

    def of(measure: str) -> list[Estimate]:
        found = lookup.of(measure)
        return [row for row in found if (row.other, row.variable) == (other, variable)]

    for measure, heading, labels in _KINDS:
        found = [row for row in of(measure) if (row.stage or "") in labels and _is_shown(row)]
        for characteristic in _characteristics(lookup, found):
            rows = [row for row in found if row.characteristic in {characteristic, None}]
            yield _table_part(lookup, rows, f"{heading} {name}", characteristic, labels)
    for characteristic in _characteristics(lookup, of(measures.STAGE_SHARE)):
        if characteristic is not None:
            rows = [r for r in of(measures.STAGE_SHARE) if r.characteristic == characteristic]
            yield _shares_part(lookup, rows, name, characteristic)
    unknown = [
        row
        for measure in (measures.STAGE_PASSED, measures.OBSERVED_RATE)
        for row in of(measure)
        if row.status == "not_identified"
    ]
    if unknown:
        bullets = tuple(_unidentified(lookup, row) for row in unknown)
        yield Part(heading=f"Not identified by the data: {name}", bullets=bullets)


def _unidentified(lookup: Lookup, row: Estimate) -> str:
    what = STAGES.get(row.stage or "", "own value observed")
    by = f" by {lookup.characteristic_label(row.characteristic)}" if row.characteristic else ""
    return f"{title(what)}{by}: {'; '.join(row.assumptions)}."


def _characteristics(lookup: Lookup, rows: Iterable[Estimate]) -> list[str | None]:
    """Return the characteristics of rows in order; None for those of all records alone."""
    found = {row.characteristic for row in rows}
    ordered = [name for name in lookup.config.groups if name in found]
    crossed = sorted(name for name in found if name is not None and name not in ordered)
    return [*ordered, *crossed] or ([None] if found else [])


def _table_part(
    lookup: Lookup,
    rows: Sequence[Estimate],
    name: str,
    characteristic: str | None,
    labels: dict[str, str],
) -> Part:
    """Return one measure by group and stage, as a heatmap and a table."""
    if characteristic is not None:
        name = f"{name}, by {lookup.characteristic_label(characteristic)}"
    groups = [row for row in rows if row.characteristic is not None] or rows
    told = {row.group for row in rows if row.status != "suppressed"}
    if told.isdisjoint(row.group for row in groups):
        return all_suppressed(name, len({row.group for row in groups}))
    every = _in_order(lookup, rows, characteristic, list(labels))
    ordered = [row for row in every if row.group in told]
    untold = dict.fromkeys(row_label(row) for row in every if row.group not in told)
    notes = (f"Suppressed [c] throughout, and so without a row: {listed([*untold])}.",)
    first = ordered[0]
    identity = anchor(first.measure, first.other, first.variable, characteristic)
    stages = list(dict.fromkeys(row.stage or "" for row in ordered))
    stages.sort(key=list(labels).index)
    by_group: dict[str, dict[str, Estimate]] = {}
    for row in ordered:
        by_group.setdefault(row_label(row), {})[row.stage or ""] = row
    plot = heatmap(
        f"{identity}-plot",
        name,
        [title(labels[stage]) for stage in stages],
        [(label, [_heat(found.get(s)) for s in stages]) for label, found in by_group.items()],
        "the share of records",
    )
    column = Column("share", "Share", numeric=True)
    table = _table(lookup, identity, name, ordered, labels, column, percent, characteristic)
    return Part(heading=name, paragraphs=notes if untold else (), figure=plot, table=table)


def _is_shown(row: Estimate) -> bool:
    """Say whether a row is for the page: intersections are, by the stages they passed alone."""
    crossed = row.characteristic is not None and CROSS in row.characteristic
    return row.status != "not_identified" and (not crossed or row.measure == measures.STAGE_PASSED)


def _heat(row: Estimate | None) -> tuple[float | None, str]:
    if row is None:
        return None, "[x]"
    cell = figure_cell(row, percent)
    return (None, f"[{cell.mark}]") if cell.mark is not None else (row.estimate, cell.text)


def _shares_part(lookup: Lookup, rows: Sequence[Estimate], name: str, characteristic: str) -> Part:
    """Return each stage's share of each group's gap, as a plot and a table."""
    by = lookup.characteristic_label(characteristic)
    reference = group_label(str(rows[0].reference))
    heading = f"Shares of the gap in {name}, by {by}, against {reference}"
    ordered = _in_order(lookup, rows, characteristic, list(STAGES))
    told = [row for row in ordered if row.status == "ok"]
    notes = (_SHARES, *_without_shares(ordered))
    if not told:
        return Part(heading=heading, paragraphs=notes)
    identity = anchor(measures.STAGE_SHARE, rows[0].other, rows[0].variable, characteristic)
    plot = interval_plot(
        f"{identity}-plot",
        heading,
        [_mark(row) for row in told],
        "Share of the gap",
        lambda value: f"{value * 100:g}%",
        (0.0, "no part of the gap"),
        limits=(-5.0, 5.0),
    )
    column = Column("share", "Share of the gap", numeric=True)
    table = _table(lookup, identity, heading, told, STAGES, column, _signed, characteristic)
    figure = plot if len(told) <= MOST_MARKS else None
    return Part(heading=heading, paragraphs=notes, figure=figure, table=table)


def _without_shares(rows: Sequence[Estimate]) -> Iterator[str]:
    """Yield which groups have no shares, and why."""
    for status, why in (
        ("too_few_to_tell", "The gap is not told from none"),
        ("suppressed", "Suppressed [c]"),
    ):
        groups = dict.fromkeys(row_label(row) for row in rows if row.status == status)
        if groups:
            yield f"{why}: {listed([*groups])}."


def _mark(row: Estimate) -> IntervalRow:
    return IntervalRow(
        label=f"{row_label(row)}: {STAGES[row.stage or '']}",
        estimate=row.estimate,
        lower=row.lower,
        upper=row.upper,
        text=figure_cell(row, _signed).text,
    )


def _signed(share: float) -> Cell:
    """Return a share that may be below 0 or above 1, in whole per cent."""
    return Cell(f"{share * 100:.0f}%".replace("-", "\N{MINUS SIGN}"), round(share, 2))


def _in_order(
    lookup: Lookup, rows: Sequence[Estimate], characteristic: str | None, stages: Sequence[str]
) -> list[Estimate]:
    """Put all records first, then groups in the order of their list, each by stage."""
    groups = [row.group for row in rows if row.group is not None]
    places = lookup.group_places(characteristic, groups) if characteristic is not None else {}
    return sorted(
        rows,
        key=lambda row: (places.get(row.group or "", -1), stages.index(row.stage or "")),
    )


def _table(
    lookup: Lookup,
    identity: str,
    name: str,
    rows: Sequence[Estimate],
    labels: dict[str, str],
    figure: Column,
    write: Callable[[float], Cell],
    characteristic: str | None,
) -> Table:
    by = "Records" if characteristic is None else title(lookup.characteristic_label(characteristic))
    return Table(
        id=identity,
        caption=name,
        detail=interval_words(rows),
        columns=(
            Column("group", by),
            Column("stage", "What became of it"),
            BASE,
            figure,
            *LIMITS,
            *QUALITY,
        ),
        rows=tuple(
            (
                words(row_label(row)),
                words(title(labels[row.stage or ""])),
                base_cell(row),
                figure_cell(row, write),
                *limit_cells(row, write),
                *quality_cells(row),
            )
            for row in rows
        ),
        notes=tuple(
            f"{METHODS[method]}."
            for method in dict.fromkeys(row.method for row in rows)
            if method in METHODS
        ),
        headers=2,
    )


def _label(lookup: Lookup, other: str | None, variable: str) -> str:
    for each in lookup.config.missingness.variables:
        if (each.source, each.column) == (other, variable) and each.label:
            return each.label
    return title(variable)
