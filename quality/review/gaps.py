"""Gaps between groups in what a review measured, formed draw by draw."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np

from linkage.config.schema import Config
from linkage.model.normalise import Reals
from quality import measures
from quality.bias.group_rates import Gap, adjusted, chosen_references, inside, named_references
from quality.errors.audit import joint_draws
from quality.estimate import Estimate
from quality.proportion import Interval
from quality.review.cells import ASSUMED, Cell, row_of
from quality.review.reviewed import Review
from quality.share import status_of

_DRAWS = 4_000
_SEED = 1
_GAPS = {
    measures.PRECISION: measures.PRECISION_GAP,
    measures.RECALL: measures.RECALL_GAP,
}


def review_gaps(
    review: Review, cells: Mapping[str, Mapping[str, Cell]], config: Config
) -> list[Estimate]:
    """Return the gaps in precision and recall of each group to the reference of its kind.

    *Formula*: draw by draw, the rate of the group less that of the reference; the estimate is the
    median draw, the limits its percentiles. p = 2 min(P(gap <= 0), P(gap >= 0)), at least one over
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
    drawn = {
        name: joint_draws(cell.found, _DRAWS, _SEED, review.reviewers)
        for name, cell in cells.items()
    }
    for name, cell in cells.items():
        if name == reference:
            continue
        for rate, measure in _GAPS.items():
            difference = drawn[name][rate] - drawn[reference][rate]
            if np.isfinite(difference).all():
                yield _gap(review, cell, measure, reference, difference, config)


def _gap(
    review: Review, cell: Cell, measure: str, reference: str, drawn: Reals, config: Config
) -> Gap:
    level, material_gap = config.quality.level, config.quality.material_gap
    interval = _percentiles(drawn, level)
    row = replace(
        row_of(review, cell),
        measure=measure,
        estimate=interval.value,
        lower=interval.lower,
        upper=interval.upper,
        level=level,
        interval_covers=measures.SAMPLING_AND_REVIEWER,
        reference=reference,
        status=status_of(interval, material_gap),
        assumptions=ASSUMED,
    )
    p = min(1.0, max(2 * min((drawn <= 0).mean(), (drawn >= 0).mean()), 1 / len(drawn)))
    # two one-sided tests at 1 - level: the interval at 2 level - 1 inside the material gap
    equivalence = _percentiles(drawn, 2 * level - 1)
    return Gap(row, float(p), immaterial=inside(equivalence, material_gap))


def _percentiles(drawn: Reals, level: float) -> Interval:
    tail = (1 - level) / 2
    lower, value, upper = np.quantile(drawn, [tail, 0.5, 1 - tail]).tolist()
    return Interval(value, lower, upper, level)
