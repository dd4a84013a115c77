"""How far a rate inside a group that is missed more can be off, whatever the rate is of."""

from collections.abc import Iterator

from quality import measures
from quality.report.lookup import Lookup, row_label
from quality.report.measured import SHOWN
from quality.report.numbers import unsigned_points, words
from quality.report.page import Column, Part, Table
from quality.report.sections.estimate_cells import (
    BASE,
    LIMITS,
    QUALITY,
    base_cell,
    figure_cell,
    interval_words,
    limit_cells,
    quality_cells,
)
from quality.report.sections.missed import missed_more

_BOUND = (
    "What a rate inside a group can be off by, as weights do not touch it. Were everybody missed "
    "of the one kind, or nobody, the rate among all matches of the group would differ from that "
    "among those found by no more than the share that was missed, whatever the rate is of."
)


def bound_parts(lookup: Lookup) -> Iterator[Part]:
    """Yield how far a rate inside each group that is missed more can be off, at most.

    *Formula*: with r the recall of the group, p the rate among the matches that were found and q
    that among those that were missed, the rate among all is r p + (1 - r) q. It differs from p by
    (1 - r) (q - p), which is at most 1 - r, since q lies between 0 and 1.
    """
    missed = [
        row
        for gap in missed_more(lookup)
        for row in lookup.by_method(gap.method).by_group(
            measures.MISSED_MATCH_RATE, gap.source, gap.other, gap.characteristic or ""
        )
        if row.group == gap.group and row.status in SHOWN
    ]
    if missed:
        yield Part(
            heading="Rates inside groups that are missed more",
            paragraphs=(_BOUND,),
            table=Table(
                id="inside",
                caption="What a rate among linked people can be off by, in percentage points",
                detail=f"{interval_words(missed)} The share of matches missed, in points.",
                columns=(
                    Column("group", "Group"),
                    BASE,
                    Column("bound", "Off by at most (points)", numeric=True),
                    *LIMITS,
                    *QUALITY,
                ),
                rows=tuple(
                    (
                        words(row_label(row)),
                        base_cell(row),
                        figure_cell(row, unsigned_points),
                        *limit_cells(row, unsigned_points),
                        *quality_cells(row),
                    )
                    for row in missed
                ),
            ),
        )
