"""How far the linked records stand for all: R-indicators, and what each characteristic adds."""

from collections.abc import Iterator

from quality import measures
from quality.estimate import Estimate
from quality.report.lookup import Lookup, row_label
from quality.report.numbers import NOT_AVAILABLE, SUPPRESSED, Cell, signed, thousandths
from quality.report.page import Column, Part, Section, Table, anchor
from quality.report.sections.estimate_cells import (
    LIMITS,
    QUALITY,
    Writer,
    assumptions_part,
    interval_words,
    limit_cells,
    quality_cells,
)

_MEANING = (
    "The R-indicator is 1 where every record has the same chance of being linked, and lower the "
    "more the chances differ with the characteristics of its formula. The coefficient of variation "
    "bounds the bias of any mean of the linked records. The parts say which characteristic and "
    "which group the differences come from: unconditional ones as the groups are, conditional ones "
    "within all other characteristics together. Below zero, a group is linked less than others."
)
_ALL = {
    measures.R_INDICATOR: "R-indicator",
    measures.R_VARIATION: "Coefficient of variation",
}


def representativity_section(lookup: Lookup) -> Section:
    """Return the R-indicators of every source that holds characteristics."""
    parts = [part for pair in lookup.pairs(measures.R_PARTIAL) for part in _pair(lookup, *pair)]
    if not parts:
        why = "Nothing can be said: no characteristic of two groups or more was configured."
        return Section("representativity", "Representativity", (Part(paragraphs=(why,)),))
    shown = (row for measure in measures.REPRESENTATIVITY for row in lookup.of(measure))
    parts += assumptions_part(row for row in shown if row.status != "suppressed")
    return Section("representativity", "Representativity", (Part(paragraphs=(_MEANING,)), *parts))


def _pair(lookup: Lookup, source: str | None, other: str | None) -> Iterator[Part]:
    own = lookup.source_label(source)
    if other is None:
        towards = f"{own} against the reference population"
    else:
        towards = f"links to {lookup.source_label(other)} against {own}"
    found = [lookup.overall(measure, source, other) for measure in _ALL]
    rows = [row for row in found if row is not None]
    columns = (Column("indicator", "Indicator"), Column("value", "Value", numeric=True))
    if rows:
        yield Part(
            heading=f"Representativity of {towards}",
            table=Table(
                id=anchor("representativity", source, other),
                caption=f"Representativity of {towards}",
                detail=interval_words(rows),
                columns=(*columns, *LIMITS, *QUALITY),
                rows=tuple(
                    (Cell(_ALL[row.measure]), *_cells(row, thousandths), *quality_cells(row))
                    for row in rows
                ),
            ),
        )
    parts = lookup.of(measures.R_PARTIAL)
    said = {row.variable for row in parts if (row.source, row.other) == (source, other)}
    for name in (name for name in lookup.config.groups if name in said):
        partial = list(_partial(lookup, (source, other), name))
        label = lookup.characteristic_label(name)
        heading = f"How much of it lies in {label}: {towards}"
        yield Part(
            heading=heading,
            table=Table(
                id=anchor(measures.R_PARTIAL, source, other, name),
                caption=heading,
                detail=interval_words(row for row, _ in partial),
                columns=(
                    Column("group", "Group"),
                    Column("unconditional", "Unconditional", numeric=True),
                    *LIMITS,
                    Column("conditional", "Conditional", numeric=True),
                    Column("conditional_lower", "Lower limit", numeric=True),
                    Column("conditional_upper", "Upper limit", numeric=True),
                    *QUALITY,
                ),
                rows=tuple(_row(*each, label) for each in partial),
            ),
        )


def _partial(
    lookup: Lookup, pair: tuple[str | None, str | None], name: str
) -> Iterator[tuple[Estimate, Estimate | None]]:
    """Yield the parts of a characteristic, then of its groups: unconditional and conditional."""
    by_measure = [
        [
            *(
                row
                for row in lookup.of(measure)
                if (row.source, row.other, row.variable) == (*pair, name)
            ),
            *lookup.by_group(measure, *pair, name),
        ]
        for measure in (measures.R_PARTIAL, measures.R_PARTIAL_CONDITIONAL)
    ]
    within = {row.group: row for row in by_measure[1]}
    for row in by_measure[0]:
        yield row, within.get(row.group)


def _row(row: Estimate, conditional: Estimate | None, label: str) -> tuple[Cell, ...]:
    every = row.group is None
    write = thousandths if every else signed
    return (
        Cell(f"All of {label}" if every else row_label(row)),
        *_cells(row, write),
        *_cells(conditional, thousandths),
        *quality_cells(row),
    )


def _cells(estimate: Estimate | None, write: Writer) -> tuple[Cell, Cell, Cell]:
    """Return a figure, whatever its width, with its limits."""
    if estimate is None:
        return NOT_AVAILABLE, NOT_AVAILABLE, NOT_AVAILABLE
    if estimate.status == "suppressed":
        return (SUPPRESSED, *limit_cells(estimate, write))
    value = NOT_AVAILABLE if estimate.estimate is None else write(estimate.estimate)
    return (value, *limit_cells(estimate, write))
