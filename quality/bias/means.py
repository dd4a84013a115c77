"""Means and weighted rates of groups: survey weights, match weights, and their gaps."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

from quality import measures
from quality.bias.gap import Gap, inside
from quality.bias.group_rates import MIXED, Settings
from quality.estimate import Estimate, Status, revised
from quality.grades import grade_of
from quality.groupings import GroupSums
from quality.proportion import Interval, newcombe, p_difference, two_sided, wilson
from quality.share import status_of


@dataclass(frozen=True)
class Figure:
    """A mean or a weighted share of one group, with its variance and how many records it is of."""

    value: float
    variance: float
    n_effective: float


@dataclass(frozen=True)
class Kind:
    """How sums become a figure, and figures an interval, a gap and the p-value of a gap."""

    measure: str
    method: str
    assumptions: tuple[str, ...]
    figure: Callable[[Sequence[float]], Figure | None]
    interval: Callable[[Figure, float], Interval]
    gap: Callable[[Figure, Figure, float], Interval]
    p_value: Callable[[Figure, Figure], float]


def weighted_share(sums: Sequence[float]) -> Figure | None:
    """Return a share from the sums of w, w^2, w y and w^2 y over records, y being 0 or 1.

    *Formula*: p = sum(w y) / sum(w); Var(p) = sum(w^2 (y - p)^2) / sum(w)^2, the ratio linearised
    (Särndal, Swensson and Wretman 1992, result 5.6.2, records drawn alone; not checked in the
    book); effective n = p (1 - p) / Var(p), or sum(w)^2 / sum(w^2) (Kish 1965) where p is 0 or 1.
    """
    total, squares, part, part_squares = sums
    if total <= 0:
        return None
    p = part / total
    variance = (part_squares * (1 - 2 * p) + p * p * squares) / total**2
    effective = p * (1 - p) / variance if variance > 0 and 0 < p < 1 else total**2 / squares
    return Figure(p, variance, effective)


def mean(sums: Sequence[float]) -> Figure | None:
    """Return a mean from the number of values, their sum and the sum of their squares."""
    n, total, squares = sums
    if n < 2:
        return None
    value = total / n
    return Figure(value, max(squares - n * value * value, 0.0) / (n - 1) / n, n)


def _share_interval(figure: Figure, level: float) -> Interval:
    n = figure.n_effective
    return wilson(min(figure.value * n, n), n, level)


def _shares(one: Figure, two: Figure) -> tuple[float, float, float, float]:
    n, m = one.n_effective, two.n_effective
    return min(one.value * n, n), n, min(two.value * m, m), m


def _normal(value: float, variance: float, level: float) -> Interval:
    spread = NormalDist().inv_cdf((1 + level) / 2) * sqrt(variance)
    return Interval(value, value - spread, value + spread, level)


def _p_of_means(one: Figure, two: Figure) -> float:
    variance = one.variance + two.variance
    if variance <= 0:
        return 1.0
    return two_sided((one.value - two.value) / sqrt(variance))


WEIGHTED_LINK_RATE = Kind(
    measures.LINK_RATE_WEIGHTED,
    measures.SURVEY_WEIGHTED,
    (
        "records count by the survey weight of their source, as if drawn independently of each "
        "other: no strata or clusters of the survey are taken into account",
        "a count of the links made, which says nothing on whether they are right",
    ),
    weighted_share,
    _share_interval,
    lambda one, two, level: newcombe(*_shares(one, two), level),
    lambda one, two: p_difference(*_shares(one, two)),
)

_MEANS = (
    mean,
    lambda figure, level: _normal(figure.value, figure.variance, level),
    lambda one, two, level: _normal(one.value - two.value, one.variance + two.variance, level),
    _p_of_means,
)
_OF_MODEL = (
    "match weights are the model's own: a group whose identifiers say less has lower ones, and so "
    "has one that the model fits worse",
)
MEAN_LINK_WEIGHT = Kind(measures.MEAN_LINK_WEIGHT, measures.WELCH, _OF_MODEL, *_MEANS)
MEAN_BEST_WEIGHT = Kind(measures.MEAN_BEST_WEIGHT, measures.WELCH, _OF_MODEL, *_MEANS)


def mean_rows(
    kind: Kind,
    counted: Sequence[GroupSums],
    pair: tuple[str, str],
    reference: Mapping[str, str],
    settings: Settings,
) -> tuple[list[Estimate], list[Gap]]:
    """Return the figure of every group, and its gaps to the reference and to everyone else.

    *Formula*: a weighted share has Wilson's and Newcombe's intervals of its effective count; means
    differ with the sum of their variances (Welch 1938, normal: groups are large or say nothing).

    Parameters
    ----------
    counted
        The sums of all records and of every group.
    pair
        The focal source and the other one.
    """
    figures = {(each.characteristic, each.group): kind.figure(each.sums) for each in counted}
    rows = {
        (each.characteristic, each.group): _row(kind, each, figure, pair, settings)
        for each in counted
        if (figure := figures[each.characteristic, each.group]) is not None
    }
    everyone = next(each for each in counted if each.characteristic is None)
    gaps = []
    for each in counted:
        mine = figures[each.characteristic, each.group]
        if mine is None or each.characteristic is None:
            continue
        row = rows[each.characteristic, each.group]
        chosen = reference.get(each.characteristic)
        left = tuple(a - b for a, b in zip(everyone.sums, each.sums, strict=True))
        for name, theirs in _others(each, chosen, figures, kind.figure(left)):
            gaps.append(_gap(kind, row, name, (mine, theirs), settings))
    return list(rows.values()), gaps


def _others(
    each: GroupSums,
    chosen: str | None,
    figures: Mapping[tuple[str | None, str | None], Figure | None],
    rest: Figure | None,
) -> Iterator[tuple[str, Figure]]:
    to = figures.get((each.characteristic, chosen))
    if chosen is not None and chosen != each.group and to is not None:
        yield chosen, to
    if rest is not None:
        yield measures.EVERYONE_ELSE, rest


def _row(
    kind: Kind, each: GroupSums, figure: Figure, pair: tuple[str, str], settings: Settings
) -> Estimate:
    interval = kind.interval(figure, settings.level)
    return Estimate(
        measure=kind.measure,
        method=kind.method,
        source=pair[0],
        other=pair[1],
        characteristic=each.characteristic,
        group=each.group,
        stage=measures.DECIDE,
        estimate=interval.value,
        lower=interval.lower,
        upper=interval.upper,
        level=settings.level,
        interval_covers=measures.SAMPLING_ONLY,
        grade=grade_of(kind.method),
        n_records=each.n,
        n_effective=figure.n_effective,
        status=_status(kind, interval, settings),
        assumptions=kind.assumptions,
    )


def _status(kind: Kind, interval: Interval, settings: Settings) -> Status:
    if kind.measure in measures.WEIGHTS:
        return "ok"
    return status_of(interval, settings.material_gap)


def _gap(
    kind: Kind, row: Estimate, reference: str, sides: tuple[Figure, Figure], settings: Settings
) -> Gap:
    interval = kind.gap(*sides, settings.level)
    share = kind.measure in measures.LINK_RATES
    made = revised(
        row,
        measure=measures.comparison(
            kind.measure, measures.GAP, rest=reference == measures.EVERYONE_ELSE
        ),
        estimate=interval.value,
        lower=interval.lower,
        upper=interval.upper,
        reference=reference,
        status=_status(kind, interval, settings),
        assumptions=(*((MIXED,) if share else ()), *row.assumptions),
    )
    immaterial = share and inside(interval, settings.material_gap)
    return Gap(made, kind.p_value(*sides), immaterial)
