"""Gaps between groups in what a review measured, formed draw by draw."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np

from linkage.config.schema import Config
from linkage.model.normalise import Reals
from quality import measures
from quality.bias.group_rates import Gap, adjusted, chosen_references, inside, named_references
from quality.errors.audit import point
from quality.estimate import Estimate
from quality.proportion import Interval
from quality.review.cells import Cell, row_of
from quality.review.drawn import drawn_rates
from quality.review.reviewed import Review
from quality.share import status_of

_GAPS = {
    measures.PRECISION: measures.PRECISION_GAP,
    measures.RECALL: measures.RECALL_GAP,
}


def review_gaps(
    review: Review, cells: Mapping[str, Mapping[str, Cell]], config: Config
) -> list[Estimate]:
    """Return the gaps in precision and recall of each group to the reference of its kind.

    *Formula*: the rate of the group less that of the reference; the limits are percentiles of the
    same difference, draw by draw. p = 2 min(P(gap <= 0), P(gap >= 0)), at least one over
    the number of draws. The p-values of all these gaps are adjusted together (Benjamini-Hochberg).

    Parameters
    ----------
    cells
        By characteristic and group.
    """
    quality = config.quality
    own = {name: group.reference for name, group in config.groups.items()}
    sizes = {c: {name: cell.n_records for name, cell in each.items()} for c, each in cells.items()}
    named = named_references(own, config.intersections, quality.reference)
    gaps = [
        gap
        for characteristic, reference in chosen_references(sizes, named).items()
        for gap in _of_groups(review, cells[characteristic], reference, config)
    ]
    return adjusted(gaps, 1 - quality.level)


def _of_groups(
    review: Review, cells: Mapping[str, Cell], reference: str, config: Config
) -> Iterator[Gap]:
    drawn = {name: drawn_rates(review, cell) for name, cell in cells.items()}
    found = {name: point(cell.found, review.reviewers) for name, cell in cells.items()}
    for name, cell in cells.items():
        if name == reference:
            continue
        for rate, measure in _GAPS.items():
            difference = drawn[name][rate] - drawn[reference][rate]
            if rate in found[name] and rate in found[reference] and np.isfinite(difference).all():
                value = found[name][rate] - found[reference][rate]
                yield _gap(review, cell, measure, reference, (value, difference), config)


def _gap(
    review: Review,
    cell: Cell,
    measure: str,
    reference: str,
    made: tuple[float, Reals],
    config: Config,
) -> Gap:
    level, material_gap = config.quality.level, config.quality.material_gap
    value, drawn = made
    interval = _around(value, drawn, level)
    row = replace(
        row_of(review, cell),
        measure=measure,
        estimate=interval.value,
        lower=interval.lower,
        upper=interval.upper,
        level=level,
        reference=reference,
        status=status_of(interval, material_gap),
    )
    p = min(1.0, max(2 * min((drawn <= 0).mean(), (drawn >= 0).mean()), 1 / len(drawn)))
    # two one-sided tests at 1 - level: the interval at 2 level - 1 inside the material gap
    equivalence = _around(value, drawn, 2 * level - 1)
    return Gap(row, float(p), immaterial=inside(equivalence, material_gap))


def _around(value: float, drawn: Reals, level: float) -> Interval:
    tail = (1 - level) / 2
    lower, upper = np.quantile(drawn, [tail, 1 - tail]).tolist()
    return Interval(value, min(lower, value), max(upper, value), level)
