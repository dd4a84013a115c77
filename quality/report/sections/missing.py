"""What is missing, by source, group and reason: a heatmap and a table each."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from quality.estimate import Estimate
from quality.measures import MISSING_GROUP, MISSING_MEASURES, MISSING_VARIABLE
from quality.report.figures.heatmap import heatmap
from quality.report.lookup import Lookup, row_label
from quality.report.numbers import percent
from quality.report.page import Part, Section, anchor
from quality.report.sections.estimate_cells import assumptions_part, figure_cell
from quality.report.sections.missing_table import EVERYONE, Missing, Row, Variable, missing_table
from quality.report.wording import isolate, listed, title

_MEANING = (
    "A record can only agree on what it holds: where identifiers are missing more often, links "
    "are missed more often. Reasons are kept apart, and every record of the group is in the "
    "base. A value that does not apply is shown, but is not counted as missing."
)


def missing_section(lookup: Lookup) -> Section:
    """Return what is missing in every source, for all records and for every group."""
    rows = [each for measure in MISSING_MEASURES for each in lookup.of(measure)]
    parts = [part for source in lookup.config.sources for part in _source(lookup, source, rows)]
    if parts:
        parts = [Part(paragraphs=(_MEANING,)), *parts, *assumptions_part(rows)]
    else:
        parts = [Part(paragraphs=("No missing value was counted in this run.",))]
    return Section("missing", "Missing identifiers and variables", tuple(parts))


def _source(lookup: Lookup, source: str, rows: Iterable[Estimate]) -> Iterator[Part]:
    missing = Missing(each for each in rows if each.source == source)
    variables = [
        Variable(measure, variable, _label(lookup, source, measure, variable))
        for measure, variable in _in_order(lookup, source, missing.variables)
    ]
    if not variables:
        return
    name = f"Missing in {lookup.source_label(source)}"
    yield _by_group(missing, anchor("missing", source), f"{name}: all records", [], variables)
    shown = [variable for variable in variables if variable.measure != MISSING_GROUP]
    without = []
    for characteristic in lookup.characteristics_of(source, MISSING_MEASURES):
        label = lookup.characteristic_label(characteristic)
        identity = anchor("missing", source, characteristic)
        groups = missing.groups(characteristic)
        places = lookup.group_places(characteristic, groups)
        ordered = sorted(groups, key=places.__getitem__)
        rows_here = [Row(row_label(groups[group]), characteristic, group) for group in ordered]
        if _kept(missing, rows_here, shown):
            yield _by_group(missing, identity, f"{name}, by {label}", rows_here, shown)
        else:
            without.append(label)
    if without:
        yield Part(paragraphs=(f"{name}: suppressed [c] for every group by {listed(without)}.",))


def _kept(missing: Missing, rows: list[Row], variables: list[Variable]) -> list[Variable]:
    """Return the variables of which anything may be shown."""
    held = [v for v in variables if any(missing.any_reason(row, v) for row in rows)]
    return [v for v in held if not all(missing.is_suppressed(row, v) for row in rows)]


def _by_group(
    missing: Missing, identity: str, heading: str, rows: list[Row], variables: list[Variable]
) -> Part:
    """Return one characteristic, without variables and groups that are suppressed throughout.

    Without ``rows`` it is all records.
    """
    within = rows or [EVERYONE]
    held = [v for v in variables if any(missing.any_reason(row, v) for row in within)]
    kept = _kept(missing, within, variables)
    hidden = [v.label for v in held if v not in kept]
    if not kept:
        return Part(heading=heading, paragraphs=(f"Suppressed [c]: {listed(hidden)}.",))
    untold = [row for row in rows if all(missing.is_suppressed(row, v) for v in kept)]
    everywhere = " in every group" if rows else ""
    notes = [f"Suppressed [c]{everywhere}: {listed(hidden)}."] if hidden else []
    if untold:
        names = listed([row.label for row in untold])
        notes.append(f"Suppressed [c] throughout, and so without a row: {names}.")
    told = [row for row in rows if row not in untold]
    return _part(missing, identity, heading, told, kept, tuple(notes))


def _in_order(
    lookup: Lookup, source: str, variables: Iterable[tuple[str, str]]
) -> list[tuple[str, str]]:
    """Put identifiers in the order of the configuration, then variables, then characteristics."""
    roles = [*lookup.config.sources[source].columns]

    def place(variable: tuple[str, str]) -> tuple[int, int]:
        measure, name = variable
        return MISSING_MEASURES.index(measure), roles.index(name) if name in roles else len(roles)

    return sorted(variables, key=place)


def _part(
    missing: Missing,
    identity: str,
    name: str,
    groups: list[Row],
    variables: list[Variable],
    notes: tuple[str, ...],
) -> Part:
    rows = [EVERYONE, *groups]
    plot = heatmap(
        f"{identity}-plot",
        name,
        [variable.label for variable in variables],
        [(row.label, [_heat_cell(missing.any_reason(row, v)) for v in variables]) for row in rows],
    )
    table = missing_table(identity, name, missing, rows, variables)
    return Part(
        heading=name,
        figure=plot if len(rows) > 1 and len(variables) > 1 else None,
        table=replace(table, notes=(*notes, *table.notes)),
    )


def _heat_cell(estimate: Estimate | None) -> tuple[float | None, str]:
    if estimate is None:
        return None, "[x]"
    cell = figure_cell(estimate, percent)
    if cell.mark is not None:
        return None, f"[{cell.mark}]"
    return estimate.estimate, cell.text


def _label(lookup: Lookup, source: str, measure: str, variable: str) -> str:
    if measure == MISSING_GROUP:
        return f"{title(lookup.characteristic_label(variable))} (group)"
    if measure == MISSING_VARIABLE:
        for each in lookup.config.missingness.variables:
            if (each.source, each.column) == (source, variable):
                return isolate(each.label or title(each.column))
    return title(variable)
