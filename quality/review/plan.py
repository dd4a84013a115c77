"""What a review of so many records can tell, before anybody has looked at one.

All of it rests on the model's own probabilities of error, which are what the review is to test: it
is a guess at the order of size. Each stratum is taken to hold at least 2 % of errors, so that the
guess is not rosier than links mostly are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, sqrt

import numpy as np

from quality import measures
from quality.errors.audit import error_rates
from quality.errors.cell import NOWHERE, RIGHT, THRESHOLD, Reviewed
from quality.review.allocation import (
    PARTNER_ELSEWHERE,
    Design,
    expected_variances,
    floored,
)
from quality.review.focal import Focal
from quality.review.sampling import band_name, designed
from quality.review.strata import POOL, Stratum
from quality.review.units import DOUBLE_SHARE

_Z = 1.959964
DETECTED = _Z + 0.841621
"""Standard errors that a gap must measure to be found at the 5 % level with a power of 80 %."""


_DRAWS = 1_000


@dataclass(frozen=True)
class StratumPlan:
    """A stratum: what it holds, how many records, and how many of them are reviewed."""

    kind: str
    band: str
    group: str | None
    n_records: int
    n_reviewed: int


@dataclass(frozen=True)
class CellPlan:
    """What the review is expected to tell of all records (``group`` None) or of one group.

    Half-widths are of intervals at the run's level; None where the cell has no links. A gap is the
    smallest difference from the largest group that is found with 80 % power at the 5 % level; None
    for all records and for that group itself.
    """

    group: str | None
    n_links: int
    n_unlinked: int
    n_reviewed_links: int
    n_reviewed_unlinked: int
    precision_half_width: float | None
    recall_half_width: float | None
    precision_gap: float | None
    recall_gap: float | None


@dataclass(frozen=True)
class ReviewPlan:
    """A review as it would be sampled, and what to expect of it.

    ``n_double_errors`` are the errors to expect among the records drawn for two reviewers: from
    those it is learnt how often one look overlooks an error.
    """

    source: str
    other: str
    budget: int
    strata: tuple[StratumPlan, ...]
    overall: CellPlan
    groups: tuple[CellPlan, ...]
    n_double_links: int
    n_double_unlinked: int
    n_double_errors: float


def plan_review(focal: Focal, budget: int, level: float) -> ReviewPlan:
    """Return what a review of ``budget`` records would be, and what to expect of it.

    Raises
    ------
    ConfigError
        R431 when the budget is too small.
    """
    design = designed(focal, budget)
    double = {
        kind: sum(
            ceil(DOUBLE_SHARE * n)
            for stratum, n in zip(design.strata, design.n_sampled, strict=True)
            if stratum.linked == kind
        )
        for kind in (True, False)
    }
    return ReviewPlan(
        source=focal.source,
        other=focal.other,
        budget=sum(design.n_sampled),
        strata=tuple(_strata(focal, design)),
        overall=_cell(None, design.strata, design.n_sampled, level, None),
        groups=_groups(focal, design, level),
        n_double_links=double[True],
        n_double_unlinked=double[False],
        n_double_errors=sum(
            DOUBLE_SHARE * n * stratum.risk
            for stratum, n in zip(design.strata, design.n_sampled, strict=True)
        ),
    )


def budget_for(focal: Focal, half_width: float, level: float) -> int:
    """Return about the smallest budget with which no group's half-width is above ``half_width``.

    Found by bisection, to 2 %. A review of every record always suffices.
    """
    low, high = 20, 20
    while high < len(focal.record) and _widest(focal, high, level) > half_width:
        low, high = high, high * 2
    high = min(high, len(focal.record))
    while high - low > max(high // 50, 1):
        middle = (low + high) // 2
        low, high = (middle, high) if _widest(focal, middle, level) > half_width else (low, middle)
    return high


def reviews_for_gap(n_reviewed: int, found: float, wanted: float) -> int:
    """Return about how many reviews of a group find a gap of ``wanted`` as ``found`` is found now.

    Formula: n_reviewed (found / wanted)^2, as the smallest gap falls with the root of n (see
    methods.md, section 4.3), if the group compared with is reviewed more in the same measure.

    Examples
    --------
    >>> reviews_for_gap(60, 0.1, 0.05)
    240
    """
    return ceil(n_reviewed * (found / wanted) ** 2 - 1e-9)


def expected_cell(strata: Sequence[Stratum], n_sampled: Sequence[int]) -> Reviewed:
    """Return what a review would find if the model's probabilities of error were true."""
    linked = np.array([stratum.linked for stratum in strata])
    n = np.array(n_sampled, dtype=np.float64)
    wrong = n * floored(np.array([stratum.risk for stratum in strata]))
    found = np.zeros((len(strata), 5))
    found[:, RIGHT] = n - wrong
    found[:, THRESHOLD] = np.where(linked, PARTNER_ELSEWHERE, 1.0) * wrong
    found[:, NOWHERE] = np.where(linked, 1 - PARTNER_ELSEWHERE, 0.0) * wrong
    return Reviewed(linked, np.array([s.n_records for s in strata], dtype=np.float64), found)


