"""Rows of how many people there are: with what they assume, and what would identify them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from linkage.model.normalise import Reals
from quality import measures
from quality.estimate import Estimate, Status
from quality.grades import grade_of
from quality.proportion import Interval
from quality.share import status_of

_LISTS = (
    "both sources are of the same people on the same day: nobody came, went, was born or died "
    "between them",
    "whether a person is in one source says nothing of whether they are in the other",
    "within a group, everybody has the same chance to be in a source; people who are hard to find "
    "for both make the number too small",
    "every record is of a person of the population, and of each person there is one at most",
)
_AS_LINKED = "every link is right and no match was missed: false links make the number too small, "
_METHODS = {
    measures.DUAL_SYSTEM_NAIVE: (
        f"{_AS_LINKED}missed matches make it too large",
        *_LISTS,
    ),
    measures.DUAL_SYSTEM_CORRECTED: (
        "precision and recall are as they were measured; matches that no reviewer could find are "
        "not corrected for, and make the number too large",
        *_LISTS,
    ),
    measures.DUAL_SYSTEM_UNLINKED: (
        "the models' numbers of matches among the candidates are right; matches that no blocking "
        "rule brought together make the number too large",
        *_LISTS,
    ),
}
_ALIKE = "a person's group is the same in both sources; records of the other source whose group is "
_BY_GROUP = f"{_ALIKE}not known are spread over the groups as the others are"

ONCE = (
    "a dual-system estimate needs two sources that are linked and hold each person once at most",
    "one_record_per_person for both sources, where it is true, would identify it",
)
ERRORS = (
    "false links and missed matches move the number, and the links alone tell of neither",
    "a review of links and of unlinked records, or known truth, would identify it",
)
GROUP_OF_OTHER = (
    "the other source does not say how many of its records belong to the group",
    "the same characteristic of the other source, by the same harmonised list, would identify it",
)


@dataclass(frozen=True)
class Place:
    """What a row is of, and the settings it is made by.

    ``summed_by`` is the characteristic whose groups were estimated apart and added up.
    """

    source: str
    other: str
    level: float
    material_gap: float
    characteristic: str | None = None
    group: str | None = None
    n_records: int | None = None
    n_reviewed: int | None = None
    summed_by: str | None = None


def size_row(place: Place, method: str, people: float, drawn: Reals) -> Estimate:
    """Return the row of a number of people, from draws (draws,) of it.

    It is too few to tell where its interval is wider than the material gap, as a share of it.
    """
    interval = _around(people, drawn, place.level)
    wide = interval.half_width > place.material_gap * people
    status: Status = "too_few_to_tell" if wide else "ok"
    return _row(place, measures.POPULATION_SIZE, method, interval, status, place.summed_by)


def coverage_row(place: Place, method: str, whose: str, share: float, drawn: Reals) -> Estimate:
    """Return the row of the share of all people that the source ``whose`` holds."""
    interval = _around(min(share, 1.0), np.minimum(drawn, 1.0), place.level)
    status = status_of(interval, place.material_gap)
    return _row(place, measures.POPULATION_COVERAGE, method, interval, status, whose)


def unlinked_row(place: Place, people: Sequence[float]) -> Estimate:
    """Return the row of a range of numbers of people that models give."""
    method = measures.DUAL_SYSTEM_UNLINKED
    return Estimate(
        measure=measures.POPULATION_SIZE,
        method=method,
        source=place.source,
        other=place.other,
        stage=measures.DECIDE,
        lower=min(people),
        upper=max(people),
        interval_covers=measures.RANGE_OVER_MODELS,
        grade=grade_of(method),
        n_records=place.n_records,
        status="ok",
        assumptions=_METHODS[method],
    )


def refused(place: Place, why: tuple[str, ...], characteristic: str | None = None) -> Estimate:
    """Return the row of a number of people that the data do not identify."""
    return Estimate(
        measure=measures.POPULATION_SIZE,
        method=measures.NO_METHOD,
        source=place.source,
        other=place.other,
        characteristic=characteristic,
        stage=measures.DECIDE,
        grade=grade_of(measures.NO_METHOD),
        status="not_identified",
        assumptions=why,
    )


def _around(value: float, drawn: Reals, level: float) -> Interval:
    lower, upper = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2]).tolist()
    return Interval(value, min(lower, value), max(upper, value), level)


def _row(
    place: Place,
    measure: str,
    method: str,
    interval: Interval,
    status: Status,
    variable: str | None,
) -> Estimate:
    naive = method == measures.DUAL_SYSTEM_NAIVE
    by_group = place.characteristic is not None or place.summed_by is not None
    return Estimate(
        measure=measure,
        method=method,
        source=place.source,
        other=place.other,
        characteristic=place.characteristic,
        group=place.group,
        variable=variable,
        stage=measures.DECIDE,
        estimate=interval.value,
        lower=interval.lower,
        upper=interval.upper,
        level=interval.level,
        interval_covers=measures.CAPTURE_ONLY if naive else measures.CAPTURE_AND_LINKAGE,
        grade=grade_of(method),
        n_records=place.n_records,
        n_reviewed=place.n_reviewed,
        status=status,
        assumptions=(*_METHODS[method], *((_BY_GROUP,) if by_group else ())),
    )
