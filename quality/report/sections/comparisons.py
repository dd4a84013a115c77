"""Groups compared in other forms, and by other measures: tables beside those of gaps."""

from collections.abc import Callable, Iterator, Sequence

from linkage.config.group_names import CROSS
from quality import measures
from quality.estimate import Estimate
from quality.report.lookup import Lookup, row_label
from quality.report.numbers import NOT_AVAILABLE, Cell, points, words
from quality.report.page import Column, Part, Table, anchor
from quality.report.sections.estimate_cells import (
    LIMITS,
    QUALITY,
    figure_cell,
    finding_cell,
    interval_words,
    limit_cells,
    p_cell,
    quality_cells,
)
from quality.report.wording import group_label, title

Place = tuple[str | None, str | None, str]
"""The source, the other one, and the characteristic."""

_FORMS = (
    (measures.RATIO, "Ratio"),
    (measures.ODDS_RATIO, "Odds ratio"),
    (measures.STANDARDISED_GAP, "Standardised difference"),
)


_NAMES = {
    measures.LINK_RATE_FINDABLE: "link rate of findable records",
    measures.LINK_RATE_WEIGHTED: "weighted link rate",
    measures.MISSING_AN_IDENTIFIER: "share missing an identifier",
    measures.MEAN_LINK_WEIGHT: "mean match weight of links, in bits,",
    measures.MEAN_BEST_WEIGHT: "mean match weight of best candidates, in bits,",
}


def ratio_parts(lookup: Lookup, measure: str, place: Place, of: str) -> Iterator[Part]:
    """Yield the gap against everyone else, and ratios against both, of one characteristic.

    ``of`` says what is compared: "Link rate of census". Those of intersections are not on the page:
    they stand in the estimates beside it.
    """
    if CROSS in place[2]:
        return
    rest = lookup.by_group(measures.comparison(measure, measures.GAP, rest=True), *place)
    shown = [each for each in rest if each.status != "suppressed"]
    label = lookup.characteristic_label(place[2])
    if shown:
        name = f"{of} by {label}: gap against everyone else"
        identity = anchor("rest", measure, shown[0].method, *place)
        yield Part(heading=name, table=gap_table(identity, name, title(label), shown, points))
    rows = [
        row
        for rest_ in (False, True)
        for row in lookup.by_group(measures.comparison(measure, measures.RATIO, rest=rest_), *place)
        if row.status != "suppressed"
    ]
    if rows:
        name = f"{of} by {label}: ratios"
        yield Part(heading=name, table=_ratio_table(lookup, measure, name, title(label), rows))


def beside_parts(lookup: Lookup, measure: str) -> Iterator[Part]:
    """Yield the gaps in a measure that has no section of its own, against both, by characteristic.

    Shares are in percentage points, match weights in bits.
    """
    gaps = [measures.comparison(measure, measures.GAP, rest=rest) for rest in (False, True)]
    write = bits if measure in measures.WEIGHTS else points
    for source, other in dict.fromkeys(pair for gap in gaps for pair in lookup.pairs(gap)):
        for characteristic in lookup.characteristics(gaps[1]):
            rows = [
                row
                for gap in gaps
                for row in lookup.by_group(gap, source, other, characteristic)
                if row.status != "suppressed"
            ]
            if rows:
                label = lookup.characteristic_label(characteristic)
                towards = "" if other is None else f" to {lookup.source_label(other)}"
                name = f"Gap in the {_NAMES[measure]} of {lookup.source_label(source)}{towards}"
                identity = anchor("beside", measure, source, other, characteristic)
                table = gap_table(identity, f"{name} by {label}", title(label), rows, write)
                yield Part(heading=f"{name} by {label}", table=table)


