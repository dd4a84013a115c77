"""How many people there are, and how many of them each source holds."""

from collections.abc import Iterator, Sequence

from quality import measures
from quality.estimate import Estimate
from quality.gates import pairs_of
from quality.report.lookup import Lookup, row_label
from quality.report.numbers import NOT_AVAILABLE, Cell, count, percent, words
from quality.report.page import Column, Part, Section, Table, anchor
from quality.report.sections.estimate_cells import (
    BASE,
    LIMITS,
    QUALITY,
    Writer,
    assumptions_part,
    base_cell,
    figure_cell,
    interval_words,
    limit_cells,
    quality_cells,
)
from quality.report.sections.rates import all_suppressed
from quality.report.wording import sentence, title

_MEANING = (
    "Two sources that miss people independently of each other tell how many both miss: the number "
    "of people is the product of their sizes over the number of people in both. Missed matches "
    "make that number too large and false links make it too small, so it is shown as the links "
    "have it and as corrected for what a review or known truth measured. A source's coverage is "
    "its share of that number."
)
_HOW = {
    measures.DUAL_SYSTEM_NAIVE: "as linked",
    measures.DUAL_SYSTEM_CORRECTED: "corrected for linkage errors",
    measures.DUAL_SYSTEM_UNLINKED: "range over models, not measured",
}


def population_section(lookup: Lookup) -> Section:
    """Return the dual-system estimates of every pair of sources, and what they assume."""
    rows = [*lookup.of(measures.POPULATION_SIZE), *lookup.of(measures.POPULATION_COVERAGE)]
    parts = [part for pair in pairs_of(lookup.config) for part in _of_pair(lookup, *pair)]
    if not parts:
        parts = [Part(paragraphs=("No number of people could be estimated in this run.",))]
    else:
        made = [row for row in rows if row.method in _HOW]
        parts = [Part(paragraphs=(_MEANING,)), *parts, *assumptions_part(made)]
    return Section("population", "Number of people and coverage", tuple(parts))


def _of_pair(lookup: Lookup, source: str, other: str | None) -> Iterator[Part]:
    pair = f"{lookup.source_label(source)} and {lookup.source_label(other)}"
    sizes = [row for row in lookup.of(measures.POPULATION_SIZE) if row.other == other]
    whole = [row for row in sizes if row.characteristic is None and row.method in _HOW]
    if whole:
        yield _sizes(lookup, f"Number of people, from {pair}", whole)
    for row in (row for row in sizes if row.status == "not_identified"):
        of = (
            ""
            if row.characteristic is None
            else f" by {lookup.characteristic_label(row.characteristic)}"
        )
        text = " ".join(sentence(each) for each in row.assumptions)
        yield Part(paragraphs=(f"Number of people{of}, corrected: not identified. {text}",))
    for method in (measures.DUAL_SYSTEM_CORRECTED, measures.DUAL_SYSTEM_NAIVE):
        found = lookup.by_method(method)
        for name in found.characteristics(measures.POPULATION_SIZE):
            groups = found.by_group(measures.POPULATION_SIZE, source, other, name)
            by = lookup.characteristic_label(name)
            if groups:
                yield _grouped(f"Number of people by {by}, {_HOW[method]}, from {pair}", by, groups)
    yield from _coverage(lookup, source, other)


def _sizes(lookup: Lookup, name: str, rows: Sequence[Estimate]) -> Part:
    order = list(_HOW)
    ranked = sorted(rows, key=lambda row: (order.index(row.method), row.variable or ""))
    return Part(
        heading=name,
        table=Table(
            id=anchor("population", rows[0].source, rows[0].other),
            caption=name,
            detail=_details(rows),
            columns=(
                Column("how", "Estimate"),
                BASE,
                _figure("Number of people"),
                *LIMITS,
                *QUALITY,
            ),
            rows=tuple(_row(words(_how(lookup, row)), row, count) for row in ranked),
        ),
    )


def _how(lookup: Lookup, row: Estimate) -> str:
    how = title(_HOW[row.method])
    if row.variable is None:
        return how
    return f"{how}, summed over groups by {lookup.characteristic_label(row.variable)}"


def _grouped(name: str, label: str, rows: Sequence[Estimate]) -> Part:
    if all(row.status == "suppressed" for row in rows):
        return all_suppressed(name, len(rows))
    first = rows[0]
    return Part(
        heading=name,
        table=Table(
            id=anchor("population", first.method, first.source, first.other, first.characteristic),
            caption=name,
            detail=_details(rows),
            columns=(
                Column("group", title(label)),
                BASE,
                _figure("Number of people"),
                *LIMITS,
                *QUALITY,
            ),
            rows=tuple(_row(words(row_label(row)), row, count) for row in rows),
        ),
    )


def _coverage(lookup: Lookup, source: str, other: str | None) -> Iterator[Part]:
    """Yield each source's share of the people, corrected, for everyone and by group."""
    found = lookup.by_method(measures.DUAL_SYSTEM_CORRECTED)
    for whose in (source, other):
        rows = [
            row
            for row in found.of(measures.POPULATION_COVERAGE)
            if (row.source, row.other, row.variable) == (source, other, whose)
        ]
        for name in dict.fromkeys(row.characteristic for row in rows if row.characteristic):
            of = [row for row in rows if row.characteristic in {None, name}]
            places = lookup.group_places(name, (row.group or "" for row in of))
            of.sort(key=lambda row: (row.group is not None, places[row.group or ""]))
            yield _covered(lookup, str(whose), name, of)


def _covered(lookup: Lookup, whose: str, characteristic: str, rows: Sequence[Estimate]) -> Part:
    by = lookup.characteristic_label(characteristic)
    name = f"Share of all people that {lookup.source_label(whose)} holds, by {by}"
    return Part(
        heading=name,
        table=Table(
            id=anchor("coverage-of-population", whose, rows[0].other, characteristic),
            caption=name,
            detail=_details(rows),
            columns=(Column("group", title(by)), BASE, _figure("Coverage"), *LIMITS, *QUALITY),
            rows=tuple(_row(words(row_label(row)), row, percent) for row in rows),
        ),
    )


def _figure(label: str) -> Column:
    return Column("figure", label, numeric=True)


def _details(rows: Sequence[Estimate]) -> str:
    return interval_words(row for row in rows if row.status != "suppressed")


def _row(label: Cell, row: Estimate, write: Writer) -> tuple[Cell, ...]:
    figure = figure_cell(row, write)
    if row.grade == "C" and row.characteristic is not None and row.status != "suppressed":
        figure = NOT_AVAILABLE  # no figure of one model could be quoted as if it had been measured
    return (label, base_cell(row), figure, *limit_cells(row, write), *quality_cells(row))
