"""Shares and means of the records that have a value, as if they stood for all."""

from collections.abc import Iterator
from dataclasses import replace
from statistics import NormalDist

import numpy as np

from linkage.config.schema import Config
from linkage.decide.assignment import Flags
from linkage.disclosure import is_dominated
from linkage.model.normalise import Reals
from quality import measures
from quality.estimate import Estimate
from quality.grades import grade_of
from quality.missingness.figures import MeanTarget, ShareTarget
from quality.missingness.plan import Plan
from quality.proportion import Interval, wilson
from quality.share import status_of

_ASSUMED = (
    "records with a value stand for those without: missing completely at random",
    "every link is right",
)


def complete_case(plan: Plan, config: Config) -> Iterator[Estimate]:
    """Yield every target's figures from the links as made and the values that are known."""
    for target in plan.targets:
        if isinstance(target, ShareTarget):
            yield from _shares(plan, target, config)
        else:
            yield from _means(plan, target, config)


def _shares(plan: Plan, target: ShareTarget, config: Config) -> Iterator[Estimate]:
    variable = target.characteristic
    n = int((~variable.missing & ~variable.outside).sum())
    for group, k in variable.sizes.items():
        interval = wilson(k, n, config.quality.level)
        yield _row(plan, config, measures.IMPUTED_SHARE, interval, (variable.name, group, None), n)


def _means(plan: Plan, target: MeanTarget, config: Config) -> Iterator[Estimate]:
    outcome, by = target.outcome, target.by
    record = plan.linked if target.linked else plan.record
    column = outcome.column(record)
    known = column.known & outcome.counts(record)
    y = target.numbers(column.values)
    yield from _mean(plan, config, target, y[known], (None, None), len(record))
    if by is not None:
        own = by.column(plan.record)
        for code, (group, n) in enumerate(by.sizes.items()):
            inside: Flags = known & own.known & (own.values == code)
            yield from _mean(plan, config, target, y[inside], (by.name, group), n)


def _mean(
    plan: Plan,
    config: Config,
    target: MeanTarget,
    y: Reals,
    place: tuple[str | None, str | None],
    n_records: int,
) -> Iterator[Estimate]:
    n, level = len(y), config.quality.level
    if n < 2:
        return
    if target.is_share:
        interval = wilson(float(y.sum()), n, level)
    else:
        reach = NormalDist().inv_cdf((1 + level) / 2) * float(y.std(ddof=1)) / n**0.5
        mean = float(np.mean(y))
        interval = Interval(mean, mean - reach, mean + reach, level)
    where = (*place, target)
    row = _row(plan, config, measures.IMPUTED_MEAN, interval, where, n_records)
    # a mean that one or two people make up rests on none that may be told of
    yield replace(row, n_effective=0.0 if not target.is_share and is_dominated(y) else float(n))


def _row(
    plan: Plan,
    config: Config,
    measure: str,
    interval: Interval,
    where: tuple[str | None, str | None, MeanTarget | None],
    n_records: int,
) -> Estimate:
    characteristic, group, target = where
    is_share = target is None or target.is_share
    return Estimate(
        measure=measure,
        method=measures.COMPLETE_CASE,
        source=plan.focal,
        other=plan.other if target is not None and target.linked else None,
        characteristic=characteristic,
        group=group,
        variable=None if target is None else target.name,
        estimate=interval.value,
        lower=interval.lower,
        upper=interval.upper,
        level=interval.level,
        interval_covers=measures.SAMPLING_ONLY,
        grade=grade_of(measures.COMPLETE_CASE),
        n_records=n_records,
        status=status_of(interval, config.quality.material_gap) if is_share else "ok",
        assumptions=_ASSUMED,
    )
