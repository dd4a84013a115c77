"""One population of a scenario: linked once, reviewed many times, intervals beside the truth."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from benchmarks.coverage.exact import exact_limits
from benchmarks.coverage.linking import Linked, link
from benchmarks.coverage.reviews import (
    OVERALL,
    Cell,
    Review,
    cells,
    frame,
    gap_draws,
    review,
    reviewed,
)
from benchmarks.coverage.scenarios import Plan, Scenario
from benchmarks.coverage.worlds import Flags
from quality import measures
from quality.errors import audit
from quality.errors.cell import BLOCKING, NOWHERE, RIGHT, Reviewed
from quality.review.allocation import Design, allocate

DRAWS = 500
"""Draws of each limit: fewer than the product makes, so that a benchmark of thousands ends."""

GAP_DRAWS = 400

EXACT_POPULATIONS = 20
"""So many populations' first reviews are measured with the exact interval too."""

_EXACT_GROUPS = 3
_REFERENCE = 0
"""The group that others are compared with: the largest."""

GAPS = {measures.PRECISION: measures.PRECISION_GAP, measures.RECALL: measures.RECALL_GAP}


@dataclass(frozen=True)
class Scored:
    """An interval and the truth. ``findable`` is the truth without matches no reviewer could find.

    ``whole``: every record on which the measure rests was reviewed. ``exact``: width of the exact
    interval of the same review, where it was worked out.
    """

    plan: str
    measure: str
    group: int
    truth: float
    findable: float
    value: float
    lower: float
    upper: float
    n_reviewed: int
    whole: bool
    exact: float | None = None


def population(scenario: Scenario, n_reviews: int, seed: int) -> dict[str, Any]:
    """Make, link and review a population; return its intervals as plain values."""
    linked = link(scenario.world, seed)
    budgets = {plan: plan.budget(len(scenario.world.groups)) for plan in scenario.plans}
    designs = {budget: allocate(frame(linked), budget) for budget in set(budgets.values())}
    rows = [
        row
        for plan, budget in budgets.items()
        for row in _reviews(linked, designs[budget], plan, seed, n_reviews)
    ]
    return {"seed": seed, "rows": [list(asdict(row).values()) for row in rows]}


def _reviews(
    linked: Linked, design: Design, plan: Plan, seed: int, n_reviews: int
) -> Iterator[Scored]:
    shown = list(cells(linked))
    for number in range(n_reviews):
        done = review(linked, design, plan.reviewer, seed * 1_000 + number)
        found = {cell.group: reviewed(done, cell.member) for cell in shown}
        with_exact = seed < EXACT_POPULATIONS and number == 0 and not plan.reviewer.errs
        for cell in shown:
            yield from _intervals(done, plan, cell, found[cell.group], linked, with_exact)
        yield from _gaps(done, plan, shown, found, seed * 1_000 + number)


def _intervals(
    done: Review, plan: Plan, cell: Cell, found: Reviewed, linked: Linked, with_exact: bool
) -> Iterator[Scored]:
    estimated = audit.error_rates(found, draws=DRAWS, reviewers=done.reviewers)
    lost = cell.member & linked.matched & ~linked.findable
    n_found = int((cell.member & linked.matched & ~lost).sum())
    right = int((cell.member & linked.correct).sum())
    for measure, interval in estimated.items():
        if measure not in cell.truth:
            continue
        truth = cell.truth[measure]
        rests_on = found.linked if measure == measures.PRECISION else np.ones_like(found.linked)
        yield Scored(
            plan.name,
            measure,
            cell.group,
            truth,
            right / n_found if measure == measures.RECALL else truth,
            interval.value,
            interval.lower,
            interval.upper,
            round(float(found.reviewed.sum())),
            not found.unseen[rests_on].any(),
            _exact_width(measure, found) if with_exact and cell.group < _EXACT_GROUPS else None,
        )


def _exact_width(measure: str, found: Reviewed) -> float | None:
    """Return the width of the exact interval of the same review.

    For recall the links that are right are taken as known: the exact interval of the missed matches
    is turned into one of the share, which is then a little too narrow, never too wide.
    """
    kinds = found.found
    wrong = kinds[:, BLOCKING:].sum(axis=1)
    if measure == measures.PRECISION:
        wrong = wrong + kinds[:, NOWHERE]
    chosen: Flags = found.linked if measure == measures.PRECISION else np.ones_like(found.linked)
    whole_counts = np.allclose(found.reviewed, np.rint(found.reviewed))
    if not whole_counts or (found.reviewed[chosen] < 1).any():
        return None  # merged strata have effective counts, which no exact test knows
    counts = (
        np.rint(each[chosen]).astype(np.int64) for each in (found.records, found.reviewed, wrong)
    )
    least, most = exact_limits(*counts)
    if measure == measures.PRECISION:
        return (most - least) / float(found.records[chosen].sum())
    links = found.linked
    right = float((found.records * kinds[:, RIGHT] / found.reviewed)[links].sum())
    return right / (right + least) - right / (right + most)


def _gaps(
    done: Review, plan: Plan, shown: list[Cell], found: dict[int, Reviewed], seed: int
) -> Iterator[Scored]:
    """Yield the gaps between each group and the reference, from joint draws."""
    by_group = {cell.group: cell for cell in shown if cell.group != OVERALL}
    reference = by_group.pop(_REFERENCE)
    points = {group: audit.point(cell, done.reviewers) for group, cell in found.items()}
    for group, cell in by_group.items():
        gaps = gap_draws(found[group], found[_REFERENCE], GAP_DRAWS, seed, done.reviewers)
        for measure, drawn in gaps.items():
            known = measure in points[group] and measure in points[_REFERENCE]
            if measure not in cell.truth or not known or not np.isfinite(drawn).all():
                continue
            truth = cell.truth[measure] - reference.truth[measure]
            lower, upper = np.quantile(drawn, (0.025, 0.975))
            value = points[group][measure] - points[_REFERENCE][measure]
            yield Scored(
                plan.name,
                GAPS[measure],
                group,
                truth,
                truth,
                value,
                float(lower),
                float(upper),
                round(float(found[group].reviewed.sum())),
                whole=not (found[group].unseen.any() or found[_REFERENCE].unseen.any()),
            )
