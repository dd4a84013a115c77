"""What the stages of a group can rest on: a review or truth, coverage from outside, or counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np

from linkage.model.normalise import Reals
from quality import measures
from quality.drawn import Drawn
from quality.estimate import Estimate
from quality.missingness.counted import Place, Variable
from quality.missingness.coverage_file import Coverage
from quality.missingness.stages import (
    Counts,
    Rates,
    covered_stages,
    measured_stages,
    undetermined_stages,
    with_unseen_blocking,
)

DRAWS = 2_000
"""Draws of counts, where nothing else is drawn."""

_RATES = (
    measures.PRECISION,
    measures.COVERAGE,
    measures.RECALL,
    measures.BLOCKING_RECALL,
    measures.THRESHOLD_LOSS,
    measures.ASSIGNMENT_LOSS,
)
_ALIKE = (
    "within a group, the records that right and wrong links lead to were asked and answered alike"
)
_COUNTED = "asked and answered are counted on the links made, right or wrong"
_ONE_STAGE = (
    "coverage, blocking and linking are one stage here: the links do not say which of them lost a "
    "record"
)
_GIVEN = (
    "coverage by group is what missingness.coverage gives; a link to another person counts as "
    "linked"
)


@dataclass(frozen=True)
class Basis:
    """The stages of one group, (1 + draws,) each, and what they rest on.

    ``rates`` are None where the error of the links was not measured.
    """

    counts: Counts
    method: str
    stages: Mapping[str, Reals]
    assumptions: tuple[str, ...]
    rates: Rates | None = None
    n_reviewed: int | None = None
    interval_covers: str = measures.SAMPLING_ONLY


@dataclass(frozen=True)
class Known:
    """Everything that stages can rest on: draws with the rows they were made for, and coverage."""

    drawn: Drawn
    rates: Mapping[tuple[str, str | None, str | None, str | None], Estimate]
    coverage: Mapping[Place, Coverage]


def known(drawn: Drawn, rows: Sequence[Estimate], coverage: Mapping[Place, Coverage]) -> Known:
    """Return what is known, from the rows of error rates and their draws."""
    own = [row for row in rows if row.method == drawn.method]
    by_place = {(row.measure, row.other, row.characteristic, row.group): row for row in own}
    return Known(drawn, by_place, coverage)


def basis(given: Known, variable: Variable, place: Place, counts: Counts) -> Basis | None:
    """Return the best basis there is for a group; None where none of its records has the value."""
    if not counts.observed:
        return None
    seed = crc32("\0".join([*variable, *(part or "" for part in place)]).encode())
    random = np.random.default_rng(seed)
    rates = _measured(given, variable[0], place)
    if rates is not None:
        row = given.rates[measures.RECALL, variable[0], *place]
        blocking = given.rates[measures.BLOCKING_RECALL, variable[0], *place]
        by_truth = given.drawn.method == measures.TRUTH
        stages = measured_stages(counts, rates, random)
        if blocking.lower is not None and blocking.level is not None:
            stages = with_unseen_blocking(stages, blocking.lower, blocking.level, random)
        return Basis(
            counts,
            measures.TRUTH if by_truth else measures.REVIEW_AND_COUNTS,
            stages,
            (*row.assumptions, _ALIKE),
            rates,
            row.n_reviewed,
            row.interval_covers or measures.SAMPLING_ONLY,
        )
    if (outside := given.coverage.get(place)) is not None:
        stages = covered_stages(counts, outside.rate, outside.standard_error, DRAWS, random)
        return Basis(counts, measures.COVERAGE_GIVEN, stages, (_GIVEN, _COUNTED))
    stages = undetermined_stages(counts, DRAWS, random)
    return Basis(counts, measures.COUNTED_STAGES, stages, (_ONE_STAGE, _COUNTED))


def _measured(given: Known, other: str, place: Place) -> Rates | None:
    """Return the rates of a group, points first; None where one was not measured, or is none."""
    places = [(measure, other, *place) for measure in _RATES]
    if any(each not in given.drawn.values for each in places):
        return None
    points, values = given.drawn.points, given.drawn.values
    rates = Rates(*(np.append(points[each], values[each]) for each in places))
    return rates if min(rates.recall.min(), rates.blocking_recall.min()) > 0 else None
