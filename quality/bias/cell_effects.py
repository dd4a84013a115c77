"""Rates of intersections, shrunken towards what their characteristics add up to.

A multilevel model for intersections (MAIHDA): each cell's log odds are the main effects of its
characteristics plus a random effect of its own. The random effects say what the sum does not.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import chdtri, expit

from linkage.model.normalise import Reals
from quality.bias.logistic import inverse
from quality.bias.main_effects import MainEffects
from quality.proportion import Interval, normal_quantile

LEAST_CELLS = 10
"""Fewer cells say too little of how much cells vary."""

_GRID = np.linspace(np.log(1e-3), np.log(10.0), 25)
"""Logarithms of the variances between cells that are tried."""
_LOGISTIC = np.pi**2 / 3
"""The variance of a logistic variable: that of one person's outcome on the scale of log odds."""
_RIDGE = 1e-2
_RIDGE_INTERCEPT = 1e-6
_STEPS = 100
_SMALL = 1e-8


@dataclass(frozen=True)
class CellEffects:
    """The model fitted to C cells, averaged over the variances between cells that fit.

    (C,) each: ``additive`` is the log odds that the main effects add up to, ``effect`` what the
    cell has of its own; ``effect_error`` and ``odds_error`` are the standard errors of the effect,
    and of the two together. ``between`` is the variance between cells.
    """

    additive: Reals
    effect: Reals
    effect_error: Reals
    odds_error: Reals
    between: Interval

    def rates(self, level: float) -> list[Interval]:
        """Return the shrunken rate of every cell: expit of additive + effect -+ z se."""
        odds, reach = self.additive + self.effect, normal_quantile(level) * self.odds_error
        return _intervals(expit(odds), expit(odds - reach), expit(odds + reach), level)

    def excesses(self, level: float) -> list[Interval]:
        """Return what every cell's rate has over what its characteristics add up to.

        The effect and its limits, effect -+ z se, are put on the scale of rates at the cell's sum.
        """
        start, reach = expit(self.additive), normal_quantile(level) * self.effect_error
        odds = self.additive + self.effect
        lower, upper = expit(odds - reach) - start, expit(odds + reach) - start
        return _intervals(expit(odds) - start, lower, upper, level)

    def share_between(self) -> Interval:
        """Return the share of variance between cells: s2 / (s2 + pi^2 / 3)."""
        ends = (self.between.value, self.between.lower, self.between.upper)
        value, lower, upper = (float(s2 / (s2 + _LOGISTIC)) for s2 in ends)
        return Interval(value, lower, upper, self.between.level)


@dataclass(frozen=True)
class _Mode:
    """The most likely sums and effects for one variance, (C,) each, with their variances."""

    additive: Reals
    effect: Reals
    effect_variance: Reals
    odds_variance: Reals
    evidence: float


def cell_effects(design: MainEffects, k: Reals, n: Reals, level: float) -> CellEffects | None:
    """Fit the model to ``k`` of ``n`` in each cell, (C,); None where the variance is at its edge.

    *Formula*: logit p = x b + u, u ~ N(0, s2), b with a ridge of 1e-2 (1e-6 on the intercept). For
    each s2 the mode of b and u is found by Newton's method, and its Laplace evidence is log
    likelihood - u'u / 2 s2 - (C/2) log s2 - (1/2) log |H|, H the curvature in b and u. s2 is where
    the evidence is largest, and its limits where twice the evidence is lower by the chi-squared
    quantile of one degree. Sums and effects are averaged over s2 by their evidence, with a flat
    prior of s: limits from the best s2 alone covered .92 where these cover .95.

    Parameters
    ----------
    design
        Main effects over the C cells; cells without records are not among them.
    k, n
        Need not be whole: effective counts may be given.
    level
        Of the interval of the variance.

    Notes
    -----
    Source: Evans et al. (2018) and Bell, Holman and Jones (2019) for the model, not checked in the
    papers; the Laplace evidence is derived in docs/explanation/intersections.md.
    """
    if len(n) < LEAST_CELLS:
        return None
    modes = [_mode(design, k, n, s2) for s2 in np.exp(_GRID).tolist()]
    evidence = np.array([mode.evidence for mode in modes])
    between = _between(evidence, level)
    if between is None:
        return None
    share = np.exp(evidence - evidence.max() + _GRID / 2)
    share /= share.sum()
    additive = _mean(share, [mode.additive for mode in modes])
    effect = _mean(share, [mode.effect for mode in modes])
    odds = additive + effect
    spread = _mean(share, [mode.effect_variance + (mode.effect - effect) ** 2 for mode in modes])
    odds_spread = _mean(
        share,
        [mode.odds_variance + (mode.additive + mode.effect - odds) ** 2 for mode in modes],
    )
    return CellEffects(additive, effect, np.sqrt(spread), np.sqrt(odds_spread), between)


