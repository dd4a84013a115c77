"""Which values are missing together, how that hangs together, and to which sources records link."""

from collections.abc import Iterator, Sequence

from quality import measures
from quality.estimate import Estimate
from quality.missingness.patterns import COMPLETE, OTHERS
from quality.report.lookup import Lookup, row_label
from quality.report.numbers import NOT_AVAILABLE, Cell, percent, points, words
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
    told,
    untold,
)
from quality.report.sections.rates import all_suppressed
from quality.report.wording import group_label, isolate, listed, plain, title

_MEANING = (
    "A pattern is a set of values that are missing in the same record. Influx is the share of all "
    "observed values that stand beside a missing value of the variable: how much there is to "
    "learn it from. Outflux is the share of all missing values that stand beside an observed value "
    "of the variable: how much it can tell of others. Cramer's V, from 0 to 1, says how far a "
    "missing value goes with the group. No test is printed: of many thousand records every test "
    "finds something, so the size is what counts. Whether values are missing for reasons that the "
    "records show, or for others, no figure here can tell."
)
_NO_PATTERN = "No source of this run holds two values that may be missing."
_NO_EFFECT = "No group lacks the value more or less often by more than chance alone could make."
_FLUX = (measures.INFLUX, measures.OUTFLUX)


def missing_patterns_section(lookup: Lookup) -> Section:
    """Return the patterns of every source, and the combinations of sources that records link to."""
    shown = (measures.MISSING_PATTERN, measures.MISSING_AME, measures.LINK_PATTERN)
    rows = [row for measure in shown for row in lookup.of(measure)]
    parts = [part for source in lookup.config.sources for part in _source(lookup, source)]
    parts += _parts(lookup, measures.LINK_PATTERN, lookup.config.focal, "Linked to")
    first = Part(paragraphs=(_MEANING if parts else _NO_PATTERN,))
    every = [first, *parts, *assumptions_part(rows)]
    return Section("missing-patterns", "Values missing together", tuple(every))


def _source(lookup: Lookup, source: str) -> Iterator[Part]:
    yield from _parts(lookup, measures.MISSING_PATTERN, source, "Missing together in")
    flux = [row for row in lookup.of(measures.INFLUX) if row.source == source]
    if flux:
        yield _flux_part(lookup, source, [str(row.variable) for row in flux])
    effects = [row for row in lookup.of(measures.MISSING_AME) if row.source == source]
    for variable in dict.fromkeys(row.variable for row in effects):
        of_variable = [row for row in effects if row.variable == variable]
        yield _effects_part(lookup, source, str(variable), of_variable)


def _parts(lookup: Lookup, measure: str, source: str, heading: str) -> Iterator[Part]:
    """Yield the combinations of one measure: of all records, then of each characteristic."""
    rows = [row for row in lookup.of(measure) if row.source == source]
    name = f"{heading} {lookup.source_label(source)}"
    if measure == measures.LINK_PATTERN:
        name = f"Other sources that records of {lookup.source_label(source)} are linked to"
    without = []
    for characteristic in (None, *lookup.characteristics_of(source, [measure])):
        found = [row for row in rows if row.characteristic == characteristic]
        by = "" if characteristic is None else f"by {lookup.characteristic_label(characteristic)}"
        if told(found):
            full = f"{name}, {by}" if by else f"{name}: all records"
            yield _part(lookup, found, full, characteristic)
        elif found:
            without.append(by or "of all records")
    if without:
        yield Part(paragraphs=(f"{name}: suppressed [c], {listed(without)}.",))


def _part(lookup: Lookup, rows: Sequence[Estimate], name: str, characteristic: str | None) -> Part:
    places = (
        {}
        if characteristic is None
        else lookup.group_places(characteristic, (row.group or "" for row in rows))
    )
    ordered = sorted(rows, key=lambda row: (places.get(row.group or "", -1), *_rank(row)))
    identity = anchor(rows[0].measure, rows[0].source, characteristic)
    by = "Records" if characteristic is None else title(lookup.characteristic_label(characteristic))
    table = Table(
        id=identity,
        caption=name,
        detail=interval_words(rows),
        columns=(
            Column("group", by),
            Column("pattern", "Together"),
            BASE,
            Column("share", "Share", numeric=True),
            *LIMITS,
            *QUALITY,
        ),
        rows=tuple(
            (
                words(row_label(row)),
                words(isolate(plain(str(row.variable)))),
                base_cell(row),
                figure_cell(row, percent),
                *limit_cells(row, percent),
                *quality_cells(row),
            )
            for row in ordered
        ),
        headers=2,
    )
    return Part(heading=name, table=table)