def gap_table(
    identity: str,
    name: str,
    label: str,
    rows: Sequence[Estimate],
    write: Callable[[float], Cell],
) -> Table:
    """Return a table of gaps that says whom each group is compared with."""
    return Table(
        id=identity,
        caption=name,
        detail=interval_words(rows),
        columns=(
            Column("group", label),
            Column("against", "Against"),
            Column("gap", "Gap", numeric=True),
            *LIMITS,
            Column("p_adjusted", "Adjusted p", numeric=True),
            Column("finding", "Finding"),
            *QUALITY,
        ),
        rows=tuple(
            (
                words(row_label(row)),
                _against(row),
                figure_cell(row, write),
                *limit_cells(row, write),
                p_cell(row),
                finding_cell(row),
                *quality_cells(row),
            )
            for row in rows
        ),
    )


def detectable_part(lookup: Lookup, measure: str, place: Place, of: str) -> Iterator[Part]:
    """Yield the smallest gap in a measure that the review would have found, by group."""
    gap = measures.comparison(measure, measures.GAP)
    rows = [
        row
        for row in lookup.by_group(measures.DETECTABLE_GAP, *place)
        if row.variable == gap and row.status != "suppressed"
    ]
    if rows:
        label = lookup.characteristic_label(place[2])
        name = f"{of} by {label}: the smallest gap that this review would find"
        yield Part(
            heading=name,
            table=Table(
                id=anchor("detectable", measure, *place),
                caption=name,
                detail="No interval is given. Found in 80 % of such reviews, beside the other "
                "comparisons of this run.",
                columns=(
                    Column("group", title(label)),
                    Column("against", "Against"),
                    Column("detectable", "Gap (points)", numeric=True),
                ),
                rows=tuple(
                    (words(row_label(row)), _against(row), figure_cell(row, points)) for row in rows
                ),
            ),
        )


def _ratio_table(
    lookup: Lookup, measure: str, name: str, label: str, rows: Sequence[Estimate]
) -> Table:
    first = rows[0]
    place = lookup.group_places(first.characteristic or "", (row.group or "" for row in rows))
    ordered = sorted(rows, key=lambda row: place[row.group or ""])
    return Table(
        id=anchor("ratios", measure, first.method, first.source, first.other, first.characteristic),
        caption=name,
        detail=interval_words(rows),
        columns=(
            Column("group", label),
            Column("against", "Against"),
            *(column for code, form in _FORMS for column in _columns(code, form)),
        ),
        rows=tuple(
            (
                words(row_label(row)),
                _against(row),
                *(cell for code, _ in _FORMS for cell in _in_form(lookup, measure, row, code)),
            )
            for row in ordered
        ),
        headers=2,
    )


def _columns(code: str, form: str) -> tuple[Column, ...]:
    """Return the columns of a form; those of the ratio's limits bear the plain keys."""
    of = "" if code == measures.RATIO else f"{code}_"
    return (
        Column(code, form, numeric=True),
        Column(f"{of}lower", "Lower limit", numeric=True),
        Column(f"{of}upper", "Upper limit", numeric=True),
    )


def _in_form(lookup: Lookup, measure: str, ratio_: Estimate, form: str) -> tuple[Cell, Cell, Cell]:
    """Return the same comparison in another form, with its limits."""
    rest = ratio_.reference == measures.EVERYONE_ELSE
    place = ratio_.source, ratio_.other, ratio_.characteristic, ratio_.group
    row = lookup.of_group(measures.comparison(measure, form, rest=rest), *place)
    if row is None:
        return NOT_AVAILABLE, NOT_AVAILABLE, NOT_AVAILABLE
    return figure_cell(row, ratio), *limit_cells(row, ratio)


def _against(row: Estimate) -> Cell:
    return NOT_AVAILABLE if row.reference is None else words(group_label(row.reference))


def ratio(value: float) -> Cell:
    """Return a ratio to two decimals, or three figures where it is large."""
    digits = 2 if abs(value) < 100 else 0
    return Cell(f"{value:.{digits}f}".replace("-", "\N{MINUS SIGN}"), round(value, digits))


def bits(value: float) -> Cell:
    """Return a difference of match weights, in bits, with its sign."""
    rounded = round(value, 2)
    return Cell(f"{rounded:+.2f}".replace("-", "\N{MINUS SIGN}"), rounded)
