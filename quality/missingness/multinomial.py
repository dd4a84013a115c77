"""Logistic regression of several categories on others, on cells of records."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import expit, softmax

from linkage.model.normalise import Index, Reals

RIDGE = 0.1
"""Pulls every coefficient but the constant a little towards 0: a category that never occurs with
another then has a small chance, not none."""

_RIDGE_CONSTANT = 1e-6
_STEPS = 25
_FROM_NEAR = 2
"""Steps from coefficients of records that hardly differ: two of Newton's end as near as is told."""
_SMALL = 1e-5


@dataclass(frozen=True)
class Indicators:
    """A constant and an indicator for each category of several variables, of cells of records.

    ``codes`` (variables, cells) are numbers of categories, of which each variable has ``sizes``.
    The matrix is never made: sums over it are sums by category.
    """

    codes: Index
    sizes: Sequence[int]

    @property
    def n_columns(self) -> int:
        """How many columns the matrix has."""
        return 1 + sum(self.sizes)

    def of(self, cells: Index) -> "Indicators":
        """Return the rows of some cells."""
        return Indicators(self.codes[:, cells], self.sizes)

    def predicted(self, beta: Reals) -> Reals:
        """Return X b of coefficients (columns, ...), (cells, ...)."""
        value = np.broadcast_to(beta[0], (self.codes.shape[1], *beta.shape[1:])).copy()
        for start, code in zip(self._starts, self.codes, strict=True):
            value += beta[start + code]
        return value

    def sums(self, values: Reals) -> Reals:
        """Return X' v of values (cells,), (columns,)."""
        by_category = (
            np.bincount(code, values, minlength=size)
            for code, size in zip(self.codes, self.sizes, strict=True)
        )
        summed: Reals = np.concatenate([[values.sum()], *by_category])
        return summed

    def cross(self, weight: Reals) -> Reals:
        """Return X' diag(w) X of weights (cells,), (columns, columns)."""
        made = np.zeros((self.n_columns, self.n_columns))
        made[0] = made[:, 0] = self.sums(weight)
        variables = list(zip(self._starts, self.codes, self.sizes, strict=True))
        for at, (first, code, size) in enumerate(variables):
            own = slice(first, first + size)
            made[own, own] = np.diag(made[0, own])
            for second, other, width in variables[at + 1 :]:
                both = np.bincount(code * width + other, weight, minlength=size * width)
                block = both.reshape(size, width)
                made[own, second : second + width] = block
                made[second : second + width, own] = block.T
        return made

    @property
    def _starts(self) -> list[int]:
        starts: list[int] = np.cumsum([1, *self.sizes])[: len(self.sizes)].tolist()
        return starts


def fit(x: Indicators, counted: Reals, start: Reals | None = None) -> Reals:
    """Return the coefficients (columns, categories); those of the most frequent category are 0.

    Each category is set against the most frequent one in a logistic regression of its own, by
    Newton's method with a ridge. That estimates the coefficients of the multinomial model, with a
    little more spread than fitting all together, at a fraction of its cost where categories are
    many.

    Parameters
    ----------
    counted
        (cells, categories) how many records of each cell are of each category; need not be whole.
    start
        Coefficients to start from, of records that hardly differ.

    Notes
    -----
    Source: Begg and Gray (1984), Biometrika 71, 11-18, for logits fitted one by one; not checked in
    the paper, but against the multinomial model of statsmodels.
    """
    most = int(counted.sum(axis=0).argmax())
    beta, steps = np.zeros((x.n_columns, counted.shape[1])), _STEPS
    if start is not None:
        beta, steps = start - start[:, [most]], _FROM_NEAR
    for category in range(counted.shape[1]):
        if category != most:
            n = counted[:, category] + counted[:, most]
            (held,) = np.nonzero(n)
            k = counted[held, category]
            beta[:, category] = _logit(x.of(held), k, n[held], beta[:, category], steps)
    return beta


def chances(x: Indicators, coefficients: Reals) -> Reals:
    """Return the chance of each category, (cells, categories)."""
    p: Reals = softmax(x.predicted(coefficients), axis=1)
    return p


def _logit(x: Indicators, k: Reals, n: Reals, start: Reals, steps: int) -> Reals:
    """Return the coefficients (columns,) of k successes in n trials, in each cell (cells,)."""
    ridge = np.full(x.n_columns, RIDGE)
    ridge[0] = _RIDGE_CONSTANT
    beta, odds = start, x.predicted(start)
    reached = _value(k, n, odds, beta, ridge)
    for _ in range(steps):
        p = expit(odds)
        curve = x.cross(n * p * (1 - p)) + np.diag(ridge + _SMALL)
        slope = x.sums(k - n * p) - ridge * beta
        step = np.asarray(np.linalg.solve(curve, slope), dtype=np.float64)
        moved, size = x.predicted(step), 1.0
        value = _value(k, n, odds + moved, beta + step, ridge)
        while value < reached and size > _SMALL:
            size /= 2
            value = _value(k, n, odds + size * moved, beta + size * step, ridge)
        if value <= reached:
            break
        gained, reached = value - reached, value
        beta, odds = beta + size * step, odds + size * moved
        if gained < _SMALL * abs(reached):
            break
    return beta


def _value(k: Reals, n: Reals, odds: Reals, beta: Reals, ridge: Reals) -> float:
    return float(k @ odds - n @ np.logaddexp(0, odds) - ridge @ beta**2 / 2)
