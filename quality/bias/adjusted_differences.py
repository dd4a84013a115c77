"""Differences between groups with every other characteristic held equal, as gaps."""

from dataclasses import replace

from quality.bias.gap import Gap, inside
from quality.bias.marginal import Effect
from quality.estimate import Estimate
from quality.proportion import Interval, normal_quantile, two_sided
from quality.share import status_of


def adjusted_gap(
    effect: Effect, error: float, row: Estimate, level: float, material_gap: float
) -> Gap:
    """Return an effect as a gap, to be settled with all others of the run.

    *Formula*: effect -+ z se, within -1 and 1; p is that of a normal variable.

    Parameters
    ----------
    error
        The standard error.
    row
        What the effect is of.
    """
    interval = _around(effect.value, error, level)
    return Gap(
        replace(
            row,
            characteristic=effect.characteristic,
            group=effect.group,
            reference=effect.reference,
            estimate=interval.value,
            lower=interval.lower,
            upper=interval.upper,
            level=level,
            status=status_of(interval, material_gap),
        ),
        two_sided(effect.value / error) if error > 0 else 1.0,
        immaterial=inside(interval, material_gap),
    )


def _around(value: float, error: float, level: float) -> Interval:
    reach = normal_quantile(level) * error
    return Interval(value, max(-1.0, value - reach), min(1.0, value + reach), level)