def _widest(focal: Focal, budget: int, level: float) -> float:
    groups = _groups(focal, designed(focal, budget), level)
    widths = [(each.precision_half_width, each.recall_half_width) for each in groups]
    return max((width for pair in widths for width in pair if width is not None), default=0.0)


def _strata(focal: Focal, design: Design) -> list[StratumPlan]:
    return [
        StratumPlan(
            "links" if stratum.linked else "unlinked",
            band_name(stratum.linked, stratum.bands),
            _name(focal, stratum.group),
            stratum.n_records,
            n,
        )
        for stratum, n in zip(design.strata, design.n_sampled, strict=True)
    ]


def _name(focal: Focal, group: int) -> str | None:
    """Return the name of a group; None where there is no grouping."""
    if group != POOL:
        return focal.groups[group] or None
    return "several small groups together"


def _groups(focal: Focal, design: Design, level: float) -> tuple[CellPlan, ...]:
    """Return the expectations for each group; for all records where there is no grouping."""
    of_group: dict[int, list[int]] = {}
    for number, stratum in enumerate(design.strata):
        of_group.setdefault(stratum.group, []).append(number)
    sizes = {g: sum(design.strata[n].n_records for n in own) for g, own in of_group.items()}
    largest = max((g for g in of_group if g != POOL), key=lambda g: sizes[g], default=POOL)
    variances = {group: _variances(design, own) for group, own in of_group.items()}
    return tuple(
        _cell(
            _name(focal, group),
            [design.strata[number] for number in own],
            [design.n_sampled[number] for number in own],
            level,
            None if group == largest else _gaps(variances[group], variances[largest]),
        )
        for group, own in sorted(of_group.items())
    )


def _variances(design: Design, numbers: Sequence[int]) -> tuple[float, float]:
    return expected_variances(
        [design.strata[number] for number in numbers],
        [design.n_sampled[number] for number in numbers],
    )


def _gaps(one: tuple[float, float], other: tuple[float, float]) -> tuple[float, float]:
    """Return the smallest gaps in precision and in recall between two groups that are found.

    Formula: d = (z_.975 + z_.8) sqrt(Var_1 + Var_2), which for equal simple samples is the
    n = 2 p (1 - p) (1.96 + .84)^2 / d^2 of methods.md, section 4.3.
    """
    precision, recall = (DETECTED * sqrt(a + b) for a, b in zip(one, other, strict=True))
    return precision, recall


def _cell(
    group: str | None,
    strata: Sequence[Stratum],
    n_sampled: Sequence[int],
    level: float,
    gaps: tuple[float, float] | None,
) -> CellPlan:
    def total(linked: bool, of: Sequence[int]) -> int:
        return sum(n for s, n in zip(strata, of, strict=True) if s.linked == linked)

    records = [stratum.n_records for stratum in strata]
    found = error_rates(expected_cell(strata, n_sampled), level, _DRAWS)
    widths = {name: interval.half_width for name, interval in found.items()}
    return CellPlan(
        group,
        total(True, records),
        total(False, records),
        total(True, n_sampled),
        total(False, n_sampled),
        widths.get(measures.PRECISION),
        widths.get(measures.RECALL),
        *(gaps or (None, None)),
    )
