"""What completed data sets say, pooled, as rows: at random first, then with values moved."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import expit

from linkage.config.schema import Config, Imputation
from quality import measures
from quality.estimate import Estimate
from quality.grades import grade_of
from quality.missingness.figures import (
    AS_FOUND,
    EVERYONE,
    Figure,
    Key,
    MeanTarget,
    ShareTarget,
)
from quality.missingness.plan import Plan
from quality.missingness.tipping import tipping_point
from quality.proportion import Interval
from quality.share import status_of
from quality.uncertainty.pooling import pooled

Figures = Mapping[Key, Sequence[Figure]]

_AT_RANDOM = (
    "given every other characteristic and variable, missing values are like known ones: nothing in "
    "the data can show whether they are",
    "main effects of the other variables tell all that these say of a missing value",
)
_THROUGH_LINKS = (
    "records without a link are like records of the same kind that have one",
    "linkages are drawn without looking at the value: false links among them draw groups a little "
    "towards each other",
)
_AS_LINKED = "the links are right: no linkage was drawn"
_MOVED = (
    "missing values lie off by as much as the row says, in log odds or in standard deviations: an "
    "assumption, to see how much hangs on it"
)


@dataclass(frozen=True)
class Settings:
    """What rows are made by: see the configuration. ``said`` is assumed of every imputed one."""

    level: float
    material_gap: float
    deltas: frozenset[float]
    said: tuple[str, ...]

    @classmethod
    def of(cls, config: Config, settings: Imputation, plan: Plan, sets: int) -> "Settings":
        """Return the settings of a run in which so many data sets were completed."""
        made = f"{sets} data sets were completed"
        if len(plan.used) < len(plan.record):
            share = len(plan.used) / len(plan.record)
            made += f", from a sample of {share:.0%} of the records"
        quality = config.quality
        deltas = frozenset(delta for delta in settings.deltas if delta)
        return cls(quality.level, quality.material_gap, deltas, (*_AT_RANDOM, made))


def share_rows(
    plan: Plan, target: ShareTarget, figures: Figures, settings: Settings
) -> Iterator[Estimate]:
    """Yield the share of each group of a characteristic: of all records, which are its base."""
    names = list(target.characteristic.sizes)
    for key, found in figures.items():
        group = names[key.group]
        row = _row(plan, key, measures.IMPUTED_SHARE, len(plan.record), settings)
        place = replace(row, characteristic=target.characteristic.name, group=group)
        yield _filled(place, pooled_interval(found, settings.level), settings.material_gap)


def mean_rows(
    plan: Plan, target: MeanTarget, figures: Figures, settings: Settings
) -> Iterator[Estimate]:
    """Yield the mean of an outcome, of everyone and by group."""
    for key, found in figures.items():
        if key.stage == AS_FOUND or key.delta in settings.deltas:
            place = _of_mean(plan, target, key, measures.IMPUTED_MEAN, settings)
            gap = settings.material_gap if target.is_share else None
            yield _filled(place, pooled_interval(found, settings.level), gap)


def gap_rows(
    plan: Plan, target: MeanTarget, figures: Figures, settings: Settings, reference: str
) -> Iterator[Estimate]:
    """Yield each group's gap to the reference, and how far values must lie off to change it.

    For that the missing values of the group are moved, those of the reference are not.
    """
    names = [] if target.by is None else list(target.by.sizes)
    base = figures.get(Key(next(iter(figures)).target, names.index(reference), AS_FOUND, 0.0))
    if base is None:
        return
    gap = settings.material_gap if target.is_share else None
    moved: dict[tuple[int, str], dict[float, float]] = {}
    for key, found in figures.items():
        if key.group in {EVERYONE, names.index(reference)}:
            continue
        gaps = [_less(each, other) for each, other in zip(found, base, strict=True)]
        interval = pooled_interval(gaps, settings.level)
        moved.setdefault((key.group, key.stage), {})[key.delta] = interval.value
        if key.stage == AS_FOUND:
            place = _of_mean(plan, target, key, measures.IMPUTED_GAP, settings)
            yield _filled(replace(place, reference=reference), interval, gap)
    for (group, stage), by_delta in moved.items():
        if stage != AS_FOUND:
            by_delta[0.0] = moved[group, AS_FOUND][0.0]
            found_at = tipping_point(by_delta, gap)
            key = Key(0, group, stage, 1.0)
            place = _of_mean(plan, target, key, measures.TIPPING_POINT, settings)
            yield replace(
                place,
                method=measures.IMPUTED,
                grade=grade_of(measures.IMPUTED),
                stage=stage,
                reference=reference,
                level=None,
                interval_covers=None,
                estimate=found_at.delta,
                finding=found_at.what,
            )


def _of_mean(
    plan: Plan, target: MeanTarget, key: Key, measure: str, settings: Settings
) -> Estimate:
    said = _said_of(settings, plan, target)
    if key.group == EVERYONE or target.by is None:
        row = _row(plan, key, measure, len(plan.record), said)
    else:
        group, n = list(target.by.sizes.items())[key.group]
        row = _row(plan, key, measure, n, said)
        row = replace(row, characteristic=target.by.name, group=group)
    return replace(row, other=plan.other if target.linked else None, variable=target.name)


def _said_of(settings: Settings, plan: Plan, target: MeanTarget) -> Settings:
    """Return the settings with what is assumed of values that come through links."""
    if not target.linked:
        return settings
    links = _THROUGH_LINKS if plan.draws is not None else (_THROUGH_LINKS[0], _AS_LINKED)
    return replace(settings, said=(*settings.said, *links))


def _row(plan: Plan, key: Key, measure: str, n: int, settings: Settings) -> Estimate:
    at_random = key.stage == AS_FOUND
    method = measures.IMPUTED if at_random else measures.IMPUTED_MOVED
    return Estimate(
        measure=measure,
        method=method,
        source=plan.focal,
        stage=None if at_random else f"{key.stage} {key.delta:+g}",
        level=settings.level,
        interval_covers=measures.SAMPLING_AND_IMPUTATION,
        grade=grade_of(method),
        n_records=n,
        status="ok",
        assumptions=settings.said if at_random else (*settings.said, _MOVED),
    )


def _filled(row: Estimate, interval: Interval, material_gap: float | None) -> Estimate:
    return replace(
        row,
        estimate=interval.value,
        lower=interval.lower,
        upper=interval.upper,
        status="ok" if material_gap is None else status_of(interval, material_gap),
    )


def pooled_interval(figures: Sequence[Figure], level: float) -> Interval:
    """Pool figures by Rubin's rules, shares on the scale of log odds."""
    found = pooled([each.value for each in figures], [each.variance for each in figures])
    lower, upper = found.limits(level)
    values = np.array([found.estimate, lower, upper], dtype=np.float64)
    value, low, high = (expit(values) if figures[0].odds else values).tolist()
    return Interval(value, low, high, level)


def _less(one: Figure, other: Figure) -> Figure:
    """Return the difference of two figures, of shares on their own scale."""
    (a, va), (b, vb) = _plain(one), _plain(other)
    return Figure(a - b, va + vb)


def _plain(figure: Figure) -> tuple[float, float]:
    if not figure.odds:
        return figure.value, figure.variance
    p = float(expit(figure.value))
    return p, figure.variance * (p * (1 - p)) ** 2
