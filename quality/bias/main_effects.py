"""The design of a model with main effects of groups, never written out as a matrix.

A row holds a one for each characteristic, so sums over rows are counts by group: cells by columns
need no room.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from linkage.decide.assignment import Flags
from linkage.model.normalise import Reals
from quality.bias.cells import Factor, totals


@dataclass(frozen=True)
class MainEffects:
    """An intercept, then a column for each group of each factor that is not its reference."""

    factors: tuple[Factor, ...]

    @cached_property
    def kept(self) -> Flags:
        """Which columns there are, of an intercept and every group, references among them."""
        kept = np.ones(1 + sum(len(factor.groups) for factor in self.factors), dtype=bool)
        kept[[first + factor.reference for first, factor in self._placed]] = False
        return kept

    @property
    def names(self) -> list[str]:
        """What each column is: the characteristic and its group."""
        named = [f"{factor.name}: {group}" for factor in self.factors for group in factor.groups]
        return [name for name, kept in zip(["all", *named], self.kept, strict=True) if kept]

    def effects(self, coefficients: Reals) -> list[Reals]:
        """Return the intercept, then the effect of every group of each factor, 0 of references."""
        full = np.zeros(len(self.kept))
        full[self.kept] = coefficients
        return np.split(full, [first for first, _ in self._placed])

    def predictor(self, coefficients: Reals) -> Reals:
        """Return X c, (cells,)."""
        intercept, *effects = self.effects(coefficients)
        value = np.full(len(self.factors[0].code) if self.factors else 1, intercept[0])
        for factor, effect in zip(self.factors, effects, strict=True):
            value += effect[factor.code]
        return value

    def sums(self, values: Reals) -> Reals:
        """Return X' v of ``values`` (cells,), (columns,)."""
        parts = [np.array([values.sum()]), *(factor.sums(values) for factor in self.factors)]
        summed: Reals = np.concatenate(parts)[self.kept]
        return summed

    def cross(self, weight: Reals) -> Reals:
        """Return X' diag(w) X of ``weight`` (cells,), (columns, columns)."""
        full = np.zeros((len(self.kept), len(self.kept)))
        full[0, 0] = weight.sum()
        for at, (first, factor) in enumerate(self._placed):
            own = slice(first, first + len(factor.groups))
            full[0, own] = summed = factor.sums(weight)
            full[own, own] = np.diag(summed)
            for start, other in self._placed[at + 1 :]:
                full[own, start : start + len(other.groups)] = _crossed(factor, other, weight)
        upper = np.triu(full)
        return (upper + np.triu(full, 1).T)[np.ix_(self.kept, self.kept)]

    def spread(self, covariance: Reals) -> Reals:
        """Return x' V x of every row, (cells,): the variance of its predictor."""
        full = np.zeros((len(self.kept), len(self.kept)))
        full[np.ix_(self.kept, self.kept)] = covariance
        value = np.full(len(self.factors[0].code), full[0, 0])
        for at, (first, factor) in enumerate(self._placed):
            column = first + factor.code
            value += 2 * full[0, column] + full[column, column]
            for start, other in self._placed[at + 1 :]:
                block = full[first : first + len(factor.groups), start : start + len(other.groups)]
                value += 2 * block[factor.code, other.code]
        return value

    @cached_property
    def _placed(self) -> Sequence[tuple[int, Factor]]:
        sizes = [len(factor.groups) for factor in self.factors]
        first = np.cumsum([1, *sizes])[: len(sizes)]
        return list(zip(first.tolist(), self.factors, strict=True))


def _crossed(one: Factor, other: Factor, weight: Reals) -> Reals:
    shape = len(one.groups), len(other.groups)
    place = one.code * shape[1] + other.code
    return totals(place, weight, shape[0] * shape[1]).reshape(shape)
