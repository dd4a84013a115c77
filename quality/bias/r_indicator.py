"""How alike the chances of being linked are: the R-indicator and its parts.

The chance of every record is that of a logistic model on the cells of its characteristics. Its
spread over records, S, says how far the linked ones may differ from all: R = 1 - 2 S is 1 where all
have the same chance.
"""

from dataclasses import dataclass
from functools import cached_property
from math import sqrt

import numpy as np

from linkage.model.normalise import Index, Reals
from quality.bias.cells import Cells, Factor, crossed
from quality.bias.logistic import Fitted, fit
from quality.bias.main_effects import MainEffects
from quality.proportion import Interval, newcombe, normal_quantile


@dataclass(frozen=True)
class Propensities:
    """The chances of being linked of the records in ``cells``, and how they spread."""

    cells: Cells
    fitted: Fitted

    @cached_property
    def mean(self) -> float:
        """The mean chance over records: the link rate."""
        return float(self._share @ self.fitted.chance)

    @cached_property
    def variance(self) -> float:
        """S^2 as it is: the sum over N records of (chance - mean)^2, over N - 1."""
        n = self.cells.n.sum()
        return float(self._share @ self._apart**2 * n / (n - 1))

    @cached_property
    def bias(self) -> float:
        """What S^2 has of chance alone: the mean of z' V z, z = p (1 - p) x."""
        spread = self.fitted.design.spread(self.fitted.covariance)
        return float(self._share @ (self._slope**2 * spread))

    @cached_property
    def kept(self) -> float:
        """The share of S^2 that is left once its bias is taken off, 0 where nothing is."""
        return max(1 - self.bias / self.variance, 0.0) if self.variance > 0 else 0.0

    @cached_property
    def spread_error(self) -> float:
        """The standard error of S, by the delta method to the second order.

        With A the covariance over records of chance and z, B that of z, and V the coefficients':
        var(S^2) = 4 A'VA + 2 tr(BVBV), var(S) = var(S^2) / 4 S^2.
        """
        design, v = self.fitted.design, self.fitted.covariance
        mean = design.sums(self._share * self._slope)
        a = design.sums(self._share * self._slope * self._apart)
        b = design.cross(self._share * self._slope**2) - np.outer(mean, mean)
        bv = b @ v
        total = 4 * a @ v @ a + 2 * np.trace(bv @ bv)
        return sqrt(max(float(total), 0.0) / (4 * self.variance)) if self.variance > 0 else 0.0

    @cached_property
    def _share(self) -> Reals:
        share: Reals = self.cells.n / self.cells.n.sum()
        return share

    @cached_property
    def _apart(self) -> Reals:
        return self.fitted.chance - self.mean

    @cached_property
    def _slope(self) -> Reals:
        return self.fitted.chance * (1 - self.fitted.chance)

    def r_indicator(self, level: float) -> Interval:
        """Return R = 1 - 2 S, S without its bias."""
        reach = 2 * normal_quantile(level) * self.spread_error
        value = 1 - 2 * sqrt(self.variance * self.kept)
        return Interval(value, max(0.0, value - reach), min(1.0, value + reach), level)

    def variation(self, level: float) -> Interval:
        """Return S over the mean: a mean's bias is at most this times its variable's spread.

        Its variance is var(S) / mean^2 + variation^4 / N.
        """
        value = sqrt(self.variance * self.kept) / self.mean
        error = sqrt((self.spread_error / self.mean) ** 2 + value**4 / self.cells.n.sum())
        return _at_least_0(value, normal_quantile(level) * error, level)

    def unconditional(self, name: str, level: float) -> Interval:
        """Return the spread of the mean chances of a characteristic's groups, without its bias.

        The standard error is that of S in a model of the characteristic alone.
        """
        part = sqrt(float(self._share @ self._between(self.cells.of(name)) ** 2) * self.kept)
        return _at_least_0(part, normal_quantile(level) * self._alone(name).spread_error, level)

    def by_group(self, name: str, level: float) -> list[Interval]:
        """Return what each group adds: sqrt(share) (its mean chance - that of all).

        The mean chance of a group is its link rate, f its share of records: the figure is
        sqrt(f) (1 - f) times the gap to everyone else, and has Newcombe's limits of that.
        """
        factor = self.cells.of(name)
        n, k = factor.sums(self.cells.n), factor.sums(self.cells.k)
        rest_n, rest_k = n.sum() - n, k.sum() - k
        made = []
        for own in zip(k.tolist(), n.tolist(), rest_k.tolist(), rest_n.tolist(), strict=True):
            share = own[1] / float(n.sum())
            scale, gap = sqrt(share) * (1 - share), newcombe(*own, level)
            made.append(Interval(scale * gap.value, scale * gap.lower, scale * gap.upper, level))
        return made

    def conditional(self, name: str, level: float) -> Interval:
        """Return the spread of chances inside the cells of all else, without its bias.

        The standard error is the unconditional one's, which is larger (RISQ manual, section 8).
        """
        part = sqrt(float(self._share @ self._within(name)[0] ** 2) * self.kept)
        return _at_least_0(part, normal_quantile(level) * self._alone(name).spread_error, level)

    def conditional_by_group(self, name: str, level: float) -> list[Interval]:
        """Return the part of each group in the conditional spread, never below 0.

        The standard error is the larger of the delta method's, and half the width of the group's
        unconditional part: the delta method knows no width where the part is near 0.
        """
        apart, place = self._within(name)
        factor, design = self.cells.of(name), self.fitted.design
        total = np.bincount(place, self._share)[place]
        slope, reach = self._share * self._slope, normal_quantile(level)
        made = []
        for at, outer in enumerate(self.by_group(name, level)):
            inside = factor.code == at
            part = sqrt(float(self._share[inside] @ apart[inside] ** 2))
            pulled = np.bincount(place[inside], (self._share * apart)[inside], place.max() + 1)
            gradient = design.sums(slope * (inside * apart - pulled[place] / total))
            square = float(gradient @ self.fitted.covariance @ gradient)
            first = reach * sqrt(max(square, 0.0)) / part if part > 0 else 0.0
            made.append(_at_least_0(part, max(first, outer.half_width), level))
        return made

    def _between(self, factor: Factor) -> Reals:
        """Return how far each cell's group lies from the mean, (cells,)."""
        mean = factor.sums(self._share * self.fitted.chance) / factor.sums(self._share)
        between: Reals = mean[factor.code] - self.mean
        return between

    def _within(self, name: str) -> tuple[Reals, Index]:
        """Return how far each cell lies from those alike in all else, and which these are."""
        others = [factor for factor in self.cells.factors if factor.name != name]
        _, place = crossed(others, len(self.cells.n))
        mean = np.bincount(place, self._share * self.fitted.chance) / np.bincount(
            place, self._share
        )
        return self.fitted.chance - mean[place], place

    def _alone(self, name: str) -> "Propensities":
        factor = self.cells.of(name)
        groups = np.arange(len(factor.groups), dtype=np.int64)
        alone = Factor(name, factor.groups, groups, factor.reference)
        return propensities(Cells((alone,), factor.sums(self.cells.n), factor.sums(self.cells.k)))


def propensities(cells: Cells) -> Propensities:
    """Fit the chances of being linked to the main effects of all factors, by likelihood alone.

    Notes
    -----
    Everything made of them follows Schouten, Cobben and Bethlehem (2009), Survey Methodology 35,
    101-113, and Shlomo, Skinner and Schouten (2012), J. Stat. Plan. Inference 142, 201-211, for
    bias and variance, where every record of a population is seen; checked against the formulas
    and the worked example of the RISQ manual 2.1 (de Heij, Schouten and Shlomo 2015).
    """
    return Propensities(cells, fit(MainEffects(cells.factors), cells.k, cells.n, firth=False))


def _at_least_0(value: float, reach: float, level: float) -> Interval:
    return Interval(value, max(0.0, value - reach), value + reach, level)
