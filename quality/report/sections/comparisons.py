"""What a review could have found: the smallest gap that it would not have missed."""

from collections.abc import Iterator

from quality import measures
from quality.estimate import Estimate
from quality.report.lookup import Lookup, row_label
from quality.report.numbers import NOT_AVAILABLE, Cell, points, words
from quality.report.page import Column, Part, Table, anchor
from quality.report.sections.estimate_cells import figure_cell
from quality.report.wording import group_label, title

Place = tuple[str | None, str | None, str]
"""The source, the other one, and the characteristic."""


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


def _against(row: Estimate) -> Cell:
    return NOT_AVAILABLE if row.reference is None else words(group_label(row.reference))