def _rank(row: Estimate) -> tuple[int, str]:
    """Put the complete pattern first, the joined ones last, others by name: runs then compare."""
    name = str(row.variable)
    return {COMPLETE: 0, OTHERS: 2}.get(name, 1), name


def _flux_part(lookup: Lookup, source: str, variables: Sequence[str]) -> Part:
    name = f"How missing values hang together in {lookup.source_label(source)}"
    rows = [row for m in (*_FLUX, measures.CRAMERS_V) for row in lookup.of(m)]
    found = {(r.measure, r.variable, r.stage): r for r in rows if r.source == source}
    by = [c for c in lookup.config.groups if any(stage == c for *_, stage in found)]
    kept = [
        each
        for each in variables
        if any(row.status != "suppressed" for key, row in found.items() if key[1] == each)
    ]
    if not kept:
        return all_suppressed(name, len(variables))
    monotone = [r for r in lookup.of(measures.MONOTONE_PATTERN) if r.source == source]
    table = Table(
        id=anchor("flux", source),
        caption=name,
        detail="Counts of every record; no interval is given.",
        columns=(
            Column("variable", "Variable"),
            Column("influx", "Influx", numeric=True),
            Column("outflux", "Outflux", numeric=True),
            *(
                Column(f"v_{c}", f"Cramer's V, {lookup.characteristic_label(c)}", numeric=True)
                for c in by
            ),
        ),
        rows=tuple(
            (
                words(isolate(title(variable))),
                *(_decimal(found.get((measure, variable, None))) for measure in _FLUX),
                *(_decimal(found.get((measures.CRAMERS_V, variable, c))) for c in by),
            )
            for variable in kept
        ),
        notes=untold(isolate(plain(each)) for each in variables if each not in kept)
        + tuple(
            f"{percent(row.estimate).text} of the records have a monotone pattern: with the "
            "variables in order of how often they are missing, what is missing comes last."
            for row in monotone
            if row.estimate is not None
        ),
    )
    return Part(heading=name, table=table)


def _effects_part(lookup: Lookup, source: str, variable: str, rows: Sequence[Estimate]) -> Part:
    """Return who has no value of a variable more often, all other characteristics held equal."""
    of = f"{isolate(plain(variable))} in {lookup.source_label(source)}"
    name = f"Who has no value of {of}, all else equal"
    shown = told(rows)
    if not shown:
        return all_suppressed(name, len(rows))
    names = [c for c in lookup.config.groups if any(row.characteristic == c for row in shown)]
    places = {c: lookup.group_places(c, (row.group or "" for row in shown)) for c in names}
    ordered = sorted(
        shown,
        key=lambda row: (
            names.index(row.characteristic or ""),
            places[row.characteristic or ""][row.group or ""],
        ),
    )
    apart = [row for row in ordered if (row.lower or 0.0) > 0 or (row.upper or 0.0) < 0]
    if not apart:
        return Part(heading=name, paragraphs=(_NO_EFFECT,))
    table = Table(
        id=anchor(measures.MISSING_AME, source, variable),
        caption=f"{name}, in percentage points",
        detail=interval_words(shown),
        columns=(
            Column("characteristic", "Characteristic"),
            Column("group", "Group"),
            Column("reference", "Against"),
            BASE,
            Column("effect", "Effect (points)", numeric=True),
            *LIMITS,
            *QUALITY,
        ),
        rows=tuple(
            (
                words(title(lookup.characteristic_label(row.characteristic or ""))),
                words(row_label(row)),
                words(group_label(str(row.reference))),
                base_cell(row),
                figure_cell(row, points),
                *limit_cells(row, points),
                *quality_cells(row),
            )
            for row in apart
        ),
        notes=(
            f"Without a row: {len(ordered) - len(apart)} groups whose interval holds zero, and "
            f"{len(rows) - len(shown)} that are suppressed [c].",
        ),
        headers=2,
    )
    return Part(heading=name, table=table)


def _decimal(row: Estimate | None) -> Cell:
    """Return a figure between 0 and 1 with two decimals."""
    if row is None:
        return NOT_AVAILABLE
    return figure_cell(row, lambda value: Cell(f"{value:.2f}", round(value, 2)))
