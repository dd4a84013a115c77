"""What is missing, by source, group and reason: a heatmap and a table each."""

from collections.abc import Iterator, Sequence

from quality.measures import MISSING_GROUP, MISSING_MEASURES, MISSING_VARIABLE
from quality.report.figures.heatmap import heatmap
from quality.report.lookup import Lookup, row_label
from quality.report.numbers import Cell, percent
from quality.report.page import Part, Section, anchor
from quality.report.sections.estimate_cells import assumptions_part, figure_cell
from quality.report.sections.missing_table import Missing, Row, Variable, missing_table
from quality.report.wording import isolate, listed, title

_MEANING = (
    "A record can only agree on what it holds: where identifiers are missing more often, links "
    "are missed more often. Reasons are kept apart, and every record of the group is in the "
    "base. A value that does not apply is shown, but is not counted as missing."
)


def missing_section(lookup: Lookup) -> Section:
    """Return what is missing in every source, for all records and for every group."""
    rows = [each for measure in MISSING_MEASURES for each in lookup.of(measure)]
    missing = Missing(rows)
    sources = [name for name in lookup.config.sources if name in missing.sources]
    parts = [part for source in sources for part in _source(lookup, missing, source)]
    if parts:
        parts = [Part(paragraphs=(_MEANING,)), *parts, *assumptions_part(rows)]
    else:
        parts = [Part(paragraphs=("No missing value was counted in this run.",))]
    return Section("missing", "Missing identifiers and variables", tuple(parts))


def _source(lookup: Lookup, missing: Missing, source: str) -> Iterator[Part]:
    name = f"Missing in {lookup.source_label(source)}"
    everyone = Row("All records", None, None)
    variables = [
        Variable(measure, variable, _label(lookup, source, measure, variable))
        for measure, variable in missing.variables(source)
    ]
    yield _part(missing, source, f"{name}: all records", [everyone], variables)
    hidden = [v for v in variables if missing.is_suppressed(source, everyone, v)]
    kept = [v for v in variables if v not in hidden and v.measure != MISSING_GROUP]
    for characteristic in lookup.characteristics_of(source, MISSING_MEASURES):
        groups = missing.groups(source, characteristic)
        places = lookup.group_places(characteristic, groups)
        rows = [
            Row(row_label(groups[group]), characteristic, group)
            for group in sorted(groups, key=places.__getitem__)
        ]
        held = [v for v in kept if any(missing.any_reason(source, row, v) for row in rows)]
        heading = f"{name}, by {lookup.characteristic_label(characteristic)}"
        if held:
            yield _part(missing, source, heading, [everyone, *rows], held, hidden)
        else:
            words = "No variable can be shown by group: each is suppressed for all records."
            yield Part(heading=heading, paragraphs=(words,))


def _part(
    missing: Missing,
    source: str,
    name: str,
    rows: list[Row],
    variables: list[Variable],
    hidden: Sequence[Variable] = (),
) -> Part:
    identity = anchor("missing", source, rows[-1].characteristic)
    plot = heatmap(
        f"{identity}-plot",
        name,
        [variable.label for variable in variables],
        [
            (row.label, [_heat_cell(missing, source, row, variable) for variable in variables])
            for row in rows
        ],
    )
    names = listed([variable.label for variable in hidden])
    notes = (f"Suppressed for all records, so not shown by group: {names}.",) if hidden else ()
    table = missing_table(identity, name, missing, source, (rows, variables), notes)
    return Part(heading=name, figure=plot, table=table)


def _heat_cell(
    missing: Missing, source: str, row: Row, variable: Variable
) -> tuple[float | None, str]:
    estimate = missing.any_reason(source, row, variable)
    if estimate is None:
        return None, "[x]"
    cell: Cell = figure_cell(estimate, percent)
    if cell.mark is not None:
        return None, f"[{cell.mark}]"
    return estimate.estimate, cell.text


def _label(lookup: Lookup, source: str, measure: str, variable: str) -> str:
    if measure == MISSING_GROUP:
        return title(lookup.characteristic_label(variable))
    if measure == MISSING_VARIABLE:
        for each in lookup.config.missingness.variables:
            if (each.source, each.column) == (source, variable):
                return isolate(each.label or title(each.column))
    return title(variable)
