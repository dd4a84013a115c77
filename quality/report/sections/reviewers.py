"""How the review was made: who looked, how far they agree, and what unsure records could change."""

from collections.abc import Iterator

from linkage.config.schema import Disclosure
from linkage.disclosure import to_base
from quality import measures
from quality.estimate import Estimate
from quality.gates import Pair
from quality.proportion import wilson
from quality.report.lookup import Lookup, row_label
from quality.report.measured import SHOWN
from quality.report.numbers import NOT_AVAILABLE, SUPPRESSED, Cell, count, percent, words
from quality.report.page import Column, Part, Table, anchor
from quality.report.sections.estimate_cells import LIMITS, figure_cell, limit_cells
from quality.report.wording import MEASURES
from quality.review.reviewing import Reviewing
from quality.review.unsure import unsure_ends

_RATES = (measures.PRECISION, measures.RECALL, measures.COVERAGE)
_MATTERS = 0.01
"""A point: a group of which unsure records move a figure less has no row."""

_WRONG = (
    "Whatever a reviewer called an error was settled by somebody else. Errors that one reviewer "
    "overlooked are in the intervals, as often as records that two looked at show them; errors "
    "that both overlooked alike, and mistakes of whoever settled, are not: were there any, more "
    "links are wrong, and more matches missed, than is said here."
)
_ALONE = (
    "One person reviewed, so nothing shows how often that person errs: the intervals take one in "
    "ten errors to be overlooked. Records that two people look at would tell."
)
_LITTLE = (
    "Left out of every figure, as if they had not been drawn. An unsure link that is false lowers "
    "all three figures; an unsure record without a link that has a partner lowers recall and "
    "raises coverage. Only figures that they could move by a point or more, and those of all "
    "records."
)


def reviewers_parts(
    lookup: Lookup, made: Reviewing | None, rules: Disclosure, pair: Pair
) -> Iterator[Part]:
    """Yield the review in a few rows, and what records that nobody was sure of could change."""
    if made is None:
        return
    yield Part(
        heading="Who reviewed, and how far they agree",
        paragraphs=(_WRONG if made.reviewers > 1 else _ALONE,),
        table=_made(made, rules, lookup.config.quality.level),
    )
    rows = [*_moved(lookup.by_method(measures.REVIEW), pair)]
    if rows:
        yield Part(heading="What unsure records could change", table=_unsure(rows, pair))


def _made(made: Reviewing, rules: Disclosure, level: float) -> Table:
    every, doubled = made.records, made.doubled
    counts = (
        ("People who reviewed, beside whoever only settled", count(made.reviewers)),
        ("Records reviewed", _counted(every, rules)),
    )
    shares = (
        ("by two people, share of records", doubled, every),
        ("both said the same, share of those", made.agreed, doubled),
        ("settled by one more person, share of records", made.adjudicated, every),
        ("left unsure, share of records", made.unsure, every),
    )
    return Table(
        id="reviewers",
        caption="The review",
        detail=f"{level:.0%} intervals of shares; they cover chance in sampling only. Records left "
        "unsure are in no other figure, so that it rests on fewer. Of a share over or under a "
        "bound, they are those of the bound and every share beyond it.",
        columns=(Column("what", "What"), Column("value", "Value", numeric=True), *LIMITS),
        rows=(
            *((words(what), value, NOT_AVAILABLE, NOT_AVAILABLE) for what, value in counts),
            *((words(what), *_share(k, n, level, rules)) for what, k, n in shares),
        ),
    )


def _counted(n: int, rules: Disclosure) -> Cell:
    return count(to_base(n, rules.rounding)) if n >= rules.threshold else SUPPRESSED


def _share(k: int, n: int, level: float, rules: Disclosure) -> tuple[Cell, Cell, Cell]:
    """Return a share with its interval; of few records, on either side, only that they are few."""
    if n < max(rules.threshold, 1):
        return NOT_AVAILABLE, NOT_AVAILABLE, NOT_AVAILABLE
    few = wilson(min(rules.threshold, n), n, level)
    if k < rules.threshold:
        return words(f"under {percent(few.value).text}"), percent(0), percent(few.upper)
    if n - k < rules.threshold:
        return words(f"over {percent(1 - few.value).text}"), percent(1 - few.upper), percent(1)
    found = wilson(k, n, level)
    return percent(found.value), percent(found.lower), percent(found.upper)


def _moved(lookup: Lookup, pair: Pair) -> Iterator[Estimate]:
    """Yield the figures that unsure records could move, those of all records first."""
    for measure in _RATES:
        row = lookup.overall(measure, *pair)
        if row is not None and row.status in SHOWN and unsure_ends(row.assumptions):
            yield row
    for characteristic in lookup.uncrossed().every_characteristic():
        by_rate = [lookup.by_group(measure, *pair, characteristic) for measure in _RATES]
        for rows in by_rate:
            for row in rows:
                ends = unsure_ends(row.assumptions) if row.status in SHOWN else None
                if ends is not None and ends[1] - ends[0] >= _MATTERS:
                    yield row


def _unsure(rows: list[Estimate], pair: Pair) -> Table:
    level = rows[0].level or 0.95
    return Table(
        id=anchor("unsure", *pair),
        caption="Figures by what records that reviewers were unsure of may be: errors or not",
        detail=f"{_LITTLE} {level:.0%} intervals of the figure as measured.",
        columns=(
            Column("group", "Group"),
            Column("measure", "Figure"),
            Column("estimate", "As measured", numeric=True),
            *LIMITS,
            Column("least", "At the least", numeric=True),
            Column("most", "At the most", numeric=True),
        ),
        rows=tuple(_row(row) for row in rows),
        headers=2,
    )


def _row(row: Estimate) -> tuple[Cell, ...]:
    least, most = unsure_ends(row.assumptions) or (0.0, 0.0)
    return (
        words(row_label(row)),
        words(MEASURES[row.measure]),
        figure_cell(row, percent),
        *limit_cells(row, percent),
        percent(least),
        percent(most),
    )
