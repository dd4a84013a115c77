"""A simulated review of a linked population, compared by the product from its draws to findings."""

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from benchmarks.bias.populations import Population
from benchmarks.coverage.worlds import Flags
from quality import measures
from quality.bias.comparisons import measured, measured_gaps
from quality.bias.gap import settled
from quality.bias.group_rates import Settings, group_gaps
from quality.bias.references import chosen_references
from quality.errors.audit import point
from quality.errors.cell import RIGHT
from quality.errors.record_groups import RecordGroups, everyone
from quality.errors.reviewers import Reviewers
from quality.estimate import Estimate
from quality.review.allocation import allocate, draw
from quality.review.cells import cells_of, row_of
from quality.review.drawn import draws_of
from quality.review.looks import reach_of
from quality.review.outcomes import Decided
from quality.review.reviewed import Review
from quality.tally import Tally

SETTINGS = Settings(level=0.95, material_gap=0.05)


@dataclass(frozen=True)
class Sampled:
    """A population with a review of it that was drawn and done."""

    population: Population
    review: Review


def reviewed(population: Population, a_group: int, seed: int) -> Sampled:
    """Draw a review of ``a_group`` records in each group by the product's design, and do it.

    The reviewer knows the truth, and every partner stands high on the list.
    """
    focal = population.focal
    design = allocate(focal.frame, a_group * len(population.by.names))
    rows = draw(design, seed, focal.record)
    order = sorted(
        range(len(design.strata)),
        key=lambda h: (not design.strata[h].linked, design.strata[h].bands, design.strata[h].group),
    )
    place = np.argsort(np.array(order))
    kind = population.kind[rows]
    no = np.zeros(len(rows), bool)
    found = int((~population.linked[rows] & (kind != RIGHT)).sum())
    review = Review(
        focal,
        place[design.stratum],
        np.array([design.strata[h].linked for h in order]),
        Decided(rows, kind, unsure=no, doubled=~no),
        Reviewers(search=reach_of([1] * found)),
        pa.table({"settled_by": pa.array([], pa.string())}),
        len(rows),
    )
    return Sampled(population, review)


def findings(sampled: Sampled) -> list[Estimate]:
    """Return every gap of the run that a review gives and the links give, settled together."""
    population, review = sampled.population, sampled.review
    groupings = [everyone(len(population.kind)), *population.groupings]
    rates = [
        replace(row_of(review, cell), measure=measure, estimate=figure, status="ok")
        for groups in groupings
        for cell in cells_of(review, groups)
        for measure, figure in point(cell.found, review.reviewers).items()
    ]
    sizes = {
        str(groups.characteristic): dict(
            zip(map(str, groups.names), groups.n_records[:-1].tolist(), strict=True)
        )
        for groups in population.groupings
    }
    reference = chosen_references(sizes, {})
    what = measured(rates, draws_of(review, groupings), reference, SETTINGS, seed=1)
    counted = group_gaps(_tallies(population, groupings), reference, SETTINGS)
    return settled([*counted, *measured_gaps(what)], 1 - SETTINGS.level)


def _tallies(population: Population, groupings: list[RecordGroups]) -> list[Tally]:
    return [
        Tally(
            measure=measures.LINKED,
            source=population.focal.source,
            other=population.focal.other,
            characteristic=groups.characteristic,
            group=name,
            stage=measures.DECIDE,
            k=int((member & population.linked).sum()),
            n=int(member.sum()),
        )
        for groups in groupings
        for number, name in enumerate(groups.names)
        if (member := groups.group == number).any()
    ]


def true_rate(population: Population, measure: str, member: Flags) -> float:
    """Return the true precision, recall or coverage of some focal records."""
    right = int((member & population.correct).sum())
    of = {
        measures.PRECISION: (right, population.linked),
        measures.RECALL: (right, population.matched),
        measures.COVERAGE: (int((member & population.matched).sum()), np.ones_like(member)),
    }
    part, whole = of[measure]
    return part / int((member & whole).sum())
