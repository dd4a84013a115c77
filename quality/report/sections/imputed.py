"""Missing values filled in: shares and means, and how much hangs on what is assumed of them."""

from collections.abc import Iterator, Sequence

from quality import measures
from quality.estimate import Estimate
from quality.report.lookup import Lookup, row_label
from quality.report.numbers import (
    MINUS,
    NOT_AVAILABLE,
    SUPPRESSED_LIMIT,
    Cell,
    percent,
    points,
    words,
)
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
from quality.report.wording import group_label, plain, title

_MEANING = (
    "Missing values are filled in many times over from what other variables say of the person, in "
    "each drawn linkage anew, and the results are pooled. Known values only shows what complete "
    "records would say alone. Nothing in the data can show whether missing values are like known "
    "ones, so they are also taken to lie off: by so much in log odds for categories, in standard "
    "deviations for numbers, apart for people without an answer and for records without a link. "
    "Of what is only assumed, limits are shown and no figure."
)
_KINDS = {
    measures.IMPUTED_SHARE: "Share of records",
    measures.IMPUTED_MEAN: "Mean",
    measures.IMPUTED_GAP: "Gap",
}
_METHODS = (measures.COMPLETE_CASE, measures.IMPUTED, measures.IMPUTED_MOVED)
Place = tuple[str | None, str | None, str | None]


def imputed_sections(lookup: Lookup) -> tuple[Section, ...]:
    """Return what is known, filled in and assumed; none where nothing was to be filled in."""
    if lookup.config.missingness.imputation is None:
        return ()
    rows = [row for measure in measures.IMPUTATION for row in lookup.of(measure)]
    if not rows:
        parts = [Part(paragraphs=("No value is missing that may be filled in.",))]
    else:
        tables = [part for measure in _KINDS for part in _of_measure(lookup, measure)]
        tipping = _tipping(lookup)
        parts = [Part(paragraphs=(_MEANING,)), *tables, *tipping, *assumptions_part(rows)]
    return (Section("imputed", "Missing values filled in", tuple(parts)),)


def _of_measure(lookup: Lookup, measure: str) -> Iterator[Part]:
    """Yield a table for everything that is of one characteristic and variable."""
    found: dict[Place, list[Estimate]] = {}
    for row in lookup.of(measure):
        found.setdefault((row.characteristic, row.variable, row.reference), []).append(row)
    for place in sorted(
        found, key=lambda place: [(part is not None, part or "") for part in place]
    ):
        yield _table(lookup, measure, place, found[place])


def _table(lookup: Lookup, measure: str, place: Place, rows: Sequence[Estimate]) -> Part:
    characteristic, variable, reference = place
    by = "" if characteristic is None else f" by {lookup.characteristic_label(characteristic)}"
    of = "" if variable is None else f" of {plain(variable)}"
    against = "" if reference is None else f", against {group_label(reference)}"
    name = f"{_KINDS[measure]}{of}{by}{against}: missing values filled in"
    if all(row.status == "suppressed" for row in rows):
        return all_suppressed(name, len(rows))
    write = _writer(lookup, measure, variable)
    identity = anchor(measure, variable, characteristic)
    label = (
        "Group" if characteristic is None else title(lookup.characteristic_label(characteristic))
    )
    table = Table(
        id=identity,
        caption=name,
        detail=interval_words(row for row in rows if row.status != "suppressed"),
        columns=(
            Column("group", label),
            Column("values", "Missing values"),
            BASE,
            Column(
                "figure", _KINDS[measure] + (" (points)" if write is points else ""), numeric=True
            ),
            *LIMITS,
            *QUALITY,
        ),
        rows=tuple(_cells(row, write) for row in _ordered(lookup, characteristic, rows)),
        headers=2,
    )
    return Part(heading=name, table=table)


def _ordered(
    lookup: Lookup, characteristic: str | None, rows: Sequence[Estimate]
) -> list[Estimate]:
    places = lookup.group_places(characteristic or "", (row.group or "" for row in rows))

    def order(row: Estimate) -> tuple[int, int, str, float]:
        stage, delta = _moved(row)
        return places[row.group or ""], _METHODS.index(row.method), stage, delta

    return sorted(rows, key=order)


def _moved(row: Estimate) -> tuple[str, float]:
    """Return which missing values are moved, and how far."""
    stage, _, delta = (row.stage or "").partition(" ")
    return stage, float(delta or 0)


def _cells(row: Estimate, write: Writer) -> tuple[Cell, ...]:
    figure = figure_cell(row, write)
    if row.grade == "C" and row.status != "suppressed":
        figure = NOT_AVAILABLE  # what is only assumed could be quoted as if it had been found
    return (
        words(row_label(row)),
        words(_assumed(row)),
        base_cell(row),
        figure,
        *limit_cells(row, write),
        *quality_cells(row),
    )


def _assumed(row: Estimate) -> str:
    if row.method == measures.COMPLETE_CASE:
        return "known values only"
    stage, delta = _moved(row)
    if not stage:
        return "filled in"
    size = f"{abs(delta):g}"
    return f"filled in, {plain(stage)} {MINUS if delta < 0 else '+'}{size}"


def _writer(lookup: Lookup, measure: str, variable: str | None) -> Writer:
    """Return how a figure is written: a share as a percentage, a number with its own scale."""
    kinds = {each.name: each.variables[0].kind for each in lookup.config.analyses}
    if variable is None or kinds.get(variable) != "number":
        return points if measure == measures.IMPUTED_GAP else percent
    return _number


def _number(value: float) -> Cell:
    text = f"{value:,.4g}" if abs(value) < 1000 else f"{round(value):,}"
    return Cell(
        text.replace("-", MINUS), float(f"{value:.4g}" if abs(value) < 1000 else round(value))
    )


def _tipping(lookup: Lookup) -> Iterator[Part]:
    rows = lookup.of(measures.TIPPING_POINT)
    if not rows:
        return
    name = "How far missing values must lie off before a gap says something else"
    table = Table(
        id="tipping-points",
        caption=name,
        detail="No interval is given.",
        columns=(
            Column("variable", "Analysis"),
            Column("group", "Group"),
            Column("values", "Missing values"),
            Column("delta", "Lie off by", numeric=True),
            Column("finding", "What changes"),
        ),
        rows=tuple(_tipping_cells(row) for row in rows),
        headers=3,
    )
    yield Part(heading=name, table=table)


def _tipping_cells(row: Estimate) -> tuple[Cell, ...]:
    names = (plain(row.variable or ""), row_label(row), plain(row.stage or ""))
    if row.status == "suppressed":
        return (*map(words, names), SUPPRESSED_LIMIT, SUPPRESSED_LIMIT)
    delta = NOT_AVAILABLE
    if row.estimate is not None:
        sign = MINUS if row.estimate < 0 else "+"
        delta = Cell(f"{sign}{abs(row.estimate):.2f}", round(row.estimate, 2))
    return (*map(words, names), delta, words(row.finding or ""))
