"""Cells of intersections: raw and shrunken rates in one row, and what each cell has of its own."""

from collections.abc import Iterator, Sequence

from linkage.config.group_names import CROSS
from quality import measures
from quality.estimate import Estimate
from quality.report.lookup import Lookup, row_label
from quality.report.numbers import NOT_AVAILABLE, Cell, percent, points
from quality.report.page import Column, Part, Section, Table, anchor
from quality.report.sections.contrast import contrast_parts
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
    told,
    untold,
)
from quality.report.sections.gaps import gap_parts
from quality.report.sections.group_summary import measured_pairs
from quality.report.sections.rates import all_suppressed
from quality.report.wording import sentence, title

_MEANING = (
    "Being of two groups at once can be more, or less, than the sum of both. Each cell has its own "
    "rate, with the interval that its own records give, and beside it a shrunken one: the cell is "
    "drawn towards what its characteristics add up to, the more the fewer records it has. The "
    "shrunken rate is closer to the truth on average and too kind to the cells that truly differ, "
    "so judge a cell by both: nothing is unproblematic because its shrunken rate is. The excess is "
    "what the cell has over the sum of its parts."
)


def intersections_section(lookup: Lookup) -> Section:
    """Return every declared intersection, by rate."""
    parts = [part for rate in _rates(lookup) for part in _of(lookup, rate)]
    parts += [part for name in _crossed(lookup) for part in _beside(lookup.only(name), name)]
    if not parts:
        why = "No intersection was configured: name some under intersections."
        return Section("intersections", "Intersections", (Part(paragraphs=(why,)),))
    shown = [lookup.of(measure) for measure in measures.INTERSECTIONS]
    said = assumptions_part(row for rows in shown for row in rows if row.status == "ok")
    opening = Part(paragraphs=(_MEANING,))
    return Section("intersections", "Intersections", (opening, *parts, *said))


def _rates(lookup: Lookup) -> list[str]:
    """Return the rates to show: precision, which seldom differs, only where recall is not known."""
    shown = [rate for rate in measures.IN_CELL if lookup.of(measures.IN_CELL[rate])]
    if measures.RECALL in shown and measures.PRECISION in shown:
        shown.remove(measures.PRECISION)
    return shown


def _crossed(lookup: Lookup) -> list[str]:
    found = (each.characteristic or "" for each in lookup.estimates)
    return sorted({name for name in found if CROSS in name})


def _beside(lookup: Lookup, name: str) -> Iterator[Part]:
    """Yield the gaps that stand out, and what models did not see of what was measured.

    Ranges over models of cells that nobody measured are left to the tables beside the page.
    """
    yield from gap_parts(lookup, name, standing_out=True)
    for pair in measured_pairs(lookup, name):
        yield from contrast_parts(lookup, pair, name)


def _of(lookup: Lookup, rate: str) -> Iterator[Part]:
    measure = measures.IN_CELL[rate]
    for source, other in lookup.pairs(measure):
        towards = f"{lookup.source_label(source)} to {lookup.source_label(other)}"
        for characteristic in lookup.characteristics(measure):
            rows = lookup.by_group(measure, source, other, characteristic)
            if not rows:
                continue
            label = lookup.characteristic_label(characteristic)
            name = f"{title(rate)} of {towards} by {label}"
            raw = [row for row in rows if row.method not in measures.SHRUNKEN]
            if all(row.status == "suppressed" for row in raw):
                yield all_suppressed(name, len(raw))
                continue
            between = (
                row
                for row in lookup.of(measures.BETWEEN_CELLS[rate])
                if (row.source, row.other, row.variable) == (source, other, characteristic)
            )
            kept = [row for row in rows if row.group in {each.group for each in told(raw)}]
            hidden = untold(row_label(row) for row in raw if row not in kept)
            yield Part(heading=name, table=_table(name, title(label), kept, hidden))
            yield Part(paragraphs=tuple(_variance(row) for row in between))
            excess = lookup.by_group(measures.EXCESS[rate], source, other, characteristic)
            if shown := told(excess):
                yield Part(
                    table=_excess_table(f"{name}: excess over its parts", title(label), shown)
                )


def _variance(row: Estimate) -> str:
    """Return how much of the variance lies between cells, as a sentence."""
    if row.status == "suppressed":
        return "The share of variance between cells is suppressed."
    if row.estimate is None or row.lower is None or row.upper is None:
        return sentence("; ".join(row.assumptions))
    ends = f"{percent(row.lower).text} to {percent(row.upper).text}"
    return (
        f"Of what the characteristics leave unexplained, {percent(row.estimate).text} "
        f"({ends}) lies between the cells; the rest is chance within them."
    )


def _table(name: str, label: str, rows: Sequence[Estimate], notes: tuple[str, ...]) -> Table:
    raw = [row for row in rows if row.method not in measures.SHRUNKEN]
    shrunken = {row.group: row for row in rows if row.method in measures.SHRUNKEN}
    first = raw[0]
    return Table(
        id=anchor(first.measure, first.source, first.other, first.characteristic),
        caption=f"{name}, raw and shrunken",
        detail=f"{interval_words(raw)} Grade and status are those of the raw rate.",
        columns=(
            Column("group", label),
            BASE,
            Column("raw", "Raw", numeric=True),
            Column("raw_lower", "Lower limit", numeric=True),
            Column("raw_upper", "Upper limit", numeric=True),
            Column("shrunken", "Shrunken", numeric=True),
            Column("shrunken_lower", "Lower limit", numeric=True),
            Column("shrunken_upper", "Upper limit", numeric=True),
            *QUALITY,
        ),
        rows=tuple(
            (
                Cell(row_label(row)),
                base_cell(row),
                figure_cell(row, percent),
                *limit_cells(row, percent),
                *_cells(shrunken.get(row.group)),
                *quality_cells(row),
            )
            for row in raw
        ),
        notes=notes,
    )


def _cells(shrunken: Estimate | None) -> tuple[Cell, Cell, Cell]:
    """Return a shrunken rate with its limits, also where the raw one is too wide to print."""
    if shrunken is None:
        return NOT_AVAILABLE, NOT_AVAILABLE, NOT_AVAILABLE
    lower, upper = limit_cells(shrunken, percent)
    if shrunken.status == "suppressed" or shrunken.estimate is None:
        return figure_cell(shrunken, percent), lower, upper
    return percent(shrunken.estimate), lower, upper


def _excess_table(name: str, label: str, rows: Sequence[Estimate]) -> Table:
    first = rows[0]
    tests = max((row.n_tests or 0 for row in rows), default=0)
    return Table(
        id=anchor(first.measure, first.source, first.other, first.characteristic),
        caption=f"{name}, in percentage points",
        detail=f"{interval_words(rows)} P-values are adjusted for {tests} comparisons.",
        columns=(
            Column("group", label),
            Column("excess", "Excess (points)", numeric=True),
            *LIMITS,
            Column("p_adjusted", "Adjusted p", numeric=True),
            Column("finding", "Finding"),
            *QUALITY,
        ),
        rows=tuple(
            (
                Cell(row_label(row)),
                figure_cell(row, points),
                *limit_cells(row, points),
                p_cell(row),
                finding_cell(row),
                *quality_cells(row),
            )
            for row in rows
        ),
    )