def _between(evidence: Reals, level: float) -> Interval | None:
    """Return the variance with the largest evidence; None where that is the least one tried."""
    best = int(evidence.argmax())
    if best == 0:
        return None
    limit = evidence[best] - chdtri(1, 1 - level) / 2
    # the evidence may rise again at the edge: limits are the ones next to the largest
    below = np.flatnonzero(evidence[:best] < limit)
    above = np.flatnonzero(evidence[best:] < limit)
    lower, upper = 0.0, float(np.exp(_GRID[-1]))
    if below.size:
        at = slice(below[-1], below[-1] + 2)
        lower = float(np.exp(np.interp(limit, evidence[at], _GRID[at])))
    if above.size:
        at = slice(best + above[0] - 1, best + above[0] + 1)
        upper = float(np.exp(np.interp(-limit, -evidence[at], _GRID[at])))
    return Interval(float(np.exp(_peak(evidence, best))), lower, upper, level)


def _peak(evidence: Reals, best: int) -> float:
    """Return where the parabola through the largest evidence and its neighbours is highest."""
    if best == len(evidence) - 1:
        return float(_GRID[best])
    low, middle, high = evidence[best - 1 : best + 2]
    moved = (low - high) / (2 * (low - 2 * middle + high))
    return float(_GRID[best] + moved * (_GRID[1] - _GRID[0]))


def _mode(design: MainEffects, k: Reals, n: Reals, s2: float) -> _Mode:
    """Return the mode for a variance, by steps in b with u swept out of the curvature.

    *Formula*: with W = n p (1 - p) and a = W / (W + 1 / s2), the curvature in b is
    X' W (1 - a) X + ridge, V its inverse; var(u) = 1 / (W + 1 / s2) + a^2 x'V x, and
    var(x b + u) = 1 / (W + 1 / s2) + (1 - a)^2 x'V x.
    """
    ridge = np.full(int(design.kept.sum()), _RIDGE)
    ridge[0] = _RIDGE_INTERCEPT
    share = (k.sum() + 0.5) / (n.sum() + 1)
    b, u, value = np.zeros(len(ridge)), np.zeros(len(n)), -np.inf
    b[0] = np.log(share / (1 - share))
    for _ in range(_STEPS):
        odds = design.predictor(b) + u
        p = expit(odds)
        weight = n * p * (1 - p)
        precision = weight + 1 / s2
        pull = weight / precision
        curve = design.cross(weight * (1 - pull)) + np.diag(ridge)
        covariance = inverse(curve)
        reached = float(k @ odds - n @ np.logaddexp(0, odds) - u @ u / (2 * s2) - ridge @ b**2 / 2)
        if abs(reached - value) < _SMALL:
            break
        value, own = reached, k - n * p - u / s2
        step = covariance @ (design.sums(k - n * p - pull * own) - ridge * b)
        shift = own / precision - pull * design.predictor(step)
        small = min(1.0, 3 / max(np.abs(step).max(), np.abs(shift).max(), _SMALL))
        b, u = b + small * step, u + small * shift
    spread, known = design.spread(covariance), 1 / precision
    _, log_curve = np.linalg.slogdet(curve)
    evidence = reached - (len(n) * np.log(s2) + np.log(precision).sum() + log_curve) / 2
    return _Mode(
        odds - u, u, known + pull**2 * spread, known + (1 - pull) ** 2 * spread, float(evidence)
    )


def _mean(share: Reals, values: Sequence[Reals]) -> Reals:
    mean: Reals = share @ np.array(values)
    return mean


def _intervals(value: Reals, lower: Reals, upper: Reals, level: float) -> list[Interval]:
    rows = zip(value.tolist(), lower.tolist(), upper.tolist(), strict=True)
    return [Interval(*row, level) for row in rows]
